//! One record, and its one spelling: the bytes that are hashed, exported and compared.
//!
//! A record is one JSON object in one line, with its members in alphabetical order, without spaces, in ASCII: the form
//! of RFC 8785 for what occurs here. Its hash is
//! `SHA-256("voiceassist-audit-record-1\n" ‖ the object without its member "hash")`. A line that says the same in other
//! bytes is not a record, so no byte of an export can be changed unnoticed. Codes are read as text: a log that a newer
//! release wrote can be verified by an older one.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::digest::{Digest, Mark};

/// What is hashed begins with this, so that nothing else that is hashed can be taken for a record.
pub const DOMAIN: &str = "voiceassist-audit-record-1\n";

/// The longest line a record can have: 256 subjects and some details.
pub const MAX_LINE: usize = 32 * 1024;

/// Numbers beyond this have more than one spelling in JSON.
const MAX_COUNT: u64 = (1 << 53) - 1;

/// Bytes of a subject in the database: a tag and the hidden id.
const SUBJECT_BYTES: usize = 17;

/// The tag of each kind of subject in the database. A tag is used once.
pub const KINDS: &[(u8, &str)] = &[
    (1, "document"),
    (2, "passage"),
    (3, "account"),
    (4, "conversation"),
    (5, "app"),
    (6, "instance"),
    (7, "remote_write"),
    (8, "scope_rule"),
    (9, "egress"),
];

/// A number, a word or a yes or no.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(untagged)]
pub enum Detail {
    /// Yes or no.
    Flag(bool),
    /// A number.
    Count(u64),
    /// A word of the program's own text.
    Code(String),
}

/// A hidden subject.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct SubjectMark {
    /// What kind of thing it is.
    pub kind: Cow<'static, str>,
    /// Its hidden id.
    pub mark: Mark,
}

/// One record of the chain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Record {
    /// Its place, from 1 without gaps.
    pub sequence: u64,
    /// When, to the microsecond, by the clock of whoever wrote it. The order is the sequence's.
    pub at: DateTime<Utc>,
    /// `person`, `app`, `operator`, `daemon` or `unknown`.
    pub actor_kind: String,
    /// The hidden id of the actor, if there is one.
    pub actor: Option<Mark>,
    /// What was done.
    pub action: String,
    /// What it was about.
    pub subjects: Vec<SubjectMark>,
    /// How it ended.
    pub outcome: String,
    /// Numbers and codes.
    pub details: BTreeMap<String, Detail>,
    /// The hash of the record before; zeros for the first.
    pub previous: Digest,
    /// The hash.
    pub hash: Digest,
}

/// What stands in the place of a record is none.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not a record in its one spelling")]
pub struct Malformed;

/// A row of the table.
pub(crate) struct Row {
    pub(crate) sequence: i64,
    pub(crate) at: DateTime<Utc>,
    pub(crate) actor_kind: String,
    pub(crate) actor: Vec<u8>,
    pub(crate) action: String,
    pub(crate) subjects: Vec<u8>,
    pub(crate) outcome: String,
    pub(crate) details: String,
    pub(crate) previous: Vec<u8>,
    pub(crate) hash: Vec<u8>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    action: String,
    actor: String,
    actor_kind: String,
    at: DateTime<Utc>,
    details: BTreeMap<String, Detail>,
    hash: String,
    outcome: String,
    previous: String,
    sequence: u64,
    subjects: Vec<String>,
}

impl Record {
    /// The hash that belongs to what the record says.
    pub fn computed_hash(&self) -> Digest {
        let mut hasher = Sha256::new();
        hasher.update(DOMAIN);
        hasher.update(self.spelled(false));
        Digest(hasher.finalize().into())
    }

    /// The record as a line of an export, without the line's end.
    pub fn to_line(&self) -> String {
        self.spelled(true)
    }

    /// Reads a line; any other bytes for the same record are refused.
    pub fn from_line(line: &str) -> Result<Self, Malformed> {
        if line.len() > MAX_LINE {
            return Err(Malformed);
        }
        let read: Line = serde_json::from_str(line).map_err(|_| Malformed)?;
        let subjects = read.subjects.iter().map(|subject| SubjectMark::from_text(subject));
        let record = Self {
            sequence: read.sequence,
            at: read.at,
            actor_kind: read.actor_kind,
            actor: match read.actor.as_str() {
                "" => None,
                mark => Some(mark.parse().map_err(|_| Malformed)?),
            },
            action: read.action,
            subjects: subjects.collect::<Result<_, _>>()?,
            outcome: read.outcome,
            details: read.details,
            previous: read.previous.parse().map_err(|_| Malformed)?,
            hash: read.hash.parse().map_err(|_| Malformed)?,
        };
        if record.is_well_formed() && record.to_line() == line { Ok(record) } else { Err(Malformed) }
    }

