//! What a search or a question is narrowed to: what things are, their type, where they lie, when, and who is in them.
//!
//! ```text
//! filter ─▶ checked ─▶ people resolved as everywhere (contacts, colleagues, words) ─▶ conditions of the index query
//!        ─▶ candidates that fit and may be read ─▶ compared once more with the database, folder and people included
//! ```
//!
//! A filter takes away and never adds: it stands beside the asker's access sets inside the query, and what comes of the query
//! is asked about again. The folder is one of the asker's own view, so it becomes the documents that lie below it for them; of
//! more than [`MAX_DOCUMENTS`] the query takes more than is wanted and the comparison decides. Nothing here is kept: a filter
//! is of one search or one turn.

mod asked;
mod kind;
mod people;
pub(crate) mod said;

use chrono::{DateTime, Utc};
use voiceassist_model::Source;

pub(crate) use asked::Narrowed;
pub use kind::{KINDS, Kind};

/// Types of one filter at most.
pub const MAX_TYPES: usize = 16;
/// People of one filter at most.
pub const MAX_PEOPLE: usize = 4;
/// Letters of somebody's name or address.
pub const MAX_PERSON_CHARS: usize = 200;
/// Files of one filter at most.
pub const MAX_FILES: usize = 16;
/// Letters of a folder.
pub const MAX_FOLDER_CHARS: usize = 1_000;

/// What is looked at. What is empty is no condition.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Any of these.
    pub sources: Vec<Source>,
    /// Any of these: names of [`KINDS`] or media types such as `application/pdf` and `image/*`.
    pub types: Vec<String>,
    /// Only files below this folder of the asker's own tree.
    pub folder: Option<String>,
    /// Only these files, by Nextcloud's ids. One that the asker may not read is as good as none.
    pub files: Vec<u64>,
    /// Only what has not ended before this.
    pub from: Option<DateTime<Utc>>,
    /// Only what begins before this.
    pub to: Option<DateTime<Utc>>,
    /// Each of these people, by a name or an address.
    pub people: Vec<String>,
}

voiceassist_model::debug_without_text!(Filter { sources, from, to; });

/// A filter that cannot be meant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FilterError {
    /// A type nobody knows.
    #[error(
        "a type is one of {}, or a media type such as application/pdf or image/*; at most {MAX_TYPES} of them",
        kind::names()
    )]
    Type,
    /// A folder that is none.
    #[error(
        "a folder is a path of your own tree that begins with a slash, such as /Clinic/Cardiology, without `.` and `..`, of at \
         most {MAX_FOLDER_CHARS} characters"
    )]
    Folder,
    /// A folder of what lies in none.
    #[error("only files lie in folders; leave out the folder or the other sources")]
    FolderOfOthers,
    /// Too many files, or files of what is none.
    #[error(
        "a file is one by Nextcloud's id, at most {MAX_FILES} of them; leave out the files or the other sources"
    )]
    Files,
    /// An end before its beginning.
    #[error("`to` must be after `from`")]
    Span,
    /// Somebody without a name, or too many.
    #[error(
        "a person is a name or an address of at most {MAX_PERSON_CHARS} characters; at most {MAX_PEOPLE} of them"
    )]
    Person,
}

impl Filter {
    /// Whether it narrows nothing.
    pub fn is_open(&self) -> bool {
        *self == Self::default()
    }

    /// The same with what can be written in several ways written in one, if it can be meant.
    pub fn checked(mut self) -> Result<Self, FilterError> {
        self.sources.sort_unstable();
        self.sources.dedup();
        if self.types.len() > MAX_TYPES {
            return Err(FilterError::Type);
        }
        for name in &mut self.types {
            *name = name.trim().to_lowercase();
            kind::media_types(name).ok_or(FilterError::Type)?;
        }
        self.folder = self.folder.map(|folder| checked_folder(&folder)).transpose()?;
        let other_sources = !self.sources.is_empty() && !self.sources.contains(&Source::File);
        if self.folder.is_some() && other_sources {
            return Err(FilterError::FolderOfOthers);
        }
        self.files.sort_unstable();
        self.files.dedup();
        if self.files.len() > MAX_FILES || !self.files.is_empty() && other_sources {
            return Err(FilterError::Files);
        }
        if self.from.zip(self.to).is_some_and(|(from, to)| from >= to) {
            return Err(FilterError::Span);
        }
        if self.people.len() > MAX_PEOPLE {
            return Err(FilterError::Person);
        }
        for person in &mut self.people {
            *person = person.trim().to_owned();
            if !person.chars().any(char::is_alphanumeric) || person.chars().count() > MAX_PERSON_CHARS {
                return Err(FilterError::Person);
            }
        }
        Ok(self)
    }

