//! What the chain's end was at some moment, signed, to be kept where the database's administrator cannot reach.
//!
//! A hash chain shows a change in its middle. It does not show that its end was cut off, nor that all of it was written
//! anew by somebody who can compute hashes. A checkpoint shows both: it says that at this time the record with this
//! number had this hash, and nobody without the key can say so.
//!
//! A checkpoint is one line: `voiceassist-checkpoint 1 SEQUENCE HASH TIME KEY SIGNATURE`. Signed is everything before
//! the last space, in ASCII. It is found wherever it stands in a line, so the daemon's log is as good a keeper as a file.

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, Utc};

use super::Receipt;
use super::digest::Digest;
use super::record::spelled_time;
use super::signature::{AuditKey, KeyError, PublicKey, Signature, is_signed};

/// What a checkpoint begins with.
pub const MARK: &str = "voiceassist-checkpoint";
const VERSION: &str = "1";
/// Fields after the mark.
const FIELDS: usize = 6;

/// A checkpoint whose signature holds. Whether its key is to be trusted is for the reader to say.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Checkpoint {
    /// The record that was last.
    pub end: Receipt,
    /// When it was.
    pub at: DateTime<Utc>,
    /// Who says so.
    pub key: PublicKey,
    signature: Signature,
}

/// A line says that it holds a checkpoint, and does not.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum BadCheckpoint {
    /// Not the fields of a checkpoint in their one spelling.
    #[error("a checkpoint cannot be read")]
    Unreadable,
    /// Changed, or not signed by the key it names.
    #[error("a checkpoint is not signed by the key it names")]
    Signature,
}

/// Checkpoints that were found in a file.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Those that hold, by the record they are about.
    pub checkpoints: Vec<Checkpoint>,
    /// Lines that hold none that does, with what is wrong.
    pub bad: Vec<(usize, BadCheckpoint)>,
    /// Whether the last line was cut short, as a crash may leave it.
    pub ends_torn: bool,
}

impl Checkpoint {
    /// Signs what the end of the chain is.
    pub fn sign(key: &AuditKey, end: Receipt, at: DateTime<Utc>) -> Result<Self, KeyError> {
        let public = key.public();
        let signature = key.sign(&signed_text(end, at, public))?;
        Ok(Self { end, at, key: public, signature })
    }

    /// Reads the checkpoint in a line; `None` if there is none.
    pub fn in_line(line: &str) -> Option<Result<Self, BadCheckpoint>> {
        let (_, after) = line.split_once(MARK)?;
        Some(Self::from_fields(after))
    }

    fn from_fields(after: &str) -> Result<Self, BadCheckpoint> {
        let fields: Vec<&str> = after.split_ascii_whitespace().take(FIELDS).collect();
        let [VERSION, sequence, hash, at, key, signature] = fields[..] else {
            return Err(BadCheckpoint::Unreadable);
        };
        let unreadable = |_| BadCheckpoint::Unreadable;
        // What follows the last field in a log line, a quote for instance, is not part of it.
        let signature = signature.get(..128).ok_or(BadCheckpoint::Unreadable)?;
        let checkpoint = Self {
            end: Receipt {
                sequence: sequence.parse().map_err(|_| BadCheckpoint::Unreadable)?,
                hash: hash.parse().map_err(unreadable)?,
            },
            at: DateTime::parse_from_rfc3339(at).map_err(|_| BadCheckpoint::Unreadable)?.to_utc(),
            key: key.parse().map_err(unreadable)?,
            signature: signature.parse().map_err(unreadable)?,
        };
        let text = signed_text(checkpoint.end, checkpoint.at, checkpoint.key);
        if [VERSION, sequence, hash, at, key] != text.split(' ').skip(1).collect::<Vec<_>>()[..] {
            return Err(BadCheckpoint::Unreadable);
        }
        if is_signed(&text, &checkpoint.key, &checkpoint.signature) {
            Ok(checkpoint)
        } else {
            Err(BadCheckpoint::Signature)
        }
    }

    /// Every checkpoint of a file or of a log. Lines without one are passed over.
    pub fn all_in(text: &str) -> Found {
        let mut found = Found { ends_torn: !text.is_empty() && !text.ends_with('\n'), ..Found::default() };
        let lines = text.lines().count();
        for (place, line) in text.lines().enumerate() {
            match Self::in_line(line) {
                None => {}
                Some(Ok(checkpoint)) => found.checkpoints.push(checkpoint),
                Some(Err(_)) if found.ends_torn && place + 1 == lines => {}
                Some(Err(bad)) => found.bad.push((place + 1, bad)),
            }
        }
        found
    }
}

/// As one line, without the line's end.
impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", signed_text(self.end, self.at, self.key), self.signature)
    }
}

fn signed_text(end: Receipt, at: DateTime<Utc>, key: PublicKey) -> String {
    format!("{MARK} {VERSION} {} {} {} {key}", end.sequence, end.hash, spelled_time(at))
}

/// Trusted checkpoints by the record they are about. Two about the same record that differ cannot both be true: then
/// the one that is met is held against what is found, and one of them will not agree.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known(BTreeMap<u64, Vec<Digest>>);

impl Known {
    pub(crate) fn new<'a>(checkpoints: impl IntoIterator<Item = &'a Checkpoint>) -> Self {
        let mut known: BTreeMap<u64, Vec<Digest>> = BTreeMap::new();
        for checkpoint in checkpoints {
            known.entry(checkpoint.end.sequence).or_default().push(checkpoint.end.hash);
        }
        Self(known)
    }

    /// How many are about this record, and whether all of them agree with it.
    pub(crate) fn judge(&self, record: Receipt) -> (u64, bool) {
        let said = self.0.get(&record.sequence).map_or(&[][..], Vec::as_slice);
        (said.len() as u64, said.iter().all(|hash| *hash == record.hash))
    }

    /// The first that is about a record after this one.
    pub(crate) fn beyond(&self, sequence: u64) -> Option<u64> {
        self.0.range(sequence.saturating_add(1)..).next().map(|(known, _)| *known)
    }
}
