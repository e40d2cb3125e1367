//! A submission server that keeps what it was handed and passes nothing on.
//!
//! Speaks EHLO, STARTTLS, AUTH PLAIN, LOGIN and XOAUTH2, MAIL, RCPT, DATA and QUIT over a real socket. It can be told
//! to answer a step with a status of the script's choice, once, or to hang up after the message came and before it is
//! acknowledged, which leaves a client in the dark.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};

use crate::mail::Encryption;
use crate::mail::tls::{self, Line};

/// A message that was handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handed {
    /// The sender of the envelope.
    pub from: String,
    /// The recipients of the envelope.
    pub to: Vec<String>,
    /// The octets.
    pub message: Vec<u8>,
}

/// A step at which something goes wrong once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// RCPT is answered with this status.
    Recipient(u16),
    /// The message is answered with this status.
    Message(u16),
    /// The line closes after the message came.
    HangupAfterMessage,
}

/// How a sink is set up.
#[derive(Debug, Clone)]
pub struct SinkScript {
    /// How its line is encrypted.
    pub encryption: Encryption,
    /// Who signs in.
    pub login_name: String,
    /// The password.
    pub password: String,
    /// The access token.
    pub token: Option<String>,
}

impl Default for SinkScript {
    fn default() -> Self {
        Self {
            encryption: Encryption::StartTls,
            login_name: "mara".to_owned(),
            password: "mara-password".to_owned(),
            token: None,
        }
    }
}

/// A running sink; it stops when dropped.
#[derive(Debug)]
pub struct Sink {
    shared: Arc<Shared>,
    address: SocketAddr,
    acceptor: JoinHandle<()>,
}

#[derive(Debug)]
struct Shared {
    script: SinkScript,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    handed: Vec<Handed>,
    troubles: Vec<Trouble>,
    in_the_clear: usize,
    greeted_as: Vec<String>,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn strikes(&self, wanted: impl Fn(&Trouble) -> bool) -> Option<Trouble> {
        let mut kept = self.lock();
        let at = kept.troubles.iter().position(wanted)?;
        Some(kept.troubles.remove(at))
    }
}

impl Sink {
    /// Starts.
    pub async fn start(script: SinkScript) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared { script, kept: Mutex::default() });
        let serving = Arc::clone(&shared);
        let acceptor = tokio::spawn(async move {
            let mut talks = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let shared = Arc::clone(&serving);
                talks.spawn(async move {
                    let _ = talk(Box::new(stream), &shared).await;
                });
            }
        });
        Ok(Self { shared, address, acceptor })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What was handed over.
    pub fn handed(&self) -> Vec<Handed> {
        self.shared.lock().handed.clone()
    }

    /// Queues trouble.
    pub fn trouble(&self, trouble: Trouble) {
        self.shared.lock().troubles.push(trouble);
    }

    /// How often a name, a secret or a message came over a line that should have been encrypted.
    pub fn in_the_clear(&self) -> usize {
        self.shared.lock().in_the_clear
    }

    /// What clients called themselves.
    pub fn greeted_as(&self) -> Vec<String> {
        self.shared.lock().greeted_as.clone()
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.acceptor.abort();
    }
}

