//! Fetching and reading what messages say, each once.
//!
//! Small bodies come many to a question; larger ones are fetched in pieces into a file. Reading happens in a confined
//! child, small messages many to one. A message is counted as tried before it is fetched, so one that kills its reader is tried a few times and not
//! for ever.

use std::path::Path;

use chrono::Utc;
use tokio::io::AsyncWriteExt as _;
use voiceassist_dav::imap::{Body, Opened, UidSet};
use voiceassist_model::{MailContentId, Reason};
use voiceassist_rag::extract::mail::parents;
use voiceassist_rag::extract::{Extracted, MailNote, ReadFailure};
use voiceassist_store::mail::{NewContent, Pending};

use super::Trouble;
use super::apply::{Work, digest};
use crate::JobError;
use crate::spool::Spooled;

/// Messages asked for with one question.
const BATCH: u32 = 50;
/// How much of each comes at once.
const FIRST_BYTES: u32 = 256 * 1024;
/// Messages up to this size share a reader; beyond, and whatever has much attached, each has its own.
const SHARED_BYTES: usize = 64 * 1024;
/// So much text waits to be stored at most.
const MAX_KEPT_BYTES: usize = 8 * 1024 * 1024;
/// How often a message is tried.
const MAX_ATTEMPTS: u32 = 3;
/// The name that tells the reader what it gets.
const FILE_NAME: &str = "message.eml";

/// Reads what waits in a folder, newest first.
pub(super) async fn pending(work: &mut Work<'_>, opened: &mut Opened<'_>) -> Result<(), Trouble> {
    let mail = work.context.store.mail();
    loop {
        let waiting = mail.pending(work.folder.id, MAX_ATTEMPTS, BATCH).await?;
        if waiting.is_empty() {
            work.report.quarantined += mail.give_up_pending(work.folder.id, MAX_ATTEMPTS).await?;
            return Ok(());
        }
        let contents: Vec<MailContentId> = waiting.iter().map(|one| one.content).collect();
        mail.attempt(&contents).await?;
        let mut kept = Kept::default();
        let outcome = batch(work, opened, &waiting, &mut kept).await;
        // What was read before something broke is kept all the same.
        kept.flush(work).await?;
        outcome?;
    }
}

/// What was read and is not stored yet: many messages are one transaction, because each costs the disk a wait.
#[derive(Default)]
struct Kept {
    read: Vec<(MailContentId, NewContent)>,
    bytes: usize,
}

impl Kept {
    async fn add(
        &mut self,
        work: &mut Work<'_>,
        content: MailContentId,
        new: NewContent,
    ) -> Result<(), Trouble> {
        self.bytes += new.note.len() + new.body.len();
        self.read.push((content, new));
        if self.bytes >= MAX_KEPT_BYTES { self.flush(work).await } else { Ok(()) }
    }

    async fn flush(&mut self, work: &mut Work<'_>) -> Result<(), Trouble> {
        self.bytes = 0;
        let read = std::mem::take(&mut self.read);
        if !read.is_empty() {
            work.report.read += work.context.store.mail().keep_contents(work.mailbox, &read).await?;
        }
        Ok(())
    }
}

async fn batch(
    work: &mut Work<'_>,
    opened: &mut Opened<'_>,
    waiting: &[Pending],
    kept: &mut Kept,
) -> Result<(), Trouble> {
    let limit = work.context.settings.max_file_bytes;
    let mut large = Vec::new();
    let mut small = UidSet::default();
    for one in waiting {
        if one.size > limit {
            quarantine(work, one.content, Reason::TooLarge).await?;
        } else if one.size > u64::from(FIRST_BYTES) {
            large.push(*one);
        } else {
            small.extend(&UidSet::range(one.uid, one.uid));
        }
    }
    let mut shared = Vec::new();
    let fetched = fetch(work, opened, waiting, &small, &mut large, &mut shared, kept).await;
    // What came before something broke is read all the same.
    read_together(work, &shared, kept).await?;
    drop(shared);
    fetched?;
    for one in large {
        let (spooled, mut file) = spool(work)?;
        let body = opened.body(one.uid, limit, &mut file).await?;
        file.flush().await.map_err(spooling)?;
        drop(file);
        match body {
            Body::Whole(_) => read(work, one.content, &spooled, kept).await?,
            Body::Cut(_) => quarantine(work, one.content, Reason::TooLarge).await?,
            // It went meanwhile; the next look hears of it.
            Body::Gone => {}
        }
    }
    Ok(())
}

