//! A Redis of one's own.
//!
//! Redis is never faked where it is there: [`PrivateRedis`] runs the real server on a unix socket inside a directory of its
//! own, keeping nothing on disk, and takes it down when dropped. Where the program is not installed there is none, and
//! whoever needs it says that it left something out. What is no Redis, or a broken one, is an [`Impostor`]: it takes
//! connections and says the same to everything. Neither refuses anybody, so neither listens beyond this machine.

use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// How long the server may take to answer for the first time.
const START: Duration = Duration::from_secs(30);

/// Between two looks whether it answers.
const PAUSE: Duration = Duration::from_millis(20);

/// A running server, or one that was killed.
#[derive(Debug)]
pub struct PrivateRedis {
    directory: TempDir,
    child: Option<Child>,
}

impl PrivateRedis {
    /// Starts a server. `None` where the program is not on the PATH.
    pub fn start() -> io::Result<Option<Self>> {
        let mut redis = Self { directory: tempfile::tempdir()?, child: None };
        match redis.start_again() {
            Ok(()) => Ok(Some(redis)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Starts the server again after [`Self::kill`], at the same address and with nothing in it.
    pub fn start_again(&mut self) -> io::Result<()> {
        let child = Command::new("redis-server")
            .args(["--port", "0", "--save", "", "--appendonly", "no", "--unixsocket"])
            .arg(self.socket())
            .current_dir(self.directory.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        self.child = Some(child);
        let began = Instant::now();
        while self.command(&["PING"]).is_err() {
            if began.elapsed() > START {
                return Err(io::Error::new(io::ErrorKind::TimedOut, "the Redis server does not start"));
            }
            std::thread::sleep(PAUSE);
        }
        Ok(())
    }

    /// Ends the server as the kernel would: it has no time to say anything.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            // It may have ended by itself.
            _ = child.kill();
            _ = child.wait();
        }
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("redis+unix://{}", self.socket().display())
    }

    /// Sends a command and returns what comes back, as it stands on the wire.
    pub fn command(&self, words: &[&str]) -> io::Result<String> {
        let mut stream = UnixStream::connect(self.socket())?;
        stream.set_read_timeout(Some(START))?;
        let counted: Vec<String> =
            words.iter().map(|word| format!("${}\r\n{word}\r\n", word.len())).collect();
        let request = format!("*{}\r\n{}", words.len(), counted.concat());
        // What comes after it ends the connection, so that there is an end to read to.
        stream.write_all(format!("{request}*1\r\n$4\r\nQUIT\r\n").as_bytes())?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer.strip_suffix("+OK\r\n").unwrap_or(&answer).to_owned())
    }

    /// Every key.
    pub fn keys(&self) -> io::Result<Vec<String>> {
        let listed = self.command(&["KEYS", "*"])?;
        Ok(listed.lines().skip(1).filter(|line| !line.starts_with('$')).map(str::to_owned).collect())
    }

    fn socket(&self) -> PathBuf {
        self.directory.path().join("redis.sock")
    }
}

impl Drop for PrivateRedis {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Something on loopback that is no Redis.
#[derive(Debug)]
pub struct Impostor {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Impostor {
    /// Says this to whatever comes, as often as something comes; with nothing to say it stays silent.
    pub async fn saying(words: impl Into<Vec<u8>>) -> io::Result<Self> {
        let words = words.into();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let task = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let words = words.clone();
                tokio::spawn(async move {
                    let mut heard = [0; 4_096];
                    while matches!(stream.read(&mut heard).await, Ok(1..)) {
                        if stream.write_all(&words).await.is_err() {
                            break;
                        }
                    }
                });
            }
        });
        Ok(Self { address, task })
    }

    /// Its address, as if it were a Redis.
    pub fn url(&self) -> String {
        format!("redis://{}", self.address)
    }

    /// The same, as if it spoke TLS.
    pub fn tls_url(&self) -> String {
        format!("rediss://{}", self.address)
    }
}

impl Drop for Impostor {
    fn drop(&mut self) {
        self.task.abort();
    }
}
