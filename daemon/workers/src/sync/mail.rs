//! Following a mailbox: what lies in which folder, what it says, and what is no longer there.
//!
//! ```text
//! sign in → folders → for each chosen one:  open → plan → apply, page by page, newest first → bodies that nobody knows
//! ```
//!
//! The plan is made from two numbers on either side and printed by the command; applying it twice changes nothing. A
//! page and the place it brings the mirror to are one transaction, so a killed run goes on where it was. A message that
//! was moved is found again by its Message-ID and size and is not fetched twice; what lies nowhere any more is forgotten
//! at the end of a run, after every folder had the chance to show it. What cannot be read is put into quarantine with a
//! reason and stops nothing else. Memory depends on the size of a page and never on the size of a mailbox.
//!
//! Nothing is ever changed on the server, nothing of a message goes into logs or job rows, and a refused password is
//! not shown again.

mod apply;
pub mod plan;
mod read;

use chrono::TimeDelta;
use voiceassist_dav::egress::Destinations;
pub use voiceassist_dav::imap::MailConnection;
use voiceassist_dav::imap::{Folder, FolderName, ImapError, Session, TlsTrust};
use voiceassist_model::MailAccountId;
use voiceassist_store::mail::{self as stored, MailState, ObservedFolder};
use voiceassist_store::{Job, Store};

use crate::job::with_sources;
use crate::{Context, JobError};

pub use plan::Plan;

/// Lines opened anew within one run, because a folder broke one.
const MAX_LINES: u32 = 5;

/// How long a folder that cannot be looked at keeps what left the other folders from being forgotten. What turns up in it later
/// is fetched once more.
const FOLDER_PATIENCE: TimeDelta = TimeDelta::days(1);

/// What a run did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MailReport {
    /// Folders that were looked at.
    pub folders: u64,
    /// Folders that could not be.
    pub folders_failed: u64,
    /// Messages nobody knew.
    pub fresh: u64,
    /// Messages that were known from another place.
    pub found_again: u64,
    /// Messages whose flags changed.
    pub changed: u64,
    /// Messages that are no longer where they were.
    pub vanished: u64,
    /// Messages that were fetched and read.
    pub read: u64,
    /// Messages that cannot be read.
    pub quarantined: u64,
    /// Whether older messages are still to be looked at.
    pub more: bool,
}

/// Compares a mailbox with its mirror and applies the difference. A mailbox that is gone, refused or not to be read at
/// present is left alone.
pub async fn sync_mail(
    context: &Context,
    trust: &TlsTrust,
    mailbox: MailAccountId,
) -> Result<MailReport, JobError> {
    let mut report = MailReport::default();
    let Some(secret) = context.store.mail().connection(mailbox).await? else { return Ok(report) };
    let connection = MailConnection::read(&secret)
        .ok_or_else(|| JobError::give_up("reading how to sign in", "the stored form is unknown"))?;
    let mut way = Way::new(connection, trust, context.connections.transport().destinations());
    let outcome = run(context, mailbox, &mut way, &mut report).await;
    match outcome {
        Ok(()) => {
            context.store.mail().set_state(mailbox, MailState::Connected, None).await?;
            Ok(report)
        }
        Err(Trouble::Imap(ImapError::Unauthorized)) => {
            context.store.mail().set_state(mailbox, MailState::Refused, Some("unauthorized")).await?;
            Ok(report)
        }
        Err(Trouble::Imap(error)) => {
            context.store.mail().set_state(mailbox, MailState::Failing, Some(error.code())).await?;
            let cause = with_sources(&error);
            Err(if error.is_transient() {
                JobError::retry("following a mailbox", cause)
            } else {
                JobError::give_up("following a mailbox", cause)
            })
        }
        Err(Trouble::Job(error)) => Err(error),
    }
}

/// One look in answer to a job. What is left of a first listing is queued again, so that nobody waits for all of it.
pub async fn follow(context: &Context, mailbox: MailAccountId) -> Result<(), JobError> {
    let trust = TlsTrust::new(&[]).map_err(|error| JobError::give_up("reading certificates", error))?;
    let report = sync_mail(context, &trust, mailbox).await?;
    if report.more {
        context.store.jobs().enqueue_now(Job::SyncMail { mailbox }).await?;
    }
    tracing::debug!(mail.id = %mailbox, fresh = report.fresh, read = report.read, "a mailbox was looked at");
    Ok(())
}

/// What would be done: for each folder that is mirrored, its plan. Changes nothing.
pub async fn plan_mail(
    store: &Store,
    trust: &TlsTrust,
    destinations: &Destinations,
    mailbox: MailAccountId,
) -> Result<Vec<(String, Plan)>, JobError> {
    let Some(secret) = store.mail().connection(mailbox).await? else { return Ok(Vec::new()) };
    let connection = MailConnection::read(&secret)
        .ok_or_else(|| JobError::give_up("reading how to sign in", "the stored form is unknown"))?;
    let mut way = Way::new(connection, trust, destinations);
    let said = |error: ImapError| JobError::retry("looking at a mailbox", with_sources(&error));
    let mut session = way.open().await.map_err(said)?;
    let listed = session.folders().await.map_err(said)?;
    let known = store.mail().folders(mailbox).await?;
    let mut plans = Vec::new();
    for folder in listed.folders {
        let mirrored = known.iter().find(|mirrored| mirrored.name == folder.name.wire());
        let chosen = mirrored.and_then(|mirrored| mirrored.chosen).unwrap_or(folder.role.by_default());
        if !folder.selectable || !chosen {
            continue;
        }
        let (cursor, count) = match mirrored {
            Some(mirrored) => (mirrored.cursor, store.mail().count_messages(mirrored.id).await?),
            None => Default::default(),
        };
        let opened = session.open(&folder.name).await.map_err(said)?;
        plans.push((folder.name.text(), Plan::make(&cursor, count, &plan::Observed::of(&opened))));
    }
    Ok(plans)
}

