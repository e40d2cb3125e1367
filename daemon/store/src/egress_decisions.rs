//! What was decided about content that was to leave: kept before anything leaves, and never changed.
//!
//! A row says where to, why, of which class, by which rule, and how many identifiers of which kind were found. It holds
//! no content, and the account and the conversation only as keyed digests that the caller makes. The database refuses
//! to change or delete a row, and a record of the audit log that comes with it says that it was there.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

use crate::Store;
use crate::audit::{Action, Actor, Entry, Outcome, Subject};
use crate::error::{During as _, Result, StoreError};
use crate::page::{Key, Listed, Page};

/// A decision to keep. Names are the stable ones of whoever decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEgressDecision<'a> {
    /// The configured name of the destination.
    pub destination: &'a str,
    /// How far its operator is bound.
    pub protection: &'a str,
    /// Why content was to be sent.
    pub purpose: &'a str,
    /// The class of the content.
    pub class: &'a str,
    /// What the policy says about the destination.
    pub mode: &'a str,
    /// The rule that decided.
    pub rule: &'a str,
    /// Whether the content passed.
    pub passed: bool,
    /// How many identifiers of each kind were found.
    pub counts: &'a BTreeMap<&'static str, u32>,
    /// Code points of the content.
    pub chars: u64,
    /// Keyed digest of the account.
    pub account_digest: [u8; 32],
    /// Keyed digest of the conversation.
    pub conversation_digest: Option<[u8; 32]>,
}

/// A decision that was kept.
#[derive(Clone, Debug, PartialEq)]
pub struct EgressDecision {
    /// Its id.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// The configured name of the destination.
    pub destination: String,
    /// How far its operator is bound.
    pub protection: String,
    /// Why content was to be sent.
    pub purpose: String,
    /// The class of the content.
    pub class: String,
    /// What the policy said about the destination.
    pub mode: String,
    /// The rule that decided.
    pub rule: String,
    /// Whether the content passed.
    pub passed: bool,
    /// How many identifiers of each kind were found, as a JSON object.
    pub counts: Value,
    /// Code points of the content.
    pub chars: u64,
    /// Keyed digest of the account.
    pub account_digest: Vec<u8>,
    /// Keyed digest of the conversation.
    pub conversation_digest: Option<Vec<u8>>,
}

/// Decisions about what leaves.
#[derive(Clone, Copy)]
pub struct EgressDecisions<'a> {
    pub(crate) store: &'a Store,
}

struct Row {
    id: Uuid,
    at: DateTime<Utc>,
    destination: String,
    protection: String,
    purpose: String,
    class: String,
    mode: String,
    rule: String,
    passed: bool,
    counts: Value,
    chars: i64,
    account_digest: Vec<u8>,
    conversation_digest: Option<Vec<u8>>,
}

impl EgressDecisions<'_> {
    /// Keeps a decision. When this fails, nothing may leave.
    pub async fn keep(self, decision: &NewEgressDecision<'_>) -> Result<Uuid> {
        let id = self.store.new_uuid();
        let mut tx = self.store.begin().await?;
        let counts = serde_json::to_value(decision.counts)
            .map_err(|_| StoreError::Corrupt { what: "counts of a decision" })?;
        sqlx::query!(
            r#"
            insert into egress_decisions (id, at, destination, protection, purpose, class, mode, rule, passed, counts,
                                          chars, account_digest, conversation_digest)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
            "#,
            id,
            self.store.now(),
            decision.destination,
            decision.protection,
            decision.purpose,
            decision.class,
            decision.mode,
            decision.rule,
            decision.passed,
            counts,
            i64::try_from(decision.chars).unwrap_or(i64::MAX),
            decision.account_digest.as_slice(),
            decision.conversation_digest.as_ref().map(<[u8; 32]>::as_slice)
        )
        .execute(tx.connection())
        .await
        .during("keeping a decision about outgoing content")?;
        let outcome = if decision.passed { Outcome::Done } else { Outcome::Refused };
        let entry = Entry::new(Actor::Daemon, Action::EgressDecide).with_outcome(outcome);
        let entry = entry.about(Subject::Egress(id)).count("chars", decision.chars);
        self.store.audit().append_in(&mut tx, &[entry]).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Decisions, the latest first.
    pub async fn list(self, page: &Page) -> Result<Listed<EgressDecision>> {
        let key = page.key()?;
        let rows = sqlx::query_as!(
            Row,
            r#"
            select id, at, destination, protection, purpose, class, mode, rule, passed, counts, chars,
                   account_digest, conversation_digest
              from egress_decisions
             where $1::timestamptz is null or (at, id) < ($1, $2)
             order by at desc, id desc limit $3
            "#,
            key.map(|key| key.at),
            key.map(|key| key.id),
            page.fetch()
        )
        .fetch_all(self.store.pool())
        .await
        .during("listing decisions about outgoing content")?;
        let kept = rows.into_iter().map(EgressDecision::from).collect();
        Ok(Listed::cut(kept, page, |decision| Key { at: decision.at, id: decision.id }))
    }
}

impl From<Row> for EgressDecision {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            at: row.at,
            destination: row.destination,
            protection: row.protection,
            purpose: row.purpose,
            class: row.class,
            mode: row.mode,
            rule: row.rule,
            passed: row.passed,
            counts: row.counts,
            chars: row.chars.unsigned_abs(),
            account_digest: row.account_digest,
            conversation_digest: row.conversation_digest,
        }
    }
}