    /// Reads a row. Rows can be changed behind the program's back, so nothing is taken for granted.
    pub(crate) fn from_row(row: Row) -> Result<Self, Malformed> {
        let details: BTreeMap<String, Detail> = serde_json::from_str(&row.details).map_err(|_| Malformed)?;
        if details_text(&details) != row.details {
            return Err(Malformed);
        }
        let record = Self {
            sequence: u64::try_from(row.sequence).map_err(|_| Malformed)?,
            at: row.at,
            actor_kind: row.actor_kind,
            actor: match row.actor.as_slice() {
                [] => None,
                mark => Some(Mark::try_from(mark).map_err(|_| Malformed)?),
            },
            action: row.action,
            subjects: unpacked(&row.subjects)?,
            outcome: row.outcome,
            details,
            previous: Digest::try_from(row.previous.as_slice()).map_err(|_| Malformed)?,
            hash: Digest::try_from(row.hash.as_slice()).map_err(|_| Malformed)?,
        };
        if record.is_well_formed() { Ok(record) } else { Err(Malformed) }
    }

    fn is_well_formed(&self) -> bool {
        let codes = [&self.actor_kind, &self.action, &self.outcome];
        codes.into_iter().all(|code| is_code(code))
            && self.subjects.iter().all(|subject| is_code(&subject.kind))
            && self.details.iter().all(|(name, detail)| is_code(name) && detail.is_well_formed())
    }

