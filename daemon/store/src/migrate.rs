//! Bringing the schema up to date.
//!
//! The steps are embedded in the program and run under a lock of the database, so replicas that start together do not
//! collide. Nothing here goes backwards. Running it twice changes nothing.

use std::collections::BTreeSet;

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::{Connection as _, PgConnection};

use crate::Store;
use crate::error::{DatabaseError, During as _, Result, StoreError};

static STEPS: Migrator = sqlx::migrate!("../../migrations");

/// What a migration did.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MigrationReport {
    /// How many steps were missing and are applied now.
    pub applied: usize,
}

/// How the database's schema compares with the one this release was made for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SchemaState {
    /// The same.
    Current,
    /// Steps are missing: migrate.
    Behind {
        /// How many.
        pending: usize,
    },
    /// A newer release was here: steps are applied that this one does not know.
    Ahead {
        /// How many.
        unknown: usize,
    },
}

/// Names the schema that this release's steps make. Databases whose schema has the same name are alike.
pub fn schema_name() -> String {
    let mut hasher = blake3::Hasher::new();
    for step in STEPS.iter() {
        hasher.update(&step.checksum);
    }
    format!("va_schema_{}", hasher.finalize().to_hex().split_at(16).0)
}

/// Makes the schema in an empty database and leaves it. No key is needed: there is nothing yet to be sealed.
pub async fn make_schema(url: &str) -> Result<()> {
    let mut connection = PgConnection::connect(url).await.during("connecting to make the schema")?;
    STEPS.run(&mut connection).await.map_err(failed)?;
    connection.close().await.during("leaving the database after making the schema")
}

impl Store {
    /// Applies the steps that are missing, then seals what an older release left in the clear.
    pub async fn migrate(&self) -> Result<MigrationReport> {
        let before = self.applied_steps().await?.len();
        STEPS.run(self.pool()).await.map_err(failed)?;
        self.seal_clear_names().await?;
        let after = self.applied_steps().await?.len();
        Ok(MigrationReport { applied: after.saturating_sub(before) })
    }

    /// Compares the schema with this release's.
    pub async fn schema_state(&self) -> Result<SchemaState> {
        let applied = self.applied_steps().await?;
        let known: BTreeSet<i64> = STEPS.iter().map(|step| step.version).collect();
        let unknown = applied.difference(&known).count();
        let pending = known.difference(&applied).count();
        Ok(match (unknown, pending) {
            (0, 0) => SchemaState::Current,
            (0, pending) => SchemaState::Behind { pending },
            (unknown, _) => SchemaState::Ahead { unknown },
        })
    }

    async fn applied_steps(&self) -> Result<BTreeSet<i64>> {
        let present =
            sqlx::query_scalar!(r#"select to_regclass('_sqlx_migrations') is not null as "present!""#)
                .fetch_one(self.pool())
                .await
                .during("looking for the list of migrations")?;
        if !present {
            return Ok(BTreeSet::new());
        }
        // The table is the migrator's own and absent while statements are checked.
        let rows: Vec<i64> = sqlx::query_scalar("select version from _sqlx_migrations where success")
            .fetch_all(self.pool())
            .await
            .during("reading the list of migrations")?;
        Ok(rows.into_iter().collect())
    }
}

/// The failure without the values of any row.
fn failed(error: MigrateError) -> StoreError {
    let source = match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => error.into(),
        other => DatabaseError::described(other.to_string()),
    };
    StoreError::Migration { source }
}
