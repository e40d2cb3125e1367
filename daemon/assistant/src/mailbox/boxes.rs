//! Which mailboxes somebody has, their folders, and how far each is mirrored.
//!
//! Folders are told by the name people read; what the server spells is for the server. A folder that is not mirrored is
//! told as such, because an answer that looked at none of its letters must not seem to have.

use chrono::{DateTime, Utc};
use voiceassist_dav::imap::FolderName;
use voiceassist_model::{MailAccountId, MailFolderId};
use voiceassist_store::mail::MailState;

use super::{Mailbox, MailboxError};

/// A mailbox and how it fares.
#[derive(Clone, Debug)]
pub struct MailBox {
    /// Which.
    pub id: MailAccountId,
    /// How it fares.
    pub state: MailState,
    /// Why, as a code.
    pub reason: Option<String>,
    /// When a look at it last succeeded.
    pub last_synced_at: Option<DateTime<Utc>>,
    /// Its folders, by name.
    pub folders: Vec<BoxFolder>,
}

/// A folder of it.
#[derive(Clone)]
pub struct BoxFolder {
    /// Which.
    pub id: MailFolderId,
    /// Its name as people read it.
    pub name: String,
    /// What it is for.
    pub role: String,
    /// Whether its letters are mirrored.
    pub mirrored: bool,
    /// Whether older letters are still to be looked at.
    pub backfilling: bool,
    /// Why it could not be mirrored, as a code.
    pub reason: Option<String>,
    /// When it was last looked at.
    pub synced_at: Option<DateTime<Utc>>,
}

voiceassist_model::debug_without_text!(BoxFolder { id, role, mirrored, backfilling, synced_at; name });

impl Mailbox<'_> {
    /// The person's mailboxes, oldest first.
    pub async fn boxes(&self) -> Result<Vec<MailBox>, MailboxError> {
        let mut boxes = Vec::new();
        for mailbox in self.store.mail().list(self.account).await? {
            let folders = self.store.mail().folders(mailbox.id).await?;
            let folders = folders
                .into_iter()
                .map(|folder| BoxFolder {
                    id: folder.id,
                    name: FolderName::from_wire(&folder.name).map_or(folder.name, |name| name.text()),
                    role: folder.role,
                    // A folder nobody chose has never been opened.
                    mirrored: folder.selectable
                        && folder.chosen != Some(false)
                        && folder.cursor.uid_validity.is_some(),
                    backfilling: folder.cursor.backfill_below.is_some(),
                    reason: folder.reason,
                    synced_at: folder.synced_at,
                })
                .collect();
            boxes.push(MailBox {
                id: mailbox.id,
                state: mailbox.state,
                reason: mailbox.reason,
                last_synced_at: mailbox.last_synced_at,
                folders,
            });
        }
        Ok(boxes)
    }
}
