//! What a person is called and signs in with, sealed together.
//!
//! Neither is ever looked for: people are found by Nextcloud's user id, so nothing but their own row needs these. Releases
//! before this one kept them in the clear; what they left is read as long as it is there and sealed when the database is
//! migrated.

use uuid::Uuid;
use voiceassist_model::AccountId;

use crate::Store;
use crate::error::{During as _, Result, StoreError};
use crate::seal::Place;

/// Rows sealed in one step.
const BATCH: i64 = 500;

/// What a person is called.
pub(super) struct Names {
    /// What goes with the app password.
    pub(super) login: String,
    /// For people.
    pub(super) display: String,
}

pub(super) async fn seal(store: &Store, id: AccountId, login: &str, display: &str) -> Result<Vec<u8>> {
    let json = serde_json::to_vec(&(login, display)).map_err(|_| StoreError::Corrupt { what: "name" })?;
    store.seal_bytes(place(id), &json).await
}

/// Names in the clear were written by an older release, after those that are sealed.
pub(super) async fn open(
    store: &Store,
    id: AccountId,
    sealed: Option<&[u8]>,
    login: Option<String>,
    display: Option<String>,
) -> Result<Names> {
    match (login, display, sealed) {
        (Some(login), Some(display), _) => Ok(Names { login, display }),
        (_, _, Some(sealed)) => {
            let json = store.open_bytes(place(id), sealed).await?;
            let (login, display) =
                serde_json::from_slice(&json).map_err(|_| StoreError::Corrupt { what: "name" })?;
            Ok(Names { login, display })
        }
        _ => Err(StoreError::Corrupt { what: "name" }),
    }
}

impl Store {
    /// Seals the names that an older release left in the clear; how many. Running it twice changes nothing.
    pub(crate) async fn seal_clear_names(&self) -> Result<u64> {
        let mut sealed = 0;
        loop {
            let rows = sqlx::query!(
                r#"
                select id, login_name as "login!", display_name as "display!" from accounts
                 where login_name is not null and display_name is not null order by id limit $1
                "#,
                BATCH
            )
            .fetch_all(self.pool())
            .await
            .during("reading names in the clear")?;
            if rows.is_empty() {
                return Ok(sealed);
            }
            for row in rows {
                let names = seal(self, AccountId::from_uuid(row.id), &row.login, &row.display).await?;
                sealed += self.put_sealed_names(row.id, &row.login, &names).await?;
            }
        }
    }

    async fn put_sealed_names(&self, id: Uuid, login: &str, names: &[u8]) -> Result<u64> {
        let done = sqlx::query!(
            r#"
            update accounts set names = $3, login_name = null, display_name = null
             where id = $1 and login_name = $2
            "#,
            id,
            login,
            names
        )
        .execute(self.pool())
        .await
        .during("sealing names")?;
        Ok(done.rows_affected())
    }
}

fn place(id: AccountId) -> Place {
    Place { table: "accounts", row: id.as_uuid(), column: "names" }
}
