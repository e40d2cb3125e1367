//! Carrying out the plan of one folder, page by page, each with the place it brings the mirror to.

use voiceassist_dav::imap::{Change, Flag, FolderName, Opened, Session, Summary};
use voiceassist_model::MailAccountId;
use voiceassist_store::Lane;
use voiceassist_store::mail::{Folder, FolderCursor, MessageKey, ObservedMessage};

use super::plan::{Changes, Observed, Plan};
use super::{MailReport, Trouble, read};
use crate::Context;

/// Messages of one page.
const PAGE: u32 = 500;
/// Pages listed before what they name is fetched: enough to keep server, reader and database busy at the same time.
const PAGES_READ_AT_ONCE: u32 = 4;
/// Older pages listed in one run of one folder; the rest is for the next run, so that new mail never waits for old.
const PAGES_PER_RUN: u32 = 8;
/// Changes applied at once.
const BATCH: usize = 1_000;
/// Known messages compared with one question.
const RANGE: u32 = 5_000;

/// Brings one folder up to date.
pub(super) async fn folder(
    context: &Context,
    mailbox: MailAccountId,
    session: &mut Session,
    folder: &Folder,
    name: &FolderName,
    report: &mut MailReport,
) -> Result<(), Trouble> {
    let mail = context.store.mail();
    let count = mail.count_messages(folder.id).await?;
    let mut opened = session.open(name).await?;
    let observed = Observed::of(&opened);
    let plan = Plan::make(&folder.cursor, count, &observed);
    let mut work = Work { context, mailbox, folder, cursor: folder.cursor, observed, report };
    if plan.reset {
        forget(context, folder).await?;
    }
    if plan.backfill == Some(None) {
        work.cursor = FolderCursor {
            uid_validity: Some(observed.uid_validity),
            uid_next: observed.uid_next.unwrap_or(1),
            mod_seq: observed.mod_seq,
            backfill_below: None,
        };
    }
    if let Some(from) = plan.fresh_from {
        work.fresh(&mut opened, from).await?;
    }
    match plan.changes {
        Changes::None => {}
        Changes::Since(mod_seq) => work.changes(&mut opened, mod_seq).await?,
        Changes::Compare => work.compare(&mut opened).await?,
    }
    work.settle(observed.mod_seq).await?;
    read::pending(&mut work, &mut opened, Lane::Bulk).await?;
    if let Some(below) = plan.backfill {
        work.backfill(&mut opened, below).await?;
    }
    // Whatever was told, the numbers must agree in the end.
    if work.cursor.backfill_below.is_none()
        && mail.count_messages(folder.id).await? != u64::from(opened.exists())
    {
        work.compare(&mut opened).await?;
    }
    Ok(())
}

/// Forgets what is known of a folder. What its messages said stays until the end of the run.
pub(super) async fn forget(context: &Context, folder: &Folder) -> Result<(), Trouble> {
    let mut tx = context.store.begin().await?;
    let mail = context.store.mail();
    mail.vanish_messages(&mut tx, folder.id, &[(1, u32::MAX)]).await?;
    mail.advance(&mut tx, folder.id, FolderCursor { uid_next: 1, ..FolderCursor::default() }).await?;
    tx.commit().await?;
    Ok(())
}

/// One folder, being brought up to date.
pub(super) struct Work<'w> {
    pub(super) context: &'w Context,
    pub(super) mailbox: MailAccountId,
    pub(super) folder: &'w Folder,
    pub(super) report: &'w mut MailReport,
    cursor: FolderCursor,
    observed: Observed,
}

