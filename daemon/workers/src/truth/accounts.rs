//! Each person's mirror against a whole listing made as that person.
//!
//! The listing is streamed. What it shows is compared page by page; of what it shows only the ids are kept, sorted, and
//! the mirror's files are walked beside them, so what the server no longer shows is found without holding either tree.
//! A repair forgets the root's etag and queues a look, which lists everything and draws the conclusions: this engine
//! itself believes no listing enough to delete by it.

use futures::StreamExt as _;
use uuid::Uuid;
use voiceassist_dav::files::{EntryKind, ListFolder, Listed};
use voiceassist_dav::{Depth, FilePath};
use voiceassist_model::AccountId;
use voiceassist_store::accounts::Account;
use voiceassist_store::checks::CheckState;
use voiceassist_store::jobs::{Enqueue, Job};
use voiceassist_store::truth::{FileFault, SeenFile};
use voiceassist_store::{Page, StoreError};

use super::report::Unchecked;
use super::{Fault, Looking, PAGE};
use crate::JobError;
use crate::connections::{ConnectError, Connected};

/// Accounts of one page.
const ACCOUNTS: u32 = 100;
/// Files of one account that are compared; beyond, the account is reported as too large.
const MAX_FILES: usize = 4_000_000;

/// Why an account was not compared: a code.
struct NotCompared(String);

/// What one account's comparison found.
#[derive(Default)]
struct Difference {
    unmirrored: u64,
    moved: u64,
    gone: u64,
}

impl From<voiceassist_dav::DavError> for NotCompared {
    fn from(error: voiceassist_dav::DavError) -> Self {
        Self(error.code().to_owned())
    }
}

impl From<StoreError> for NotCompared {
    fn from(_: StoreError) -> Self {
        Self("database".to_owned())
    }
}

pub(super) async fn look(looking: &mut Looking<'_>) -> Result<(), JobError> {
    looking.report.part = Some("accounts".to_owned());
    let mut page = Page::first(ACCOUNTS);
    loop {
        let listed = looking.context.store.accounts().list(&page).await?;
        for account in &listed.items {
            compare(looking, account).await?;
            looking.say(CheckState::Running).await?;
        }
        match listed.next {
            Some(next) => page = Page::after(next, ACCOUNTS),
            None => return Ok(()),
        }
    }
}

/// Compares one account, and notes or repairs what is found.
async fn compare(looking: &mut Looking<'_>, account: &Account) -> Result<(), JobError> {
    let id = account.id.as_uuid();
    let connected = match looking.context.connections.of(account.id).await {
        Ok(connected) => connected,
        // A person who is not connected reads nothing, so there is nothing to compare.
        Err(ConnectError::NotConnected) => return Ok(()),
        Err(_) => {
            leave(looking, id, "connection".to_owned());
            return Ok(());
        }
    };
    let difference = match difference(looking, account.id, &connected).await {
        Ok(difference) => difference,
        Err(NotCompared(reason)) => {
            leave(looking, id, reason);
            return Ok(());
        }
    };
    looking.report.accounts += 1;
    if difference.is_none() {
        return Ok(());
    }
    if !is_up_to_date(looking, account.id, &connected).await {
        looking.report.catching_up.push(id);
        return ask_for_look(looking, account.id).await;
    }
    if looking.repair {
        looking.context.store.cursors().forget(account.id).await?;
        ask_for_look(looking, account.id).await?;
    }
    let repairs = u64::from(looking.repair);
    for (fault, count) in [
        (Fault::FilesNotInMirror, difference.unmirrored),
        (Fault::FilesMoved, difference.moved),
        (Fault::FilesNotOnServer, difference.gone),
    ] {
        let times = usize::try_from(count).unwrap_or(usize::MAX);
        looking.report.found(fault, std::iter::repeat_n(id, times), if count > 0 { repairs } else { 0 });
    }
    Ok(())
}

fn leave(looking: &mut Looking<'_>, account: Uuid, reason: String) {
    looking.report.unchecked.push(Unchecked { account, reason });
}

async fn ask_for_look(looking: &Looking<'_>, account: AccountId) -> Result<(), JobError> {
    looking.context.store.jobs().enqueue_now(Enqueue::new(Job::SyncFiles { account })).await?;
    Ok(())
}

/// Whether the mirror claims to be at the state the server has now.
async fn is_up_to_date(looking: &Looking<'_>, account: AccountId, connected: &Connected) -> bool {
    let Ok(cursor) = looking.context.store.cursors().files(account).await else { return false };
    let Ok(root) = connected.client.root(&connected.user).await else { return false };
    !cursor.unfinished
        && cursor.held.is_none()
        && cursor.root_etag.is_some_and(|known| known == root.etag.to_string())
}

/// Lists everything the person sees beside everything the mirror has of them.
async fn difference(
    looking: &mut Looking<'_>,
    account: AccountId,
    connected: &Connected,
) -> Result<Difference, NotCompared> {
    let store = &looking.context.store;
    let request = ListFolder { user: connected.user.clone(), path: FilePath::root(), depth: Depth::Infinity };
    let mut entries = std::pin::pin!(connected.client.list(request));
    let (mut seen, mut batch, mut difference) = (Vec::new(), Vec::new(), Difference::default());
    while let Some(next) = entries.next().await {
        let entry = match next? {
            Listed::Entry(entry) if entry.kind == EntryKind::File => entry,
            Listed::Entry(_) => continue,
            Listed::Skipped(_) => return Err(NotCompared("unreadable_entry".to_owned())),
        };
        if seen.len() == MAX_FILES {
            return Err(NotCompared("too_many_files".to_owned()));
        }
        seen.push(entry.file_id);
        batch.push(SeenFile { file_id: entry.file_id, path: format!("/{}", entry.path.as_str()) });
        if batch.len() == PAGE as usize {
            difference.add(&store.truth().judge_files(account, &batch).await?);
            batch.clear();
        }
    }
    difference.add(&store.truth().judge_files(account, &batch).await?);
    looking.report.files += seen.len() as u64;
    seen.sort_unstable();
    let mut after = None;
    loop {
        let page = store.truth().mirrored_files(account, after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(difference) };
        after = Some(*last);
        difference.gone += page.iter().filter(|file| seen.binary_search(file).is_err()).count() as u64;
    }
}

impl Difference {
    fn add(&mut self, judged: &[(i64, FileFault)]) {
        for (_, fault) in judged {
            match fault {
                FileFault::Unmirrored => self.unmirrored += 1,
                FileFault::Moved => self.moved += 1,
            }
        }
    }

    const fn is_none(&self) -> bool {
        self.unmirrored == 0 && self.moved == 0 && self.gone == 0
    }
}
