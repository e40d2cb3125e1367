//! Moving sealed rows to the newest data key while everybody reads and writes, and destroying keys nobody needs.
//!
//! A pass goes over the list of sealed columns in bounded steps. A step reads some rows with an older key, opens and seals
//! them outside any transaction, and puts the new bytes where the old ones still stand; a row that somebody changed
//! meanwhile is left to the next pass. So nobody waits for a rotation, every step can be done twice, and a rotation that
//! dies is gone on with by starting another pass.
//!
//! A key is destroyed only when no row uses it, which is looked at under a lock that writers with that key wait for; the
//! database refuses a value whose key is gone. What does not open is left as it is, is named, and keeps its key.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::{DataKeys, KEY_FRESHNESS};
use crate::Store;
use crate::error::{During as _, Result};
use crate::seal::columns::{Replacement, SEALED, SealedColumn, SealedRow};

/// Rows sealed anew in one step.
pub const STEP_ROWS: i64 = 200;

/// Keys are destroyed at the earliest this long after the newest was made: by then every replica has read it.
pub const SETTLING: TimeDelta = TimeDelta::seconds(2 * KEY_FRESHNESS.num_seconds());

/// How many rows of a column use a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KeyUse {
    /// The column.
    pub column: SealedColumn,
    /// The key's version.
    pub version: i32,
    /// Rows.
    pub rows: u64,
}

/// How far a pass over all sealed rows has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Pass {
    column: usize,
    after: Uuid,
}

/// What one step did.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    /// Where.
    pub column: SealedColumn,
    /// Rows that have the newest key now.
    pub resealed: u64,
    /// Rows that do not open: changed, or moved here from elsewhere.
    pub damaged: Vec<Uuid>,
}

/// What became of older keys.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Destruction {
    /// Keys that are no more.
    pub destroyed: Vec<i32>,
    /// Keys that rows still use.
    pub in_use: Vec<i32>,
    /// Not before; until then every key stays.
    pub not_before: Option<DateTime<Utc>>,
}

impl DataKeys<'_> {
    /// How many rows use which key, column by column.
    pub async fn in_use(self) -> Result<Vec<KeyUse>> {
        let mut connection = self.store.pool().acquire().await.during("counting sealed rows")?;
        let mut uses = Vec::new();
        for column in SEALED {
            for (version, rows) in column.count(&mut connection).await? {
                uses.push(KeyUse { column: *column, version, rows: rows.unsigned_abs() });
            }
        }
        Ok(uses)
    }

    /// The next step of a pass. `None` at its end.
    pub async fn reseal(self, pass: &mut Pass) -> Result<Option<Step>> {
        let Some(column) = SEALED.get(pass.column).copied() else { return Ok(None) };
        let newest = self.store.seal().await?.newest();
        let rows = {
            let mut connection = self.store.pool().acquire().await.during("sealing rows anew")?;
            column.outdated(&mut connection, newest, pass.after, STEP_ROWS).await?
        };
        let next = match rows.last() {
            Some(last) => Pass { after: last.id, ..*pass },
            None => Pass { column: pass.column + 1, after: Uuid::nil() },
        };
        let (replacement, damaged) = seal_anew(self.store, column, rows).await?;
        let resealed = if replacement.ids.is_empty() {
            0
        } else {
            let mut connection = self.store.pool().acquire().await.during("sealing rows anew")?;
            column.replace(&mut connection, &replacement).await?
        };
        *pass = next;
        Ok(Some(Step { column, resealed, damaged }))
    }

    /// Destroys every key but the newest that no row uses any more.
    pub async fn destroy_unused(self) -> Result<Destruction> {
        let keys = self.list().await?;
        let Some((newest, older)) = keys.split_last() else { return Ok(Destruction::default()) };
        let settled = newest.created_at + SETTLING;
        if older.is_empty() {
            return Ok(Destruction::default());
        }
        if self.store.now() < settled {
            return Ok(Destruction { not_before: Some(settled), ..Destruction::default() });
        }
        let mut done = Destruction::default();
        for key in older {
            let gone = self.destroy(key.version).await?;
            if gone { &mut done.destroyed } else { &mut done.in_use }.push(key.version);
        }
        Ok(done)
    }

    async fn destroy(self, version: i32) -> Result<bool> {
        let mut tx = self.store.begin().await?;
        // Waits for writers that hold the key, and makes others wait; what they wrote is seen by what follows.
        sqlx::query!("select version from data_keys where version = $1 for update", version)
            .fetch_optional(tx.connection())
            .await
            .during("locking a data key")?;
        for column in SEALED {
            if column.count(tx.connection()).await?.contains_key(&version) {
                tx.rollback().await?;
                return Ok(false);
            }
        }
        sqlx::query!("delete from data_keys where version = $1", version)
            .execute(tx.connection())
            .await
            .during("destroying a data key")?;
        tx.commit().await?;
        Ok(true)
    }
}

async fn seal_anew(
    store: &Store,
    column: SealedColumn,
    rows: Vec<SealedRow>,
) -> Result<(Replacement, Vec<Uuid>)> {
    let seal = store.seal().await?;
    let (mut replacement, mut damaged) = (Replacement::default(), Vec::new());
    for row in rows {
        let place = column.place(row.id);
        let Ok(plain) = store.seal_for(&row.sealed).await?.open(place, &row.sealed) else {
            damaged.push(row.id);
            continue;
        };
        replacement.new.push(seal.seal(place, &plain, store.randomness())?);
        replacement.ids.push(row.id);
        replacement.old.push(row.sealed);
    }
    Ok((replacement, damaged))
}