impl Work<'_> {
    /// Lists what came since the last run, newest first, down to what is known.
    async fn fresh(&mut self, opened: &mut Opened<'_>, from: u32) -> Result<(), Trouble> {
        let mut below = None;
        let mut next = self.observed.uid_next.unwrap_or(from).max(from);
        loop {
            let page = opened.page(below, PAGE).await?;
            let new: Vec<Summary> = page.messages.into_iter().filter(|message| message.uid >= from).collect();
            let reached = new.len() < PAGE as usize;
            next = next.max(new.first().map_or(0, |message| message.uid.saturating_add(1)));
            self.take(&new).await?;
            match page.next {
                Some(at) if !reached && at > from => below = Some(at),
                _ => break,
            }
        }
        self.cursor.uid_next = next;
        Ok(())
    }

    /// Lists what was never listed, newest first, a few pages in one run.
    async fn backfill(&mut self, opened: &mut Opened<'_>, below: Option<u32>) -> Result<(), Trouble> {
        // The newest are news; what is behind them waits until everybody else's files and news are indexed.
        let mut lane = if below.is_none() { Lane::Bulk } else { Lane::Backlog };
        let mut below = below;
        for number in 1..=PAGES_PER_RUN {
            let page = opened.page(below, PAGE).await?;
            if let Some(newest) = page.messages.first().filter(|_| below.is_none()) {
                self.cursor.uid_next = self.cursor.uid_next.max(newest.uid.saturating_add(1));
            }
            self.cursor.backfill_below = page.next;
            self.take(&page.messages).await?;
            below = page.next;
            if below.is_none() || number.is_multiple_of(PAGES_READ_AT_ONCE) {
                read::pending(self, opened, lane).await?;
                lane = Lane::Backlog;
            }
            if below.is_none() {
                return Ok(());
            }
        }
        self.report.more = true;
        Ok(())
    }

    /// Applies a page and, with it, the place it brings the folder to.
    async fn take(&mut self, messages: &[Summary]) -> Result<(), Trouble> {
        let observed: Vec<ObservedMessage> = messages.iter().map(|message| self.observe(message)).collect();
        let mail = self.context.store.mail();
        let mut tx = self.context.store.begin().await?;
        let applied = mail.apply_messages(&mut tx, self.mailbox, self.folder.id, &observed).await?;
        mail.advance(&mut tx, self.folder.id, self.cursor).await?;
        tx.commit().await?;
        self.report.fresh += applied.fresh;
        self.report.found_again += applied.found_again;
        Ok(())
    }

    fn observe(&self, message: &Summary) -> ObservedMessage {
        let digest = match &message.message_id {
            Some(id) => digest(id),
            // Without a name of its own it is known by its place, and fetched again when it moves.
            None => *blake3::hash(
                format!("place|{}|{}|{}", self.folder.id, self.observed.uid_validity, message.uid).as_bytes(),
            )
            .as_bytes(),
        };
        ObservedMessage {
            uid: message.uid,
            key: MessageKey { digest, size: message.size },
            flags: words(&message.flags),
            internal_date: message.internal_date,
        }
    }

    /// Applies what the server says changed; what vanished too, where it tells.
    async fn changes(&mut self, opened: &mut Opened<'_>, mod_seq: u64) -> Result<(), Trouble> {
        let up_to = self.cursor.uid_next.saturating_sub(1).max(1);
        let mut answers = opened.changed_since(mod_seq, up_to).await?;
        let (mut flags, mut gone) = (Vec::new(), Vec::new());
        while let Some(change) = answers.next_change().await? {
            match change {
                Change::Flags { uid, flags: now, .. } => flags.push((uid, words(&now))),
                Change::Vanished(uids) => gone.extend_from_slice(uids.ranges()),
            }
            if flags.len() >= BATCH || gone.len() >= BATCH {
                self.change(&flags, &gone).await?;
                flags.clear();
                gone.clear();
            }
        }
        self.change(&flags, &gone).await
    }

    /// Compares everything that was listed with what is there, range by range: flags, what is gone, and what a listing
    /// left out because an answer could not be understood.
    async fn compare(&mut self, opened: &mut Opened<'_>) -> Result<(), Trouble> {
        opened.look().await?;
        let mut from = self.cursor.backfill_below.unwrap_or(1);
        loop {
            let known = self.context.store.mail().known(self.folder.id, from, RANGE).await?;
            let last =
                known.last().filter(|_| known.len() >= RANGE as usize).map_or(u32::MAX, |(uid, _)| *uid);
            let there = opened.flags(from, last).await?;
            self.differences(opened, &known, &there).await?;
            if last == u32::MAX {
                return Ok(());
            }
            from = last + 1;
        }
    }

    async fn differences(
        &mut self,
        opened: &mut Opened<'_>,
        known: &[(u32, Vec<String>)],
        there: &[(u32, Vec<Flag>)],
    ) -> Result<(), Trouble> {
        let gone: Vec<(u32, u32)> = known
            .iter()
            .map(|(uid, _)| *uid)
            .filter(|uid| there.binary_search_by_key(uid, |(uid, _)| *uid).is_err())
            .map(|uid| (uid, uid))
            .collect();
        let (mut changed, mut left_out) = (Vec::new(), Vec::new());
        for (uid, flags) in there {
            match known.binary_search_by_key(uid, |(uid, _)| *uid) {
                Ok(at) if known[at].1 == words(flags) => {}
                Ok(_) => changed.push((*uid, words(flags))),
                Err(_) => left_out.push(*uid),
            }
        }
        self.change(&changed, &gone).await?;
        for uids in left_out.chunks(PAGE as usize) {
            let messages = opened.summaries(&uids.iter().copied().collect()).await?;
            self.take(&messages).await?;
        }
        if left_out.is_empty() { Ok(()) } else { read::pending(self, opened, Lane::Bulk).await }
    }

    async fn change(&mut self, flags: &[(u32, Vec<String>)], gone: &[(u32, u32)]) -> Result<(), Trouble> {
        if flags.is_empty() && gone.is_empty() {
            return Ok(());
        }
        let mail = self.context.store.mail();
        let mut tx = self.context.store.begin().await?;
        self.report.changed += mail.apply_flags(&mut tx, self.folder.id, flags).await?;
        self.report.vanished += mail.vanish_messages(&mut tx, self.folder.id, gone).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Notes that everything up to this mod-sequence was looked at.
    async fn settle(&mut self, mod_seq: Option<u64>) -> Result<(), Trouble> {
        self.cursor.mod_seq = mod_seq;
        if self.cursor.uid_validity.is_none() {
            return Ok(());
        }
        let mut tx = self.context.store.begin().await?;
        // Until the first page is in, nothing is known and nothing is noted.
        if self.folder.cursor.uid_validity == self.cursor.uid_validity {
            self.context.store.mail().advance(&mut tx, self.folder.id, self.cursor).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

/// What finds a message by its Message-ID.
pub(super) fn digest(message_id: &str) -> [u8; 32] {
    *blake3::hash(message_id.as_bytes()).as_bytes()
}

/// Flags as they are kept: without blanks, which no flag has.
fn words(flags: &[Flag]) -> Vec<String> {
    flags
        .iter()
        .map(|flag| flag.as_str().replace(char::is_whitespace, "_"))
        .filter(|word| !word.is_empty())
        .collect()
}
