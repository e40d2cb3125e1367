//! An IMAP server with scripted mailboxes.
//!
//! Speaks `IMAP4rev1` as far as a reading client asks, with CONDSTORE, QRESYNC, ESEARCH, IDLE, SPECIAL-USE, SASL-IR and
//! LITERAL+ each to be switched off, over real sockets. Mailboxes are changed from outside while clients look, as by
//! another client. [`Fault`]s are queued and each strikes once, at the next occasion. What clients ask is recorded
//! without what they prove themselves with.

mod answer;
mod fetch;
mod line;
mod sets;
mod state;
mod talk;

use std::collections::VecDeque;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use crate::mail::Encryption;
use state::{Mailbox, Mailboxes};

/// What the server can do besides the base protocol.
#[expect(clippy::struct_excessive_bools, reason = "each is one capability, switched by itself")]
#[derive(Debug, Clone)]
pub struct Abilities {
    /// CONDSTORE.
    pub condstore: bool,
    /// QRESYNC; needs CONDSTORE.
    pub qresync: bool,
    /// IDLE.
    pub idle: bool,
    /// ESEARCH.
    pub esearch: bool,
    /// LIST with special uses.
    pub special_use: bool,
    /// SASL-IR.
    pub sasl_ir: bool,
    /// LITERAL+.
    pub literal_plus: bool,
    /// AUTH=PLAIN; without it only LOGIN remains.
    pub plain: bool,
    /// LOGIN is refused.
    pub login_disabled: bool,
    /// AUTH=OAUTHBEARER beside XOAUTH2, where there is a token.
    pub oauth_bearer: bool,
}

impl Default for Abilities {
    fn default() -> Self {
        Self {
            condstore: true,
            qresync: true,
            idle: true,
            esearch: true,
            special_use: true,
            sasl_ir: true,
            literal_plus: true,
            plain: true,
            login_disabled: false,
            oauth_bearer: true,
        }
    }
}

impl Abilities {
    /// `IMAP4rev1` and nothing else.
    pub fn bare() -> Self {
        Self {
            condstore: false,
            qresync: false,
            idle: false,
            esearch: false,
            special_use: false,
            sasl_ir: false,
            literal_plus: false,
            plain: false,
            login_disabled: false,
            oauth_bearer: false,
        }
    }
}

/// Something that goes wrong once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The line dies inside the next literal of a body, after so many octets of it.
    CutInLiteral(usize),
    /// The next FETCH is answered from the last message to the first.
    Shuffled,
    /// The next FETCH tells each message in two responses.
    Split,
    /// In the next FETCH one response is not to be understood, in place of the right one.
    Garbled,
    /// Before the answer to the next command comes a line of so many octets.
    LongLine(usize),
    /// The next command is answered with BYE and the line closes.
    Bye,
    /// The next command is refused as the server's own trouble.
    Unavailable,
    /// The line closes when the next command comes.
    Hangup,
    /// The next FETCH of a piece is answered with the whole body.
    IgnoresPieces,
    /// The next command gets no answer.
    Silence,
    /// The end of another command comes before the answer to the next.
    WrongTag,
}

/// How a server is set up.
#[derive(Debug, Clone)]
pub struct ImapScript {
    /// What it can do.
    pub abilities: Abilities,
    /// How its line is encrypted.
    pub encryption: Encryption,
    /// Words sent ahead of the handshake, right behind the answer to STARTTLS.
    pub ahead_of_tls: Option<&'static str>,
    /// Who signs in.
    pub login_name: String,
    /// The password.
    pub password: String,
    /// The access token for OAUTHBEARER and XOAUTH2; without one neither is offered.
    pub token: Option<String>,
}

impl Default for ImapScript {
    fn default() -> Self {
        Self {
            abilities: Abilities::default(),
            encryption: Encryption::None,
            ahead_of_tls: None,
            login_name: "mara".to_owned(),
            password: "mara-password".to_owned(),
            token: None,
        }
    }
}

/// A running server; it stops when the last handle is dropped.
#[derive(Debug, Clone)]
pub struct Imap {
    pub(crate) shared: Arc<Shared>,
    address: SocketAddr,
    _acceptor: Arc<Acceptor>,
}

#[derive(Debug)]
struct Acceptor(JoinHandle<()>);

impl Drop for Acceptor {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// What the handle and the conversations share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) script: ImapScript,
    state: Mutex<State>,
    changed: watch::Sender<u64>,
}

#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) mailboxes: Mailboxes,
    pub(crate) faults: VecDeque<Fault>,
    pub(crate) commands: Vec<String>,
    pub(crate) connections: usize,
    pub(crate) sign_ins_refused: usize,
    pub(crate) body_octets: u64,
    hang_up: u64,
}

impl Shared {
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the next fault if it is one of these.
    pub(crate) fn strikes(&self, wanted: impl Fn(Fault) -> bool) -> Option<Fault> {
        let mut state = self.lock();
        let at = state.faults.iter().position(|fault| wanted(*fault))?;
        state.faults.remove(at)
    }

    pub(crate) fn watch(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    fn change<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        let result = act(&mut self.lock());
        self.changed.send_modify(|version| *version += 1);
        result
    }
}

