//! Messages of an open folder: pages newest first, changes, what is left, and bodies.
//!
//! A page is found by counting, not by UID arithmetic: UIDs may be as far apart as the numbers reach, messages are
//! numbered without gaps. Everything is bounded by what was asked for, answers may come in any order and in several
//! responses for one message, and a range in which an answer could not be understood is never taken for proof that a
//! message is gone. A body is fetched in pieces, so that memory does not depend on its size, and what the server says
//! about the size is not believed.

use chrono::{DateTime, Utc};
use tokio::io::{AsyncWrite, AsyncWriteExt as _};

use crate::imap::ImapError;
use crate::imap::command::Command;
use crate::imap::open::{Below, Opened};
use crate::imap::response::{FetchData, Response};
use crate::imap::session::Running;
use crate::imap::uids::UidSet;

/// The most messages in one page.
pub const MAX_PAGE: u32 = 2_000;
/// How much of a body is asked for at a time.
pub const PIECE_BYTES: u32 = 512 * 1024;
/// The longest keyword and the most flags that are kept.
const MAX_KEYWORD_BYTES: usize = 100;
const MAX_FLAGS: usize = 64;
/// How often a place in the folder is looked for while messages vanish.
const MAX_SEARCHES: u32 = 4;

/// A mark on a message.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flag {
    /// Read.
    Seen,
    /// Answered.
    Answered,
    /// Marked as important.
    Flagged,
    /// To be removed.
    Deleted,
    /// Not finished.
    Draft,
    /// Any other, as the server spells it.
    Keyword(String),
}

impl Flag {
    /// Reads a flag.
    pub fn read(word: &str) -> Self {
        match word.to_ascii_lowercase().as_str() {
            "\\seen" => Self::Seen,
            "\\answered" => Self::Answered,
            "\\flagged" => Self::Flagged,
            "\\deleted" => Self::Deleted,
            "\\draft" => Self::Draft,
            _ => Self::Keyword(word.chars().take(MAX_KEYWORD_BYTES).collect()),
        }
    }

    /// The flag as it is written.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Seen => "\\Seen",
            Self::Answered => "\\Answered",
            Self::Flagged => "\\Flagged",
            Self::Deleted => "\\Deleted",
            Self::Draft => "\\Draft",
            Self::Keyword(word) => word,
        }
    }
}

/// What is known of a message without its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Its UID.
    pub uid: u32,
    /// Its flags, in order, without `\Recent`.
    pub flags: Vec<Flag>,
    /// Its mod-sequence, where there is one.
    pub mod_seq: Option<u64>,
    /// Its size in octets, as the server counts it.
    pub size: u64,
    /// When it arrived.
    pub internal_date: Option<DateTime<Utc>>,
    /// Its Message-ID without the brackets, if it has one.
    pub message_id: Option<String>,
}

/// A page of messages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// The messages, highest UID first.
    pub messages: Vec<Summary>,
    /// Where to go on; `None` when nothing is below.
    pub next: Option<u32>,
    /// Messages of this page about which the server said nothing that could be understood.
    pub skipped: u32,
}

/// What happened to messages since a mod-sequence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A message is new or has these flags now.
    Flags {
        /// Which.
        uid: u32,
        /// The flags.
        flags: Vec<Flag>,
        /// Since when.
        mod_seq: Option<u64>,
    },
    /// Messages are gone.
    Vanished(UidSet),
}

/// The first piece of a message's body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// Which message.
    pub uid: u32,
    /// The octets.
    pub bytes: Vec<u8>,
    /// More may follow: ask for the [`Opened::body`].
    pub more: bool,
}

/// A body that was written to where the caller wanted it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Body {
    /// All of it; so many octets.
    Whole(u64),
    /// It is longer than allowed; so many octets were written.
    Cut(u64),
    /// The message is gone.
    Gone,
}

/// Answers that are still arriving. Dropping it early leaves the connection out of step.
pub struct Answers<'o, 's> {
    opened: &'o mut Opened<'s>,
    running: Running,
    first_bytes: u32,
}

