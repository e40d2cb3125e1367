//! A PostgreSQL cluster of one's own, and a database of one's own within one.
//!
//! PostgreSQL is never faked: the tests and the demo run the real server in a directory of their own. [`PrivateCluster`]
//! finds the server's programs, makes the data directory, starts the server on a unix socket inside a directory that
//! only its owner may enter, and stops it when dropped. PostgreSQL refuses to run as root, so root hands the directory
//! to the user `postgres` (or `nobody`). [`TestDatabase`] is a fresh empty database for one test.
//!
//! The server must not outlive the program that started it. It is started from a thread that lives as long as the
//! server does and asks the kernel (through `setpriv --pdeathsig`, so without unsafe code here) for a signal when that
//! thread's process dies, even by `kill -9`. Where `setpriv` is missing, a killed program leaves the server running; the
//! next start on the same directory says so.
//!
//! The module refuses to reach a server it did not start, to keep passwords (trust, but only inside the directory),
//! and to know any schema: it speaks to the server through `psql` and leaves SQL to others.

mod account;
mod database;
mod programs;
mod server;

use std::fs;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

pub use self::database::{TEST_DATABASE_VARIABLE, TestDatabase};

use self::account::Account;
use self::programs::Programs;
use self::server::Server;

/// The oldest server the program supports.
const MINIMUM_MAJOR: u32 = 14;
/// The longest path of a unix socket, without the closing zero (`sun_path` has 108 bytes).
const SOCKET_PATH_LIMIT: usize = 107;
/// Without a TCP listener the port is only part of the socket's name.
const SOCKET_PORT: u16 = 5432;
/// The user in the database; no relation to a user of the system.
const SUPERUSER: &str = "postgres";

/// What the server does to survive a power cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// Nothing: fast, for tests that throw the data away.
    Fast,
    /// Everything PostgreSQL offers: for the demo, and for tests of crash safety.
    Safe,
}

/// Why there is no cluster.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// No server programs.
    #[error(
        "finding PostgreSQL {MINIMUM_MAJOR} or newer: install the package postgresql (looked where pg_config \
         --bindir points, in /usr/lib/postgresql/*/bin, in /usr/pgsql-*/bin and in PATH)"
    )]
    NotInstalled,
    /// The data directory needs a server that is gone.
    #[error("opening {}: written by PostgreSQL {major}, which is not installed; install it or remove it", .data.display())]
    OtherMajor {
        /// The data directory.
        data: PathBuf,
        /// The version that wrote it.
        major: u32,
    },
    /// Started by root on a system without the usual unprivileged users.
    #[error(
        "choosing a user for PostgreSQL: it refuses to run as root, and neither `postgres` nor `nobody` exists"
    )]
    NoAccount,
    /// Started by root in a directory that the unprivileged user cannot reach.
    #[error(
        "opening {}: PostgreSQL refuses to run as root, and the user {account} may not pass {}; choose a directory \
         whose parents everyone may pass (such as one in /var/tmp), or start as an ordinary user",
        .dir.display(),
        .blocked.display()
    )]
    NotReachable {
        /// The directory asked for.
        dir: PathBuf,
        /// The parent that bars the way.
        blocked: PathBuf,
        /// The user that the server would run as.
        account: String,
    },
    /// A call to the system failed.
    #[error("{operation}")]
    System {
        /// What was being done.
        operation: String,
        /// What the system said.
        source: io::Error,
    },
    /// One of PostgreSQL's programs failed.
    #[error("running {program}: {output}")]
    Program {
        /// Its name.
        program: &'static str,
        /// What it said.
        output: String,
    },
    /// The server ended, or did not take connections in time.
    #[error("starting PostgreSQL: {what}; the end of its log: {log}")]
    NotReady {
        /// What happened.
        what: &'static str,
        /// The last lines of its log.
        log: String,
    },
    /// The server did not end in time.
    #[error("stopping PostgreSQL: it did not end within the time allowed")]
    NotStopped,
}

impl ClusterError {
    fn system(operation: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let operation = operation.into();
        move |source| Self::System { operation, source }
    }
}

/// A running server in a directory of its own. Stops when dropped.
#[derive(Debug)]
pub struct PrivateCluster {
    server: Server,
    programs: Programs,
    socket_dir: PathBuf,
    address: Option<SocketAddr>,
    log: PathBuf,
    /// Holds the socket where the cluster's own path is too long for one.
    _short_dir: Option<TempDir>,
}

