//! The table of weights, as it is kept in the program.
//!
//! A row of sixteen signed bytes for each hash, then the weights of one label behind another. A table that was cut short or
//! made for other observations is refused; the one in the program is checked by a test against its checksum.

use crate::classifier::decode::{Scores, Steps};
use crate::classifier::features::{ROWS, Rows};
use crate::classifier::labels::LANES;

/// Bytes of a table.
pub(super) const BYTES: usize = (ROWS + LANES) * LANES;

/// The table that the training in `train/` made.
static TRAINED: &[u8; BYTES] = include_bytes!("weights.bin");

/// Weights that are ready for use.
#[derive(Clone)]
pub(super) struct Weights {
    rows: std::borrow::Cow<'static, [u8]>,
    pub(super) steps: Steps,
}

/// A table that cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("reading weights of the classifier: they are of {found} bytes and not of {BYTES}")]
pub struct UnknownWeights {
    /// How many bytes were given.
    pub found: usize,
}

impl Weights {
    /// The table in the program.
    pub(super) fn trained() -> Self {
        Self::of(std::borrow::Cow::Borrowed(TRAINED.as_slice()))
    }

    /// Another table.
    pub(super) fn read(bytes: Vec<u8>) -> Result<Self, UnknownWeights> {
        if bytes.len() != BYTES {
            return Err(UnknownWeights { found: bytes.len() });
        }
        Ok(Self::of(std::borrow::Cow::Owned(bytes)))
    }

    fn of(rows: std::borrow::Cow<'static, [u8]>) -> Self {
        let mut steps: Steps = [[0; LANES]; LANES];
        for (row, bytes) in steps.iter_mut().zip(rows[ROWS * LANES..].chunks_exact(LANES)) {
            for (weight, byte) in row.iter_mut().zip(bytes) {
                *weight = i32::from(byte.cast_signed());
            }
        }
        Self { rows, steps }
    }

    /// The scores of a word with these rows.
    pub(super) fn scores(&self, rows: &Rows) -> Scores {
        let mut sums = [0_i16; LANES];
        for row in rows {
            let start = *row as usize * LANES;
            for (sum, byte) in sums.iter_mut().zip(&self.rows[start..start + LANES]) {
                // At most 42 rows of at most 128: never beyond sixteen bits.
                *sum += i16::from(byte.cast_signed());
            }
        }
        sums.map(i32::from)
    }
}
