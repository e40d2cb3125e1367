//! Synthetic documents of an invented clinic, with the facts that a reader must find in them.
//!
//! Every document is written once, as a small text in `daemon/fakes/corpus`, and rendered into the format it names:
//! PDF in one or two columns, Word, HTML, Markdown, plain text in three encodings, or a scan that holds only pictures of
//! text. Beside the bytes stands what a question must find and on which page, so that a test or the demo can judge an
//! answer. `bulk` makes thousands of small files for measurements, `hostile` makes the files that must not hurt.
//!
//! The same seed gives the same bytes on every machine. The module refuses real people, real clinics and real
//! guidance: each document says that it is synthetic and no medical advice, and its figures are invented.

mod bulk;
mod clinic;
mod docx;
mod font;
mod hostile;
mod html;
mod markup;
mod package;
mod pdf;
mod render;
mod scan;
mod sequence;
mod source;
mod text;

pub use self::clinic::{DemoQuestion, demo_questions};
pub use self::hostile::{HostileFile, hostile};

/// Whose tree a file lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Owner {
    /// Only Alice sees it.
    Alice,
    /// Only Bob sees it.
    Bob,
    /// It lies in Alice's folder `Clinic`, which she shares with Bob.
    Shared,
}

/// A question that one document answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// Asked in plain words.
    pub question: String,
    /// Words that the answering sentence contains, as they stand in the document.
    pub answer_contains: String,
    /// The page of these words, from one.
    pub page: u32,
    /// The path of the document.
    pub path: String,
}

/// One file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CorpusFile {
    /// Folders and name, separated by `/`, without one at the start.
    pub path: String,
    /// The content.
    pub bytes: Vec<u8>,
    /// The media type that a file server would name.
    pub media_type: &'static str,
    /// Who sees it.
    pub owner: Owner,
    /// How many pages a reader sees; one in formats that flow.
    pub pages: u32,
    /// Whether the pages are only pictures, without a text layer.
    pub scanned: bool,
    /// What it tells.
    pub facts: Vec<Fact>,
}

/// A set of files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Corpus {
    /// In a fixed order.
    pub files: Vec<CorpusFile>,
}

impl Corpus {
    /// The clinic's documents. The seed changes versions and dates of review, never a fact.
    pub fn clinic(seed: u64) -> Self {
        Self { files: clinic::files(seed) }
    }

    /// Many small files of mixed formats in a tree of exactly this many folders, all shared, each with one fact.
    pub fn bulk(seed: u64, files: usize, folders: usize) -> Self {
        Self { files: bulk::files(seed, files, folders) }
    }

    /// The files of one owner.
    pub fn owned_by(&self, owner: Owner) -> impl Iterator<Item = &CorpusFile> {
        self.files.iter().filter(move |file| file.owner == owner)
    }

    /// The file at a path.
    pub fn find(&self, path: &str) -> Option<&CorpusFile> {
        self.files.iter().find(|file| file.path == path)
    }

    /// Every fact of every file.
    pub fn facts(&self) -> impl Iterator<Item = &Fact> {
        self.files.iter().flat_map(|file| &file.facts)
    }
}
