//! The one list of what is sealed: every column whose bytes a data key opens.
//!
//! Sealing for a column that is not listed here is refused, so that a rotation can never miss one: it goes over this
//! list and nothing else. Whoever adds a sealed column adds a line here and, in the migration, the trigger that holds the
//! key (`guard_sealed`); a test compares the list with the schema and the triggers. The statements are made for each
//! line and checked like all others.

use std::collections::BTreeMap;

use sqlx::PgConnection;
use uuid::Uuid;

use super::Place;
use crate::error::{During as _, Result, StoreError};

/// A column whose bytes are sealed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SealedColumn {
    /// Its table.
    pub table: &'static str,
    /// Its name.
    pub column: &'static str,
}

impl SealedColumn {
    pub(crate) fn place(self, row: Uuid) -> Place {
        Place { table: self.table, row, column: self.column }
    }
}

impl std::fmt::Display for SealedColumn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.table, self.column)
    }
}

/// A value as it stands in the table.
pub(crate) struct SealedRow {
    pub(crate) id: Uuid,
    pub(crate) sealed: Vec<u8>,
}

/// Values to put in the place of others, by row.
#[derive(Default)]
pub(crate) struct Replacement {
    pub(crate) ids: Vec<Uuid>,
    pub(crate) old: Vec<Vec<u8>>,
    pub(crate) new: Vec<Vec<u8>>,
}

pub(crate) fn is_listed(place: &Place) -> bool {
    SEALED.iter().any(|known| known.table == place.table && known.column == place.column)
}

/// One line is one column: table, the UUID that its values are bound to, name.
macro_rules! sealed_columns {
    ($($table:literal $key:literal $column:literal;)+) => {
        /// Every sealed column, in the order in which a rotation takes them.
        pub const SEALED: &[SealedColumn] = &[$(SealedColumn { table: $table, column: $column }),+];

        impl SealedColumn {
            /// How many rows each data key has here.
            pub(crate) async fn count(self, connection: &mut PgConnection) -> Result<BTreeMap<i32, i64>> {
                match (self.table, self.column) {
                    $(($table, $column) => Ok(sqlx::query!(
                        "select sealed_key_version(" + $column + ") as \"version!\", count(*) as \"rows!\" from "
                            + $table + " where " + $column + " is not null group by 1"
                    )
                    .fetch_all(connection)
                    .await
                    .during("counting sealed rows")?
                    .into_iter()
                    .map(|row| (row.version, row.rows))
                    .collect()),)+
                    _ => Err(StoreError::Corrupt { what: "name of a sealed column" }),
                }
            }

            /// Rows after this one whose key is another than `newest`, in the order of their ids.
            pub(crate) async fn outdated(
                self,
                connection: &mut PgConnection,
                newest: i32,
                after: Uuid,
                limit: i64,
            ) -> Result<Vec<SealedRow>> {
                match (self.table, self.column) {
                    $(($table, $column) => sqlx::query_as!(
                        SealedRow,
                        "select " + $key + " as \"id!\", " + $column + " as \"sealed!\" from " + $table + " where "
                            + $key + " > $1 and sealed_key_version(" + $column + ") <> $2 order by " + $key
                            + " limit $3",
                        after,
                        newest,
                        limit
                    )
                    .fetch_all(connection)
                    .await
                    .during("reading rows to be sealed anew"),)+
                    _ => Err(StoreError::Corrupt { what: "name of a sealed column" }),
                }
            }

            /// Puts new values where the old ones still stand; how many did.
            pub(crate) async fn replace(self, connection: &mut PgConnection, by: &Replacement) -> Result<u64> {
                match (self.table, self.column) {
                    $(($table, $column) => Ok(sqlx::query!(
                        "update " + $table + " as kept set " + $column + " = input.new
                           from unnest($1::uuid[], $2::bytea[], $3::bytea[]) as input (id, old, new)
                          where kept." + $key + " = input.id and kept." + $column + " = input.old",
                        &by.ids,
                        &by.old,
                        &by.new
                    )
                    .execute(connection)
                    .await
                    .during("sealing rows anew")?
                    .rows_affected()),)+
                    _ => Err(StoreError::Corrupt { what: "name of a sealed column" }),
                }
            }
        }
    };
}

sealed_columns! {
    "accounts" "id" "secret";
    "accounts" "id" "names";
    "connect_flows" "id" "poll_token";
    "connect_flows" "id" "granted";
    "hook_keys" "id" "sealed_key";
    "conversations" "id" "title";
    "messages" "id" "body";
    "messages" "id" "citations";
    "messages" "id" "details";
    "remote_writes" "id" "request";
    "remote_writes" "id" "result";
    "chunks" "id" "heading";
    "chunks" "id" "body";
    "documents" "id" "about";
    "mail_accounts" "id" "connection";
    "mail_contents" "id" "note";
    "mail_contents" "id" "body";
    "collections" "id" "about";
    "collection_objects" "id" "location";
    "collection_objects" "id" "body";
    "collection_objects" "id" "note";
    "signing_keys" "id" "private_key";
    "sign_ins" "id" "expected";
}
