//! The reading child takes its own rights away before it looks at the first byte.
//!
//! [`confine`] is called by the child on itself, after the input file is open and before anything parses it. Limits on
//! memory, processor time, file size and open files hold on every kernel; Landlock then closes the file system and
//! the network, and a system-call filter leaves only what computing and writing to standard output need. What a kernel
//! does not offer is reported, not silently skipped. The order matters: nothing after the filter can open a file, so
//! everything that must be open is opened before.
//!
//! The limit on processes that a user may have is left alone, since it would count the daemon's own; the filter lets
//! the child start threads and no process.

mod syscalls;

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, PathBeneath, PathFd, Ruleset, RulesetAttr,
    RulesetCreatedAttr, RulesetStatus,
};
use rustix::process::{Resource, Rlimit, setrlimit};
use serde::{Deserialize, Serialize};
use voiceassist_model::Reason;

use crate::extract::{ErrorNote, ExtractError, ExtractSettings, Extracted, report};

/// What the child may use.
#[derive(Clone, Debug)]
pub struct ConfineSettings {
    /// Address space in bytes, the program's own included.
    pub memory_bytes: u64,
    /// Processor time in seconds.
    pub cpu_seconds: u64,
    /// Bytes written to a file. No file can be opened for writing; this is for output that was redirected into one.
    pub file_bytes: u64,
    /// Open files, the three standard ones included.
    pub open_files: u64,
    /// A program that may be started (`pdftotext`). Without one, no program may.
    pub permit_program: Option<PathBuf>,
}

impl Default for ConfineSettings {
    fn default() -> Self {
        Self {
            memory_bytes: 1 << 30,
            cpu_seconds: 60,
            file_bytes: 64 << 20,
            open_files: 64,
            permit_program: None,
        }
    }
}

/// How much of one measure took hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// All of it.
    Full,
    /// What this kernel offers.
    Partial,
    /// Nothing.
    Missing,
}

/// Which measures took hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConfineReport {
    /// Limits on memory, time, file size and files.
    pub limits: Hold,
    /// File system and network closed by Landlock.
    pub landlock: Hold,
    /// System calls filtered.
    pub seccomp: Hold,
}

impl ConfineReport {
    /// Whether every measure took hold as far as this kernel offers it.
    pub fn is_confined(&self) -> bool {
        [self.limits, self.landlock, self.seccomp].iter().all(|hold| *hold != Hold::Missing)
    }
}

impl fmt::Display for ConfineReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = |hold| match hold {
            Hold::Full => "full",
            Hold::Partial => "partial",
            Hold::Missing => "missing",
        };
        write!(
            f,
            "limits {}, landlock {}, seccomp {}",
            word(self.limits),
            word(self.landlock),
            word(self.seccomp)
        )
    }
}

/// Takes this process's rights away, as far as the kernel can. There is no way back.
pub fn confine(settings: &ConfineSettings) -> ConfineReport {
    ConfineReport {
        limits: limit(settings),
        landlock: close_files_and_network(settings.permit_program.as_deref()).unwrap_or(Hold::Missing),
        seccomp: syscalls::filter(settings.permit_program.is_some()),
    }
}

/// What reading one document took, as the child saw itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cost {
    /// The most memory it has held at one time, in bytes.
    pub peak_bytes: u64,
}

/// What the confined command does: opens the files, confines itself, reads, and returns what to print: each document as
/// JSON on one line, in order, and, where the kernel says it, the [`Cost`] on a last one.
///
/// Reading happens on a thread with a large stack, because nesting is what hostile documents are good at.
pub fn run(
    files: &[PathBuf],
    name: &str,
    extract: &ExtractSettings,
    confinement: &ConfineSettings,
) -> String {
    let sources: Vec<io::Result<File>> = files.iter().map(File::open).collect();
    // Opened while files can be opened; what it says is made when it is read.
    let status = File::open("/proc/self/status").ok();
    confine(confinement);
    let documents: Vec<String> = sources
        .into_iter()
        .map(|source| match source {
            Ok(source) => read_on_thread(source, name, extract),
            Err(cause) => {
                Extracted::failed("application/octet-stream", &ExtractError::Input(cause)).to_wire_json()
            }
        })
        .collect();
    let mut printed = documents.join("\n");
    if let Some(cost) = status.and_then(cost).and_then(|cost| serde_json::to_string(&cost).ok()) {
        printed.push('\n');
        printed.push_str(&cost);
    }
    printed
}

fn read_on_thread(mut source: File, name: &str, extract: &ExtractSettings) -> String {
    const STACK_BYTES: usize = 64 << 20;
    let read = std::thread::scope(|scope| {
        let job = || report(&mut source, name, extract).to_wire_json();
        std::thread::Builder::new()
            .stack_size(STACK_BYTES)
            .spawn_scoped(scope, job)
            .map(std::thread::ScopedJoinHandle::join)
    });
    match read {
        Ok(Ok(json)) => json,
        Ok(Err(_panic)) => failure(Reason::Malformed),
        Err(_no_thread) => failure(Reason::ReaderStopped),
    }
}

/// The high-water mark of this process (`VmHWM`, in KiB; proc(5)).
fn cost(mut status: File) -> Option<Cost> {
    let mut text = String::new();
    status.read_to_string(&mut text).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(Cost { peak_bytes: kibibytes.saturating_mul(1024) })
}

fn failure(reason: Reason) -> String {
    let note = ErrorNote { code: reason, message: reason.explanation().to_owned() };
    Extracted {
        mime: "application/octet-stream".to_owned(),
        pages: Vec::new(),
        truncated: false,
        error: Some(note),
        gaps: Vec::new(),
        mail: None,
    }
    .to_wire_json()
}

fn limit(settings: &ConfineSettings) -> Hold {
    let set = |resource, limit: u64| {
        setrlimit(resource, Rlimit { current: Some(limit), maximum: Some(limit) }).is_ok()
    };
    let held = [
        set(Resource::Core, 0),
        set(Resource::Fsize, settings.file_bytes),
        set(Resource::Nofile, settings.open_files),
        set(Resource::Cpu, settings.cpu_seconds),
        set(Resource::As, settings.memory_bytes),
    ];
    match held.iter().filter(|held| **held).count() {
        0 => Hold::Missing,
        count if count == held.len() => Hold::Full,
        _ => Hold::Partial,
    }
}

/// Denies every access to files and every connection. A permitted program gets its own file and the system's
/// libraries to read, nothing else.
fn close_files_and_network(permitted: Option<&Path>) -> Result<Hold, landlock::RulesetError> {
    const LIBRARIES: [&str; 6] = ["/usr/lib", "/usr/lib64", "/lib", "/lib64", "/usr/share", "/etc"];
    let abi = ABI::V5;
    let mut ruleset = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(abi))?
        .handle_access(AccessNet::from_all(abi))?
        .create()?;
    if let Some(program) = permitted {
        let rights = AccessFs::Execute | AccessFs::ReadFile | AccessFs::ReadDir;
        for path in LIBRARIES.iter().map(Path::new).chain([program]) {
            if let Ok(opened) = PathFd::new(path) {
                let rights = if path.is_dir() { rights } else { AccessFs::Execute | AccessFs::ReadFile };
                ruleset = ruleset.add_rule(PathBeneath::new(opened, rights))?;
            }
        }
    }
    Ok(match ruleset.restrict_self()?.ruleset {
        RulesetStatus::FullyEnforced => Hold::Full,
        RulesetStatus::PartiallyEnforced => Hold::Partial,
        RulesetStatus::NotEnforced => Hold::Missing,
    })
}