impl<'s> Opened<'s> {
    /// At most `count` messages with UIDs below `below`, or the newest ones.
    pub async fn page(&mut self, below: Option<u32>, count: u32) -> Result<Page, ImapError> {
        let count = count.clamp(1, MAX_PAGE);
        let last = match below {
            None => self.exists(),
            Some(uid) => self.count_below(uid).await?,
        };
        if last == 0 {
            return Ok(Page::default());
        }
        let first = last.saturating_sub(count) + 1;
        let first = if last < count { 1 } else { first };
        let command = self.listing("FETCH", &format!("{first}:{last}"));
        let mut found: Vec<FetchData> = Vec::new();
        let mut running = self.session.dialogue.start(command, 0).await?;
        while let Some(response) = self.answer(&mut running).await? {
            if let Response::Fetch(data) = response
                && (first..=last).contains(&data.sequence)
            {
                merge(&mut found, data, count as usize);
            }
        }
        let mut messages: Vec<(u32, Summary)> = found
            .into_iter()
            .filter_map(|data| Some((data.sequence, summary(data)?)))
            .filter(|(_, message)| below.is_none_or(|below| message.uid < below))
            .collect();
        messages.sort_by_key(|(_, message)| std::cmp::Reverse(message.uid));
        messages.dedup_by_key(|(_, message)| message.uid);
        let skipped = (last - first + 1).saturating_sub(u32::try_from(messages.len()).unwrap_or(u32::MAX));
        let next = self.after_page(first, &messages).await?;
        Ok(Page { messages: messages.into_iter().map(|(_, message)| message).collect(), next, skipped })
    }

    /// The same for messages whose UIDs are known already. What is not among them went away meanwhile, or could not be
    /// understood.
    pub async fn summaries(&mut self, uids: &UidSet) -> Result<Vec<Summary>, ImapError> {
        let mut messages = Vec::new();
        for piece in uids.commands() {
            let command = self.listing("UID FETCH", &piece.to_string());
            let limit = usize::try_from(piece.len()).unwrap_or(usize::MAX);
            let mut found: Vec<FetchData> = Vec::new();
            let mut running = self.session.dialogue.start(command, 0).await?;
            while let Some(response) = self.answer(&mut running).await? {
                if let Response::Fetch(data) = response {
                    merge(&mut found, data, limit);
                }
            }
            messages.extend(found.into_iter().filter_map(summary));
        }
        messages.retain(|message| uids.contains(message.uid));
        messages.sort_by_key(|message| std::cmp::Reverse(message.uid));
        messages.dedup_by_key(|message| message.uid);
        Ok(messages)
    }

    fn listing(&self, verb: &str, set: &str) -> Command {
        let mod_seq = if self.highest_mod_seq().is_some() { " MODSEQ" } else { "" };
        let words = format!(
            "{verb} {set} (UID FLAGS RFC822.SIZE INTERNALDATE{mod_seq} BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])"
        );
        Command::new("a page of messages", &words)
    }

    /// Where the next page begins.
    async fn after_page(
        &mut self,
        first: u32,
        messages: &[(u32, Summary)],
    ) -> Result<Option<u32>, ImapError> {
        let lowest = messages.last().map(|(sequence, message)| (*sequence, message.uid));
        match lowest {
            Some((1, _)) => Ok(None),
            Some((sequence, uid)) if sequence == first => {
                self.below = Some(Below { uid, count: first - 1 });
                Ok(Some(uid))
            }
            // The lowest of the page did not come: what is below it is what is below the message before it.
            _ if first == 1 => Ok(None),
            _ => match self.uid_at(first - 1).await? {
                Some(uid) => Ok(Some(uid.saturating_add(1))),
                None => Err(ImapError::Unavailable),
            },
        }
    }

    /// What changed since a mod-sequence among the messages up to `up_to`; with what vanished where the server tells.
    pub async fn changed_since(&mut self, mod_seq: u64, up_to: u32) -> Result<Answers<'_, 's>, ImapError> {
        let vanished = if self.tells_vanished() { " VANISHED" } else { "" };
        let words = format!("UID FETCH 1:{up_to} (UID FLAGS) (CHANGEDSINCE {mod_seq}{vanished})");
        self.ask(Command::new("what changed", &words), 0).await
    }

    /// The flags of all messages in a range of UIDs. What is not among them is not there, unless something could not
    /// be understood, which is an error.
    pub async fn flags(&mut self, first: u32, last: u32) -> Result<Vec<(u32, Vec<Flag>)>, ImapError> {
        let unreadable = self.unreadable();
        let words = format!("UID FETCH {first}:{last} (UID FLAGS)");
        let mut answers = self.ask(Command::new("the flags of messages", &words), 0).await?;
        let mut flags = Vec::new();
        while let Some(change) = answers.next_change().await? {
            match change {
                Change::Flags { uid, flags: now, .. } if (first..=last).contains(&uid) => {
                    flags.push((uid, now));
                }
                _ => {}
            }
        }
        self.understood_since(unreadable)?;
        flags.sort();
        flags.dedup_by_key(|(uid, _)| *uid);
        Ok(flags)
    }

