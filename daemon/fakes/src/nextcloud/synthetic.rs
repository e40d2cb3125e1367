//! A tree that is computed while it is listed, for sizes nobody wants to keep in memory.
//!
//! A person's files can be replaced by areas with folders with files, all alike, with ids, names and etags made from
//! their numbers. One file at a time can be changed, which moves the etags above it as on the measured server. Such a
//! tree is only listed: nothing in it is downloaded, shared or moved.

use std::fmt::Write as _;
use std::io;
use std::ops::ControlFlow;

use bytes::Bytes;
use futures::stream::{self, StreamExt as _};
use http::StatusCode;

use super::property::{DAV, NC, Name, OC, http_date};
use super::propfind::{CHUNK, CLOSING, OPENING, Question};
use super::reply::{Reply, dav_error, multistatus};

/// When everything in it was uploaded.
const UPLOADED: i64 = 1_795_000_000;

/// The measures of such a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Synthetic {
    /// Folders at the root.
    pub areas: u64,
    /// Folders in each of these.
    pub folders: u64,
    /// Files in each of those.
    pub files: u64,
    /// The file that was changed last, as area, folder and file, and how often one was.
    pub(crate) touched: Option<(u64, u64, u64)>,
    pub(crate) changes: u64,
}

/// Something in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Node {
    Root,
    Area(u64),
    Folder(u64, u64),
    File(u64, u64, u64),
}

impl Synthetic {
    /// A tree of `areas` times `folders` times `files` files.
    pub fn new(areas: u64, folders: u64, files: u64) -> Self {
        Self { areas, folders, files, touched: None, changes: 0 }
    }

