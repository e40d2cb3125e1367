//! A person's mail as it is mirrored: letters newest first, by when, where, who and what.
//!
//! ```text
//! request ─▶ what the database may know: time, folder, flags, conversation (store, page by page, newest first)
//!         ─▶ opened and compared: people, words ─▶ the page that is wanted, with texts ─▶ recorded ─▶ shown
//! ```
//!
//! Names and words are sealed, so whoever asks for them has so many letters opened, and no more: [`MAX_LOOKED`], or
//! [`MAX_READ`] where their texts are read as well. What was not looked at is said, and the next page goes on there. *Invariant:* only the
//! owner's mail is given, and nothing is shown that the audit log does not have.

mod boxes;
mod matching;
mod text;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;
use voiceassist_model::{AccountId, MailAccountId, MailContentId, MailFolderId, TextSpan};
use voiceassist_rag::extract::MailNote;
use voiceassist_store::audit::{Action, Actor, Entry, Subject};
use voiceassist_store::mail::{LetterFilter, MAX_LETTERS, StoredLetter};
use voiceassist_store::{Listed, MAX_PAGE, Page, Store, StoreError};

use crate::diary::Links;

pub use boxes::{BoxFolder, MailBox};
pub use matching::{Part, Who};

/// Letters that one question has compared by their people and subjects.
pub const MAX_LOOKED: u64 = 20_000;
/// Letters whose texts one question has read.
pub const MAX_READ: u64 = 2_000;
/// The longest question, in letters.
pub const MAX_QUERY: usize = 200;
/// Addresses of one person that are compared.
pub const MAX_ADDRESSES: usize = 50;
/// Letters opened with one statement: without their texts, and with them.
const HEADS_AT_ONCE: u32 = 500;
const BODIES_AT_ONCE: u32 = 100;

/// Which way a letter went.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// It came.
    Received,
    /// It lies among what the person sent.
    Sent,
}

/// Which letters.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct MailRequest {
    /// Written at this instant or later.
    pub from: Option<DateTime<Utc>>,
    /// Written before this.
    pub to: Option<DateTime<Utc>>,
    /// In this mailbox.
    pub mailbox: Option<MailAccountId>,
    /// In this folder.
    pub folder: Option<MailFolderId>,
    /// Of this conversation.
    pub thread: Option<Uuid>,
    /// Seen in no folder, or seen in one.
    pub unread: Option<bool>,
    /// Flagged, or not.
    pub flagged: Option<bool>,
    /// Answered, or not.
    pub answered: Option<bool>,
    /// With something attached, or without.
    pub attachments: Option<bool>,
    /// Which way.
    pub direction: Option<Direction>,
    /// From or to somebody.
    pub who: Option<Who>,
    /// Only what says all of these words somewhere.
    pub words: Option<String>,
}

voiceassist_model::debug_without_text!(MailRequest { from, to, mailbox, folder, thread, unread, direction; });

/// Letters, page by page.
#[derive(Clone, Debug)]
pub struct Letters {
    /// Newest first.
    pub letters: Listed<Letter>,
    /// How many were opened and compared for this page.
    pub looked: u64,
    /// When the oldest of them was written.
    pub oldest_looked: Option<DateTime<Utc>>,
    /// Whether every letter of the request was looked at, or as many as the page has room for. If not, the next page goes on
    /// where this one stopped.
    pub complete: bool,
}

/// Somebody a letter names.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Correspondent {
    /// The name, if one is given.
    pub name: Option<String>,
    /// The address.
    pub address: Option<String>,
}

impl std::fmt::Debug for Correspondent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Correspondent").finish_non_exhaustive()
    }
}

impl Correspondent {
    /// The name, or else the address.
    pub fn shown(&self) -> &str {
        self.name.as_deref().or(self.address.as_deref()).unwrap_or_default()
    }
}

/// Something attached.
#[derive(Clone, PartialEq, Eq)]
pub struct Attached {
    /// Its name; empty when it has none.
    pub name: String,
    /// What it says it is.
    pub mime: String,
    /// How large it is, decoded.
    pub bytes: u64,
}

