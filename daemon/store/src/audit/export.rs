//! The log as a file that proves itself: for an auditor who has neither the database nor the program that wrote it.
//!
//! One JSON object a line. The first says where the export begins; then come the records in their one spelling
//! ([`super::record`]) with the checkpoints in between, each after the record it is about; the last line signs all bytes
//! before it. So a change of any byte shows: in a record by its hash, anywhere by the signature at the end. An export
//! always reaches to what was the end of the chain, and ends with a checkpoint that says so. Reading needs no database
//! and holds one line at a time.

use std::io::{self, BufRead, Write};

use chrono::{DateTime, Utc};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::Receipt;
use super::checkpoint::{BadCheckpoint, Checkpoint};
use super::digest::Digest;
use super::record::{MAX_LINE, Record, spelled_time};
use super::signature::{AuditKey, KeyError, PublicKey, Signature, is_signed};
use super::verify::{ChainCheck, Fault, Finding};

const FORMAT: &str = "voiceassist-audit-export-1";
const END_MARK: &str = "voiceassist-export-end 1";
/// What lines that are no records begin with.
const CHECKPOINT_LINE: &str = r#"{"checkpoint":""#;
const END_LINE: &str = r#"{"end":""#;

/// Writes an export.
pub struct ExportWriter<W> {
    out: W,
    hasher: Sha256,
    records: u64,
}

/// Why an export could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The file.
    #[error("writing the export")]
    Write(#[from] io::Error),
    /// The key.
    #[error("signing the export")]
    Key(#[from] KeyError),
}

/// Where an export is not what it was.
#[derive(Debug, thiserror::Error)]
pub enum ExportFault {
    /// A record, or the place of one.
    #[error("line {line}: {fault}")]
    Chain {
        /// The line.
        line: u64,
        /// What is wrong.
        fault: Fault,
    },
    /// A line that is no record.
    #[error("line {line}: {what}")]
    Line {
        /// The line.
        line: u64,
        /// What is wrong with it.
        what: &'static str,
    },
    /// It ends too early.
    #[error("the export ends after record {after} without its signed end; what followed was cut off")]
    NoEnd {
        /// The last record that is there.
        after: u64,
    },
    /// It was signed, by somebody else.
    #[error("line {line}: signed with the key {key}, which is not among those that were given as trusted")]
    Untrusted {
        /// The line.
        line: u64,
        /// The key.
        key: PublicKey,
    },
    /// The file.
    #[error("reading the export")]
    Read(#[source] io::Error),
}

/// An export that holds together.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExportFinding {
    /// What the chain is like.
    pub chain: Finding,
    /// The first record it holds.
    pub first: u64,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// Who signed it.
    pub key: PublicKey,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    first: u64,
    format: String,
    previous: String,
}

impl<W: Write> ExportWriter<W> {
    /// Begins an export of what follows this record.
    pub fn begin(out: W, before: Receipt) -> Result<Self, ExportError> {
        let mut writer = Self { out, hasher: Sha256::new(), records: 0 };
        writer.line(&head_line(before.sequence + 1, before.hash))?;
        Ok(writer)
    }

    /// Adds a record.
    pub fn record(&mut self, record: &Record) -> Result<(), ExportError> {
        self.records += 1;
        self.line(&record.to_line())
    }

    /// Adds a checkpoint about the record that was added last.
    pub fn checkpoint(&mut self, checkpoint: &Checkpoint) -> Result<(), ExportError> {
        self.line(&format!("{CHECKPOINT_LINE}{checkpoint}\"}}"))
    }

    /// Signs what was written and ends; how many records there are.
    pub fn end(mut self, key: &AuditKey, at: DateTime<Utc>) -> Result<u64, ExportError> {
        let bytes = Digest(self.hasher.clone().finalize().into());
        let text = end_text(self.records, bytes, at, key.public());
        let signature = key.sign(&text)?;
        self.line(&format!("{END_LINE}{text} {signature}\"}}"))?;
        self.out.flush()?;
        Ok(self.records)
    }

    fn line(&mut self, line: &str) -> Result<(), ExportError> {
        for part in [line.as_bytes(), b"\n"] {
            self.hasher.update(part);
            self.out.write_all(part)?;
        }
        Ok(())
    }
}

fn head_line(first: u64, previous: Digest) -> String {
    format!(r#"{{"first":{first},"format":"{FORMAT}","previous":"{previous}"}}"#)
}

fn end_text(records: u64, bytes: Digest, at: DateTime<Utc>, key: PublicKey) -> String {
    format!("{END_MARK} {records} {bytes} {} {key}", spelled_time(at))
}

/// Goes over an export. `checkpoints` are those that were kept elsewhere; `trusted` are the keys that may have signed,
/// or none if whoever reads compares the key that is found by themselves.
pub fn verify(
    input: impl BufRead,
    checkpoints: &[Checkpoint],
    trusted: &[PublicKey],
) -> Result<ExportFinding, ExportFault> {
    if let Some(checkpoint) = checkpoints.iter().find(|known| !is_trusted(trusted, known.key)) {
        return Err(ExportFault::Untrusted { line: 0, key: checkpoint.key });
    }
    let mut lines = Lines { input, hasher: Sha256::new(), number: 0 };
    let head = lines.next()?.ok_or(ExportFault::NoEnd { after: 0 })?;
    let TextLine::Whole(head) = head else { return Err(NO_BEGINNING) };
    let before = read_head(&head)?;
    let mut reader = Reader { chain: ChainCheck::after(before, checkpoints), trusted, ends_vouched: false };
    reader.chain.start().map_err(|fault| ExportFault::Chain { line: 1, fault })?;
    loop {
        let bytes = Digest(lines.hasher.clone().finalize().into());
        let Some(line) = lines.next()? else {
            return Err(ExportFault::NoEnd { after: reader.chain.next() - 1 });
        };
        let TextLine::Whole(line) = line else {
            return Err(ExportFault::Chain { line: lines.number, fault: reader.chain.unreadable() });
        };
        if let Some(text) = line.strip_prefix(END_LINE) {
            let end = read_end(text, bytes, lines.number)?;
            if lines.next()?.is_some() {
                return Err(ExportFault::Line { line: lines.number, what: "nothing may follow the end" });
            }
            return reader.finish(before.sequence + 1, &end, lines.number);
        }
        reader.take(&line, lines.number)?;
    }
}

/// One export on its way through.
struct Reader<'a> {
    chain: ChainCheck,
    trusted: &'a [PublicKey],
    /// Whether the line before was a checkpoint.
    ends_vouched: bool,
}

struct End {
    records: u64,
    at: DateTime<Utc>,
    key: PublicKey,
}

impl Reader<'_> {
    fn take(&mut self, line: &str, number: u64) -> Result<(), ExportFault> {
        let chain = |fault| ExportFault::Chain { line: number, fault };
        self.ends_vouched = line.starts_with(CHECKPOINT_LINE);
        if !self.ends_vouched {
            let record = Record::from_line(line).map_err(|_| chain(self.chain.unreadable()))?;
            return self.chain.take(&record).map_err(chain);
        }
        let what = |what| ExportFault::Line { line: number, what };
        let checkpoint = match Checkpoint::in_line(line) {
            Some(Ok(checkpoint)) => checkpoint,
            Some(Err(BadCheckpoint::Signature)) => return Err(what("a checkpoint was changed")),
            None | Some(Err(BadCheckpoint::Unreadable)) => return Err(what("a checkpoint cannot be read")),
        };
        if line != format!("{CHECKPOINT_LINE}{checkpoint}\"}}") {
            return Err(what("a checkpoint cannot be read"));
        }
        if !is_trusted(self.trusted, checkpoint.key) {
            return Err(ExportFault::Untrusted { line: number, key: checkpoint.key });
        }
        self.chain.meet(&checkpoint).map_err(chain)
    }

    fn finish(self, first: u64, end: &End, line: u64) -> Result<ExportFinding, ExportFault> {
        if !is_trusted(self.trusted, end.key) {
            return Err(ExportFault::Untrusted { line, key: end.key });
        }
        let is_empty = end.records == 0;
        if !self.ends_vouched && !is_empty {
            return Err(ExportFault::Line { line, what: "no checkpoint vouches for the last record" });
        }
        let chain = self.chain.finish().map_err(|fault| ExportFault::Chain { line, fault })?;
        if chain.records != end.records {
            return Err(ExportFault::Line { line, what: "the end names another number of records" });
        }
        Ok(ExportFinding { chain, first, made_at: end.at, key: end.key })
    }
}