async fn talk(line: Box<dyn Line>, shared: &Shared) -> io::Result<()> {
    let encryption = shared.script.encryption;
    let mut encrypted = encryption == Encryption::Implicit;
    let mut line = BufReader::new(if encrypted { tls::accept(line).await? } else { line });
    say(&mut line, "220 sink\r\n").await?;
    let (mut signed_in, mut from, mut to) = (false, String::new(), Vec::new());
    while let Some(command) = read(&mut line).await? {
        let verb = command.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let wants_tls = encryption == Encryption::StartTls && !encrypted;
        if wants_tls && matches!(verb.as_str(), "AUTH" | "MAIL" | "RCPT" | "DATA") {
            shared.lock().in_the_clear += 1;
        }
        match verb.as_str() {
            "EHLO" => {
                shared.lock().greeted_as.push(command[4..].trim().to_owned());
                let auth = if shared.script.token.is_some() { "PLAIN LOGIN XOAUTH2" } else { "PLAIN LOGIN" };
                let offer = if wants_tls { "STARTTLS".to_owned() } else { format!("AUTH {auth}") };
                say(&mut line, &format!("250-sink\r\n250-8BITMIME\r\n250 {offer}\r\n")).await?;
            }
            "STARTTLS" if wants_tls => {
                say(&mut line, "220 begin\r\n").await?;
                line = BufReader::new(tls::accept(line.into_inner()).await?);
                encrypted = true;
            }
            "AUTH" => {
                signed_in = !wants_tls && proved(&mut line, &command, &shared.script).await?;
                let answer = if signed_in { "235 welcome\r\n" } else { "535 5.7.8 who are you\r\n" };
                say(&mut line, answer).await?;
            }
            "MAIL" if signed_in => {
                from = angled(&command);
                to.clear();
                say(&mut line, "250 ok\r\n").await?;
            }
            "RCPT" if signed_in => {
                let trouble = shared.strikes(|trouble| matches!(trouble, Trouble::Recipient(_)));
                if let Some(Trouble::Recipient(status)) = trouble {
                    say(&mut line, &format!("{status} no\r\n")).await?;
                } else {
                    to.push(angled(&command));
                    say(&mut line, "250 ok\r\n").await?;
                }
            }
            "DATA" if signed_in => {
                say(&mut line, "354 go on\r\n").await?;
                let message = data(&mut line).await?;
                let trouble = shared
                    .strikes(|trouble| matches!(trouble, Trouble::Message(_) | Trouble::HangupAfterMessage));
                if let Some(Trouble::Message(status)) = trouble {
                    say(&mut line, &format!("{status} no\r\n")).await?;
                    continue;
                }
                shared.lock().handed.push(Handed { from: from.clone(), to: to.clone(), message });
                if trouble.is_some() {
                    return Ok(());
                }
                say(&mut line, "250 taken\r\n").await?;
            }
            "QUIT" => {
                say(&mut line, "221 bye\r\n").await?;
                return Ok(());
            }
            "NOOP" | "RSET" => say(&mut line, "250 ok\r\n").await?,
            _ => say(&mut line, "503 not now\r\n").await?,
        }
    }
    Ok(())
}

type Buffered = BufReader<Box<dyn Line>>;

async fn say(line: &mut Buffered, text: &str) -> io::Result<()> {
    line.write_all(text.as_bytes()).await?;
    line.flush().await
}

async fn read(line: &mut Buffered) -> io::Result<Option<String>> {
    let mut text = Vec::new();
    if line.read_until(b'\n', &mut text).await? == 0 {
        return Ok(None);
    }
    Ok(Some(String::from_utf8_lossy(&text).trim_end().to_owned()))
}

/// The message up to the dot, with the dots of transparency taken away.
async fn data(line: &mut Buffered) -> io::Result<Vec<u8>> {
    let mut message = Vec::new();
    loop {
        let mut text = Vec::new();
        if line.read_until(b'\n', &mut text).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if text == b".\r\n" {
            return Ok(message);
        }
        message.extend_from_slice(text.strip_prefix(b".").unwrap_or(&text));
    }
}

async fn proved(line: &mut Buffered, command: &str, script: &SinkScript) -> io::Result<bool> {
    let mut words = command.split(' ').skip(1);
    let mechanism = words.next().unwrap_or_default().to_ascii_uppercase();
    let mut given = words.next().map(str::to_owned);
    if mechanism == "LOGIN" {
        let name = answer(line, "VXNlcm5hbWU6", given.take()).await?;
        let secret = answer(line, "UGFzc3dvcmQ6", None).await?;
        return Ok(name == script.login_name.as_bytes() && secret == script.password.as_bytes());
    }
    let response = answer(line, "", given).await?;
    Ok(match mechanism.as_str() {
        "PLAIN" => response == format!("\0{}\0{}", script.login_name, script.password).into_bytes(),
        "XOAUTH2" => script.token.as_ref().is_some_and(|token| {
            response == format!("user={}\u{1}auth=Bearer {token}\u{1}\u{1}", script.login_name).into_bytes()
        }),
        _ => false,
    })
}

async fn answer(line: &mut Buffered, question: &str, given: Option<String>) -> io::Result<Vec<u8>> {
    let response = if let Some(response) = given {
        response
    } else {
        say(line, &format!("334 {question}\r\n")).await?;
        read(line).await?.unwrap_or_default()
    };
    Ok(STANDARD.decode(response).unwrap_or_default())
}

fn angled(command: &str) -> String {
    let inside = command.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inside.map(|(inside, _)| inside.to_owned()).unwrap_or_default()
}
