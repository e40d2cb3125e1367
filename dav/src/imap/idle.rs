//! Waiting until something happens in a folder (RFC 2177).
//!
//! A server may forget a line after 29 minutes, and what stands between us forgets it sooner, so the wait ends after
//! the time the caller names and is begun again. Waiting says only *that* something happened. What it was is asked for
//! in the ordinary way, because hints are lost and invented.

use std::time::Duration;

use crate::error::TransportKind;
use crate::imap::ImapError;
use crate::imap::command::Command;
use crate::imap::open::{Opened, is_news};
use crate::imap::response::{Response, Status};

/// Longer than that no server has to keep a line (RFC 2177).
pub const MAX_WAIT: Duration = Duration::from_mins(28);

/// Why a wait ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Woken {
    /// Something happened in the folder.
    News,
    /// Nothing happened in the time given; the line still lives.
    Nothing,
}

impl Opened<'_> {
    /// Whether the server can be waited for.
    pub fn can_idle(&self) -> bool {
        self.session.capabilities.has("IDLE")
    }

    /// Waits for news, at most so long. Dropped before its end it leaves the connection out of step.
    pub async fn idle(&mut self, wait: Duration) -> Result<Woken, ImapError> {
        if !self.can_idle() {
            return Err(ImapError::NoMethod);
        }
        let mut running = self.session.dialogue.start(Command::new("waiting", "IDLE"), 0).await?;
        let mut woken = Woken::Nothing;
        loop {
            match self.answer(&mut running).await? {
                Some(Response::Continue(_)) => break,
                Some(response) if is_news(&response) => woken = Woken::News,
                Some(_) => {}
                // Ended by the server before it began: nothing is waited for, so the caller goes round again.
                None => return Err(ImapError::Refused { operation: "waiting" }),
            }
        }
        if woken == Woken::Nothing {
            woken = self.wait(wait.min(MAX_WAIT)).await?;
        }
        self.session.dialogue.reply(b"DONE").await?;
        while let Some(response) = self.answer(&mut running).await? {
            if is_news(&response) {
                woken = Woken::News;
            }
        }
        Ok(woken)
    }

    async fn wait(&mut self, wait: Duration) -> Result<Woken, ImapError> {
        let end = tokio::time::Instant::now() + wait;
        loop {
            let left = end.saturating_duration_since(tokio::time::Instant::now());
            let response = match self.session.dialogue.next_within(0, left).await {
                Err(ImapError::Transport { kind: TransportKind::Timeout, .. }) => return Ok(Woken::Nothing),
                other => other?,
            };
            self.note(&response);
            match response {
                Response::Status { status: Status::Bye, .. } => return Err(ImapError::Closed),
                Response::Tagged { .. } => return Err(ImapError::Malformed("a wait that ended by itself")),
                response if is_news(&response) => return Ok(Woken::News),
                // "* OK Still here" and the like.
                _ => {}
            }
        }
    }
}
