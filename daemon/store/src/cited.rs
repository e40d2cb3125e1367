//! Which events, tasks, contacts and messages an old answer may still show.
//!
//! An answer about a person's day was read from items of their own mirror. Before it is shown again the database is asked which
//! of them are still there: what was deleted, withdrawn from a share or moved out of what is mirrored is not, and takes the
//! sentences with it that were read from it. Only the owner's items are left, and none while they read nothing.

use std::collections::BTreeSet;

use uuid::Uuid;
use voiceassist_model::AccountId;

use crate::Store;
use crate::collections::TRUSTED_FOR;
use crate::error::{During as _, Result};

/// Items of a person's mirror that were cited.
#[derive(Clone, Copy)]
pub struct Cited<'a> {
    pub(crate) store: &'a Store,
}

impl Cited<'_> {
    /// Those of these items that are still in the person's mirror. Nothing is asked when none is named.
    pub async fn left(
        self,
        account: AccountId,
        items: impl IntoIterator<Item = Uuid>,
    ) -> Result<BTreeSet<Uuid>> {
        let items: Vec<Uuid> = items.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
        if items.is_empty() {
            return Ok(BTreeSet::new());
        }
        let left = sqlx::query_scalar!(
            r#"
            select o.id as "id!"
              from collection_objects o
              join collections c on c.id = o.collection_id
              join accounts a on a.id = o.account_id
             where o.account_id = $1 and o.id = any($2) and o.state = 'read' and account_works(a.state)
               and (c.kind <> 'shared' or c.seen_at >= $3)
            union all
            select t.id
              from mail_contents t
              join mail_accounts m on m.id = t.mail_account_id
              join accounts a on a.id = m.account_id
             where m.account_id = $1 and t.id = any($2) and t.state = 'read' and account_works(a.state)
               and exists (select from mail_messages l where l.content_id = t.id)
            "#,
            account.as_uuid(),
            &items,
            self.store.now() - TRUSTED_FOR
        )
        .fetch_all(self.store.pool())
        .await
        .during("looking for what was cited")?;
        Ok(left.into_iter().collect())
    }
}
