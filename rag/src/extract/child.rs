//! Reading in a child process, so that a hostile document can at worst end its own reader. Small documents of one person
//! may share a child; when that ends early, each is read again by one of its own.
//!
//! The child is a program that confines itself ([`crate::extract::confine`]); the daemon uses its own binary. This side trusts
//! nothing about it: the environment is empty, standard input and error are closed, output is capped, and when the
//! wall clock runs out the child is killed. Its command line does not name the document. A child that dies by a signal ran into one of its limits; one that prints
//! nonsense is our own fault and told as such. Nothing the child writes is ever logged.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use async_trait::async_trait;
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::AsyncReadExt;
use tokio::process::{Child, Command};
use voiceassist_model::Reason;

use crate::extract::confine::Cost;
use crate::extract::{Extracted, ReadFailure, Reader};

/// Documents that share a child: fewer files than it may have open.
pub const MAX_TOGETHER: usize = 50;
/// Longer endings are no formats.
const LONGEST_ENDING: usize = 8;

/// Which program reads, and what it may cost this side.
#[derive(Clone, Debug)]
pub struct ChildSettings {
    /// The program.
    pub program: PathBuf,
    /// What stands before `--name NAME FILE` on its command line.
    pub arguments: Vec<OsString>,
    /// How long one document may take.
    pub timeout: Duration,
    /// How much the child may print.
    pub output_bytes: usize,
}

impl ChildSettings {
    /// How long one document may take by default.
    pub const TIMEOUT: Duration = Duration::from_mins(2);
    /// How much a child may print by default: four million characters of the longest kind, escaped, and structure.
    pub const OUTPUT_BYTES: usize = 64 << 20;

    /// The program with these arguments and the default limits.
    pub fn new(program: PathBuf, arguments: Vec<OsString>) -> Self {
        Self { program, arguments, timeout: Self::TIMEOUT, output_bytes: Self::OUTPUT_BYTES }
    }
}

/// Reads each document in a child process of its own.
#[derive(Clone, Debug)]
pub struct ChildReader {
    settings: ChildSettings,
}

impl ChildReader {
    /// A reader that starts children by these settings.
    pub fn new(settings: ChildSettings) -> Self {
        Self { settings }
    }

    fn start(&self, files: &[&Path], name: &str) -> Result<Child, ReadFailure> {
        Command::new(&self.settings.program)
            .args(&self.settings.arguments)
            .arg("--name")
            .arg(unnamed(name))
            .arg("--")
            .args(files)
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            // What it starts in its turn is in its group and ends with it.
            .process_group(0)
            .spawn()
            .map_err(|cause| failed(Reason::Internal, "starting the reader", cause))
    }

    /// What the child printed and how it ended.
    async fn output(&self, child: &mut Child) -> Result<(Vec<u8>, ExitStatus), ReadFailure> {
        let mut printed = Vec::new();
        if let Some(stdout) = child.stdout.take() {
            let cap = u64::try_from(self.settings.output_bytes).unwrap_or(u64::MAX);
            stdout
                .take(cap.saturating_add(1))
                .read_to_end(&mut printed)
                .await
                .map_err(|cause| failed(Reason::Internal, "reading the reader's output", cause))?;
        }
        if printed.len() > self.settings.output_bytes {
            return Err(ReadFailure::new(Reason::ReaderStopped, "the reader printed more than its limit"));
        }
        let status =
            child.wait().await.map_err(|cause| failed(Reason::Internal, "waiting for the reader", cause))?;
        Ok((printed, status))
    }
}

#[async_trait]
impl Reader for ChildReader {
    async fn read(&self, file: &Path, name: &str) -> Result<Extracted, ReadFailure> {
        self.read_measured(file, name).await.0
    }

    /// One child reads [`MAX_TOGETHER`] of them. If it does not come to the end of what it was given, each is read by a child
    /// of its own, so that only the document that did it gets the blame.
    async fn read_together(&self, files: &[&Path], name: &str) -> Vec<Result<Extracted, ReadFailure>> {
        let mut read = Vec::with_capacity(files.len());
        for some in files.chunks(MAX_TOGETHER) {
            match self.read_in_one(some, name).await {
                Some(together) => read.extend(together),
                None => {
                    for file in some {
                        read.push(self.read(file, name).await);
                    }
                }
            }
        }
        read
    }
}

