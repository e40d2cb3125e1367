//! Which names a server stores.
//!
//! Read from the server's capabilities, because an administrator may forbid more than the default; judged before
//! anything is sent, because a refusal that names the rule helps and the server's 400 does not. Names here are NFC
//! already ([`crate::FilePath`]), which is how Nextcloud stores them. The refusal never repeats the name.

use serde_json::Value;

use crate::href::FilePath;

/// The longest name of one file or folder in bytes of UTF-8.
pub const MAX_NAME_BYTES: usize = 250;
/// Rules of one kind that are kept; servers list a handful.
const MAX_RULES: usize = 256;

/// The rules of one server, in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameRules {
    names: Vec<String>,
    basenames: Vec<String>,
    characters: Vec<char>,
    extensions: Vec<String>,
}

/// Why a name cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameRefusal {
    /// The files root has no name that could be given.
    #[error("the files root itself cannot be written")]
    Root,
    /// Longer than [`MAX_NAME_BYTES`].
    #[error("the name is {bytes} bytes long; {MAX_NAME_BYTES} are allowed")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// A tab, a line break or the like.
    #[error("the name holds a control character")]
    Control,
    /// A character the server forbids.
    #[error("the name holds the character {character:?}, which this server forbids")]
    Character {
        /// Which one.
        character: char,
    },
    /// A whole name the server keeps for itself.
    #[error("the server keeps the name {name:?} for itself")]
    Reserved {
        /// The reserved name.
        name: String,
    },
    /// The part before the first dot is reserved.
    #[error("the server forbids names that begin with {name:?} before the dot")]
    Basename {
        /// The reserved part.
        name: String,
    },
    /// An ending the server forbids.
    #[error("the server forbids names that end in {extension:?}")]
    Extension {
        /// The ending.
        extension: String,
    },
}

impl Default for NameRules {
    /// What Nextcloud 32 forbids unless an administrator forbids more.
    fn default() -> Self {
        let owned = |rules: &[&str]| rules.iter().map(|rule| (*rule).to_owned()).collect();
        Self {
            names: owned(&[".htaccess"]),
            basenames: Vec::new(),
            characters: vec!['\\', '/'],
            extensions: owned(&[".filepart", ".part"]),
        }
    }
}

impl NameRules {
    /// The rules in the section `files` of a server's capabilities; the defaults where it says nothing.
    pub(crate) fn read(files: Option<&Value>) -> Self {
        let list = |key: &str, default: Vec<String>| -> Vec<String> {
            let listed = files.and_then(|files| files.get(key)).and_then(Value::as_array);
            listed.map_or(default, |rules| {
                rules.iter().filter_map(Value::as_str).take(MAX_RULES).map(str::to_lowercase).collect()
            })
        };
        let Self { names, basenames, characters, extensions } = Self::default();
        let characters = characters.into_iter().map(String::from).collect();
        Self {
            names: list("forbidden_filenames", names),
            basenames: list("forbidden_filename_basenames", basenames),
            characters: list("forbidden_filename_characters", characters)
                .iter()
                .flat_map(|rule| rule.chars())
                .collect(),
            extensions: list("forbidden_filename_extensions", extensions),
        }
    }

    /// Whether every folder of the path and its last name may be written.
    pub fn check(&self, path: &FilePath) -> Result<(), NameRefusal> {
        if path.is_root() {
            return Err(NameRefusal::Root);
        }
        path.segments().try_for_each(|name| self.check_name(name))
    }

    fn check_name(&self, name: &str) -> Result<(), NameRefusal> {
        if name.len() > MAX_NAME_BYTES {
            return Err(NameRefusal::TooLong { bytes: name.len() });
        }
        if name.chars().any(char::is_control) {
            return Err(NameRefusal::Control);
        }
        if let Some(character) = name.chars().find(|letter| self.characters.contains(letter)) {
            return Err(NameRefusal::Character { character });
        }
        let lower = name.to_lowercase();
        if self.names.contains(&lower) {
            return Err(NameRefusal::Reserved { name: lower });
        }
        // A leading dot does not end the first part: ".con" is not "con".
        let mut letters = lower.char_indices().skip(1);
        let basename = letters.find(|(_, letter)| *letter == '.').and_then(|(at, _)| lower.get(..at));
        let basename = basename.unwrap_or(&lower);
        if self.basenames.iter().any(|rule| rule == basename) {
            return Err(NameRefusal::Basename { name: basename.to_owned() });
        }
        let ending = self.extensions.iter().find(|extension| lower.ends_with(extension.as_str()));
        ending.map_or(Ok(()), |extension| Err(NameRefusal::Extension { extension: extension.clone() }))
    }
}