    /// The same with what was heard between the words, where nothing was said outright.
    pub(crate) fn with(&self, heard: Self) -> Self {
        let either =
            |said: &Vec<String>, heard: Vec<String>| if said.is_empty() { heard } else { said.clone() };
        let says_when = self.from.is_some() || self.to.is_some();
        Self {
            sources: if self.sources.is_empty() { heard.sources } else { self.sources.clone() },
            types: either(&self.types, heard.types),
            folder: self.folder.clone().or(heard.folder),
            files: if self.files.is_empty() { heard.files } else { self.files.clone() },
            from: if says_when { self.from } else { heard.from },
            to: if says_when { self.to } else { heard.to },
            people: either(&self.people, heard.people),
        }
    }

    /// Whether everything it leaves is of the asker's own day: what is on, to do, written, and who people are.
    pub(crate) fn is_own_day(&self) -> bool {
        let only_sources = Self { sources: self.sources.clone(), ..Self::default() };
        *self == only_sources && !self.sources.contains(&Source::File)
    }
}

fn checked_folder(folder: &str) -> Result<String, FilterError> {
    let folder = folder.trim();
    let whole = folder.trim_end_matches('/');
    let is_path = folder.starts_with('/')
        && folder.chars().count() <= MAX_FOLDER_CHARS
        && !folder.chars().any(char::is_control)
        && (whole.is_empty()
            || whole.split('/').skip(1).all(|part| !part.is_empty() && part != "." && part != ".."));
    if !is_path {
        return Err(FilterError::Folder);
    }
    // Trees are kept in the composed form.
    let composed: String = unicode_normalization::UnicodeNormalization::nfc(whole).collect();
    Ok(if composed.is_empty() { "/".to_owned() } else { composed })
}

#[cfg(test)]
mod tests {
    use chrono::{TimeDelta, Utc};
    use voiceassist_model::Source;

    use super::{Filter, FilterError, MAX_PEOPLE, MAX_TYPES};

    fn checked(filter: Filter) -> Result<Filter, FilterError> {
        filter.checked()
    }

    #[test]
    fn a_filter_that_cannot_be_meant_is_refused_with_what_is_allowed() {
        let none = Filter::default;
        let now = chrono::DateTime::<Utc>::UNIX_EPOCH;
        for (filter, error) in [
            (Filter { types: vec!["portable".into()], ..none() }, FilterError::Type),
            (Filter { types: vec!["*/*".into()], ..none() }, FilterError::Type),
            (Filter { types: vec!["text/plain\u{0}".into()], ..none() }, FilterError::Type),
            (Filter { types: vec!["pdf".into(); MAX_TYPES + 1], ..none() }, FilterError::Type),
            (Filter { folder: Some("Clinic".into()), ..none() }, FilterError::Folder),
            (Filter { folder: Some("/Clinic/../Other".into()), ..none() }, FilterError::Folder),
            (Filter { folder: Some("/a//b".into()), ..none() }, FilterError::Folder),
            (Filter { folder: Some("/a\nb".into()), ..none() }, FilterError::Folder),
            (Filter { folder: Some(format!("/{}", "x".repeat(1_000))), ..none() }, FilterError::Folder),
            (
                Filter { folder: Some("/a".into()), sources: vec![Source::Message], ..none() },
                FilterError::FolderOfOthers,
            ),
            (Filter { files: (0..17).collect(), ..none() }, FilterError::Files),
            (Filter { files: vec![7], sources: vec![Source::Event], ..none() }, FilterError::Files),
            (Filter { from: Some(now), to: Some(now), ..none() }, FilterError::Span),
            (Filter { people: vec!["?!".into()], ..none() }, FilterError::Person),
            (Filter { people: vec!["A".into(); MAX_PEOPLE + 1], ..none() }, FilterError::Person),
            (Filter { people: vec!["x".repeat(201)], ..none() }, FilterError::Person),
        ] {
            assert_eq!(checked(filter), Err(error));
        }
        assert!(FilterError::Type.to_string().contains("pdf"));
    }

    #[test]
    fn what_is_written_in_several_ways_becomes_one() {
        let now = chrono::DateTime::<Utc>::UNIX_EPOCH;
        let filter = Filter {
            sources: vec![Source::Message, Source::File, Source::Message],
            types: vec![" PDF ".into(), "Image/*".into()],
            folder: Some("/Clinic/Cardiology//".trim_end_matches('/').to_owned() + "/"),
            files: vec![9, 7, 9],
            from: Some(now),
            to: Some(now + TimeDelta::days(1)),
            people: vec![" Dr. Weber ".into()],
        };
        let filter = checked(filter).unwrap();
        assert_eq!(filter.sources, [Source::File, Source::Message]);
        assert_eq!(filter.types, ["pdf", "image/*"]);
        assert_eq!(filter.files, [7, 9]);
        assert_eq!(filter.folder.as_deref(), Some("/Clinic/Cardiology"));
        assert_eq!(filter.people, ["Dr. Weber"]);
        let root = checked(Filter { folder: Some("/".into()), ..Filter::default() }).unwrap();
        assert_eq!(root.folder.as_deref(), Some("/"));
        assert!(!root.is_open() && Filter::default().is_open());
    }
}