impl ChildReader {
    /// The text of a file, and the most memory in bytes that the child says it has held, if it came so far.
    pub async fn read_measured(
        &self,
        file: &Path,
        name: &str,
    ) -> (Result<Extracted, ReadFailure>, Option<u64>) {
        match self.run(&[file], name).await {
            Ok((printed, status)) => judge(&printed, status),
            Err(failure) => (Err(failure), None),
        }
    }

    /// Several read by one child, if it came to their end.
    async fn read_in_one(&self, files: &[&Path], name: &str) -> Option<Vec<Result<Extracted, ReadFailure>>> {
        let (printed, status) = match files {
            [_, _, ..] => self.run(files, name).await.ok()?,
            _ => return None,
        };
        let lines: Vec<&[u8]> = printed.split(|byte| *byte == b'\n').collect();
        if !status.success() || lines.len() < files.len() {
            return None;
        }
        Some(lines[..files.len()].iter().map(|line| document(line, status)).collect())
    }

    /// What a child printed about files, and how it ended; a child that runs out of time is ended.
    async fn run(&self, files: &[&Path], name: &str) -> Result<(Vec<u8>, ExitStatus), ReadFailure> {
        let mut child = self.start(files, name)?;
        let mut group = Group::of(&child);
        let ended = tokio::time::timeout(self.settings.timeout, self.output(&mut child)).await;
        match ended {
            Ok(Ok(output)) => {
                if output.1.code().is_some() {
                    // It ended of its own accord and has waited for what it started.
                    group.0 = None;
                }
                Ok(output)
            }
            Ok(Err(failure)) => {
                end(&mut child).await;
                Err(failure)
            }
            Err(_elapsed) => {
                end(&mut child).await;
                Err(ReadFailure::new(Reason::ReaderStopped, "the reader ran out of time"))
            }
        }
    }
}

/// A child and what it has started. They are ended when this goes, whatever the reason: a reading that was given up
/// must leave no program behind.
struct Group(Option<Pid>);

impl Group {
    fn of(child: &Child) -> Self {
        Self(child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw))
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(group) = self.0.take() {
            // None of it may be left, and that is what was wanted.
            let _ended = kill_process_group(group, Signal::KILL);
        }
    }
}

/// A name with the same ending and nothing else: a command line can be read by everybody on the machine, and the reader
/// goes by the ending alone.
fn unnamed(name: &str) -> String {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending).filter(|ending| {
        (1..=LONGEST_ENDING).contains(&ending.len())
            && ending.bytes().all(|byte| byte.is_ascii_alphanumeric())
    });
    ending.map_or_else(|| "document".to_owned(), |ending| format!("document.{ending}"))
}

/// Kills a child and takes its remains; one that ended by itself meanwhile is fine.
async fn end(child: &mut Child) {
    if let Err(error) = child.kill().await {
        tracing::debug!(%error, "the reader had ended before it was killed");
    }
}

/// What a child's output says: the document on the first line, what reading it took on the second.
fn judge(printed: &[u8], status: ExitStatus) -> (Result<Extracted, ReadFailure>, Option<u64>) {
    let mut values = printed.splitn(2, |byte| *byte == b'\n');
    let document = document(values.next().unwrap_or_default(), status);
    let cost: Option<Cost> = values.next().and_then(|line| serde_json::from_slice(line).ok());
    (document, cost.map(|cost| cost.peak_bytes))
}

fn document(printed: &[u8], status: ExitStatus) -> Result<Extracted, ReadFailure> {
    if !status.success() {
        return Err(match status.code() {
            None => {
                ReadFailure::new(Reason::ReaderStopped, format!("the reader ended by a signal: {status}"))
            }
            Some(code) => ReadFailure::new(Reason::Internal, format!("the reader ended with code {code}")),
        });
    }
    let extracted: Extracted = serde_json::from_slice(printed).map_err(|cause| {
        // The message of a JSON error names a position and a type, never the text around it.
        ReadFailure::new(
            Reason::Internal,
            format!("the reader printed something else: {:?}", cause.classify()),
        )
    })?;
    if let Some(note) = extracted.error {
        return Err(ReadFailure::new(note.code, "the document cannot be read"));
    }
    let in_order = extracted.pages.iter().zip(1..).all(|(page, number)| page.page == number);
    if extracted.pages.is_empty() || !in_order {
        return Err(ReadFailure::new(Reason::Internal, "the reader printed pages out of order"));
    }
    Ok(extracted)
}

fn failed(reason: Reason, detail: &str, cause: io::Error) -> ReadFailure {
    ReadFailure { reason, detail: detail.to_owned(), cause: Some(cause) }
}
