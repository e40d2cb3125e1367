//! The file trees of all users in one arena, with the change marks of the measured server.
//!
//! A file's etag follows from its modification time, size and id, so other bytes of the same length within one
//! second keep it. A folder's etag is fresh whenever anything below it changes, and all folders up the path get
//! the same one. A move keeps the id and every etag inside what was moved; a copy has new ids and the source's
//! file etags. The tree knows neither users nor rights: `view` does.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::content::Content;

/// First id handed out; real servers are never at 1.
const FIRST_ID: u64 = 177;

/// All nodes of all users.
#[derive(Debug)]
pub(crate) struct Tree {
    nodes: HashMap<u64, Node>,
    next_id: u64,
    last_mark: u64,
}

/// A file or a folder.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) parent: Option<u64>,
    pub(crate) name: Box<str>,
    pub(crate) mtime: i64,
    pub(crate) kind: Kind,
}

#[derive(Debug)]
pub(crate) enum Kind {
    Folder(Folder),
    File(File),
}

#[derive(Debug, Default)]
pub(crate) struct Folder {
    pub(crate) etag: u64,
    /// Bytes of all files below.
    pub(crate) size: u64,
    pub(crate) children: BTreeMap<Box<str>, u64>,
}

#[derive(Debug, Clone)]
pub(crate) struct File {
    pub(crate) content: Content,
    pub(crate) etag: u128,
    pub(crate) upload_time: i64,
    pub(crate) checksum: Option<Box<str>>,
}

/// What a write brings along.
#[derive(Debug)]
pub(crate) struct Upload {
    pub(crate) content: Content,
    /// Modification time wanted by the client; the present otherwise.
    pub(crate) mtime: Option<i64>,
    pub(crate) checksum: Option<Box<str>>,
}

impl Tree {
    pub(crate) fn new() -> Self {
        Self { nodes: HashMap::new(), next_id: FIRST_ID, last_mark: 0 }
    }

    pub(crate) fn get(&self, id: u64) -> Option<&Node> {
        self.nodes.get(&id)
    }

    pub(crate) fn folder(&self, id: u64) -> Option<&Folder> {
        match &self.nodes.get(&id)?.kind {
            Kind::Folder(folder) => Some(folder),
            Kind::File(_) => None,
        }
    }

    pub(crate) fn file(&self, id: u64) -> Option<&File> {
        match &self.nodes.get(&id)?.kind {
            Kind::File(file) => Some(file),
            Kind::Folder(_) => None,
        }
    }

    pub(crate) fn child(&self, folder: u64, name: &str) -> Option<u64> {
        self.folder(folder)?.children.get(name).copied()
    }

