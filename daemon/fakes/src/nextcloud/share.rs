//! Shares, and the mounts they make in the trees of those who receive them.
//!
//! A mount is the very node of the owner under another path: same id, same etag. A person's mounts are computed
//! from the shares whenever those change; the person's own root gets a fresh etag then, as on the real server.

use std::collections::BTreeSet;

use super::state::State;
use super::tree::Tree;

/// Whom something is shared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recipient {
    /// One account.
    User(String),
    /// Everybody in a group, now and later.
    Group(String),
}

impl Recipient {
    /// One account.
    pub fn user(id: &str) -> Self {
        Self::User(id.to_owned())
    }

    /// Everybody in a group.
    pub fn group(id: &str) -> Self {
        Self::Group(id.to_owned())
    }
}

/// Permission bits as the share API counts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rights(pub u8);

impl Rights {
    /// Look only.
    pub const READ: Self = Self(1);
    /// Overwrite, rename.
    pub const UPDATE: Self = Self(2);
    /// Make files and folders.
    pub const CREATE: Self = Self(4);
    /// Take away.
    pub const DELETE: Self = Self(8);
    /// Pass on.
    pub const SHARE: Self = Self(16);
    /// Everything.
    pub const ALL: Self = Self(31);

    pub(crate) fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    pub(crate) fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) fn only(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

/// One share as its maker sees it.
#[derive(Debug, Clone)]
pub(crate) struct Share {
    pub(crate) id: u64,
    /// Who made it.
    pub(crate) sharer: String,
    /// Whose file it is.
    pub(crate) owner: String,
    pub(crate) node: u64,
    pub(crate) with: Recipient,
    pub(crate) rights: Rights,
    pub(crate) created: i64,
    /// Those of a group who no longer want it.
    pub(crate) left: BTreeSet<String>,
}

/// A received node in somebody's tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mount {
    pub(crate) node: u64,
    pub(crate) parent: u64,
    pub(crate) name: String,
    pub(crate) rights: Rights,
    pub(crate) owner: String,
    pub(crate) kind: MountKind,
}

/// How something came into a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MountKind {
    /// Somebody shared it.
    Share,
    /// It is a team folder of one of the person's groups.
    Team,
}

impl State {
    /// Shares a node; the new share's id.
    pub(crate) fn add_share(
        &mut self,
        sharer: &str,
        owner: &str,
        node: u64,
        with: Recipient,
        rights: Rights,
    ) -> u64 {
        let created = self.clock.change();
        let id = self.next_share;
        self.next_share += 1;
        let (sharer, owner) = (sharer.to_owned(), owner.to_owned());
        let left = BTreeSet::new();
        let receivers = self.receivers(&with);
        self.shares.insert(id, Share { id, sharer, owner, node, with, rights, created, left });
        self.settle_mounts(&receivers);
        self.push_shared(&receivers);
        id
    }

    pub(crate) fn remove_share(&mut self, id: u64) -> bool {
        let Some(share) = self.shares.remove(&id) else { return false };
        self.clock.change();
        let receivers = self.receivers(&share.with);
        self.settle_mounts(&receivers);
        true
    }

    /// A receiver takes a mount off; the owner keeps the file.
    pub(crate) fn leave_mount(&mut self, user: &str, node: u64) {
        self.clock.change();
        self.shares.retain(|_, share| share.node != node || share.with != Recipient::user(user));
        for share in self.shares.values_mut().filter(|share| share.node == node) {
            share.left.insert(user.to_owned());
        }
        self.settle_mounts(&[user.to_owned()]);
    }

    /// A receiver gives a mount another place in their own tree.
    pub(crate) fn place_mount(&mut self, user: &str, node: u64, parent: u64, name: &str) {
        let now = self.clock.change();
        let Some(person) = self.people.get_mut(user) else { return };
        // The folder that got or lost the mount shows another etag as well, and so does everything above it.
        let left = person.mounts.iter().find(|mount| mount.node == node).map(|mount| mount.parent);
        person.targets.insert(node, (parent, name.to_owned()));
        if let Some(mount) = person.mounts.iter_mut().find(|mount| mount.node == node) {
            mount.parent = parent;
            name.clone_into(&mut mount.name);
        }
        for changed in left.into_iter().chain([parent]) {
            self.tree.touch(changed, now);
        }
    }

    /// Ends the shares of what is no longer there.
    pub(crate) fn end_shares_of_the_gone(&mut self) {
        let gone = |share: &&Share| self.tree.is_away(share.node);
        let ended: Vec<u64> = self.shares.values().filter(gone).map(|share| share.id).collect();
        for id in ended {
            if let Some(share) = self.shares.remove(&id) {
                let receivers = self.receivers(&share.with);
                self.settle_mounts(&receivers);
            }
        }
    }

    fn receivers(&self, with: &Recipient) -> Vec<String> {
        match with {
            Recipient::User(id) => vec![id.clone()],
            Recipient::Group(group) => {
                let members = self.people.values().filter(|person| person.user.groups.contains(group));
                members.map(|person| person.user.id.clone()).collect()
            }
        }
    }

    /// Makes these people's mounts follow the shares; whose changed, their root gets a fresh etag.
    pub(crate) fn settle_mounts(&mut self, users: &[String]) {
        let now = self.clock.now();
        for user in users {
            let mounts = self.mounts_of(user);
            let Some(person) = self.people.get_mut(user) else { continue };
            if person.mounts == mounts {
                continue;
            }
            for mount in &mounts {
                person.targets.insert(mount.node, (mount.parent, mount.name.clone()));
            }
            person.mounts = mounts;
            let root = person.root;
            self.tree.touch(root, now);
        }
    }

    fn mounts_of(&self, user: &str) -> Vec<Mount> {
        let mut mounts: Vec<Mount> = Vec::new();
        let Some(person) = self.people.get(user) else { return mounts };
        for share in self.shares.values() {
            let addressed = match &share.with {
                Recipient::User(id) => id == user,
                Recipient::Group(group) => person.user.groups.contains(group),
            };
            if !addressed || share.owner == user || share.sharer == user || share.left.contains(user) {
                continue;
            }
            if let Some(mount) = mounts.iter_mut().find(|mount| mount.node == share.node) {
                mount.rights = mount.rights.with(share.rights);
                continue;
            }
            let placed = person.targets.get(&share.node);
            let (parent, name) =
                if let Some(target) = placed.filter(|(parent, _)| self.tree.folder(*parent).is_some()) {
                    target.clone()
                } else {
                    let own = self.tree.get(share.node).map_or("", |node| &node.name);
                    (person.root, free_name(&self.tree, person.root, &mounts, own))
                };
            let owner = share.owner.clone();
            let kind = MountKind::Share;
            mounts.push(Mount { node: share.node, parent, name, rights: share.rights, owner, kind });
        }
        self.add_team_mounts(user, &mut mounts);
        mounts
    }
}

/// The wanted name, or `name (2)` when the place is taken.
pub(super) fn free_name(tree: &Tree, root: u64, mounts: &[Mount], name: &str) -> String {
    let taken =
        |name: &str| tree.child(root, name).is_some() || mounts.iter().any(|mount| mount.name == name);
    let numbered = |number: u32| match name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()) {
        Some((stem, extension)) => format!("{stem} ({number}).{extension}"),
        None => format!("{name} ({number})"),
    };
    if !taken(name) {
        return name.to_owned();
    }
    (2..u32::MAX).map(numbered).find(|name| !taken(name)).unwrap_or_else(|| name.to_owned())
}
