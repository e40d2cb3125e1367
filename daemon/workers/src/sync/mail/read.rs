//! Fetching and reading what messages say, each once.
//!
//! ```text
//! server ─▶ fetch: a batch of bodies ─▶ read: a confined child, many small messages to one ─▶ keep: one transaction
//! ```
//!
//! The three go on at the same time, each one batch ahead of the next, because each waits for somebody else: the server, the child,
//! the database. Larger bodies are fetched in pieces into a file and each has a child of its own. A message is counted as tried
//! before it is fetched, so one that kills its reader is tried a few times and not for ever. Whatever was in one batch with it
//! when something broke comes in few, then alone, so that nobody is given up for a neighbour's sake. What was fetched before
//! something broke is read and kept all the same. Memory is bounded by the sizes of a few batches.

use std::path::Path;

use chrono::Utc;
use tokio::io::AsyncWriteExt as _;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use voiceassist_dav::imap::{Body, Opened, UidSet};
use voiceassist_model::{MailAccountId, MailContentId, Reason};
use voiceassist_rag::extract::mail::parents;
use voiceassist_rag::extract::{Extracted, MailNote, ReadFailure};
use voiceassist_store::Lane;
use voiceassist_store::mail::{NewContent, Pending};

use super::Trouble;
use super::apply::{Work, digest};
use crate::spool::Spooled;
use crate::{Context, JobError};

/// Messages that are found waiting with one question.
const LISTED: u32 = 2_000;
/// Messages asked for with one question, read by one child and kept by one transaction.
const BATCH: usize = 200;
/// And of those that were tried once before; what was tried more often comes alone.
const FEW: usize = 20;
/// Octets of them, as the server counts; one message may be larger.
const BATCH_BYTES: u64 = 4 * 1024 * 1024;
/// How much of each comes at once.
const FIRST_BYTES: u32 = 256 * 1024;
/// Messages up to this size share a reader; beyond, and whatever has much attached, each has its own.
const SHARED_BYTES: usize = 64 * 1024;
/// So much text waits to be stored at most.
const MAX_KEPT_BYTES: usize = 8 * 1024 * 1024;
/// How often a message is tried: in company, among few, and then alone.
const MAX_ATTEMPTS: u32 = 8;
/// The name that tells the reader what it gets.
const FILE_NAME: &str = "message.eml";

/// Reads what waits in a folder, newest first, to be indexed in this lane.
pub(super) async fn pending(work: &mut Work<'_>, opened: &mut Opened<'_>, lane: Lane) -> Result<(), Trouble> {
    let mail = work.context.store.mail();
    loop {
        let waiting = mail.pending(work.folder.id, MAX_ATTEMPTS, LISTED).await?;
        if waiting.is_empty() {
            work.report.quarantined += mail.give_up_pending(work.folder.id, MAX_ATTEMPTS).await?;
            return Ok(());
        }
        let (fetched, to_read) = channel(1);
        let (read, to_keep) = channel(1);
        let parts = Parts { context: work.context, mailbox: work.mailbox, lane };
        let (fetching, reading, keeping) = tokio::join!(
            parts.fetch(opened, &waiting, fetched),
            parts.read(to_read, read),
            parts.keep(to_keep)
        );
        // Whoever could go on no further ended the others; theirs is the reason.
        let kept = keeping?;
        work.report.read += kept.read;
        work.report.quarantined += kept.quarantined;
        reading?;
        fetching?;
    }
}

/// Bodies that came together.
#[derive(Default)]
struct Bodies {
    /// Small ones.
    shared: Vec<(MailContentId, Vec<u8>)>,
    /// Larger ones.
    alone: Vec<(MailContentId, Spooled)>,
    /// Messages that are not fetched.
    refused: Vec<(MailContentId, Reason)>,
}

/// What was read of one message.
enum Outcome {
    Content(Box<NewContent>),
    Quarantine(Reason),
}

/// What became of messages.
#[derive(Default)]
struct Kept {
    read: u64,
    quarantined: u64,
}

/// What every part needs.
struct Parts<'p> {
    context: &'p Context,
    mailbox: MailAccountId,
    lane: Lane,
}