impl PrivateCluster {
    /// Starts a server in `dir`, which belongs to it alone, on a unix socket; makes the data directory the first time
    /// and uses it again later. Blocks until the server takes connections.
    pub fn start(dir: &Path, durability: Durability) -> Result<Self, ClusterError> {
        Self::start_with(dir, durability, None)
    }

    /// Like [`start`](Self::start), and listens on a free port of 127.0.0.1 too. Every user of the machine may then
    /// connect, so this is only for tests that need a TCP connection.
    pub fn start_on_loopback(dir: &Path, durability: Durability) -> Result<Self, ClusterError> {
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .and_then(|listener| listener.local_addr())
            .map_err(ClusterError::system("choosing a free port"))?;
        Self::start_with(dir, durability, Some(address))
    }

    fn start_with(
        dir: &Path,
        durability: Durability,
        address: Option<SocketAddr>,
    ) -> Result<Self, ClusterError> {
        fs::create_dir_all(dir).map_err(ClusterError::system(format!("creating {}", dir.display())))?;
        let dir = dir.canonicalize().map_err(ClusterError::system(format!("resolving {}", dir.display())))?;
        let account = Account::for_server()?;
        if let Some(account) = &account {
            account.check_reach(&dir)?;
        }
        account::make_private(&dir, account.as_ref())?;
        let data = dir.join("data");
        let programs = Programs::find(server::major_of(&data)?, &data)?;
        server::initialise(&dir, &programs, account.as_ref(), durability)?;
        server::write_access_rules(&data, address.is_some())?;
        let port = address.map_or(SOCKET_PORT, |address| address.port());
        let short_dir = short_socket_dir(&dir, port, account.as_ref())?;
        let socket_dir = short_dir.as_ref().map_or(dir.as_path(), TempDir::path).to_owned();
        let log = dir.join("log");
        let options =
            server::Options { durability, port, socket_dir: &socket_dir, loopback: address.is_some() };
        let server = Server::start(&data, &log, &programs, account.as_ref(), &options)?;
        Ok(Self { server, programs, socket_dir, address, log, _short_dir: short_dir })
    }

    /// The connection URL of a database in this cluster.
    pub fn url(&self, database: &str) -> String {
        let host = match self.address {
            Some(address) => address.to_string(),
            None => format!("{}:{SOCKET_PORT}", encode(self.socket_dir.as_os_str().as_bytes())),
        };
        format!("postgres://{SUPERUSER}@{host}/{}", encode(database.as_bytes()))
    }

    /// Where the server listens on TCP, if it was asked to.
    pub fn address(&self) -> Option<SocketAddr> {
        self.address
    }

    /// Creates the database unless it is there.
    pub fn ensure_database(&self, name: &str) -> Result<(), ClusterError> {
        let admin = self.url(SUPERUSER);
        let there = format!("select 1 from pg_database where datname = '{}'", name.replace('\'', "''"));
        if self.programs.psql(&admin, &there)?.trim() == "1" {
            return Ok(());
        }
        self.programs.psql(&admin, &format!("create database {}", quoted(name))).map(drop)
    }

    /// The server's log of this run.
    pub fn log(&self) -> &Path {
        &self.log
    }

    /// Stops the server: at once and without tidying up where nothing is to be kept, else cleanly.
    pub fn stop(mut self) -> Result<(), ClusterError> {
        self.server.stop()
    }

    /// Ends the server as a crash would, for tests of what comes after.
    pub fn kill(mut self) -> Result<(), ClusterError> {
        self.server.kill()
    }
}

/// A directory with a short path, where a socket inside `dir` would have one that the kernel refuses.
fn short_socket_dir(
    dir: &Path,
    port: u16,
    account: Option<&Account>,
) -> Result<Option<TempDir>, ClusterError> {
    let socket = dir.join(format!(".s.PGSQL.{port}"));
    if socket.as_os_str().len() <= SOCKET_PATH_LIMIT {
        return Ok(None);
    }
    let short = tempfile::Builder::new()
        .prefix("va-pg-")
        .tempdir_in("/tmp")
        .map_err(ClusterError::system("creating a directory for the socket in /tmp"))?;
    account::make_private(short.path(), account)?;
    Ok(Some(short))
}

/// Percent-encodes everything a URL could misread.
fn encode(bytes: &[u8]) -> String {
    percent_encoding::percent_encode(bytes, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// A name as an SQL identifier.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
