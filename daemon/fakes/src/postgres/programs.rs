//! Where PostgreSQL's programs are.
//!
//! Distributions hide `initdb` and `postgres` outside PATH and install several major versions side by side. A new
//! cluster takes the newest; an existing one takes exactly the version that wrote it. The module refuses anything
//! older than the oldest version supported.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{ClusterError, MINIMUM_MAJOR};

/// Folders that hold one folder per major version, and how the names of these begin.
const VERSIONED: [(&str, &str); 2] = [("/usr/lib/postgresql", ""), ("/usr", "pgsql-")];

/// The folder of one version's programs.
#[derive(Clone, Debug)]
pub(super) struct Programs {
    bin: PathBuf,
    major: u32,
}

impl Programs {
    /// The newest version, or the one that wrote `data`.
    pub(super) fn find(wanted: Option<u32>, data: &Path) -> Result<Self, ClusterError> {
        let mut found: Vec<Self> = candidates().into_iter().filter_map(Self::probe).collect();
        found.retain(|programs| programs.major >= MINIMUM_MAJOR);
        if found.is_empty() {
            return Err(ClusterError::NotInstalled);
        }
        match wanted {
            Some(major) => found
                .into_iter()
                .find(|programs| programs.major == major)
                .ok_or(ClusterError::OtherMajor { data: data.to_owned(), major }),
            None => found.into_iter().max_by_key(|programs| programs.major).ok_or(ClusterError::NotInstalled),
        }
    }

    fn probe(bin: PathBuf) -> Option<Self> {
        if !bin.join("initdb").is_file() {
            return None;
        }
        let version = output_of(Command::new(bin.join("postgres")).arg("--version"))?;
        let major = version.rsplit_once("(PostgreSQL) ")?.1;
        let digits = major.find(|c: char| !c.is_ascii_digit()).unwrap_or(major.len());
        let major = major.get(..digits)?.parse().ok()?;
        Some(Self { bin, major })
    }

    /// The path of one program.
    pub(super) fn path(&self, program: &str) -> PathBuf {
        self.bin.join(program)
    }

    /// Runs one SQL text in a database and returns what it printed, unaligned.
    pub(super) fn psql(&self, url: &str, sql: &str) -> Result<String, ClusterError> {
        let own = self.path("psql");
        psql(if own.is_file() { &own } else { Path::new("psql") }, url, sql)
    }
}

/// The newest `psql` beside a server, else the one in PATH, which on Debian is a script that only looks for the first
/// and takes longer than the query.
pub(super) fn client() -> PathBuf {
    let installed = installed().into_iter().max_by_key(|(major, _)| *major);
    installed.map(|(_, bin)| bin.join("psql")).filter(|psql| psql.is_file()).unwrap_or_else(|| "psql".into())
}

/// Runs one SQL text with the given `psql`, without start-up file and without ever asking for a password.
pub(super) fn psql(program: &Path, url: &str, sql: &str) -> Result<String, ClusterError> {
    let output = Command::new(program)
        .args(["-X", "-w", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql, "-d", url])
        .stdin(Stdio::null())
        .output()
        .map_err(ClusterError::system("running psql (is the package postgresql-client installed?)"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let message = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(ClusterError::Program { program: "psql", output: message })
}

/// Every folder that may hold the programs.
fn candidates() -> Vec<PathBuf> {
    let mut folders = Vec::new();
    if let Some(bin) = output_of(Command::new("pg_config").arg("--bindir")) {
        folders.push(PathBuf::from(bin.trim()));
    }
    folders.extend(installed().into_iter().map(|(_, bin)| bin));
    if let Some(path) = env::var_os("PATH") {
        folders.extend(env::split_paths(&path));
    }
    folders.sort();
    folders.dedup();
    folders
}

/// The versions that lie side by side.
fn installed() -> Vec<(u32, PathBuf)> {
    let mut found = Vec::new();
    for (parent, prefix) in VERSIONED {
        let Ok(entries) = fs::read_dir(parent) else { continue };
        found.extend(entries.flatten().filter_map(|entry| {
            let name = entry.file_name();
            let major = name.to_str()?.strip_prefix(prefix)?.parse().ok()?;
            Some((major, entry.path().join("bin")))
        }));
    }
    found
}

fn output_of(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}