/// Fetches these messages: small ones are left for one reader, others read at once, and what is larger than the server
/// said is left for later.
async fn fetch(
    work: &mut Work<'_>,
    opened: &mut Opened<'_>,
    waiting: &[Pending],
    wanted: &UidSet,
    large: &mut Vec<Pending>,
    shared: &mut Vec<(MailContentId, Spooled)>,
    kept: &mut Kept,
) -> Result<(), Trouble> {
    for piece in wanted.commands() {
        let mut answers = opened.bodies(&piece, FIRST_BYTES).await?;
        while let Some(fetched) = answers.next_body().await? {
            let Some(one) = waiting.iter().find(|one| one.uid == fetched.uid) else { continue };
            if fetched.more {
                large.push(*one);
                continue;
            }
            let (spooled, mut file) = spool(work)?;
            file.write_all(&fetched.bytes).await.map_err(spooling)?;
            file.flush().await.map_err(spooling)?;
            drop(file);
            if fetched.bytes.len() <= SHARED_BYTES {
                shared.push((one.content, spooled));
            } else {
                read(work, one.content, &spooled, kept).await?;
            }
        }
    }
    Ok(())
}

async fn read_together(
    work: &mut Work<'_>,
    shared: &[(MailContentId, Spooled)],
    kept: &mut Kept,
) -> Result<(), Trouble> {
    let files: Vec<&Path> = shared.iter().map(|(_, spooled)| spooled.path()).collect();
    let outcomes = work.context.reader.read_together(&files, FILE_NAME).await;
    for ((content, _), outcome) in shared.iter().zip(outcomes) {
        keep(work, *content, outcome, kept).await?;
    }
    Ok(())
}

async fn read(
    work: &mut Work<'_>,
    content: MailContentId,
    spooled: &Spooled,
    kept: &mut Kept,
) -> Result<(), Trouble> {
    let outcome = work.context.reader.read(spooled.path(), FILE_NAME).await;
    keep(work, content, outcome, kept).await
}

async fn keep(
    work: &mut Work<'_>,
    content: MailContentId,
    outcome: Result<Extracted, ReadFailure>,
    kept: &mut Kept,
) -> Result<(), Trouble> {
    let extracted = match outcome {
        Ok(extracted) => extracted,
        // Our own fault: it is tried again.
        Err(failure) if failure.reason == Reason::Internal => return Ok(()),
        Err(failure) => return quarantine(work, content, failure.reason).await,
    };
    if let Some(error) = &extracted.error {
        return quarantine(work, content, error.code).await;
    }
    kept.add(work, content, into_content(&extracted)).await
}

async fn quarantine(work: &mut Work<'_>, content: MailContentId, reason: Reason) -> Result<(), Trouble> {
    if work.context.store.mail().quarantine(content, reason.code()).await? {
        work.report.quarantined += 1;
    }
    Ok(())
}

fn into_content(extracted: &Extracted) -> NewContent {
    let empty = MailNote::default();
    let note = extracted.mail.as_deref().unwrap_or(&empty);
    NewContent {
        // Plain trees of strings and numbers always serialise.
        note: serde_json::to_string(note).unwrap_or_default(),
        body: serde_json::to_string(&extracted.pages).unwrap_or_default(),
        sent_at: note.date.map(|date| date.with_timezone(&Utc)),
        thread_keys: parents(note).into_iter().map(digest).collect(),
    }
}

fn spool(work: &Work<'_>) -> Result<(Spooled, tokio::fs::File), Trouble> {
    let id = work.context.randomness.uuid(&*work.context.clock);
    Ok(Spooled::create(&work.context.settings.spool, id).map_err(spooling)?)
}

#[expect(clippy::needless_pass_by_value, reason = "it stands in map_err")]
fn spooling(error: std::io::Error) -> JobError {
    JobError::retry("spooling a message", error.kind())
}