voiceassist_model::debug_without_text!(Attached { bytes; name });

/// A folder a letter lies in.
#[derive(Clone, PartialEq, Eq)]
pub struct LiesIn {
    /// Which.
    pub id: MailFolderId,
    /// Its name as people read it.
    pub name: String,
    /// What it is for.
    pub role: String,
}

voiceassist_model::debug_without_text!(LiesIn { id, role; name });

/// One letter, however many folders it lies in.
#[derive(Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is said of the letter by itself")]
pub struct Letter {
    /// Which.
    pub id: MailContentId,
    /// In which mailbox.
    pub mailbox: MailAccountId,
    /// The conversation it belongs to.
    pub thread: Option<Uuid>,
    /// When it was written; never after it came.
    pub at: DateTime<Utc>,
    /// The subject.
    pub subject: String,
    /// Whom it says it is from.
    pub from: Vec<Correspondent>,
    /// To whom.
    pub to: Vec<Correspondent>,
    /// To whom for information.
    pub cc: Vec<Correspondent>,
    /// Whether nobody has seen it.
    pub unread: bool,
    /// Whether it is flagged.
    pub flagged: bool,
    /// Whether it was answered.
    pub answered: bool,
    /// Which way it went.
    pub sent: bool,
    /// Where it lies.
    pub folders: Vec<LiesIn>,
    /// What is attached.
    pub attachments: Vec<Attached>,
    /// Whether a program sent it.
    pub automatic: bool,
    /// Whether its text is encrypted and was not read.
    pub encrypted: bool,
    /// How its own text begins, on one line.
    pub preview: String,
    /// Opens it in Nextcloud's mail app, which shows it if that knows the mailbox.
    pub link: Option<String>,
}

voiceassist_model::debug_without_text!(Letter { id, mailbox, at, unread, sent; subject, preview });

/// A letter with everything that was read of it.
#[derive(Clone, PartialEq, Eq)]
pub struct WholeLetter {
    /// The letter.
    pub letter: Letter,
    /// Its own text.
    pub text: String,
    /// What of the text is quoted from earlier letters or signs off, in code points.
    pub quoted: Vec<TextSpan>,
    /// What was read of its attachments, in order: which, and the text.
    pub attached: Vec<(usize, String)>,
}

voiceassist_model::debug_without_text!(WholeLetter { letter; text });

impl WholeLetter {
    /// Its own text without what it quotes.
    pub fn own_words(&self) -> String {
        text::without(&self.text, &self.quoted)
    }
}

/// A question about mail that cannot be answered.
#[derive(Debug, thiserror::Error)]
pub enum MailboxError {
    /// It ends before it begins.
    #[error("the span must end after it begins")]
    Span,
    /// Longer than a question may be.
    #[error("the question is longer than {limit} characters")]
    QueryTooLong {
        /// The limit.
        limit: usize,
    },
    /// The store failed.
    #[error("reading mail")]
    Store(#[from] StoreError),
}

/// One person's mail, asked about by somebody who is recorded.
#[derive(Clone)]
pub struct Mailbox<'a> {
    store: &'a Store,
    account: AccountId,
    actor: Actor,
    /// Letters whose people, and whose texts, are compared at most.
    most: [u64; 2],
}

/// What was found so far.
#[derive(Default)]
struct Found {
    letters: Vec<(StoredLetter, MailNote)>,
    looked: u64,
    oldest: Option<DateTime<Utc>>,
    /// Where looking stopped, when not at the end.
    stopped: Option<voiceassist_store::Cursor>,
    complete: bool,
}

impl<'a> Mailbox<'a> {
    /// The mail of this account's person, asked about by themselves.
    pub const fn of(store: &'a Store, account: AccountId) -> Self {
        Self { store, account, actor: Actor::Person(account), most: [MAX_LOOKED, MAX_READ] }
    }