    /// The node itself and everything above it.
    pub(crate) fn lineage(&self, id: u64) -> impl Iterator<Item = u64> + '_ {
        std::iter::successors(Some(id), |id| self.nodes.get(id)?.parent)
    }

    pub(crate) fn is_within(&self, id: u64, ancestor: u64) -> bool {
        self.lineage(id).any(|step| step == ancestor)
    }

    /// Size of a file, or of all files below a folder.
    pub(crate) fn size(&self, id: u64) -> u64 {
        match self.nodes.get(&id).map(|node| &node.kind) {
            Some(Kind::Folder(folder)) => folder.size,
            Some(Kind::File(file)) => file.content.len(),
            None => 0,
        }
    }

    pub(crate) fn add_root(&mut self, now: i64) -> u64 {
        let id = self.fresh_id();
        let etag = self.fresh_mark(now);
        let kind = Kind::Folder(Folder { etag, ..Folder::default() });
        self.nodes.insert(id, Node { parent: None, name: "".into(), mtime: now, kind });
        id
    }

    /// Makes a folder; the name must be free and the parent a folder.
    pub(crate) fn add_folder(&mut self, parent: u64, name: &str, now: i64) -> u64 {
        let id = self.fresh_id();
        let kind = Kind::Folder(Folder { etag: self.fresh_mark(now), ..Folder::default() });
        self.attach(id, Node { parent: Some(parent), name: name.into(), mtime: now, kind });
        self.touch(parent, now);
        id
    }

    /// Makes or overwrites a file; the name must not belong to a folder.
    pub(crate) fn write(&mut self, parent: u64, name: &str, upload: Upload, now: i64) -> u64 {
        let existing = self.child(parent, name);
        let id = existing.unwrap_or_else(|| self.fresh_id());
        let mtime = upload.mtime.unwrap_or(now);
        let etag = file_etag(mtime, upload.content.len(), id);
        let file = File { content: upload.content, etag, upload_time: now, checksum: upload.checksum };
        if existing.is_some() {
            self.detach(id);
        }
        self.attach(id, Node { parent: Some(parent), name: name.into(), mtime, kind: Kind::File(file) });
        self.touch(parent, now);
        id
    }

    /// Other content under the same etag and modification time, as happens on the real server when two writes
    /// of the same length fall into one second. The folders above change.
    pub(crate) fn write_same_etag(&mut self, id: u64, content: Content, now: i64) {
        let before = self.size(id);
        let after = content.len();
        let mut parent = None;
        if let Some(node) = self.nodes.get_mut(&id)
            && let Kind::File(file) = &mut node.kind
        {
            file.content = content;
            file.upload_time = now;
            parent = node.parent;
        }
        if let Some(parent) = parent {
            self.resize(parent, before, after);
            self.touch(parent, now);
        }
    }

    /// Takes a node with everything below it out of its folder and keeps it aside, as the trash does.
    pub(crate) fn shelve(&mut self, id: u64, now: i64) {
        let parent = self.detach(id);
        if let Some(node) = self.nodes.get_mut(&id) {
            node.parent = None;
        }
        if let Some(parent) = parent {
            self.touch(parent, now);
        }
    }

    /// Puts what was kept aside into a folder; the name must be free.
    pub(crate) fn unshelve(&mut self, id: u64, parent: u64, name: &str, now: i64) {
        if let Some(mut node) = self.nodes.remove(&id) {
            node.parent = Some(parent);
            node.name = name.into();
            self.attach(id, node);
        }
        self.touch(parent, now);
    }

    /// Whether a node, or something above it, is kept aside or gone.
    pub(crate) fn is_away(&self, id: u64) -> bool {
        let top = self.lineage(id).last().and_then(|id| self.nodes.get(&id));
        top.is_none_or(|top| !top.name.is_empty())
    }

    /// Forgets a node that hangs in no folder (a root, or what was kept aside) with everything below it; their ids.
    pub(crate) fn purge(&mut self, id: u64) -> Vec<u64> {
        let mut gone = vec![id];
        let mut next = 0;
        while let Some(id) = gone.get(next) {
            if let Some(Node { kind: Kind::Folder(folder), .. }) = self.nodes.remove(id) {
                gone.extend(folder.children.into_values());
            }
            next += 1;
        }
        gone
    }

    /// Moves a node; the new name must be free. Nothing inside changes, both parent chains do.
    pub(crate) fn relocate(&mut self, id: u64, parent: u64, name: &str, now: i64) {
        let Some(old_parent) = self.detach(id) else { return };
        if let Some(mut node) = self.nodes.remove(&id) {
            node.parent = Some(parent);
            node.name = name.into();
            self.attach(id, node);
        }
        self.touch(old_parent, now);
        if old_parent != parent {
            self.touch(parent, now);
        }
    }

    /// Copies a node and everything below it; the new name must be free.
    pub(crate) fn copy(&mut self, id: u64, parent: u64, name: &str, now: i64) -> u64 {
        let copied = self.copy_below(id, parent, name, now);
        self.touch(parent, now);
        copied
    }

    /// Gives a folder and everything above it one fresh etag.
    pub(crate) fn touch(&mut self, id: u64, now: i64) {
        let mark = self.fresh_mark(now);
        let lineage: Vec<u64> = self.lineage(id).collect();
        for step in lineage {
            if let Some(node) = self.nodes.get_mut(&step) {
                node.mtime = node.mtime.max(now);
                if let Kind::Folder(folder) = &mut node.kind {
                    folder.etag = mark;
                }
            }
        }
    }

    fn copy_below(&mut self, id: u64, parent: u64, name: &str, now: i64) -> u64 {
        let copy = self.fresh_id();
        let Some(source) = self.nodes.get(&id) else { return copy };
        let mtime = source.mtime;
        match &source.kind {
            Kind::File(file) => {
                let kind = Kind::File(File { upload_time: now, ..file.clone() });
                self.attach(copy, Node { parent: Some(parent), name: name.into(), mtime, kind });
            }
            Kind::Folder(folder) => {
                let children: Vec<(Box<str>, u64)> =
                    folder.children.iter().map(|(name, id)| (name.clone(), *id)).collect();
                let kind = Kind::Folder(Folder { etag: self.fresh_mark(now), ..Folder::default() });
                self.attach(copy, Node { parent: Some(parent), name: name.into(), mtime, kind });
                for (name, child) in children {
                    self.copy_below(child, copy, &name, now);
                }
            }
        }
        copy
    }

    fn attach(&mut self, id: u64, node: Node) {
        let (parent, name) = (node.parent, node.name.clone());
        self.nodes.insert(id, node);
        let Some(parent) = parent else { return };
        if let Some(Node { kind: Kind::Folder(folder), .. }) = self.nodes.get_mut(&parent) {
            folder.children.insert(name, id);
        }
        let size = self.size(id);
        self.resize(parent, 0, size);
    }

    /// Takes a node out of its parent's list without forgetting it; the parent.
    fn detach(&mut self, id: u64) -> Option<u64> {
        let node = self.nodes.get(&id)?;
        let (parent, name) = (node.parent?, node.name.clone());
        let size = self.size(id);
        if let Some(Node { kind: Kind::Folder(folder), .. }) = self.nodes.get_mut(&parent) {
            folder.children.remove(&name);
        }
        self.resize(parent, size, 0);
        Some(parent)
    }

    fn resize(&mut self, from: u64, before: u64, after: u64) {
        let mut step = Some(from);
        while let Some(node) = step.and_then(|id| self.nodes.get_mut(&id)) {
            if let Kind::Folder(folder) = &mut node.kind {
                folder.size = (folder.size + after).saturating_sub(before);
            }
            step = node.parent;
        }
    }

    fn fresh_id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id - 1
    }

    /// Thirteen hexadecimal digits: seconds and a fraction that never repeats.
    fn fresh_mark(&mut self, now: i64) -> u64 {
        let seconds = u64::try_from(now).unwrap_or(0) & 0xFFFF_FFFF;
        self.last_mark = (self.last_mark + 1).max(seconds << 20);
        self.last_mark
    }
}

fn file_etag(mtime: i64, size: u64, id: u64) -> u128 {
    mixed(&(mtime, size, id))
}

/// A 128-bit value that depends on nothing but its input.
pub(crate) fn mixed(input: &impl Hash) -> u128 {
    let half = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        (salt, input).hash(&mut hasher);
        hasher.finish()
    };
    (u128::from(half(1)) << 64) | u128::from(half(2))
}
