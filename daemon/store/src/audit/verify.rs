//! Going over a chain, record by record, and naming the first that is not what it was.
//!
//! Pure: records come from the database or from an export, checkpoints from wherever they were kept. What can be named
//! exactly is: a record that was changed, removed, repeated or moved, or that its follower does not point at. A stretch
//! that somebody wrote anew, hashes and all, is consistent in itself; a checkpoint after it tells, and then the
//! stretch since the last checkpoint that agreed is named. What nothing can show is a change after the last checkpoint by
//! somebody who can write to the database and computes all hashes anew; checkpoints are made often for that reason.

use chrono::{DateTime, Utc};

use super::Receipt;
use super::checkpoint::{Checkpoint, Known};
use super::digest::Digest;
use super::record::Record;

/// Where a chain is not what it was.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Fault {
    /// What stands in its place cannot be read.
    #[error("record {sequence} cannot be read")]
    Unreadable {
        /// Its place.
        sequence: u64,
    },
    /// Its hash does not belong to what it says.
    #[error("record {sequence} was changed")]
    Changed {
        /// Its place.
        sequence: u64,
    },
    /// Another stands in its place.
    #[error("record {sequence} is missing; record {found} follows instead")]
    Missing {
        /// Its place.
        sequence: u64,
        /// What stands there.
        found: u64,
    },
    /// It was there before.
    #[error("record {sequence} is there again")]
    Repeated {
        /// Its place.
        sequence: u64,
    },
    /// The record after it was made after another one.
    #[error("record {sequence} is not the one that its follower was made after")]
    Replaced {
        /// Its place.
        sequence: u64,
    },
    /// A checkpoint says otherwise.
    #[error("records {sequence} to {through} are not those that the checkpoint at {through} was made of")]
    Rewritten {
        /// The first that no checkpoint vouches for.
        sequence: u64,
        /// The record that a checkpoint says to be another.
        through: u64,
    },
    /// A checkpoint knows of more.
    #[error("record {sequence} and what follows was cut off; a checkpoint knows of record {known}")]
    CutOff {
        /// The first that is missing.
        sequence: u64,
        /// How far a checkpoint knows the chain.
        known: u64,
    },
}

impl Fault {
    /// The first record that cannot be believed.
    pub const fn first_bad(self) -> u64 {
        match self {
            Self::Unreadable { sequence }
            | Self::Changed { sequence }
            | Self::Missing { sequence, .. }
            | Self::Repeated { sequence }
            | Self::Replaced { sequence }
            | Self::Rewritten { sequence, .. }
            | Self::CutOff { sequence, .. } => sequence,
        }
    }

    /// Its stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "unreadable",
            Self::Changed { .. } => "changed",
            Self::Missing { .. } => "missing",
            Self::Repeated { .. } => "repeated",
            Self::Replaced { .. } => "replaced",
            Self::Rewritten { .. } => "rewritten",
            Self::CutOff { .. } => "cut_off",
        }
    }
}

/// A chain that holds together.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Finding {
    /// How many records there are.
    pub records: u64,
    /// The last of them.
    pub end: Option<Receipt>,
    /// When it was made.
    pub ended_at: Option<DateTime<Utc>>,
    /// How many checkpoints agree.
    pub checkpoints: u64,
    /// The last record that a checkpoint vouches for; those after it are held together by their hashes alone.
    pub vouched_to: u64,
    /// How often a record is older than the one before it: a clock was set back, or two machines disagree.
    pub clock_steps_back: u64,
}

/// A chain on its way through.
#[derive(Debug)]
pub struct ChainCheck {
    known: Known,
    /// The place that comes next.
    next: u64,
    previous: Digest,
    finding: Finding,
}

impl ChainCheck {
    /// From the first record on, against these trusted checkpoints.
    pub fn from_start(checkpoints: &[Checkpoint]) -> Self {
        Self::after(Receipt { sequence: 0, hash: Digest::ORIGIN }, checkpoints)
    }

    /// From the record after this one on, whose hash is believed as far as a checkpoint says so.
    pub fn after(before: Receipt, checkpoints: &[Checkpoint]) -> Self {
        Self {
            known: Known::new(checkpoints),
            next: before.sequence + 1,
            previous: before.hash,
            finding: Finding { vouched_to: before.sequence, ..Finding::default() },
        }
    }

    /// The place that comes next.
    pub const fn next(&self) -> u64 {
        self.next
    }

    /// The record that was last, or stands before the first.
    pub const fn end(&self) -> Receipt {
        Receipt { sequence: self.next - 1, hash: self.previous }
    }

    /// Holds the start against the checkpoints, for a chain that does not begin with record 1.
    pub fn start(&mut self) -> Result<(), Fault> {
        self.judge(self.end())
    }

    /// Takes the next record.
    pub fn take(&mut self, record: &Record) -> Result<(), Fault> {
        let place = self.next;
        if record.computed_hash() != record.hash {
            // Nothing it says is to be believed, its number neither.
            return Err(Fault::Changed { sequence: place });
        }
        if record.sequence > place {
            return Err(Fault::Missing { sequence: place, found: record.sequence });
        }
        if record.sequence < place {
            return Err(Fault::Repeated { sequence: record.sequence });
        }
        if record.previous != self.previous {
            // The record is whole, so its predecessor is not the one it was made after; unless that is beyond doubt.
            let doubted = if self.finding.vouched_to + 1 == place { place } else { place - 1 };
            return Err(Fault::Replaced { sequence: doubted });
        }
        self.next += 1;
        self.previous = record.hash;
        self.judge(self.end())?;
        let finding = &mut self.finding;
        finding.records += 1;
        finding.end = Some(Receipt { sequence: record.sequence, hash: record.hash });
        finding.clock_steps_back += u64::from(finding.ended_at.is_some_and(|before| record.at < before));
        finding.ended_at = Some(record.at);
        Ok(())
    }

    /// What stands in the next place cannot be read.
    pub const fn unreadable(&self) -> Fault {
        Fault::Unreadable { sequence: self.next }
    }

    /// A checkpoint that is met on the way, about the record that was just taken.
    pub fn meet(&mut self, checkpoint: &Checkpoint) -> Result<(), Fault> {
        let end = self.end();
        if checkpoint.end.sequence > end.sequence {
            return Err(Fault::CutOff { sequence: self.next, known: checkpoint.end.sequence });
        }
        if checkpoint.end != end {
            return Err(self.rewritten(end.sequence));
        }
        self.finding.checkpoints += 1;
        self.finding.vouched_to = end.sequence;
        Ok(())
    }

    /// There is no more.
    pub fn finish(self) -> Result<Finding, Fault> {
        match self.known.beyond(self.next - 1) {
            Some(known) => Err(Fault::CutOff { sequence: self.next, known }),
            None => Ok(self.finding),
        }
    }

    fn judge(&mut self, record: Receipt) -> Result<(), Fault> {
        let (said, agrees) = self.known.judge(record);
        if !agrees {
            return Err(self.rewritten(record.sequence));
        }
        if said > 0 {
            self.finding.checkpoints += said;
            self.finding.vouched_to = record.sequence;
        }
        Ok(())
    }

    fn rewritten(&self, through: u64) -> Fault {
        Fault::Rewritten { sequence: (self.finding.vouched_to + 1).min(through), through }
    }
}
