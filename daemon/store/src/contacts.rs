//! Contacts of a person: what their address books say, sealed as a whole.
//!
//! No name, number or address is in the clear, so nothing here can be searched by the database: whoever looks for
//! somebody reads a person's contacts one page after another and compares in memory. Only the owner's are given, none while the owner
//! reads nothing, and none of somebody else's book that no listing named lately.

use serde::{Deserialize, Serialize};
use uuid::Uuid;
use voiceassist_model::{AccountId, CollectionId, CollectionObjectId};

use crate::Store;
use crate::collections::TRUSTED_FOR;
use crate::collections::objects::place;
use crate::error::{During as _, Result, StoreError};

/// Contacts given at once at most.
pub const MAX_CONTACTS: u32 = 1_000;

/// A number or an address with what it is for.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Reach {
    /// The number or the address.
    pub value: String,
    /// What it is for, lower case: `work`, `cell`, `fax`.
    pub types: Vec<String>,
    /// A label somebody wrote.
    pub label: Option<String>,
    /// Whether it is the preferred one.
    pub preferred: bool,
}

voiceassist_model::debug_without_text!(Reach { types, preferred; value });

/// What a contact says.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Note {
    /// What the card calls itself.
    pub uid: Option<String>,
    /// `individual`, `group`, `organization` or `location`.
    pub kind: String,
    /// The name as it is shown.
    pub name: String,
    /// Family names.
    pub family: String,
    /// Given names.
    pub given: String,
    /// `Dr.`, `Prof.`.
    pub prefixes: String,
    /// `MD`, `PhD`.
    pub suffixes: String,
    /// What else they are called.
    pub nicknames: Vec<String>,
    /// Where they work.
    pub organization: Option<String>,
    /// In which part of it.
    pub units: Vec<String>,
    /// What they are called there.
    pub title: Option<String>,
    /// What they do there.
    pub role: Option<String>,
    /// Numbers.
    pub phones: Vec<Reach>,
    /// Addresses of mail.
    pub emails: Vec<Reach>,
    /// Where they are, one line each.
    pub addresses: Vec<String>,
    /// Categories.
    pub categories: Vec<String>,
    /// What somebody noted.
    pub note: Option<String>,
    /// The birthday as written.
    pub birthday: Option<String>,
}

voiceassist_model::debug_without_text!(Note { kind; name });

/// One contact of a person.
#[derive(Clone, PartialEq, Eq)]
pub struct Contact {
    /// Its id.
    pub id: CollectionObjectId,
    /// In which address book.
    pub collection: CollectionId,
    /// Where it is, as a request target.
    pub location: String,
    /// What it says.
    pub note: Note,
}

voiceassist_model::debug_without_text!(Contact { id, collection, note; location });

/// Contacts.
#[derive(Clone, Copy)]
pub struct Contacts<'a> {
    pub(crate) store: &'a Store,
}

impl Contacts<'_> {
    /// A person's contacts after one of them, in the order of their ids; at most [`MAX_CONTACTS`].
    pub async fn list(
        self,
        account: AccountId,
        after: Option<CollectionObjectId>,
        limit: u32,
    ) -> Result<Vec<Contact>> {
        let rows = sqlx::query!(
            r#"
            select o.id, o.collection_id, o.location, o.note as "note!"
              from collection_objects o
              join collections c on c.id = o.collection_id
              join accounts a on a.id = o.account_id
             where o.account_id = $1 and c.class = 'address_book' and o.state = 'read' and account_works(a.state)
               and (c.kind <> 'shared' or c.seen_at >= $3) and o.id > $2
             order by o.id limit $4
            "#,
            account.as_uuid(),
            after.map_or(Uuid::nil(), CollectionObjectId::as_uuid),
            self.store.now() - TRUSTED_FOR,
            i64::from(limit.min(MAX_CONTACTS))
        )
        .fetch_all(self.store.pool())
        .await
        .during("reading contacts")?;
        let mut contacts = Vec::with_capacity(rows.len());
        for row in rows {
            let location = self.store.open_text(place(row.id, "location"), &row.location).await?;
            let note = self.store.open_bytes(place(row.id, "note"), &row.note).await?;
            contacts.push(Contact {
                id: CollectionObjectId::from_uuid(row.id),
                collection: CollectionId::from_uuid(row.collection_id),
                location,
                note: serde_json::from_slice(&note)
                    .map_err(|_| StoreError::Corrupt { what: "description of a contact" })?,
            });
        }
        Ok(contacts)
    }

    /// What everybody's address books say, whoever's they are, after one contact and in the order of their ids; at most
    /// [`MAX_CONTACTS`]. For recognising who is known, never for showing. The server's own book is left out, which has
    /// the same people for everybody.
    pub async fn of_everybody(
        self,
        after: Option<CollectionObjectId>,
        limit: u32,
    ) -> Result<Vec<(CollectionObjectId, Note)>> {
        let rows = sqlx::query!(
            r#"
            select o.id, o.note as "note!"
              from collection_objects o
              join collections c on c.id = o.collection_id
             where c.class = 'address_book' and c.kind <> 'system' and o.state = 'read' and o.id > $1
             order by o.id limit $2
            "#,
            after.map_or(Uuid::nil(), CollectionObjectId::as_uuid),
            i64::from(limit.min(MAX_CONTACTS))
        )
        .fetch_all(self.store.pool())
        .await
        .during("reading who is known")?;
        let mut notes = Vec::with_capacity(rows.len());
        for row in rows {
            let note = self.store.open_bytes(place(row.id, "note"), &row.note).await?;
            let note = serde_json::from_slice(&note)
                .map_err(|_| StoreError::Corrupt { what: "description of a contact" })?;
            notes.push((CollectionObjectId::from_uuid(row.id), note));
        }
        Ok(notes)
    }
}