    /// The same, asked about by whoever runs the daemon.
    pub const fn for_operator(store: &'a Store, account: AccountId) -> Self {
        Self { store, account, actor: Actor::Operator, most: [MAX_LOOKED, MAX_READ] }
    }

    /// The same, comparing no more than so many letters by their people, and reading the texts of no more than so many.
    #[must_use]
    pub fn looking_at(self, looked: u64, read: u64) -> Self {
        Self { most: [looked.min(MAX_LOOKED), read.min(MAX_READ)], ..self }
    }

    /// Letters, newest first.
    pub async fn letters(&self, request: &MailRequest, page: &Page) -> Result<Letters, MailboxError> {
        check(request)?;
        let found = self.find(request, page).await?;
        let Found { letters, looked, oldest, stopped, complete } = found;
        let letters = self.dressed(letters).await?;
        self.record(letters.len()).await?;
        Ok(Letters {
            letters: Listed { items: letters, next: stopped },
            looked,
            oldest_looked: oldest,
            complete,
        })
    }

    /// One letter with its text; `None` when there is no such letter of this person's.
    pub async fn letter(&self, id: MailContentId) -> Result<Option<WholeLetter>, MailboxError> {
        let filter = LetterFilter { among: Some(vec![id]), ..LetterFilter::default() };
        let Some(stored) = self.store.mail().letters(self.account, &filter, None, 1, true).await?.pop()
        else {
            return Ok(None);
        };
        let note = text::note(&stored)?;
        let pages = text::pages(&stored)?;
        let (own, quoted) = text::own(&note, &pages);
        let attached = text::attached(&note, &pages);
        let Some(letter) = self.dressed(vec![(stored, note)]).await?.pop() else { return Ok(None) };
        self.record(1).await?;
        Ok(Some(WholeLetter { letter, text: own, quoted, attached }))
    }

    /// Goes through the letters of a request until the page is full, the end is reached or enough was looked at.
    async fn find(&self, request: &MailRequest, page: &Page) -> Result<Found, MailboxError> {
        let wanted = matching::Wanted::of(request);
        let size = if page.limit == 0 { MAX_PAGE } else { page.limit.min(MAX_PAGE) } as usize;
        let reads = wanted.reads_texts();
        let [looked, read] = self.most;
        let (most, batch) = match (reads, wanted.is_all()) {
            (true, _) => (read, BODIES_AT_ONCE),
            (false, true) => (looked, u32::try_from(size + 1).unwrap_or(MAX_LETTERS)),
            (false, false) => (looked, HEADS_AT_ONCE),
        };
        let batch = batch.min(u32::try_from(most).unwrap_or(batch)).max(1);
        let filter = filter(request);
        let (mut found, mut after) = (Found::default(), page.after.clone());
        loop {
            let some = self.store.mail().letters(self.account, &filter, after.as_ref(), batch, reads).await?;
            let is_last = some.len() < batch as usize;
            for stored in some {
                if found.letters.len() == size {
                    // There is more to look at, whether or not more matches.
                    found.stopped = found.letters.last().map(|(last, _)| last.place.clone());
                    found.complete = true;
                    if wanted.matches(&stored)?.is_some() {
                        return Ok(found);
                    }
                    found.looked += 1;
                    after = Some(stored.place);
                    continue;
                }
                found.looked += 1;
                found.oldest = Some(stored.at);
                after = Some(stored.place.clone());
                if let Some(note) = wanted.matches(&stored)? {
                    found.letters.push((stored, note));
                }
            }
            if is_last {
                (found.stopped, found.complete) = (None, true);
                return Ok(found);
            }
            if found.looked >= most {
                if found.letters.len() < size {
                    (found.stopped, found.complete) = (after, false);
                }
                return Ok(found);
            }
        }
    }