impl Parts<'_> {
    /// Fetches these messages, batch by batch. Ends early when nobody takes them any more.
    async fn fetch(
        &self,
        opened: &mut Opened<'_>,
        waiting: &[Pending],
        to: Sender<Bodies>,
    ) -> Result<(), Trouble> {
        let limit = self.context.settings.max_file_bytes;
        for batch in batches(waiting) {
            let contents: Vec<MailContentId> = batch.iter().map(|one| one.content).collect();
            self.context.store.mail().attempt(&contents).await?;
            let mut bodies = Bodies::default();
            let mut large = Vec::new();
            let outcome = self.small(opened, batch, limit, &mut bodies, &mut large).await;
            // What came before something broke is read all the same.
            if to.send(bodies).await.is_err() {
                return Ok(());
            }
            outcome?;
            for one in large {
                let bodies = self.large(opened, one, limit).await?;
                if to.send(bodies).await.is_err() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Fetches what is not too large to come at once; the rest of the batch is left for later.
    async fn small(
        &self,
        opened: &mut Opened<'_>,
        batch: &[Pending],
        limit: u64,
        bodies: &mut Bodies,
        large: &mut Vec<Pending>,
    ) -> Result<(), Trouble> {
        let mut wanted = UidSet::default();
        for one in batch {
            if one.size > limit {
                bodies.refused.push((one.content, Reason::TooLarge));
            } else if one.size > u64::from(FIRST_BYTES) {
                large.push(*one);
            } else {
                wanted.extend(&UidSet::range(one.uid, one.uid));
            }
        }
        for piece in wanted.commands() {
            let mut answers = opened.bodies(&piece, FIRST_BYTES).await?;
            while let Some(fetched) = answers.next_body().await? {
                let Some(one) = batch.iter().find(|one| one.uid == fetched.uid) else { continue };
                if fetched.more {
                    // It is larger than the server said.
                    large.push(*one);
                } else if fetched.bytes.len() <= SHARED_BYTES {
                    bodies.shared.push((one.content, fetched.bytes));
                } else {
                    let (spooled, mut file) = self.spool()?;
                    file.write_all(&fetched.bytes).await.map_err(spooling)?;
                    file.flush().await.map_err(spooling)?;
                    bodies.alone.push((one.content, spooled));
                }
            }
        }
        Ok(())
    }

    async fn large(&self, opened: &mut Opened<'_>, one: Pending, limit: u64) -> Result<Bodies, Trouble> {
        let (spooled, mut file) = self.spool()?;
        let body = opened.body(one.uid, limit, &mut file).await?;
        file.flush().await.map_err(spooling)?;
        let mut bodies = Bodies::default();
        match body {
            Body::Whole(_) => bodies.alone.push((one.content, spooled)),
            Body::Cut(_) => bodies.refused.push((one.content, Reason::TooLarge)),
            // It went meanwhile; the next look hears of it.
            Body::Gone => {}
        }
        Ok(bodies)
    }

    fn spool(&self) -> Result<(Spooled, tokio::fs::File), Trouble> {
        let id = self.context.randomness.uuid(&*self.context.clock);
        Ok(Spooled::create(&self.context.settings.spool, id).map_err(spooling)?)
    }

    /// Reads what was fetched.
    async fn read(
        &self,
        mut from: Receiver<Bodies>,
        to: Sender<Vec<(MailContentId, Outcome)>>,
    ) -> Result<(), Trouble> {
        while let Some(bodies) = from.recv().await {
            let refused = |(content, reason)| (content, Outcome::Quarantine(reason));
            let mut read: Vec<(MailContentId, Outcome)> = bodies.refused.into_iter().map(refused).collect();
            let mut text = 0;
            for (content, outcome) in self.read_together(bodies.shared).await? {
                read.extend(judged(outcome, &mut text).map(|outcome| (content, outcome)));
            }
            for (content, spooled) in bodies.alone {
                let outcome = self.context.reader.read(spooled.path(), FILE_NAME).await;
                read.extend(judged(outcome, &mut text).map(|outcome| (content, outcome)));
                if text >= MAX_KEPT_BYTES {
                    text = 0;
                    if to.send(std::mem::take(&mut read)).await.is_err() {
                        return Ok(());
                    }
                }
            }
            if to.send(read).await.is_err() {
                return Ok(());
            }
        }
        Ok(())
    }

    async fn read_together(
        &self,
        shared: Vec<(MailContentId, Vec<u8>)>,
    ) -> Result<Vec<(MailContentId, Result<Extracted, ReadFailure>)>, Trouble> {
        let (directory, clock) = (self.context.settings.spool.clone(), &*self.context.clock);
        let (contents, texts): (Vec<MailContentId>, Vec<Vec<u8>>) = shared.into_iter().unzip();
        let named: Vec<_> =
            texts.into_iter().map(|text| (self.context.randomness.uuid(clock), text)).collect();
        let spooled = tokio::task::spawn_blocking(move || {
            named.into_iter().map(|(id, text)| Spooled::write(&directory, id, &text)).collect()
        });
        let spooled: std::io::Result<Vec<Spooled>> =
            spooled.await.map_err(|error| JobError::retry("spooling messages", error))?;
        let spooled = spooled.map_err(spooling)?;
        let files: Vec<&Path> = spooled.iter().map(Spooled::path).collect();
        let outcomes = self.context.reader.read_together(&files, FILE_NAME).await;
        Ok(contents.into_iter().zip(outcomes).collect())
    }

    /// Stores what was read: many messages are one transaction, because each costs the disk a wait.
    async fn keep(&self, mut from: Receiver<Vec<(MailContentId, Outcome)>>) -> Result<Kept, Trouble> {
        let mail = self.context.store.mail();
        let mut kept = Kept::default();
        while let Some(outcomes) = from.recv().await {
            let mut read = Vec::with_capacity(outcomes.len());
            for (content, outcome) in outcomes {
                match outcome {
                    Outcome::Content(new) => read.push((content, *new)),
                    Outcome::Quarantine(reason) => {
                        kept.quarantined += u64::from(mail.quarantine(content, reason.code()).await?);
                    }
                }
            }
            if !read.is_empty() {
                kept.read += mail.keep_contents_in(self.mailbox, &read, self.lane).await?;
            }
        }
        Ok(kept)
    }
}

/// Neighbours that are asked for together.
fn batches(waiting: &[Pending]) -> impl Iterator<Item = &[Pending]> {
    let mut rest = waiting;
    std::iter::from_fn(move || {
        let mut octets = 0;
        let company = rest.first().map(company)?;
        let fits = rest.iter().take(company).take_while(|one| {
            octets += one.size;
            octets <= BATCH_BYTES && self::company(one) == company
        });
        let count = fits.count().max(1).min(rest.len());
        let (batch, after) = rest.split_at(count);
        rest = after;
        (!batch.is_empty()).then_some(batch)
    })
}

/// How many may be in a batch with it, itself included.
const fn company(one: &Pending) -> usize {
    match one.attempts {
        0 => BATCH,
        1 => FEW,
        _ => 1,
    }
}

/// What is to be kept of a reading, and how much text; nothing of one that failed by our own fault, which is tried again.
fn judged(outcome: Result<Extracted, ReadFailure>, text: &mut usize) -> Option<Outcome> {
    let extracted = match outcome {
        Ok(extracted) => extracted,
        Err(failure) if failure.reason == Reason::Internal => return None,
        Err(failure) => return Some(Outcome::Quarantine(failure.reason)),
    };
    if let Some(error) = &extracted.error {
        return Some(Outcome::Quarantine(error.code));
    }
    let content = into_content(&extracted);
    *text += content.note.len() + content.body.len();
    Some(Outcome::Content(Box::new(content)))
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

#[expect(clippy::needless_pass_by_value, reason = "it stands in map_err")]
fn spooling(error: std::io::Error) -> JobError {
    JobError::retry("spooling a message", error.kind())
}

#[cfg(test)]
mod tests {
    use voiceassist_model::MailContentId;
    use voiceassist_store::mail::Pending;

    use super::{BATCH, BATCH_BYTES, FEW, batches};

    #[test]
    fn batches_hold_everything_once_and_are_bounded_by_number_and_size() {
        let waiting = |sizes: &[u64]| -> Vec<Pending> {
            let one = |(uid, size): (u32, &u64)| Pending {
                content: MailContentId::from_uuid(uuid::Uuid::from_u128(u128::from(uid))),
                uid,
                size: *size,
                attempts: 0,
            };
            (0..).zip(sizes).map(one).collect()
        };
        let sizes = |sizes: &[u64]| batches(&waiting(sizes)).map(<[Pending]>::len).collect::<Vec<_>>();
        assert_eq!(sizes(&[]), Vec::<usize>::new());
        assert_eq!(sizes(&vec![10; BATCH * 2 + 1]), [BATCH, BATCH, 1]);
        assert_eq!(sizes(&[10, BATCH_BYTES, 10, 10]), [1, 1, 2]);
        assert_eq!(sizes(&[BATCH_BYTES * 5, 10]), [1, 1], "what is larger than a batch is one");
    }

    #[test]
    fn what_was_tried_before_comes_among_few_and_then_alone() {
        let one = |attempts| Pending {
            content: MailContentId::from_uuid(uuid::Uuid::nil()),
            uid: 1,
            size: 10,
            attempts,
        };
        let tried = [vec![one(0); 3], vec![one(1); FEW + 1], vec![one(2), one(2), one(7)], vec![one(0); 2]];
        let sizes: Vec<usize> = batches(&tried.concat()).map(<[Pending]>::len).collect();
        assert_eq!(sizes, [3, FEW, 1, 1, 1, 1, 2]);
    }
}