    /// Which UIDs of a range are there.
    pub async fn present(&mut self, first: u32, last: u32) -> Result<UidSet, ImapError> {
        let unreadable = self.unreadable();
        let back = if self.session.capabilities.has("ESEARCH") { "RETURN (ALL) " } else { "" };
        let command =
            Command::new("which messages are left", &format!("UID SEARCH {back}UID {first}:{last}"));
        let mut running = self.session.dialogue.start(command, 0).await?;
        let mut present = None;
        while let Some(response) = self.answer(&mut running).await? {
            if let Response::Search(uids) = response {
                present.get_or_insert_with(UidSet::default).extend(&uids);
            }
        }
        self.understood_since(unreadable)?;
        // A server may say nothing where nothing was found (RFC 3501 demands the word); silence is no proof.
        present.ok_or(ImapError::Malformed("a search without an answer"))
    }

    /// The first octets of many bodies, as they come.
    pub async fn bodies(&mut self, uids: &UidSet, first_bytes: u32) -> Result<Answers<'_, 's>, ImapError> {
        let words = format!("UID FETCH {uids} (UID BODY.PEEK[]<0.{first_bytes}>)");
        self.ask(Command::new("messages", &words), first_bytes).await
    }

    /// A whole body, in pieces, up to `max_bytes`.
    pub async fn body(
        &mut self,
        uid: u32,
        max_bytes: u64,
        destination: &mut (impl AsyncWrite + Unpin + Send),
    ) -> Result<Body, ImapError> {
        let mut written = 0_u64;
        loop {
            let room = max_bytes.saturating_sub(written);
            if room == 0 {
                return Ok(Body::Cut(written));
            }
            let ask = u32::try_from(room).unwrap_or(u32::MAX).min(PIECE_BYTES);
            let Some(piece) = self.piece(uid, written, ask).await? else {
                return Ok(if written == 0 { Body::Gone } else { Body::Whole(written) });
            };
            destination.write_all(&piece).await.map_err(|source| ImapError::Destination { source })?;
            written += piece.len() as u64;
            if piece.len() < ask as usize {
                destination.flush().await.map_err(|source| ImapError::Destination { source })?;
                return Ok(Body::Whole(written));
            }
        }
    }

    /// One piece of a body; `None` when there is no such message.
    async fn piece(&mut self, uid: u32, offset: u64, ask: u32) -> Result<Option<Vec<u8>>, ImapError> {
        let words = format!("UID FETCH {uid} (UID BODY.PEEK[]<{offset}.{ask}>)");
        let mut running =
            self.session.dialogue.start(Command::new("a message", &words), u64::from(ask)).await?;
        let mut piece = None;
        while let Some(response) = self.answer(&mut running).await? {
            if let Response::Fetch(FetchData { uid: Some(of), body: Some(body), .. }) = response
                && of == uid
            {
                piece = Some(body.ok_or(ImapError::TooLarge { limit: u64::from(ask) }));
            }
        }
        piece.transpose()
    }

    async fn ask(&mut self, command: Command, first_bytes: u32) -> Result<Answers<'_, 's>, ImapError> {
        let running = self.session.dialogue.start(command, u64::from(first_bytes)).await?;
        Ok(Answers { opened: self, running, first_bytes })
    }

    fn understood_since(&self, unreadable: u32) -> Result<(), ImapError> {
        if self.unreadable() == unreadable {
            Ok(())
        } else {
            Err(ImapError::Malformed("a part of a listing"))
        }
    }

    /// How many messages have UIDs below this one, by halving.
    async fn count_below(&mut self, uid: u32) -> Result<u32, ImapError> {
        if let Some(below) = self.below.filter(|below| below.uid == uid && below.count <= self.exists()) {
            return Ok(below.count);
        }
        'search: for _ in 0..MAX_SEARCHES {
            let (mut low, mut high) = (0, self.exists());
            while low < high {
                let middle = high - (high - low) / 2;
                match self.uid_at(middle).await? {
                    Some(found) if found < uid => low = middle,
                    Some(_) => high = middle - 1,
                    // The message went while we looked: hear which, and look again.
                    None => {
                        self.look().await?;
                        continue 'search;
                    }
                }
            }
            return Ok(low);
        }
        Err(ImapError::Unavailable)
    }

    /// The UID of the message with this number.
    async fn uid_at(&mut self, sequence: u32) -> Result<Option<u32>, ImapError> {
        let words = format!("FETCH {sequence} (UID)");
        let mut running = self.session.dialogue.start(Command::new("a message's number", &words), 0).await?;
        let mut found = None;
        while let Some(response) = self.answer(&mut running).await? {
            match response {
                Response::Fetch(data) if data.sequence == sequence => found = data.uid.or(found),
                _ => {}
            }
        }
        Ok(found)
    }
}

