//! Making the data directory, starting the server process, ending it.
//!
//! The data directory is made under another name and renamed when it is complete, so that a start that was cut short
//! leaves nothing half-made behind. The server is a child of a thread that does nothing but wait for it: the kernel
//! sends the parent-death signal when the *thread* that made the child ends, so that thread must live as long as the
//! server. The module refuses `pg_ctl`, whose daemon nobody would own.

use std::fs::{self, File};
use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::account::Account;
use super::programs::Programs;
use super::{ClusterError, Durability, SUPERUSER};

/// How long recovery after a crash may take.
const READY_WITHIN: Duration = Duration::from_mins(1);
/// How long a clean stop may take before it becomes an immediate one.
const STOPPED_WITHIN: Duration = Duration::from_secs(20);
/// How long the processes of a crashed server may take to notice.
const RELEASED_WITHIN: Duration = Duration::from_secs(10);
/// What the server says when they have not.
const SHARED_MEMORY_HELD: &str = "pre-existing shared memory block";
const POLL: Duration = Duration::from_millis(10);
/// How much of the log goes into an error.
const LOG_LINES: usize = 12;
/// The line of postmaster.pid that says `ready`.
const STATUS_LINE: usize = 7;

/// Settings that suit a small machine whatever the durability.
const COMMON: [&str; 6] = [
    "shared_buffers=64MB", "max_connections=200", "timezone=UTC", "log_timezone=UTC", "jit=off",
    "max_wal_senders=0",
];
/// Settings of a server whose data nobody will miss.
const FAST: [&str; 5] =
    ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal", "max_wal_size=4GB"];

/// How this start differs from another.
pub(super) struct Options<'a> {
    pub(super) durability: Durability,
    pub(super) port: u16,
    pub(super) socket_dir: &'a Path,
    pub(super) loopback: bool,
}

/// The major version that wrote a data directory, if there is one.
pub(super) fn major_of(data: &Path) -> Result<Option<u32>, ClusterError> {
    match fs::read_to_string(data.join("PG_VERSION")) {
        Ok(text) => Ok(text.trim().parse().ok()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(ClusterError::system(format!("reading the version of {}", data.display()))(error)),
    }
}

/// Makes `dir/data` unless it is there.
pub(super) fn initialise(
    dir: &Path,
    programs: &Programs,
    account: Option<&Account>,
    durability: Durability,
) -> Result<(), ClusterError> {
    let data = dir.join("data");
    if data.exists() {
        return Ok(());
    }
    let unfinished = dir.join("data.unfinished");
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished)
            .map_err(ClusterError::system(format!("removing {}", unfinished.display())))?;
    }
    let mut command = Command::new(programs.path("initdb"));
    command.arg("-D").arg(&unfinished).args(["-U", SUPERUSER, "-A", "trust", "-E", "UTF8"]);
    command.arg("--locale=C.UTF-8");
    if durability == Durability::Fast {
        command.arg("--no-sync");
    }
    if let Some(account) = account {
        account.apply(&mut command);
    }
    let output = command
        .current_dir(dir)
        .stdin(Stdio::null())
        .output()
        .map_err(ClusterError::system("running initdb"))?;
    if !output.status.success() {
        let output = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(ClusterError::Program { program: "initdb", output });
    }
    fs::rename(&unfinished, &data).map_err(ClusterError::system(format!("completing {}", data.display())))
}

/// Trusts whoever reaches the socket, which lies in a closed directory, and the loopback address only when asked.
pub(super) fn write_access_rules(data: &Path, loopback: bool) -> Result<(), ClusterError> {
    let mut rules = String::from("local all all trust\n");
    if loopback {
        rules.push_str("host all all 127.0.0.1/32 trust\n");
    }
    fs::write(data.join("pg_hba.conf"), rules).map_err(ClusterError::system("writing pg_hba.conf"))
}

/// A server process and the thread that waits for it.
#[derive(Debug)]
pub(super) struct Server {
    pid: Pid,
    durability: Durability,
    keeper: Option<JoinHandle<io::Result<ExitStatus>>>,
}

impl Server {
    /// Starts the server and waits until it takes connections. Right after a crash the processes of the last run may
    /// still be on their way out and hold its shared memory; that is waited for.
    pub(super) fn start(
        data: &Path,
        log: &Path,
        programs: &Programs,
        account: Option<&Account>,
        options: &Options<'_>,
    ) -> Result<Self, ClusterError> {
        let started = Instant::now();
        loop {
            match Self::start_once(data, log, programs, account, options) {
                Err(ClusterError::NotReady { log, .. })
                    if log.contains(SHARED_MEMORY_HELD) && started.elapsed() < RELEASED_WITHIN =>
                {
                    thread::sleep(POLL);
                }
                result => return result,
            }
        }
    }

