//! What narrows a search beside who may read: numbers in every point, and conditions over them.
//!
//! A point carries the [`Facts`] of its document: what it is, its media type, when it is, and who is in it. Types and people
//! are keyed numbers like terms, so a copied index names nobody. A [`Narrow`] is a condition of the query itself, like the
//! access sets beside which it stands: it takes away and never adds. It may let through what does not fit (two people who
//! share a number, points of before there were facts), and whoever shows something looks again; it never keeps back what
//! fits.

use voiceassist_model::{DocumentId, Source};

use super::{IndexError, check_count};

/// Changes when facts are read or written in another way; points that carry an older number are written again.
pub const FACTS_FORM: i64 = 1;
/// Most numbers of people that a point carries.
pub const MAX_PEOPLE: usize = 256;
/// Most types a search is narrowed to.
pub const MAX_TYPES: usize = 128;
/// Most people a search is narrowed to.
pub const MAX_WANTED_PEOPLE: usize = 8;
/// Most ways one of them may be known by.
pub const MAX_WAYS: usize = 32;
/// Most words of one way.
pub const MAX_WORDS: usize = 8;
/// Most documents a search is narrowed to by name.
pub const MAX_DOCUMENTS: usize = 4_096;
/// Most documents whose facts are written by one call.
pub const MAX_DESCRIBED: usize = 1_024;

/// Names used in the engine, the same in both forms.
pub(super) const FORM: &str = "facts";
pub(super) const SOURCE: &str = "source";
pub(super) const TYPES: &str = "types";
pub(super) const FROM: &str = "from";
pub(super) const UNTIL: &str = "until";
pub(super) const PEOPLE: &str = "people";

/// What is without a time begins behind every end and ends before every beginning, so that no span holds it. Within what
/// a double can say exactly.
const NEVER: i64 = 1 << 52;

/// What is known of a document beside its text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// What it is.
    pub source: Source,
    /// [`SparseEncoder::media_type`](super::sparse::SparseEncoder::media_type) of its media type, whole and by its first half.
    pub types: Vec<u32>,
    /// When it begins, was changed or written, in seconds since 1970; `None` if that is not known.
    pub from: Option<i64>,
    /// When it has ended; `None` with a beginning goes on.
    pub until: Option<i64>,
    /// [`SparseEncoder::person`](super::sparse::SparseEncoder::person) of whoever is in it, ascending, each once.
    pub people: Vec<u32>,
}

/// Conditions of a search. What is empty is no condition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Narrow {
    /// Any of these.
    pub sources: Vec<Source>,
    /// Any of these.
    pub types: Vec<u32>,
    /// Only what has not ended before this, in seconds since 1970.
    pub from: Option<i64>,
    /// Only what begins before this.
    pub before: Option<i64>,
    /// Each of these people, known in any of some ways, each way by all of its numbers.
    pub people: Vec<Vec<Vec<u32>>>,
    /// Only these documents. Some of none finds nothing.
    pub documents: Option<Vec<DocumentId>>,
    /// Whether points without facts are let through, because theirs are not written yet.
    pub or_unknown: bool,
}

// === impl Facts ===

impl Facts {
    pub(super) const fn number_of(source: Source) -> i64 {
        match source {
            Source::File => 0,
            Source::Event => 1,
            Source::Task => 2,
            Source::Contact => 3,
            Source::Message => 4,
        }
    }

    /// What is stored of its time: never nothing, so that writing facts anew leaves nothing of before.
    pub(super) fn span(&self) -> (i64, i64) {
        match (self.from, self.until) {
            (None, None) => (NEVER, -NEVER),
            (Some(from), None) => (from, NEVER),
            (from, Some(until)) => (from.unwrap_or(until), until),
        }
    }

    pub(super) fn check(&self) -> Result<(), IndexError> {
        check_count("people of a document", self.people.len(), MAX_PEOPLE)?;
        check_count("types of a document", self.types.len(), MAX_TYPES)
    }
}

// === impl Narrow ===

impl Narrow {
    /// Whether it narrows nothing.
    pub fn is_open(&self) -> bool {
        *self == Self { or_unknown: self.or_unknown, ..Self::default() }
    }

    /// The people of whom there are numbers to look for. A name of nothing but small words has none, and whoever shows
    /// something looks for it there.
    pub(super) fn told_people(&self) -> impl Iterator<Item = &Vec<Vec<u32>>> {
        self.people.iter().filter(|ways| !ways.is_empty() && ways.iter().all(|words| !words.is_empty()))
    }

    pub(super) fn check(&self) -> Result<(), IndexError> {
        check_count("types of a search", self.types.len(), MAX_TYPES)?;
        check_count("people of a search", self.people.len(), MAX_WANTED_PEOPLE)?;
        check_count("documents of a search", self.documents.as_ref().map_or(0, Vec::len), MAX_DOCUMENTS)?;
        for ways in &self.people {
            check_count("ways to know somebody by", ways.len(), MAX_WAYS)?;
            for words in ways {
                check_count("words of a name", words.len(), MAX_WORDS)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use voiceassist_model::Source;

    use super::{Facts, Narrow};

    #[test]
    fn what_has_no_time_is_in_no_span_and_what_goes_on_has_no_end() {
        let span = |from, until| Facts { from, until, ..Facts::default() }.span();
        let (from, until) = span(None, None);
        assert!(from > 253_402_300_799 && until < -253_402_300_799, "no year has it");
        assert!(span(Some(5), None).1 > 253_402_300_799);
        assert_eq!(span(Some(5), Some(7)), (5, 7));
    }

    #[test]
    fn a_name_without_a_number_is_no_condition() {
        let told = |people| Narrow { people, ..Narrow::default() }.told_people().count();
        assert_eq!(told(vec![vec![vec![1], vec![2, 3]], vec![vec![4]]]), 2);
        assert_eq!(told(vec![vec![vec![1], vec![]]]), 0);
        assert_eq!(told(vec![vec![]]), 0);
        assert!(Narrow { or_unknown: true, ..Narrow::default() }.is_open());
        assert!(!Narrow { sources: vec![Source::File], ..Narrow::default() }.is_open());
    }
}
