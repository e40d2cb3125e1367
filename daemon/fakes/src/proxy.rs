//! A TCP proxy that misbehaves on command, to be put in front of any loopback address.
//!
//! It looks at bytes, not at HTTP, with two exceptions that tests need: it can find the end of a response head, to
//! cut a body short, and it can answer the next requests itself as a broken gateway would. What it does can be
//! changed while connections are open; the change holds from the next bytes on.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// Bytes moved at a time; small enough that a throttled line is smooth.
const CHUNK: usize = 8 * 1024;

/// Largest request head and body the proxy swallows before it answers itself.
const MAX_SWALLOWED: usize = 1024 * 1024;

/// How a connection ends when it is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// The peer gets a reset.
    Reset,
    /// The peer gets an orderly end that comes too early.
    Finish,
}

/// What the proxy does to the traffic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Behaviour {
    /// Nothing.
    Pass,
    /// Holds each request back that long.
    Delay(Duration),
    /// Lets so many bytes through in a second, evenly.
    Throttle {
        /// Both directions together.
        bytes_per_second: u64,
    },
    /// Ends the connection after so many bytes of each response, head included.
    CutAfter {
        /// Bytes let through.
        bytes: u64,
        /// How it ends.
        how: Cut,
    },
    /// Ends the connection in good order after so many bytes of the body.
    TruncateBody {
        /// Bytes let through.
        bytes: u64,
    },
    /// Nobody listens; open connections die.
    Refuse,
    /// Takes everything and never says anything.
    Blackhole,
    /// Sends responses byte by byte.
    SlowLoris {
        /// Pause before each byte.
        gap: Duration,
    },
}

/// A running proxy; it stops when dropped.
#[derive(Debug)]
pub struct FaultProxy {
    shared: Arc<Shared>,
    address: SocketAddr,
    acceptor: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Debug)]
struct Shared {
    upstream: SocketAddr,
    script: Mutex<Script>,
    connections: AtomicUsize,
}

#[derive(Debug)]
struct Script {
    behaviour: Behaviour,
    /// Requests still to be answered here, and with what.
    answers: (u32, u16),
}

impl FaultProxy {
    /// Starts on 127.0.0.1 in front of an address.
    pub async fn start(upstream: SocketAddr) -> io::Result<Self> {
        let script = Mutex::new(Script { behaviour: Behaviour::Pass, answers: (0, 0) });
        let shared = Arc::new(Shared { upstream, script, connections: AtomicUsize::new(0) });
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let acceptor = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Ok(Self { shared, address, acceptor: Mutex::new(Some(acceptor)) })
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.address
    }

    /// Where it listens, as a URL.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Connections taken so far.
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::Relaxed)
    }

    /// Changes what it does, for open connections too.
    pub async fn set(&self, behaviour: Behaviour) -> io::Result<()> {
        self.shared.script().behaviour = behaviour;
        if behaviour == Behaviour::Refuse {
            let acceptor = self.acceptor().take();
            if let Some(acceptor) = acceptor {
                acceptor.abort();
                // An aborted task ends with an error that says so.
                let _ = acceptor.await;
            }
        } else if self.acceptor().is_none() {
            let listener = TcpListener::bind(self.address).await?;
            *self.acceptor() = Some(tokio::spawn(accept(listener, Arc::clone(&self.shared))));
        }
        Ok(())
    }

    /// Answers the next requests with this status instead of passing them on.
    pub fn answer_next(&self, requests: u32, status: u16) {
        self.shared.script().answers = (requests, status);
    }

    fn acceptor(&self) -> MutexGuard<'_, Option<JoinHandle<()>>> {
        self.acceptor.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        if let Some(acceptor) = self.acceptor().take() {
            acceptor.abort();
        }
    }
}

// === impl Shared ===

impl Shared {
    fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn behaviour(&self) -> Behaviour {
        self.script().behaviour
    }

    /// The status to answer this request with, if it is to be answered here.
    fn own_answer(&self) -> Option<u16> {
        let mut script = self.script();
        let (left, status) = script.answers;
        script.answers.0 = left.checked_sub(1)?;
        Some(status)
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                if let Ok((client, _)) = accepted {
                    shared.connections.fetch_add(1, Ordering::Relaxed);
                    connections.spawn(relay(client, Arc::clone(&shared)));
                }
            }
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
        }
    }
}

/// One connection between its two ends.
struct Line {
    client: TcpStream,
    server: TcpStream,
    shared: Arc<Shared>,
    /// The next bytes of the client begin a request.
    request_due: bool,
    /// Bytes of the current response that went through.
    passed: u64,
    /// End of what was seen of the response head, to find the empty line.
    head_tail: Vec<u8>,
    body_passed: Option<u64>,
}

async fn relay(client: TcpStream, shared: Arc<Shared>) {
    let Ok(server) = TcpStream::connect(shared.upstream).await else { return };
    let mut line = Line {
        client,
        server,
        shared,
        request_due: true,
        passed: 0,
        head_tail: Vec::new(),
        body_passed: None,
    };
    // Either end going away, or a scripted cut, ends the connection; there is nobody to tell.
    let _ = line.run().await;
}

