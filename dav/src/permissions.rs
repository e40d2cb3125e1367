//! The letters of `oc:permissions`, typed.
//!
//! The order of the letters varies and later servers may add some, so this is a set and unknown letters are ignored.
//! The same received share reads `SGD` at Depth 0 and `SGDNV` in its parent's listing: compare permissions only
//! between answers to one kind of request, and take rights on content from [`Permission::Writable`],
//! [`Permission::CreatesFiles`] and [`Permission::CreatesFolders`] alone.

use std::fmt;

/// One right or property of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    /// `S`: shared with this account by somebody.
    Shared,
    /// `R`: may be shared on.
    Shareable,
    /// `M`: lies on a mounted storage.
    Mounted,
    /// `G`: content may be read.
    Readable,
    /// `D`: may be deleted; on a mount root, the share may be left.
    Deletable,
    /// `N`: may be renamed.
    Renameable,
    /// `V`: may be moved.
    Movable,
    /// `W`: a file's content may be written.
    Writable,
    /// `C`: files may be created in the folder.
    CreatesFiles,
    /// `K`: folders may be created in the folder.
    CreatesFolders,
}

const LETTERS: [(Permission, char); 10] = [
    (Permission::Shared, 'S'),
    (Permission::Shareable, 'R'),
    (Permission::Mounted, 'M'),
    (Permission::Readable, 'G'),
    (Permission::Deletable, 'D'),
    (Permission::Renameable, 'N'),
    (Permission::Movable, 'V'),
    (Permission::Writable, 'W'),
    (Permission::CreatesFiles, 'C'),
    (Permission::CreatesFolders, 'K'),
];

/// The set of permissions of one entry, as its user sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Permissions(u16);

impl Permissions {
    /// Reads the letters; unknown ones are ignored.
    pub fn parse(letters: &str) -> Self {
        let known = |letter: char| LETTERS.iter().find(|(_, known)| *known == letter);
        Self(letters.chars().filter_map(known).fold(0, |set, (permission, _)| set | bit(*permission)))
    }

    /// Whether the permission is in the set.
    pub fn contains(self, permission: Permission) -> bool {
        self.0 & bit(permission) != 0
    }
}

impl fmt::Display for Permissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        LETTERS
            .iter()
            .filter(|(permission, _)| self.contains(*permission))
            .try_for_each(|(_, letter)| write!(f, "{letter}"))
    }
}

const fn bit(permission: Permission) -> u16 {
    1 << permission as u16
}
