//! Asking Nextcloud which files carry the tags that rules name.
//!
//! A tag moves no etag, so no look at the files shows it. Where no rule names a tag nothing is asked; otherwise one
//! request lists the tags and one per named tag its carriers: from time to time, and before a tree is listed, so that a
//! new file arrives with its tags known. Two tags may share a name; whoever carries either is meant. Without an answer
//! what was known stays, and nothing new is taken in on the strength of not knowing.

use voiceassist_dav::DavError;
use voiceassist_dav::files::{ListTagged, ListTags};
use voiceassist_model::AccountId;
use voiceassist_store::StoreError;
use voiceassist_store::scope::Tagged;

use crate::connections::{ConnectError, Connected};
use crate::job::with_sources;
use crate::{Context, JobError};

/// Why tags could not be asked about.
pub(crate) enum TagsError {
    /// Nextcloud refused or failed.
    Remote(DavError),
    /// Our own side failed.
    Store(StoreError),
}

impl From<DavError> for TagsError {
    fn from(error: DavError) -> Self {
        Self::Remote(error)
    }
}

impl From<StoreError> for TagsError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<TagsError> for JobError {
    fn from(error: TagsError) -> Self {
        match error {
            TagsError::Remote(error) => error.into(),
            TagsError::Store(error) => error.into(),
        }
    }
}

/// Asks about every tag that rules name for this account, and applies what changed.
pub async fn refresh(context: &Context, account: AccountId) -> Result<(), JobError> {
    let connected = match context.connections.of(account).await {
        Ok(connected) => connected,
        // Disconnected since the job was queued: nobody can be asked, and nothing is wrong.
        Err(ConnectError::NotConnected) => return Ok(()),
        Err(error) => return Err(JobError::give_up("connecting the account", with_sources(&error))),
    };
    Ok(refresh_as(context, account, &connected).await?)
}

/// The same, as somebody who is connected already.
pub(crate) async fn refresh_as(
    context: &Context,
    account: AccountId,
    connected: &Connected,
) -> Result<(), TagsError> {
    let wanted = context.store.scope().wanted_tags(account).await?;
    if wanted.is_empty() {
        return Ok(());
    }
    let tags = connected.client.send(&ListTags).await?;
    for wanted in wanted {
        let mut carriers = Vec::new();
        for tag in tags.iter().filter(|tag| tag.name.trim().to_lowercase() == wanted.name) {
            let question = ListTagged { user: connected.user.clone(), tag: tag.id };
            let answer = connected.client.send(&question).await?;
            let carrier = |carrier: voiceassist_dav::files::TagCarrier| Tagged {
                file_id: carrier.file_id,
                is_folder: carrier.is_folder,
            };
            carriers.extend(answer.into_iter().map(carrier));
        }
        let changed = context.store.scope().tagged(account, &wanted.name, &carriers).await?;
        if changed > 0 {
            tracing::info!(account.id = %account, documents = changed, "tags changed what is read");
        }
    }
    Ok(())
}