/// Why a run, or the part of it in one folder, ended.
#[derive(Debug)]
pub(super) enum Trouble {
    Imap(ImapError),
    Job(JobError),
}

impl From<ImapError> for Trouble {
    fn from(error: ImapError) -> Self {
        Self::Imap(error)
    }
}

impl<E: Into<JobError>> From<E> for Trouble {
    fn from(error: E) -> Self {
        Self::Job(error.into())
    }
}

/// The way to the server; lines that broke are opened anew a few times.
struct Way {
    connection: MailConnection,
    trust: TlsTrust,
    destinations: Destinations,
    lines: u32,
}

impl Way {
    fn new(connection: MailConnection, trust: &TlsTrust, destinations: &Destinations) -> Self {
        Self { connection, trust: trust.clone(), destinations: destinations.clone(), lines: 0 }
    }

    async fn open(&mut self) -> Result<Session, ImapError> {
        self.lines += 1;
        if self.lines > MAX_LINES {
            return Err(ImapError::Unavailable);
        }
        let mut session = self.connection.open(&self.trust, &self.destinations).await?;
        session.enable_qresync().await?;
        Ok(session)
    }
}

async fn run(
    context: &Context,
    mailbox: MailAccountId,
    way: &mut Way,
    report: &mut MailReport,
) -> Result<(), Trouble> {
    let mut session = way.open().await?;
    let folders = folders(context, mailbox, &mut session).await?;
    let mut line = Some(session);
    let mut transient = None;
    // Whether a message that lies nowhere may lie in a folder that could not be looked at.
    let mut may_be_elsewhere = false;
    let long_ago = context.clock.now() - FOLDER_PATIENCE;
    for folder in &folders {
        let Ok(name) = FolderName::from_wire(&folder.name) else { continue };
        let mut session = match line.take() {
            Some(session) => session,
            None => way.open().await?,
        };
        match apply::folder(context, mailbox, &mut session, folder, &name, report).await {
            Ok(()) => {
                report.folders += 1;
                line = Some(session);
            }
            Err(Trouble::Imap(error)) if !error.stops_account() => {
                // One folder's trouble is not the others'.
                report.folders_failed += 1;
                may_be_elsewhere |= folder.synced_at.is_some_and(|at| at > long_ago);
                context.store.mail().note_folder(folder.id, error.code()).await?;
                if error.leaves_connection() {
                    line = Some(session);
                }
                if error.is_transient() {
                    transient = Some(error);
                }
            }
            Err(trouble) => return Err(trouble),
        }
    }
    if let Some(session) = line
        && let Err(error) = session.sign_out().await
    {
        tracing::debug!(mail.id = %mailbox, code = error.code(), "the goodbye was not heard");
    }
    // Only now: what went from one folder may have come in another.
    if !may_be_elsewhere {
        context.store.mail().sweep_contents(mailbox).await?;
    }
    match transient {
        Some(error) => Err(Trouble::Imap(error)),
        None => Ok(()),
    }
}

/// The folders that are mirrored, the inbox first. The text of those that no longer are is forgotten.
async fn folders(
    context: &Context,
    mailbox: MailAccountId,
    session: &mut Session,
) -> Result<Vec<stored::Folder>, Trouble> {
    let listed = session.folders().await?;
    let observed: Vec<ObservedFolder> = listed
        .folders
        .iter()
        .map(|folder: &Folder| ObservedFolder {
            name: folder.name.wire().to_owned(),
            role: folder.role.as_str(),
            selectable: folder.selectable,
        })
        .collect();
    // A list without an inbox is no list: every mailbox has one.
    let complete = listed.skipped == 0 && listed.folders.iter().any(|folder| folder.name.is_inbox());
    let mail = context.store.mail();
    mail.apply_folders(mailbox, &observed, complete).await?;
    let by_default: Vec<&str> = listed
        .folders
        .iter()
        .filter(|folder| folder.role.by_default())
        .map(|folder| folder.name.wire())
        .collect();
    let mut chosen = Vec::new();
    for folder in mail.folders(mailbox).await? {
        let wanted = folder.chosen.unwrap_or(by_default.contains(&folder.name.as_str()));
        if folder.selectable && wanted {
            chosen.push(folder);
        } else if folder.cursor.uid_validity.is_some() {
            apply::forget(context, &folder).await?;
        }
    }
    chosen.sort_by_key(|folder| folder.role != "inbox");
    Ok(chosen)
}
