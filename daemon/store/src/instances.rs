//! The Nextcloud servers people are connected to. File ids are unique within one of them only.

use uuid::Uuid;
use voiceassist_model::{AccountId, InstanceId};

use crate::Store;
use crate::error::{During as _, Result};

/// Nextcloud servers.
#[derive(Clone, Copy)]
pub struct Instances<'a> {
    pub(crate) store: &'a Store,
}

/// A Nextcloud server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Instance {
    /// Its id.
    pub id: InstanceId,
    /// Where it answers, without a slash at the end.
    pub base_url: String,
}

struct Row {
    id: Uuid,
    base_url: String,
}

impl From<Row> for Instance {
    fn from(row: Row) -> Self {
        Self { id: InstanceId::from_uuid(row.id), base_url: row.base_url }
    }
}

impl Instances<'_> {
    /// The server at this address, made known if it is new. A slash at the end makes no difference.
    pub async fn ensure(self, base_url: &str) -> Result<InstanceId> {
        let id = sqlx::query_scalar!(
            r#"
            insert into instances (id, base_url, created_at) values ($1, $2, $3)
            on conflict (base_url) do update set base_url = excluded.base_url
            returning id
            "#,
            self.store.new_uuid(),
            base_url.trim_end_matches('/'),
            self.store.now()
        )
        .fetch_one(self.store.pool())
        .await
        .during("making a server known")?;
        Ok(InstanceId::from_uuid(id))
    }

    /// Where the server of this account answers.
    pub async fn address_of(self, account: AccountId) -> Result<Option<String>> {
        sqlx::query_scalar!(
            "select i.base_url from accounts a join instances i on i.id = a.instance_id where a.id = $1",
            account.as_uuid()
        )
        .fetch_optional(self.store.pool())
        .await
        .during("finding the server of an account")
    }

    /// The server with this id.
    pub async fn find(self, id: InstanceId) -> Result<Option<Instance>> {
        let row = sqlx::query_as!(Row, "select id, base_url from instances where id = $1", id.as_uuid())
            .fetch_optional(self.store.pool())
            .await
            .during("finding a server")?;
        Ok(row.map(Instance::from))
    }

    /// Every server, by address. There are few.
    pub async fn list(self) -> Result<Vec<Instance>> {
        let rows = sqlx::query_as!(Row, "select id, base_url from instances order by base_url limit 1000")
            .fetch_all(self.store.pool())
            .await
            .during("listing servers")?;
        Ok(rows.into_iter().map(Instance::from).collect())
    }
}