impl Line {
    async fn run(&mut self) -> io::Result<()> {
        let (mut up, mut down) = (vec![0_u8; CHUNK], vec![0_u8; CHUNK]);
        loop {
            tokio::select! {
                read = self.client.read(&mut up) => match read? {
                    0 => return Ok(()),
                    count => self.upward(&up[..count]).await?,
                },
                read = self.server.read(&mut down) => match read? {
                    0 => return self.client.shutdown().await,
                    count => self.downward(&down[..count]).await?,
                },
            }
        }
    }

    async fn upward(&mut self, bytes: &[u8]) -> io::Result<()> {
        let begins = std::mem::replace(&mut self.request_due, false);
        if begins {
            self.passed = 0;
            self.head_tail.clear();
            self.body_passed = None;
            if let Some(status) = self.shared.own_answer() {
                return self.answer(bytes, status).await;
            }
        }
        match self.shared.behaviour() {
            Behaviour::Delay(delay) if begins => tokio::time::sleep(delay).await,
            Behaviour::Throttle { bytes_per_second } => pace(bytes.len(), bytes_per_second).await,
            Behaviour::Blackhole => return Ok(()),
            _ => {}
        }
        self.server.write_all(bytes).await
    }

    async fn downward(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.request_due = true;
        match self.shared.behaviour() {
            Behaviour::Throttle { bytes_per_second } => pace(bytes.len(), bytes_per_second).await,
            Behaviour::Blackhole => return Ok(()),
            Behaviour::CutAfter { bytes: limit, how } => {
                let allowed = room(limit, self.passed, bytes.len());
                self.passed += allowed as u64;
                self.client.write_all(&bytes[..allowed]).await?;
                return if self.passed >= limit { self.cut(how).await } else { Ok(()) };
            }
            Behaviour::TruncateBody { bytes: limit } => return self.truncate(bytes, limit).await,
            Behaviour::SlowLoris { gap } => {
                for byte in bytes {
                    tokio::time::sleep(gap).await;
                    self.client.write_all(std::slice::from_ref(byte)).await?;
                }
                return Ok(());
            }
            Behaviour::Pass | Behaviour::Delay(_) | Behaviour::Refuse => {}
        }
        self.passed += bytes.len() as u64;
        self.client.write_all(bytes).await
    }

    /// Lets the head through and so much of the body.
    async fn truncate(&mut self, bytes: &[u8], limit: u64) -> io::Result<()> {
        let mut head = 0;
        while self.body_passed.is_none() && head < bytes.len() {
            self.head_tail.push(bytes[head]);
            head += 1;
            if self.head_tail.ends_with(b"\r\n\r\n") {
                self.body_passed = Some(0);
            }
        }
        self.client.write_all(&bytes[..head]).await?;
        let Some(passed) = self.body_passed else { return Ok(()) };
        let allowed = room(limit, passed, bytes.len() - head);
        self.client.write_all(&bytes[head..head + allowed]).await?;
        let passed = passed + allowed as u64;
        self.body_passed = Some(passed);
        if passed >= limit { self.cut(Cut::Finish).await } else { Ok(()) }
    }

    /// Ends the connection; the error only unwinds the loop.
    async fn cut(&mut self, how: Cut) -> io::Result<()> {
        match how {
            Cut::Reset => self.client.set_zero_linger()?,
            Cut::Finish => self.client.shutdown().await?,
        }
        Err(io::ErrorKind::ConnectionAborted.into())
    }

    /// Swallows the request and answers it here.
    async fn answer(&mut self, first: &[u8], status: u16) -> io::Result<()> {
        let mut request = first.to_vec();
        let mut buffer = vec![0_u8; CHUNK];
        while request.len() < request_length(&request).unwrap_or(usize::MAX).min(MAX_SWALLOWED) {
            match self.client.read(&mut buffer).await? {
                0 => break,
                count => request.extend_from_slice(&buffer[..count]),
            }
        }
        let body = "<html><body>The gateway has a bad day.</body></html>";
        let answer = format!(
            "HTTP/1.1 {status} Scripted\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\
             Connection: close\r\n\r\n{body}",
            body.len()
        );
        self.client.write_all(answer.as_bytes()).await?;
        self.cut(Cut::Finish).await
    }
}

/// How much of the next bytes may still pass under a limit.
fn room(limit: u64, passed: u64, next: usize) -> usize {
    usize::try_from(limit.saturating_sub(passed)).unwrap_or(usize::MAX).min(next)
}

/// Length of a whole request, once its head is there.
fn request_length(bytes: &[u8]) -> Option<usize> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    Some(end + length.and_then(|text| text.trim().parse::<usize>().ok()).unwrap_or(0))
}

async fn pace(bytes: usize, bytes_per_second: u64) {
    let seconds = bytes as f64 / bytes_per_second.max(1) as f64;
    tokio::time::sleep(Duration::from_secs_f64(seconds)).await;
}