    /// With their folders, their links and how they begin. One that went meanwhile is left out.
    async fn dressed(&self, found: Vec<(StoredLetter, MailNote)>) -> Result<Vec<Letter>, MailboxError> {
        let links = Links::of(self.store, self.account).await?;
        let folders = self.folders().await?;
        let without: Vec<MailContentId> =
            found.iter().filter(|(stored, _)| stored.body.is_none()).map(|(stored, _)| stored.id).collect();
        let mut bodies: HashMap<MailContentId, StoredLetter> = HashMap::new();
        if !without.is_empty() {
            let most = u32::try_from(without.len()).unwrap_or(MAX_LETTERS);
            let filter = LetterFilter { among: Some(without), ..LetterFilter::default() };
            let opened = self.store.mail().letters(self.account, &filter, None, most, true).await?;
            bodies.extend(opened.into_iter().map(|stored| (stored.id, stored)));
        }
        let mut letters = Vec::with_capacity(found.len());
        for (stored, note) in found {
            let body = if stored.body.is_some() { Some(&stored) } else { bodies.get(&stored.id) };
            let Some(body) = body else { continue };
            let preview = text::preview(&note, &text::pages(body)?);
            letters.push(letter(&stored, note, preview, &folders, &links));
        }
        Ok(letters)
    }

    async fn folders(&self) -> Result<HashMap<MailFolderId, LiesIn>, MailboxError> {
        let boxes = self.boxes().await?;
        let folders = boxes.into_iter().flat_map(|mailbox| mailbox.folders);
        Ok(folders
            .map(|folder| (folder.id, LiesIn { id: folder.id, name: folder.name, role: folder.role }))
            .collect())
    }

    /// Notes that so many letters are about to be shown.
    async fn record(&self, shown: usize) -> Result<(), MailboxError> {
        if shown > 0 {
            let entry = Entry::new(self.actor, Action::MailShow)
                .about(Subject::Account(self.account))
                .count("shown", shown as u64);
            self.store.audit().append_all(vec![entry]).await?;
        }
        Ok(())
    }
}

/// Refuses what cannot be meant.
fn check(request: &MailRequest) -> Result<(), MailboxError> {
    if let (Some(from), Some(to)) = (request.from, request.to)
        && to <= from
    {
        return Err(MailboxError::Span);
    }
    let said = request.who.as_ref().and_then(|who| who.words.as_deref());
    if said.into_iter().chain(request.words.as_deref()).any(|text| text.chars().count() > MAX_QUERY) {
        return Err(MailboxError::QueryTooLong { limit: MAX_QUERY });
    }
    Ok(())
}

/// What of a request the database may be asked.
fn filter(request: &MailRequest) -> LetterFilter {
    LetterFilter {
        among: None,
        from: request.from,
        to: request.to,
        mailbox: request.mailbox,
        folder: request.folder,
        thread: request.thread,
        unread: request.unread,
        flagged: request.flagged,
        answered: request.answered,
        sent: request.direction.map(|direction| direction == Direction::Sent),
    }
}

fn letter(
    stored: &StoredLetter,
    note: MailNote,
    preview: String,
    folders: &HashMap<MailFolderId, LiesIn>,
    links: &Links,
) -> Letter {
    let people = |people: Vec<voiceassist_rag::extract::mail::Person>| {
        people
            .into_iter()
            .map(|person| Correspondent { name: person.name, address: person.address })
            .collect()
    };
    let attachments = note
        .attachments
        .into_iter()
        .map(|one| Attached { name: one.name, mime: one.mime, bytes: one.bytes })
        .collect();
    Letter {
        id: stored.id,
        mailbox: stored.mailbox,
        thread: stored.thread,
        at: stored.at,
        subject: note.subject,
        from: people(note.from),
        to: people(note.to),
        cc: people(note.cc),
        unread: !stored.seen,
        flagged: stored.flagged,
        answered: stored.answered,
        sent: stored.sent,
        folders: stored.folders.iter().filter_map(|folder| folders.get(folder).cloned()).collect(),
        attachments,
        automatic: note.automatic,
        encrypted: note.encrypted,
        preview,
        link: note.message_id.as_deref().and_then(|id| links.message(id)),
    }
}
