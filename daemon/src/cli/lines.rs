//! Lines of a file or of standard input, one at a time, however long the whole is.
//!
//! A line longer than its limit is not read into memory: it is reported by its number and skipped, and the next one is
//! read.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read as _, Write as _};
use std::path::Path;

use serde_json::Value;

use super::Failure;

/// Prints an answer to each line, or says on standard error what is wrong with it and goes on; the end says whether all
/// could be used. A reason must hold nothing of the line's content.
pub(super) fn answer(
    path: &Path,
    longest: u64,
    answer: impl Fn(Line) -> Result<Value, String>,
) -> Result<(), Failure> {
    let mut lines = Lines::open(path, longest)?;
    let mut output = BufWriter::new(io::stdout().lock());
    let mut failed = 0_u64;
    while let Some((number, line)) = lines.next()? {
        match answer(line) {
            Ok(answer) => writeln!(output, "{answer}")?,
            Err(reason) => {
                failed += 1;
                output.flush()?;
                eprintln!("voiceassist: line {number}: {reason}");
            }
        }
    }
    output.flush()?;
    if failed == 0 {
        return Ok(());
    }
    eprintln!("voiceassist: {failed} lines could not be used");
    Err(Failure::Partial)
}

/// Where lines come from.
pub(super) struct Lines {
    input: Box<dyn BufRead>,
    longest: u64,
    number: u64,
}

/// One line.
pub(super) enum Line {
    /// Its bytes, with the line break.
    Whole(Vec<u8>),
    /// It is longer than the limit.
    TooLong,
}

impl Lines {
    /// The lines of a file; `-` is standard input.
    pub(super) fn open(path: &Path, longest: u64) -> anyhow::Result<Self> {
        let input: Box<dyn BufRead> = if path == Path::new("-") {
            Box::new(io::stdin().lock())
        } else {
            let file =
                File::open(path).map_err(|error| anyhow::anyhow!("opening {}: {error}", path.display()))?;
            Box::new(BufReader::new(file))
        };
        Ok(Self { input, longest, number: 0 })
    }

    /// The next line that is not blank, and its number from 1.
    pub(super) fn next(&mut self) -> io::Result<Option<(u64, Line)>> {
        loop {
            let mut line = Vec::new();
            if self.input.by_ref().take(self.longest + 1).read_until(b'\n', &mut line)? == 0 {
                return Ok(None);
            }
            self.number += 1;
            if line.len() as u64 > self.longest && !line.ends_with(b"\n") {
                self.skip()?;
                return Ok(Some((self.number, Line::TooLong)));
            }
            if !line.iter().all(u8::is_ascii_whitespace) {
                return Ok(Some((self.number, Line::Whole(line))));
            }
        }
    }

    fn skip(&mut self) -> io::Result<()> {
        loop {
            let mut rest = Vec::new();
            let read = self.input.by_ref().take(self.longest).read_until(b'\n', &mut rest)?;
            if read == 0 || rest.ends_with(b"\n") {
                return Ok(());
            }
        }
    }
}
