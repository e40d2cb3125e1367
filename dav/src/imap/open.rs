//! A folder that is looked at.
//!
//! Opened with EXAMINE, so looking changes nothing, not even which messages count as recent. Mod-sequences are asked
//! for where the server has them. UIDs mean something only within one [`Opened::uid_validity`]: when it is another
//! than last time, everything known of the folder is void, and whoever knows it has to say so; a folder without one is
//! refused.

use crate::imap::command::Command;
use crate::imap::response::{Code, Response, Status};
use crate::imap::session::{Running, Session};
use crate::imap::{FolderName, ImapError};

/// A folder of a session, open for reading.
#[derive(Debug)]
pub struct Opened<'s> {
    pub(crate) session: &'s mut Session,
    uid_validity: u32,
    uid_next: Option<u32>,
    exists: u32,
    highest_mod_seq: Option<u64>,
    unreadable: u32,
    /// So many messages have UIDs below this one.
    pub(crate) below: Option<Below>,
}

/// Where a UID stands among the messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Below {
    pub(crate) uid: u32,
    pub(crate) count: u32,
}

impl Session {
    /// Opens a folder.
    pub async fn open(&mut self, folder: &FolderName) -> Result<Opened<'_>, ImapError> {
        let condstore = self.capabilities.condstore();
        let command = Command::new("opening a folder", "EXAMINE")
            .literal_plus(self.capabilities.literal_plus())
            .string(folder.wire())
            .words(if condstore { " (CONDSTORE)" } else { "" });
        let mut running = match self.dialogue.start(command, 0).await {
            Err(ImapError::Refused { .. }) => return Err(ImapError::NoFolder),
            other => other?,
        };
        let mut opened = Opened {
            session: self,
            uid_validity: 0,
            uid_next: None,
            exists: 0,
            highest_mod_seq: None,
            unreadable: 0,
            below: None,
        };
        loop {
            match opened.answer(&mut running).await {
                Ok(Some(Response::Status { status: Status::Ok, code: Some(code) })) => opened.learn(&code),
                Ok(Some(_)) => {}
                Ok(None) => break,
                Err(ImapError::Refused { .. }) => return Err(ImapError::NoFolder),
                Err(error) => return Err(error),
            }
        }
        if opened.uid_validity == 0 {
            return Err(ImapError::Malformed("the folder has no UIDVALIDITY"));
        }
        Ok(opened)
    }
}

impl Opened<'_> {
    /// The epoch of the folder's UIDs.
    pub fn uid_validity(&self) -> u32 {
        self.uid_validity
    }

    /// The UID that the next message has at least, if the server says.
    pub fn uid_next(&self) -> Option<u32> {
        self.uid_next
    }

    /// How many messages are in the folder.
    pub fn exists(&self) -> u32 {
        self.exists
    }

    /// The highest mod-sequence; `None` where changes are not numbered.
    pub fn highest_mod_seq(&self) -> Option<u64> {
        self.highest_mod_seq
    }

    /// Whether what vanished is told with what changed.
    pub fn tells_vanished(&self) -> bool {
        self.session.qresync && self.highest_mod_seq.is_some()
    }

    /// How many answers could not be understood since the folder was opened.
    pub fn unreadable(&self) -> u32 {
        self.unreadable
    }

    /// Gives the server the chance to say what happened. Whether it said anything.
    pub async fn look(&mut self) -> Result<bool, ImapError> {
        let mut running = self.session.dialogue.start(Command::new("news of a folder", "NOOP"), 0).await?;
        let mut news = false;
        while let Some(response) = self.answer(&mut running).await? {
            news |= is_news(&response);
        }
        Ok(news)
    }

    /// What the server says next in answer to a command, with what it says about the folder taken note of.
    pub(crate) async fn answer(&mut self, running: &mut Running) -> Result<Option<Response>, ImapError> {
        let response = self.session.dialogue.answer(running).await?;
        if let Some(response) = &response {
            self.note(response);
        }
        Ok(response)
    }

    pub(crate) fn note(&mut self, response: &Response) {
        match response {
            Response::Exists(count) => self.exists = *count,
            Response::Expunge(sequence) => {
                self.exists = self.exists.saturating_sub(1);
                if let Some(below) = &mut self.below
                    && *sequence <= below.count
                {
                    below.count -= 1;
                }
            }
            Response::Vanished { earlier: false, uids } => {
                let gone = u32::try_from(uids.len()).unwrap_or(u32::MAX);
                self.exists = self.exists.saturating_sub(gone);
                // Which of them were there is not said; the place is looked for again.
                self.below = None;
            }
            Response::Unreadable => self.unreadable += 1,
            _ => {}
        }
    }

    fn learn(&mut self, code: &Code) {
        match code {
            Code::UidValidity(validity) => self.uid_validity = *validity,
            Code::UidNext(next) => self.uid_next = Some(*next),
            // Zero is said by servers that keep none for this folder.
            Code::HighestModSeq(highest) => {
                self.highest_mod_seq = Some(*highest).filter(|highest| *highest > 0);
            }
            Code::NoModSeq => self.highest_mod_seq = None,
            _ => {}
        }
    }
}

/// Whether a response says that something in the folder is no longer as it was.
pub(crate) fn is_news(response: &Response) -> bool {
    matches!(
        response,
        Response::Exists(_) | Response::Expunge(_) | Response::Vanished { .. } | Response::Fetch(_)
    )
}