impl Imap {
    /// Starts with an empty INBOX and Sent, Drafts, Junk, Trash and Archive.
    pub async fn start(script: ImapScript) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let mut state = State::default();
        for (name, attribute) in [
            ("INBOX", ""),
            ("Sent", "\\Sent"),
            ("Drafts", "\\Drafts"),
            ("Junk", "\\Junk"),
            ("Trash", "\\Trash"),
            ("Archive", "\\Archive"),
        ] {
            state.mailboxes.insert(name.to_owned(), Mailbox::new(attribute));
        }
        let shared = Arc::new(Shared { script, state: Mutex::new(state), changed: watch::channel(0).0 });
        let serving = Arc::clone(&shared);
        let acceptor = tokio::spawn(async move {
            let mut talks = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                serving.lock().connections += 1;
                let shared = Arc::clone(&serving);
                talks.spawn(async move {
                    let _ = talk::talk(Box::new(stream), shared).await;
                });
            }
        });
        Ok(Self { shared, address, _acceptor: Arc::new(Acceptor(acceptor)) })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// A new folder; `attribute` is its special use or empty.
    pub fn create(&self, folder: &str, attribute: &'static str) {
        self.shared.change(|state| state.mailboxes.insert(folder.to_owned(), Mailbox::new(attribute)));
    }

    /// Takes a folder away.
    pub fn remove(&self, folder: &str) {
        self.shared.change(|state| state.mailboxes.remove(folder));
    }

    /// Lets nobody look into a folder that is still listed, or lets them again.
    pub fn shut(&self, folder: &str, shut: bool) {
        self.shared.change(|state| {
            if let Some(mailbox) = state.mailboxes.get_mut(folder) {
                mailbox.shut = shut;
            }
        });
    }

    /// Puts a message into a folder; its UID.
    pub fn append(
        &self,
        folder: &str,
        message: impl Into<Vec<u8>>,
        flags: &[&str],
        date: DateTime<Utc>,
    ) -> u32 {
        let message: Vec<u8> = message.into();
        self.with(folder, |mailbox| mailbox.append(state::Content::Octets(message.into()), flags, date))
    }

    /// Puts `count` messages into a folder; the octets are made from the UID each time they are asked for.
    pub fn fill(&self, folder: &str, count: u32, date: DateTime<Utc>, make: fn(u32) -> Vec<u8>) {
        self.with(folder, |mailbox| {
            for _ in 0..count {
                mailbox.append(state::Content::Made(make), &[], date);
            }
        });
    }

    /// The next message of a folder gets this UID.
    pub fn skip_to_uid(&self, folder: &str, uid: u32) {
        self.with(folder, |mailbox| mailbox.uid_next = mailbox.uid_next.max(uid));
    }

    /// Sets a message's flags.
    pub fn flag(&self, folder: &str, uid: u32, flags: &[&str]) {
        self.with(folder, |mailbox| mailbox.flag(uid, flags));
    }

    /// Removes a message.
    pub fn expunge(&self, folder: &str, uid: u32) {
        self.with(folder, |mailbox| mailbox.expunge(uid));
    }

    /// Moves a message; its UID in the other folder.
    pub fn relocate(&self, from: &str, uid: u32, to: &str) -> Option<u32> {
        let moved = self.with(from, |mailbox| mailbox.expunge(uid))?;
        Some(self.with(to, |mailbox| mailbox.take(moved)))
    }

    /// The folder begins a new epoch: the same messages under other UIDs.
    pub fn renumber(&self, folder: &str) {
        self.with(folder, Mailbox::renumber);
    }

    /// Queues a fault.
    pub fn fault(&self, fault: Fault) {
        self.shared.lock().faults.push_back(fault);
    }

    /// Faults that did not strike yet.
    pub fn faults_left(&self) -> usize {
        self.shared.lock().faults.len()
    }

    /// Ends every conversation that waits.
    pub fn hang_up(&self) {
        self.shared.change(|state| state.hang_up += 1);
    }

    /// What was asked since the last call, without tags and without proofs of identity.
    pub fn commands(&self) -> Vec<String> {
        std::mem::take(&mut self.shared.lock().commands)
    }

    /// Connections accepted.
    pub fn connections(&self) -> usize {
        self.shared.lock().connections
    }

    /// Sign-ins refused.
    pub fn sign_ins_refused(&self) -> usize {
        self.shared.lock().sign_ins_refused
    }

    /// Octets of bodies sent.
    pub fn body_octets(&self) -> u64 {
        self.shared.lock().body_octets
    }

    /// UIDs and flags of a folder.
    pub fn contents(&self, folder: &str) -> Vec<(u32, Vec<String>)> {
        self.with(folder, |mailbox| {
            mailbox.messages.iter().map(|message| (message.uid, message.flags.clone())).collect()
        })
    }

    fn with<T>(&self, folder: &str, act: impl FnOnce(&mut Mailbox) -> T) -> T {
        self.shared
            .change(|state| act(state.mailboxes.entry(folder.to_owned()).or_insert_with(|| Mailbox::new(""))))
    }
}

pub(crate) fn hang_ups(state: &State) -> u64 {
    state.hang_up
}
