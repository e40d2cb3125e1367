//! What stands between the daemon's own database role and the records.
//!
//! The triggers refuse every change whoever asks, but the owner of a table can take its triggers away and a superuser
//! can do anything. So the daemon should run as a role that is neither; `grant_runtime` in the schema gives such a role
//! what it needs, and this says how things are.

use super::Audit;
use crate::Store;
use crate::error::{During as _, Result};

/// How well the log is protected from this connection's role.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own about the database")]
pub struct Protection {
    /// The role is a superuser.
    pub is_superuser: bool,
    /// The role owns the table, or may act as its owner.
    pub is_owner: bool,
    /// The role may change or remove records, as far as the table's rights go.
    pub may_change: bool,
    /// The triggers that refuse changes and gaps are there and run always.
    pub has_triggers: bool,
    /// The server writes to disk before it says that something is durable.
    pub is_durable: bool,
}

impl Protection {
    /// Whether the database itself keeps the daemon's role from changing the log.
    pub const fn is_separate(self) -> bool {
        !self.is_superuser && !self.is_owner && !self.may_change
    }
}

impl Audit<'_> {
    /// How well the log is protected from the role of this connection.
    pub async fn protection(self) -> Result<Protection> {
        sqlx::query_as!(
            Protection,
            r#"
            select r.rolsuper as "is_superuser!", pg_has_role(current_user, c.relowner, 'member') as "is_owner!",
                   has_table_privilege(c.oid, 'update') or has_table_privilege(c.oid, 'delete')
                       or has_table_privilege(c.oid, 'truncate') as "may_change!",
                   (select count(*) from pg_trigger t where t.tgrelid = c.oid and t.tgenabled = 'A'
                       and t.tgname in ('audit_records_are_kept', 'audit_records_continue')) = 2 as "has_triggers!",
                   current_setting('fsync') = 'on' as "is_durable!"
              from pg_class c, pg_roles r
             where c.oid = 'audit_records'::regclass and r.rolname = current_user
            "#
        )
        .fetch_one(self.store.pool())
        .await
        .during("looking at the protection of the audit log")
    }
}

impl Store {
    /// The database role of this store's connections.
    pub async fn role(&self) -> Result<String> {
        sqlx::query_scalar!(r#"select current_user::text as "role!""#)
            .fetch_one(self.pool())
            .await
            .during("asking for the database role")
    }

    /// Gives a role what the daemon needs to run, and of the audit log nothing but reading and adding. Doing it again
    /// changes nothing but for tables that are new. The caller's role must own the tables.
    pub async fn grant_runtime(&self, role: &str) -> Result<()> {
        sqlx::query!("select grant_runtime($1::text::name)::text as granted", role)
            .fetch_one(self.pool())
            .await
            .during("granting the daemon's role what it needs")?;
        Ok(())
    }
}
