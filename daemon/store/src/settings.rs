//! What administrators changed of the limits and times, and when.
//!
//! A row is a change; what has none is as configured, so taking one back is deleting it. Several changes are kept together or not at
//! all. Names that this release does not know and numbers out of bounds are passed over when reading: they were written
//! by another release, and what is configured holds. Whether changes may be made at all is asked before, of
//! [`voiceassist_model::Edited::with`].

use chrono::{DateTime, Utc};
use voiceassist_model::{Edited, Setting};

use crate::Store;
use crate::audit::{Action, Actor, Entry};
use crate::error::{During as _, Result};

/// Rows that are read at most; there are as many settings as [`Setting::ALL`] lists.
const MOST_ROWS: i64 = 200;

/// One change.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Changed {
    /// What was changed.
    pub setting: Setting,
    /// To what, in its own unit.
    pub value: u32,
    /// When.
    pub at: DateTime<Utc>,
}

/// Changed limits and times.
#[derive(Clone, Copy)]
pub struct Settings<'a> {
    pub(crate) store: &'a Store,
}

/// A record of changes: the new value of each, or that the configured one was taken back.
pub fn record(by: Actor, changes: &[(Setting, Option<u32>)]) -> Entry {
    changes.iter().fold(Entry::new(by, Action::LimitsChange), |entry, (setting, value)| match value {
        Some(value) => entry.count(setting.name(), u64::from(*value)),
        None => entry.code(setting.name(), "configured"),
    })
}

impl Settings<'_> {
    /// Every change that is in force.
    pub async fn list(self) -> Result<Vec<Changed>> {
        let rows =
            sqlx::query!("select name, value, changed_at from settings order by name limit $1", MOST_ROWS)
                .fetch_all(self.store.pool())
                .await
                .during("reading changed limits")?;
        let known = rows.into_iter().filter_map(|row| {
            let (setting, value) = (Setting::from_name(&row.name)?, u32::try_from(row.value).ok()?);
            setting.bounds().contains(&value).then_some(Changed { setting, value, at: row.changed_at })
        });
        Ok(known.collect())
    }

    /// The same as what is in force.
    pub async fn read(self) -> Result<Edited> {
        Ok(Edited::of(self.list().await?.into_iter().map(|changed| (changed.setting, changed.value))))
    }

    /// Keeps changes; `None` takes one back.
    pub async fn change(self, changes: &[(Setting, Option<u32>)]) -> Result<()> {
        let mut tx = self.store.begin().await?;
        for (setting, value) in changes {
            match value.map(|value| i32::try_from(value).unwrap_or(i32::MAX)) {
                Some(value) => {
                    sqlx::query!(
                        "insert into settings (name, value, changed_at) values ($1, $2, $3)
                         on conflict (name) do update set value = excluded.value, changed_at = excluded.changed_at",
                        setting.name(),
                        value,
                        self.store.now()
                    )
                    .execute(tx.connection())
                    .await
                    .during("keeping a changed limit")?;
                }
                None => {
                    sqlx::query!("delete from settings where name = $1", setting.name())
                        .execute(tx.connection())
                        .await
                        .during("taking back a changed limit")?;
                }
            }
        }
        tx.commit().await
    }
}
