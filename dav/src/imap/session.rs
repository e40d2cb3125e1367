//! One conversation with a server: commands with tags, and everything that is said in between.
//!
//! A [`Dialogue`] keeps commands and answers in step. When a command is dropped before its answer was read to the end,
//! or the line says something that cannot be, the dialogue is out of step and refuses everything after; the caller
//! connects anew. A server may say things nobody asked for at any time: those go to whoever listens for them, and what
//! nobody understood is counted.

use std::time::Duration;

use crate::imap::ImapError;
use crate::imap::capability::Capabilities;
use crate::imap::command::Command;
use crate::imap::response::{Code, Response, Status};
use crate::imap::wire::Wire;

/// The largest literal in answers that carry no bodies: the name of a folder, a header field.
const SMALL_LITERAL_BYTES: u64 = 128 * 1024;
/// More responses than that to one command mean a server that never ends.
const MAX_RESPONSES: u64 = 20_000_000;

/// Commands and answers in step.
#[derive(Debug)]
pub(crate) struct Dialogue {
    pub(crate) wire: Wire,
    patience: Duration,
    tags: u64,
    in_step: bool,
}

/// A command whose answer is being read.
pub(crate) struct Running {
    operation: &'static str,
    tag: String,
    literal_limit: u64,
    responses: u64,
}

impl Dialogue {
    pub(crate) fn new(wire: Wire, patience: Duration) -> Self {
        Self { wire, patience, tags: 0, in_step: true }
    }

    /// The next response, whatever it belongs to.
    pub(crate) async fn next(&mut self) -> Result<Response, ImapError> {
        self.next_within(SMALL_LITERAL_BYTES, self.patience).await
    }

    /// The same with bounds of its own.
    pub(crate) async fn next_within(
        &mut self,
        literal_limit: u64,
        patience: Duration,
    ) -> Result<Response, ImapError> {
        self.wire.next(literal_limit, patience).await.map(Response::read)
    }

    /// Sends a command; its answer is read with [`Self::answer`].
    pub(crate) async fn start(&mut self, command: Command, literal_limit: u64) -> Result<Running, ImapError> {
        if !std::mem::replace(&mut self.in_step, false) {
            return Err(ImapError::OutOfStep);
        }
        self.tags += 1;
        let tag = format!("v{}", self.tags);
        let operation = command.operation;
        let running = Running {
            operation,
            tag: tag.clone(),
            literal_limit: literal_limit.max(SMALL_LITERAL_BYTES),
            responses: 0,
        };
        let pieces = command.render(&tag);
        let last = pieces.len() - 1;
        for (index, piece) in pieces.iter().enumerate() {
            self.wire.send(piece, self.patience).await?;
            if index < last && !self.invited(&tag, operation).await? {
                return Err(ImapError::Refused { operation });
            }
        }
        Ok(running)
    }

    /// Waits for the server to ask for more. `false` when it ended the command instead.
    async fn invited(&mut self, tag: &str, operation: &'static str) -> Result<bool, ImapError> {
        for _ in 0..MAX_RESPONSES {
            match self.next().await? {
                Response::Continue(_) => return Ok(true),
                Response::Tagged { tag: of, status, code } if of == tag => {
                    self.in_step = true;
                    finished(status, code.as_ref(), operation)?;
                    return Ok(false);
                }
                Response::Status { status: Status::Bye, .. } => return Err(ImapError::Closed),
                _ => {}
            }
        }
        Err(ImapError::Malformed("the answer never ends"))
    }

    /// What the server says next; `Ok(None)` once the command is done.
    pub(crate) async fn answer(&mut self, running: &mut Running) -> Result<Option<Response>, ImapError> {
        running.responses += 1;
        if running.responses > MAX_RESPONSES {
            return Err(ImapError::Malformed("the answer never ends"));
        }
        match self.next_within(running.literal_limit, self.patience).await? {
            Response::Tagged { tag, status, code } if tag == running.tag => {
                self.in_step = true;
                finished(status, code.as_ref(), running.operation)?;
                Ok(None)
            }
            // The end of a command that was never sent.
            Response::Tagged { .. } => Err(ImapError::Malformed("the answer belongs to another command")),
            Response::Status { status: Status::Bye, .. } if running.operation != SIGNING_OUT => {
                Err(ImapError::Closed)
            }
            response => Ok(Some(response)),
        }
    }

    /// Answers a question of the server in the middle of a command.
    pub(crate) async fn reply(&mut self, line: &[u8]) -> Result<(), ImapError> {
        let mut bytes = zeroize::Zeroizing::new(line.to_vec());
        bytes.extend_from_slice(b"\r\n");
        self.wire.send(&bytes, self.patience).await
    }

    /// A command of which only the end matters.
    pub(crate) async fn run(&mut self, command: Command) -> Result<(), ImapError> {
        let mut running = self.start(command, 0).await?;
        while self.answer(&mut running).await?.is_some() {}
        Ok(())
    }

    /// Asks what the server can do.
    pub(crate) async fn capabilities(&mut self) -> Result<Capabilities, ImapError> {
        let mut running = self.start(Command::new("its capabilities", "CAPABILITY"), 0).await?;
        let mut capabilities = Capabilities::default();
        while let Some(response) = self.answer(&mut running).await? {
            if let Response::Capability(said) = response {
                capabilities = said;
            }
        }
        Ok(capabilities)
    }
}

const SIGNING_OUT: &str = "signing out";

/// What the end of a command means.
fn finished(status: Status, code: Option<&Code>, operation: &'static str) -> Result<(), ImapError> {
    match (status, code) {
        (Status::Ok, _) => Ok(()),
        (_, Some(Code::AuthenticationFailed)) => Err(ImapError::Unauthorized),
        (_, Some(Code::Unavailable)) => Err(ImapError::Unavailable),
        (_, Some(Code::NoFolder)) => Err(ImapError::NoFolder),
        _ => Err(ImapError::Refused { operation }),
    }
}

/// A signed-in conversation.
#[derive(Debug)]
pub struct Session {
    pub(crate) dialogue: Dialogue,
    pub(crate) capabilities: Capabilities,
    /// QRESYNC was enabled: from now on the server says VANISHED instead of EXPUNGE.
    pub(crate) qresync: bool,
}

impl Session {
    /// What the server can do.
    pub fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    /// Enables QRESYNC where the server has it, so that what vanished is told with what changed. Whether it is enabled
    /// now; a server that announces it and refuses it is used without it.
    pub async fn enable_qresync(&mut self) -> Result<bool, ImapError> {
        if self.qresync || !self.capabilities.qresync() {
            return Ok(self.qresync);
        }
        let mut running = self.dialogue.start(Command::new("QRESYNC", "ENABLE QRESYNC"), 0).await?;
        let mut enabled = false;
        loop {
            match self.dialogue.answer(&mut running).await {
                Ok(Some(Response::Enabled(names))) => enabled |= names.iter().any(|name| name == "QRESYNC"),
                Ok(Some(_)) => {}
                Ok(None) => break,
                Err(ImapError::Refused { .. }) => return Ok(false),
                Err(error) => return Err(error),
            }
        }
        self.qresync = enabled;
        Ok(enabled)
    }

    /// Says goodbye. The line is closed whatever the server answers.
    pub async fn sign_out(mut self) -> Result<(), ImapError> {
        self.dialogue.run(Command::new(SIGNING_OUT, "LOGOUT")).await
    }
}
