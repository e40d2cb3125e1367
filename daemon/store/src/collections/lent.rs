//! What belongs to somebody else: which of it a listing named, and when.
//!
//! A share that was withdrawn must not be shown until the next look happens to notice. So whoever is about to show such
//! things asks here what was not named lately, has the server asked, and notes the answer. What the answer does not name
//! is not shown from then on; the next look forgets it.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use uuid::Uuid;
use voiceassist_model::{AccountId, DocumentId};

use super::{CollectionClass, Collections};
use crate::error::{During as _, Result};

impl Collections<'_> {
    /// Classes of which the person has collections of others that no listing named since an instant.
    pub async fn unnamed_since(
        self,
        account: AccountId,
        since: DateTime<Utc>,
    ) -> Result<Vec<CollectionClass>> {
        let names = sqlx::query_scalar!(
            r#"
            select distinct class from collections
             where account_id = $1 and kind = 'shared' and seen_at < $2 and seen_at > 'epoch'
            "#,
            account.as_uuid(),
            since
        )
        .fetch_all(self.store.pool())
        .await
        .during("looking for what belongs to others")?;
        names.iter().map(|name| CollectionClass::from_name(name)).collect()
    }

    /// Notes that a listing asked for at this instant named these of a person's collections of a class, and of others'
    /// no more. Says whether there are some that it did not name.
    pub async fn named(
        self,
        account: AccountId,
        class: CollectionClass,
        keys: impl IntoIterator<Item = &str>,
        asked_at: DateTime<Utc>,
    ) -> Result<bool> {
        let mut hashes = Vec::new();
        for key in keys {
            hashes.push(self.key(key).await?);
        }
        let named = sqlx::query_scalar!(
            r#"
            update collections
               set seen_at = case when key = any($3) then greatest(seen_at, $4) else 'epoch' end
             where account_id = $1 and class = $2 and kind = 'shared'
            returning key = any($3) as "named!"
            "#,
            account.as_uuid(),
            class.as_str(),
            &hashes,
            asked_at
        )
        .fetch_all(self.store.pool())
        .await
        .during("noting what a listing named")?;
        Ok(named.contains(&false))
    }

    /// Those of these documents that are from a collection of somebody else's that a listing named since an instant.
    pub async fn lent_since(
        self,
        account: AccountId,
        documents: impl IntoIterator<Item = DocumentId>,
        since: DateTime<Utc>,
    ) -> Result<BTreeSet<DocumentId>> {
        let ids: Vec<Uuid> = documents.into_iter().map(DocumentId::as_uuid).collect();
        let rows = sqlx::query_scalar!(
            r#"
            select d.id from documents d
              join collection_objects o on o.id = d.object_id
              join collections c on c.id = o.collection_id
             where d.id = any($1) and o.account_id = $2 and c.kind = 'shared' and c.seen_at >= $3
            "#,
            &ids,
            account.as_uuid(),
            since
        )
        .fetch_all(self.store.pool())
        .await
        .during("looking for what others still share")?;
        Ok(rows.into_iter().map(DocumentId::from_uuid).collect())
    }
}