    /// Files in it.
    pub fn len(&self) -> u64 {
        self.areas * self.folders * self.files
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn find(&self, path: &[String]) -> Option<Node> {
        let number = |at: usize, prefix: &str, below: u64| {
            let text = path.get(at)?.strip_prefix(prefix)?;
            text.trim_end_matches(".txt").parse::<u64>().ok().filter(|number| *number < below)
        };
        Some(match path.len() {
            0 => Node::Root,
            1 => Node::Area(number(0, "area-", self.areas)?),
            2 => Node::Folder(number(0, "area-", self.areas)?, number(1, "folder-", self.folders)?),
            3 => Node::File(
                number(0, "area-", self.areas)?,
                number(1, "folder-", self.folders)?,
                number(2, "note-", self.files)?,
            ),
            _ => return None,
        })
    }

    fn id(&self, node: Node) -> u64 {
        let (areas, folders) = (self.areas, self.folders);
        match node {
            Node::Root => 1_000,
            Node::Area(area) => 1_001 + area,
            Node::Folder(area, folder) => 1_001 + areas + area * folders + folder,
            Node::File(area, folder, file) => {
                1_001 + areas + areas * folders + (area * folders + folder) * self.files + file
            }
        }
    }

    fn etag(&self, node: Node) -> String {
        let touched = self.touched.is_some_and(|(area, folder, file)| match node {
            Node::Root => true,
            Node::Area(own) => own == area,
            Node::Folder(own_area, own) => (own_area, own) == (area, folder),
            Node::File(own_area, own_folder, own) => (own_area, own_folder, own) == (area, folder, file),
        });
        let stamp = if touched { self.changes } else { 0 };
        match node {
            Node::File(..) => format!("{:016x}{stamp:016x}", self.id(node)),
            _ => format!("{:08x}{stamp:05x}", self.id(node)),
        }
    }

    fn after(&self, node: Node, within: Node) -> Option<Node> {
        let next = match node {
            Node::Root => Node::Area(0),
            Node::Area(area) => Node::Folder(area, 0),
            Node::Folder(area, folder) => Node::File(area, folder, 0),
            Node::File(area, folder, file) if file + 1 < self.files => Node::File(area, folder, file + 1),
            Node::File(area, folder, _) if folder + 1 < self.folders => Node::Folder(area, folder + 1),
            Node::File(area, ..) => Node::Area(area + 1),
        };
        let inside = match (within, next) {
            (_, Node::Area(area)) if area >= self.areas => false,
            (Node::Root, _) => true,
            (Node::Area(own), Node::Folder(area, _) | Node::File(area, ..)) => own == area,
            (Node::Folder(own_area, own), Node::File(area, folder, _)) => (own_area, own) == (area, folder),
            _ => false,
        };
        inside.then_some(next)
    }

    /// The next child of the same folder.
    fn beside(&self, node: Node) -> Option<Node> {
        match node {
            Node::Area(area) if area + 1 < self.areas => Some(Node::Area(area + 1)),
            Node::Folder(area, folder) if folder + 1 < self.folders => Some(Node::Folder(area, folder + 1)),
            Node::File(area, folder, file) if file + 1 < self.files => {
                Some(Node::File(area, folder, file + 1))
            }
            _ => None,
        }
    }

    fn name(node: Node) -> String {
        match node {
            Node::Root => String::new(),
            Node::Area(area) => format!("area-{area:04}"),
            Node::Folder(_, folder) => format!("folder-{folder:04}"),
            Node::File(.., file) => format!("note-{file:06}.txt"),
        }
    }

    fn href(user: &str, node: Node) -> String {
        let mut href = format!("/remote.php/dav/files/{user}/");
        let above: &[Node] = match node {
            Node::Root => &[],
            Node::Area(_) => &[node],
            Node::Folder(area, _) => &[Node::Area(area), node],
            Node::File(area, folder, _) => &[Node::Area(area), Node::Folder(area, folder), node],
        };
        for step in above {
            href.push_str(&Self::name(*step));
            href.push('/');
        }
        if matches!(node, Node::File(..)) {
            href.pop();
        }
        href
    }

    fn write(&self, user: &str, node: Node, name: &Name, out: &mut String) -> bool {
        let is_file = matches!(node, Node::File(..));
        // Writing into a String cannot fail.
        let _ = match (name.namespace.as_str(), name.local.as_str()) {
            (DAV, "resourcetype") if is_file => Ok(()),
            (DAV, "resourcetype") => write!(out, "<d:collection/>"),
            (DAV, "getetag") => write!(out, "&quot;{}&quot;", self.etag(node)),
            (DAV, "getlastmodified") => write!(out, "{}", http_date(UPLOADED)),
            (DAV, "getcontenttype") if is_file => write!(out, "text/plain"),
            (DAV, "getcontentlength") | (OC, "size") if is_file => write!(out, "200"),
            (OC, "size") => write!(out, "{}", 200 * self.files),
            (OC, "fileid") => write!(out, "{}", self.id(node)),
            (OC, "permissions") if is_file => write!(out, "RGDNVW"),
            (OC, "permissions") => write!(out, "RGDNVCK"),
            (OC, "owner-id") => write!(out, "{user}"),
            (OC, "data-fingerprint") | (NC, "mount-type") => Ok(()),
            (NC, "upload_time") if is_file => write!(out, "{UPLOADED}"),
            (NC, "is-mount-root") => write!(out, "false"),
            _ => return false,
        };
        true
    }
}

/// Answers a PROPFIND of such a tree.
pub(super) fn answer(
    tree: Synthetic,
    user: String,
    path: &[String],
    question: Question,
    depth: Option<&str>,
    entries: usize,
) -> Reply {
    let Some(top) = tree.find(path) else {
        return dav_error(
            StatusCode::NOT_FOUND,
            "Sabre\\DAV\\Exception\\NotFound",
            "File could not be located",
        );
    };
    let whole = depth == Some("infinity");
    let mut listing =
        Listing { tree, user, question, top, whole, next: Some(top), left: entries, opened: false };
    if depth == Some("0") {
        listing.left = listing.left.min(1);
    }
    multistatus(stream::unfold(listing, |listing| async move { listing.chunk() }).boxed())
}

struct Listing {
    tree: Synthetic,
    user: String,
    question: Question,
    top: Node,
    whole: bool,
    next: Option<Node>,
    left: usize,
    opened: bool,
}

impl Listing {
    fn chunk(mut self) -> Option<(io::Result<Bytes>, Self)> {
        if self.opened && self.next.is_none() {
            return None;
        }
        let mut out = String::with_capacity(CHUNK + 4096);
        if !std::mem::replace(&mut self.opened, true) {
            out.push_str(OPENING);
        }
        while out.len() < CHUNK && self.step(&mut out).is_continue() {}
        if self.next.is_none() {
            out.push_str(CLOSING);
        }
        Some((Ok(out.into()), self))
    }

    fn step(&mut self, out: &mut String) -> ControlFlow<()> {
        let Some(node) = self.next.filter(|_| self.left > 0) else {
            self.next = None;
            return ControlFlow::Break(());
        };
        self.left -= 1;
        let (tree, user) = (&self.tree, &self.user);
        self.question.write(out, &Synthetic::href(user, node), |name, out| tree.write(user, node, name, out));
        self.next = if self.whole || node == self.top {
            self.tree.after(node, self.top)
        } else {
            self.tree.beside(node)
        };
        ControlFlow::Continue(())
    }
}