    fn spelled(&self, with_hash: bool) -> String {
        let mut out = String::with_capacity(512 + self.subjects.len() * 48);
        // Writing into a String cannot fail.
        _ = write!(out, r#"{{"action":"{}","actor":""#, self.action);
        if let Some(actor) = self.actor {
            _ = write!(out, "{actor}");
        }
        _ = write!(
            out,
            r#"","actor_kind":"{}","at":"{}","details":"#,
            self.actor_kind,
            spelled_time(self.at)
        );
        out.push_str(&details_text(&self.details));
        if with_hash {
            _ = write!(out, r#","hash":"{}""#, self.hash);
        }
        _ = write!(
            out,
            r#","outcome":"{}","previous":"{}","sequence":{},"subjects":["#,
            self.outcome, self.previous, self.sequence
        );
        for (place, subject) in self.subjects.iter().enumerate() {
            let comma = if place == 0 { "" } else { "," };
            _ = write!(out, r#"{comma}"{}:{}""#, subject.kind, subject.mark);
        }
        out.push_str("]}");
        out
    }
}

impl Detail {
    /// A number; the largest that has one spelling stands for all beyond.
    pub(crate) fn counted(number: u64) -> Self {
        Self::Count(number.min(MAX_COUNT))
    }

    fn is_well_formed(&self) -> bool {
        match self {
            Self::Flag(_) => true,
            Self::Count(number) => *number <= MAX_COUNT,
            Self::Code(code) => is_code(code),
        }
    }
}

impl SubjectMark {
    /// The bytes of the database; `None` for a kind that this release does not know.
    pub(crate) fn packed(&self) -> Option<[u8; SUBJECT_BYTES]> {
        let (tag, _) = KINDS.iter().find(|(_, name)| *name == self.kind)?;
        let mut bytes = [*tag; SUBJECT_BYTES];
        bytes[1..].copy_from_slice(&self.mark.0);
        Some(bytes)
    }

    fn from_text(text: &str) -> Result<Self, Malformed> {
        let (kind, mark) = text.split_once(':').ok_or(Malformed)?;
        Ok(Self { kind: kind.to_owned().into(), mark: mark.parse().map_err(|_| Malformed)? })
    }
}

fn unpacked(bytes: &[u8]) -> Result<Vec<SubjectMark>, Malformed> {
    let (subjects, rest) = bytes.as_chunks::<SUBJECT_BYTES>();
    if !rest.is_empty() {
        return Err(Malformed);
    }
    let read = |[tag, mark @ ..]: &[u8; SUBJECT_BYTES]| {
        let (_, kind) = KINDS.iter().find(|(known, _)| known == tag).ok_or(Malformed)?;
        Ok(SubjectMark { kind: Cow::Borrowed(*kind), mark: Mark(*mark) })
    };
    subjects.iter().map(read).collect()
}

/// Whether it may stand in a record without being escaped, and is no sentence: 1 to 64 of `a-z 0-9 _ . -`.
pub(crate) fn is_code(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_.-".contains(&byte);
    (1..=64).contains(&text.len()) && text.bytes().all(allowed)
}

/// The details as JSON in their one spelling.
pub(crate) fn details_text(details: &BTreeMap<String, Detail>) -> String {
    let mut out = String::from("{");
    for (name, detail) in details {
        let comma = if out.len() == 1 { "" } else { "," };
        // Writing into a String cannot fail.
        _ = match detail {
            Detail::Flag(flag) => write!(out, r#"{comma}"{name}":{flag}"#),
            Detail::Count(number) => write!(out, r#"{comma}"{name}":{number}"#),
            Detail::Code(code) => write!(out, r#"{comma}"{name}":"{code}""#),
        };
    }
    out.push('}');
    out
}

/// An instant in its one spelling: RFC 3339, in UTC, with six digits of the second.
pub(crate) fn spelled_time(at: DateTime<Utc>) -> impl std::fmt::Display {
    at.format("%Y-%m-%dT%H:%M:%S%.6fZ")
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::BTreeMap;

    use chrono::{DateTime, TimeDelta};
    use proptest::prelude::*;

    use super::{Detail, Record, SubjectMark};
    use crate::audit::digest::{Digest, Mark};

    fn first() -> Record {
        let mut record = Record {
            sequence: 1,
            at: DateTime::parse_from_rfc3339("2026-11-23T08:00:00.000001Z").unwrap().to_utc(),
            actor_kind: "person".to_owned(),
            actor: Some(Mark([0xaa; 16])),
            action: "search.show".to_owned(),
            subjects: vec![
                SubjectMark { kind: "document".into(), mark: Mark([0x11; 16]) },
                SubjectMark { kind: "passage".into(), mark: Mark([0x22; 16]) },
            ],
            outcome: "done".to_owned(),
            details: BTreeMap::from([
                ("asked".to_owned(), Detail::Flag(false)),
                ("passages".to_owned(), Detail::Count(1)),
            ]),
            previous: Digest::ORIGIN,
            hash: Digest::ORIGIN,
        };
        record.hash = record.computed_hash();
        record
    }

    /// A chain of made-up records.
    pub(in crate::audit) fn chain(lengths: &[u8]) -> Vec<Record> {
        let mut records: Vec<Record> = Vec::new();
        for (place, length) in lengths.iter().enumerate() {
            let place = place as u64;
            let mut record = Record {
                sequence: place + 1,
                at: first().at + TimeDelta::milliseconds(i64::from(*length) * i64::try_from(place).unwrap()),
                actor: (*length > 2).then_some(Mark([*length; 16])),
                subjects: (0..*length)
                    .map(|at| SubjectMark { kind: "document".into(), mark: Mark([at; 16]) })
                    .collect(),
                details: BTreeMap::from([("count".to_owned(), Detail::Count(place))]),
                previous: records.last().map_or(Digest::ORIGIN, |last| last.hash),
                ..first()
            };
            record.hash = record.computed_hash();
            records.push(record);
        }
        records
    }

    #[test]
    fn a_record_is_spelled_and_hashed_as_the_documentation_says() {
        // The hash is Python's: hashlib.sha256(b"voiceassist-audit-record-1\n" + line without "hash").
        let page = include_str!("../../../../docs/reference/audit-format.md");
        let record = first();
        assert!(page.contains(&record.to_line()), "the reference does not show {}", record.to_line());
        assert_eq!(
            record.hash.to_string(),
            "071866886864c48e18c81e615f7fb86132359d883829588716f43c8e198a36c2"
        );
    }

    #[test]
    fn a_line_with_one_byte_changed_is_no_record_or_has_another_hash() {
        let record = first();
        let line = record.to_line();
        for at in 0..line.len() {
            for with in [b'0', b'1', b'a', b' ', b'"', b'Z'] {
                let mut bytes = line.clone().into_bytes();
                if bytes[at] == with {
                    continue;
                }
                bytes[at] = with;
                let changed = String::from_utf8(bytes).unwrap();
                let noticed = match Record::from_line(&changed) {
                    Err(_) => true,
                    Ok(read) => read.computed_hash() != read.hash || read.hash != record.hash,
                };
                assert!(noticed, "byte {at} to {with}: {changed}");
            }
        }
    }

    proptest! {
        #[test]
        fn a_record_survives_its_line_and_nothing_else_is_read(lengths in prop::collection::vec(0_u8..6, 1..5)) {
            for record in chain(&lengths) {
                let line = record.to_line();
                prop_assert_eq!(Record::from_line(&line), Ok(record));
                let with_a_space = format!("{line} ");
                prop_assert!(Record::from_line(&with_a_space).is_err());
                prop_assert!(Record::from_line(&line.replace(':', ": ")).is_err());
            }
        }

        #[test]
        fn nothing_that_is_read_panics(text in ".{0,200}") {
            _ = Record::from_line(&text);
        }
    }
}