    fn start_once(
        data: &Path,
        log: &Path,
        programs: &Programs,
        account: Option<&Account>,
        options: &Options<'_>,
    ) -> Result<Self, ClusterError> {
        let output = File::create(log).map_err(ClusterError::system("creating the log"))?;
        let errors = output.try_clone().map_err(ClusterError::system("opening the log twice"))?;
        let mut command = server_command(data, programs, options);
        if let Some(account) = account {
            account.apply(&mut command);
        }
        // Its own process group: Ctrl-C in a terminal is for the tests, which need the server until they have ended.
        command.current_dir(data).stdin(Stdio::null()).stdout(output).stderr(errors).process_group(0);
        let (pid, keeper) = keep(command)?;
        let mut server = Self { pid, durability: options.durability, keeper: Some(keeper) };
        match server.wait_until_ready(data) {
            Ok(()) => Ok(server),
            Err(what) => {
                drop(server.stop());
                Err(ClusterError::NotReady { what, log: tail(log) })
            }
        }
    }

    fn wait_until_ready(&self, data: &Path) -> Result<(), &'static str> {
        let started = Instant::now();
        let pid_file = data.join("postmaster.pid");
        let own_pid = self.pid.as_raw_nonzero().to_string();
        while started.elapsed() < READY_WITHIN {
            if self.has_ended() {
                return Err("it ended");
            }
            let text = fs::read_to_string(&pid_file).unwrap_or_default();
            let ready = text.lines().nth(STATUS_LINE).is_some_and(|status| status.trim() == "ready");
            // A file left by a killed server carries another process id.
            if ready && text.lines().next().is_some_and(|pid| pid.trim() == own_pid) {
                return Ok(());
            }
            thread::sleep(POLL);
        }
        Err("it took no connections in time")
    }

    fn has_ended(&self) -> bool {
        self.keeper.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// Ends the server, cleanly if its data matters.
    pub(super) fn stop(&mut self) -> Result<(), ClusterError> {
        let polite = stop_signal(self.durability);
        for signal in [polite, Signal::QUIT, Signal::KILL] {
            if self.end(signal)? {
                return Ok(());
            }
        }
        Err(ClusterError::NotStopped)
    }

    /// Ends the server without letting it do anything more.
    pub(super) fn kill(&mut self) -> Result<(), ClusterError> {
        if self.end(Signal::KILL)? { Ok(()) } else { Err(ClusterError::NotStopped) }
    }

    /// Sends the signal and waits; says whether the server has ended.
    fn end(&mut self, signal: Signal) -> Result<bool, ClusterError> {
        if !self.has_ended() {
            match kill_process(self.pid, signal) {
                Ok(()) | Err(rustix::io::Errno::SRCH) => {}
                Err(error) => return Err(ClusterError::system("signalling PostgreSQL")(error.into())),
            }
        }
        let asked = Instant::now();
        while !self.has_ended() && asked.elapsed() < STOPPED_WITHIN {
            thread::sleep(POLL);
        }
        if !self.has_ended() {
            return Ok(false);
        }
        if let Some(keeper) = self.keeper.take() {
            drop(keeper.join());
        }
        Ok(true)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Err(error) = self.stop() {
            tracing::warn!(error = %error, "a private PostgreSQL cluster did not stop");
        }
    }
}

/// How the server is told to end: immediately, or fast but cleanly.
fn stop_signal(durability: Durability) -> Signal {
    match durability {
        Durability::Fast => Signal::QUIT,
        Durability::Safe => Signal::INT,
    }
}

/// The command line of the server, behind `setpriv` where that can arrange for the parent-death signal.
fn server_command(data: &Path, programs: &Programs, options: &Options<'_>) -> Command {
    let signal = match options.durability {
        Durability::Fast => "QUIT",
        Durability::Safe => "INT",
    };
    let postgres = programs.path("postgres");
    let mut command = if death_signal_available(signal) {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", signal]).arg(postgres);
        command
    } else {
        Command::new(postgres)
    };
    command.arg("-D").arg(data).args(["-p", &options.port.to_string(), "-k"]).arg(options.socket_dir);
    let listen = if options.loopback { "listen_addresses=127.0.0.1" } else { "listen_addresses=" };
    command.args(["-c", listen]);
    let fast: &[&str] = if options.durability == Durability::Fast { &FAST } else { &[] };
    for setting in COMMON.iter().chain(fast) {
        command.args(["-c", setting]);
    }
    command
}

fn death_signal_available(signal: &str) -> bool {
    Command::new("setpriv")
        .args(["--pdeathsig", signal, "true"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Starts the command in a thread that then waits for it.
fn keep(mut command: Command) -> Result<(Pid, JoinHandle<io::Result<ExitStatus>>), ClusterError> {
    let (sender, receiver) = mpsc::sync_channel(1);
    let keeper = thread::Builder::new()
        .name("postgres-keeper".to_owned())
        .spawn(move || {
            let mut child = match command.spawn() {
                Ok(child) => child,
                Err(error) => {
                    drop(sender.send(Err(error)));
                    return Ok(ExitStatus::default());
                }
            };
            drop(sender.send(Ok(Pid::from_child(&child))));
            Child::wait(&mut child)
        })
        .map_err(ClusterError::system("starting a thread for PostgreSQL"))?;
    let pid = receiver
        .recv()
        .unwrap_or_else(|_| Err(io::Error::other("the thread ended")))
        .map_err(ClusterError::system("starting PostgreSQL"))?;
    Ok((pid, keeper))
}

/// The last lines of the log, on one line.
fn tail(log: &Path) -> String {
    let text = fs::read(log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(LOG_LINES)..].join(" | ")
}
