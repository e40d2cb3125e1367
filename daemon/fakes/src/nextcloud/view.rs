//! A tree as one person sees it: their own files, and in between the mounts of what others share with them.
//! Rights are decided here; the tree itself refuses nothing. What a person cannot see does not exist for them,
//! so this module answers "nothing there", never "forbidden".

use unicode_normalization::UnicodeNormalization;

use super::propfind::encode_into;
use super::share::{Mount, MountKind, Rights};
use super::state::State;
use super::tree::{Kind, mixed};

/// A node on somebody's path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) node: u64,
    /// The mount it was reached through.
    pub(crate) via: Option<u64>,
}

impl Place {
    pub(crate) fn is_mount_root(self) -> bool {
        self.via == Some(self.node)
    }
}

/// The decoded, composed segments of a path.
pub(crate) fn segments(path: &str) -> Vec<String> {
    path.split('/').filter(|part| !part.is_empty()).map(|part| part.nfc().collect()).collect()
}

impl State {
    pub(crate) fn root_of(&self, user: &str) -> Option<Place> {
        self.people.get(user).map(|person| Place { node: person.root, via: None })
    }

    pub(crate) fn find(&self, user: &str, path: &[String]) -> Option<Place> {
        let mut place = self.root_of(user)?;
        for name in path {
            place = self.child_of(user, place, name)?;
        }
        Some(place)
    }

    pub(crate) fn child_of(&self, user: &str, place: Place, name: &str) -> Option<Place> {
        if place.via.is_none()
            && let Some(mount) = self.mounts_in(user, place.node).find(|mount| mount.name == name)
        {
            return Some(Place { node: mount.node, via: Some(mount.node) });
        }
        let node = self.tree.child(place.node, name).filter(|node| !self.is_hidden(user, *node))?;
        Some(Place { node, via: place.via })
    }

    /// Names and places inside a folder, in the server's order.
    pub(crate) fn children_of(&self, user: &str, place: Place) -> Vec<(Box<str>, Place)> {
        let Some(folder) = self.tree.folder(place.node) else { return Vec::new() };
        let shown = folder.children.iter().filter(|(_, node)| !self.is_hidden(user, **node));
        let own = shown.map(|(name, node)| (name.clone(), Place { node: *node, ..place }));
        let mut children: Vec<(Box<str>, Place)> = own.collect();
        if place.via.is_none() {
            let before = children.len();
            for mount in self.mounts_in(user, place.node) {
                children
                    .push((mount.name.as_str().into(), Place { node: mount.node, via: Some(mount.node) }));
            }
            if children.len() > before {
                children.sort_by(|a, b| a.0.cmp(&b.0));
            }
        }
        children
    }

    /// A place and everything below it, each with its href without a slash at the end.
    pub(crate) fn each_below(
        &self,
        user: &str,
        place: Place,
        href: &str,
        shown: &mut dyn FnMut(Place, &str),
    ) {
        shown(place, href);
        for (name, child) in self.children_of(user, place) {
            let mut below = format!("{href}/");
            encode_into(&mut below, &name);
            self.each_below(user, child, &below, shown);
        }
    }

    pub(crate) fn mount(&self, user: &str, node: u64) -> Option<&Mount> {
        self.people.get(user)?.mounts.iter().find(|mount| mount.node == node)
    }

    /// Mounts directly inside a folder of the person's own tree.
    pub(crate) fn mounts_in<'a>(
        &'a self,
        user: &str,
        folder: u64,
    ) -> impl Iterator<Item = &'a Mount> + use<'a> {
        let mounts = self.people.get(user).map_or(&[][..], |person| &person.mounts);
        mounts.iter().filter(move |mount| mount.parent == folder)
    }

    /// Mounts anywhere below a folder of the person's own tree.
    fn mounts_below<'a>(&'a self, user: &str, folder: u64) -> impl Iterator<Item = &'a Mount> + use<'a> {
        let mounts = self.people.get(user).map_or(&[][..], |person| &person.mounts);
        mounts.iter().filter(move |mount| self.tree.is_within(mount.parent, folder))
    }

    /// What the person may do there; everything in their own tree.
    pub(crate) fn rights_at(&self, user: &str, place: Place) -> Rights {
        place.via.and_then(|node| self.mount(user, node)).map_or(Rights::ALL, |mount| mount.rights)
    }

    pub(crate) fn owner_at<'a>(&'a self, user: &'a str, place: Place) -> &'a str {
        place.via.and_then(|node| self.mount(user, node)).map_or(user, |mount| &mount.owner)
    }

    /// The etag without quotes. A folder that holds mounts shows one mixed from theirs.
    pub(crate) fn etag_at(&self, user: &str, place: Place) -> String {
        match self.tree.get(place.node).map(|node| &node.kind) {
            Some(Kind::File(file)) => format!("{:032x}", file.etag),
            Some(Kind::Folder(folder)) if place.via.is_none() => {
                let below: Vec<(u64, String)> = self
                    .mounts_below(user, place.node)
                    .map(|mount| {
                        (mount.node, self.etag_at(user, Place { node: mount.node, via: Some(mount.node) }))
                    })
                    .collect();
                if below.is_empty() {
                    format!("{:013x}", folder.etag)
                } else {
                    format!("{:032x}", mixed(&(folder.etag, below)))
                }
            }
            Some(Kind::Folder(folder)) => format!("{:013x}", folder.etag),
            None => String::new(),
        }
    }

    /// Size with everything that is mounted below.
    pub(crate) fn size_at(&self, user: &str, place: Place) -> u64 {
        let mounted: u64 = match place.via {
            None => self.mounts_below(user, place.node).map(|mount| self.tree.size(mount.node)).sum(),
            Some(_) => 0,
        };
        self.tree.size(place.node) + mounted
    }

    /// The letters of `oc:permissions`. A mount shows fewer when asked for itself than in its folder's listing.
    pub(crate) fn permissions_at(&self, user: &str, place: Place, listed: bool) -> String {
        let rights = self.rights_at(user, place);
        let mut shown = rights;
        if place.is_mount_root() {
            shown = shown.with(Rights::DELETE);
            if listed {
                shown = shown.with(Rights::UPDATE);
            }
        }
        let mut letters = String::with_capacity(8);
        let mut add = |letter: &str, on: bool| {
            if on {
                letters.push_str(letter);
            }
        };
        let kind = place.via.and_then(|node| self.mount(user, node)).map(|mount| mount.kind);
        add("S", kind == Some(MountKind::Share));
        add("R", rights.has(Rights::SHARE));
        add("M", kind == Some(MountKind::Team));
        add("G", rights.has(Rights::READ));
        add("D", shown.has(Rights::DELETE));
        add("NV", shown.has(Rights::UPDATE));
        if self.tree.file(place.node).is_some() {
            add("W", rights.has(Rights::UPDATE));
        } else {
            add("CK", rights.has(Rights::CREATE));
        }
        letters
    }
}