impl Answers<'_, '_> {
    /// The next change; `None` at the end.
    pub async fn next_change(&mut self) -> Result<Option<Change>, ImapError> {
        while let Some(response) = self.opened.answer(&mut self.running).await? {
            match response {
                Response::Fetch(FetchData { uid: Some(uid), flags: Some(flags), mod_seq, .. }) => {
                    return Ok(Some(Change::Flags { uid, flags: tidy(flags), mod_seq }));
                }
                Response::Vanished { uids, .. } => return Ok(Some(Change::Vanished(uids))),
                _ => {}
            }
        }
        Ok(None)
    }

    /// The next body; `None` at the end. A message that is not among them went away meanwhile, or could not be
    /// understood.
    pub async fn next_body(&mut self) -> Result<Option<Fetched>, ImapError> {
        while let Some(response) = self.opened.answer(&mut self.running).await? {
            if let Response::Fetch(FetchData { uid: Some(uid), body: Some(body), .. }) = response {
                // A server that does not know pieces sends everything: it is asked for again, alone.
                let bytes = body.unwrap_or_default();
                let more = bytes.is_empty() || bytes.len() >= self.first_bytes as usize;
                return Ok(Some(Fetched { uid, bytes, more }));
            }
        }
        Ok(None)
    }
}

/// Takes a response to what is known of its message.
fn merge(found: &mut Vec<FetchData>, data: FetchData, limit: usize) {
    let same = |known: &&mut FetchData| {
        known.sequence == data.sequence
            && (known.uid.is_none() || data.uid.is_none() || known.uid == data.uid)
    };
    if let Some(known) = found.iter_mut().rev().find(same) {
        known.uid = known.uid.or(data.uid);
        known.flags = data.flags.or(known.flags.take());
        known.mod_seq = data.mod_seq.or(known.mod_seq);
        known.size = known.size.or(data.size);
        known.internal_date = known.internal_date.or(data.internal_date);
        known.header = known.header.take().or(data.header);
    } else if found.len() < limit.saturating_mul(2) {
        found.push(data);
    }
}

fn summary(data: FetchData) -> Option<Summary> {
    Some(Summary {
        uid: data.uid?,
        flags: tidy(data.flags?),
        mod_seq: data.mod_seq,
        size: data.size?,
        internal_date: data.internal_date,
        message_id: data.header.as_deref().and_then(message_id),
    })
}

fn tidy(mut flags: Vec<Flag>) -> Vec<Flag> {
    flags.retain(|flag| !flag.as_str().eq_ignore_ascii_case("\\Recent"));
    flags.sort();
    flags.dedup();
    flags.truncate(MAX_FLAGS);
    flags
}

/// `Message-ID: <x@y>`, folded or not. Without brackets the first word counts.
fn message_id(header: &[u8]) -> Option<String> {
    let header = String::from_utf8_lossy(header);
    let value = header.split_once(':')?.1;
    let inside = value.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map(|(inside, _)| inside);
    let id = inside.or_else(|| value.split_whitespace().next())?;
    let id: String = id.chars().filter(|letter| !letter.is_whitespace() && !letter.is_control()).collect();
    (!id.is_empty() && id.len() <= 998).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::{Flag, merge, message_id, summary};
    use crate::imap::response::FetchData;

    #[test]
    fn a_message_id_is_read_however_it_is_written() {
        for (header, expected) in [
            ("Message-ID: <a.b@c>\r\n\r\n", Some("a.b@c")),
            ("message-id:\r\n <a.b\r\n @c>\r\n\r\n", Some("a.b@c")),
            ("Message-Id: a.b@c\r\n", Some("a.b@c")),
            ("\r\n", None),
            ("Message-ID: <>\r\n", None),
        ] {
            assert_eq!(message_id(header.as_bytes()).as_deref(), expected, "{header:?}");
        }
    }

    #[test]
    fn one_message_told_in_several_responses_is_one_message() {
        let mut found = Vec::new();
        merge(&mut found, FetchData { sequence: 3, uid: Some(9), size: Some(7), ..FetchData::default() }, 10);
        merge(
            &mut found,
            FetchData { sequence: 3, flags: Some(vec![Flag::Seen]), ..FetchData::default() },
            10,
        );
        assert_eq!(found.len(), 1);
        let summary = summary(found.remove(0)).expect("a whole message");
        assert_eq!((summary.uid, summary.size, summary.flags), (9, 7, vec![Flag::Seen]));
    }
}