fn is_trusted(trusted: &[PublicKey], key: PublicKey) -> bool {
    trusted.is_empty() || trusted.contains(&key)
}

const NO_BEGINNING: ExportFault =
    ExportFault::Line { line: 1, what: "not the beginning of an export of an audit log" };

fn read_head(line: &str) -> Result<Receipt, ExportFault> {
    let Ok(head) = serde_json::from_str::<Head>(line) else { return Err(NO_BEGINNING) };
    let Ok(previous) = head.previous.parse::<Digest>() else { return Err(NO_BEGINNING) };
    let begins = head.first == 1 && previous == Digest::ORIGIN || head.first > 1;
    if head.format != FORMAT || !begins || line != head_line(head.first, previous) {
        return Err(NO_BEGINNING);
    }
    Ok(Receipt { sequence: head.first - 1, hash: previous })
}

fn read_end(text: &str, bytes: Digest, line: u64) -> Result<End, ExportFault> {
    let what = |what| ExportFault::Line { line, what };
    let unreadable = || what("the end cannot be read");
    let text = text.strip_suffix("\"}").ok_or_else(unreadable)?;
    let fields: Vec<&str> = text.split(' ').collect();
    let [_, _, records, _, at, key, signature] = fields[..] else { return Err(unreadable()) };
    let end = End {
        records: records.parse().map_err(|_| unreadable())?,
        at: DateTime::parse_from_rfc3339(at).map_err(|_| unreadable())?.to_utc(),
        key: key.parse().map_err(|_| unreadable())?,
    };
    let signature: Signature = signature.parse().map_err(|_| unreadable())?;
    let signed = end_text(end.records, bytes, end.at, end.key);
    if !is_signed(&signed, &end.key, &signature) || text != format!("{signed} {signature}") {
        return Err(what("the signature does not belong to what the export says"));
    }
    Ok(end)
}

/// A line, or what stands in its place.
enum TextLine {
    /// Without its end.
    Whole(String),
    /// Not text, too long, or without an end.
    Broken,
}

/// Lines that are whole, and not too long.
struct Lines<R> {
    input: R,
    hasher: Sha256,
    number: u64,
}

impl<R: BufRead> Lines<R> {
    /// The next line; `None` at the end.
    fn next(&mut self) -> Result<Option<TextLine>, ExportFault> {
        let mut bytes = Vec::new();
        let limit = MAX_LINE as u64 + 1;
        let mut limited = io::Read::take(&mut self.input, limit);
        limited.read_until(b'\n', &mut bytes).map_err(ExportFault::Read)?;
        if bytes.is_empty() {
            return Ok(None);
        }
        self.number += 1;
        self.hasher.update(&bytes);
        let is_whole = bytes.pop() == Some(b'\n');
        Ok(Some(match String::from_utf8(bytes) {
            Ok(text) if is_whole => TextLine::Whole(text),
            _ => TextLine::Broken,
        }))
    }
}
