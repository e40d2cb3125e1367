//! Which of the files people see are read at all.
//!
//! Rules are kept for a server and for each person. Whatever brings entries in, moves them or takes them out has their
//! verdicts brought up to date in the same transaction ([`evaluate`]); a changed rule or tag queues one job per account
//! that goes over what is kept, without asking the server again. A file that is out stays in the mirrored tree, so that
//! moves are still moves and unchanged folders still cost nothing, but its owner is no reader of the document, and a
//! document without readers has no text anywhere.
//!
//! Refused: widening. A person's rules can only take away from what the server's rules leave.

mod evaluate;
mod explain;
mod family;
mod matcher;
mod preview;
mod rule;
mod tags;

use std::sync::Arc;

use uuid::Uuid;
use voiceassist_model::{AccountId, InstanceId, ScopeRuleId};

use crate::error::{During as _, Result, StoreError};
use crate::jobs::{Enqueue, Job};
use crate::{Store, Transaction};

pub(crate) use evaluate::{Evaluator, below, hold_account};
pub use explain::Explanation;
pub use family::Family;
use matcher::{Level, Scope as Applied};
pub use matcher::{Out, Reach};
pub use preview::{Amount, Preview, RuleCount};
pub use rule::{Effect, Facet, Kind, MAX_PATTERN_CHARS, NewRule, Origin, Rule, RuleError};
pub use tags::{Tagged, WantedTag};

/// Rules of one server, or of one person, at most.
pub const MAX_RULES: usize = 200;

/// Which files are read.
#[derive(Clone, Copy)]
pub struct Scope<'a> {
    pub(crate) store: &'a Store,
}

/// Whose rules.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Owner {
    /// Everybody's on a server.
    Server(InstanceId),
    /// One person's.
    Person(AccountId),
}

struct Row {
    id: Uuid,
    effect: String,
    kind: String,
    pattern: String,
    origin: String,
    created_at: chrono::DateTime<chrono::Utc>,
}

impl TryFrom<Row> for Rule {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self> {
        let corrupt = || StoreError::Corrupt { what: "scope rule" };
        let effect = Effect::from_name(&row.effect).ok_or_else(corrupt)?;
        let kind = Kind::from_name(&row.kind).ok_or_else(corrupt)?;
        Ok(Self {
            id: ScopeRuleId::from_uuid(row.id),
            rule: NewRule::parse(effect, kind, &row.pattern).map_err(|_| corrupt())?,
            origin: Origin::from_name(&row.origin).ok_or_else(corrupt)?,
            created_at: row.created_at,
        })
    }
}

impl Scope<'_> {
    /// The rules of a server or a person, oldest first.
    pub async fn rules(self, owner: Owner) -> Result<Vec<Rule>> {
        let mut tx = self.store.begin().await?;
        read_rules(&mut tx, owner).await
    }

    /// Adds a rule. One that says the same is kept as it is. `None` when the owner is unknown.
    pub async fn add(self, owner: Owner, rule: &NewRule) -> Result<Option<Rule>> {
        let mut tx = self.store.begin().await?;
        let Some(instance) = hold_owner(&mut tx, owner).await? else { return Ok(None) };
        let known = read_rules(&mut tx, owner).await?;
        if let Some(same) = known.iter().find(|known| known.rule == *rule) {
            return Ok(Some(same.clone()));
        }
        if known.len() >= MAX_RULES {
            return Err(StoreError::TooMany { what: "scope rules", limit: MAX_RULES });
        }
        let origin = origin_of(owner);
        let added = self.insert(&mut tx, instance, owner, rule, origin).await?;
        self.changed(&mut tx, owner).await?;
        tx.commit().await?;
        Ok(Some(added))
    }

    /// Takes a rule away. False when the owner has no such rule.
    pub async fn remove(self, owner: Owner, id: ScopeRuleId) -> Result<bool> {
        let mut tx = self.store.begin().await?;
        if hold_owner(&mut tx, owner).await?.is_none() {
            return Ok(false);
        }
        let (instance, account) = keys(owner);
        let removed = sqlx::query!(
            r#"
            delete from scope_rules
             where id = $1 and (account_id = $2 or ($2::uuid is null and account_id is null and instance_id = $3))
            "#,
            id.as_uuid(),
            account,
            instance
        )
        .execute(tx.connection())
        .await
        .during("removing a scope rule")?;
        if removed.rows_affected() == 0 {
            return Ok(false);
        }
        self.changed(&mut tx, owner).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Puts these in the place of all rules of a person. Rules that say the same keep their ids, and nothing is queued
    /// when nothing changed. `None` when there is no such person.
    pub async fn replace(self, account: AccountId, rules: &[NewRule]) -> Result<Option<Vec<Rule>>> {
        self.exchange(Owner::Person(account), rules, Origin::Person).await
    }

    /// Makes the rules that came from the configuration these; rules added by command stay.
    pub async fn configure(self, instance: InstanceId, rules: &[NewRule]) -> Result<bool> {
        let owner = Owner::Server(instance);
        let before = self.rules(owner).await?;
        let after = self.exchange(owner, rules, Origin::Configuration).await?;
        Ok(after.is_some_and(|after| after != before))
    }

    async fn exchange(self, owner: Owner, rules: &[NewRule], origin: Origin) -> Result<Option<Vec<Rule>>> {
        let mut tx = self.store.begin().await?;
        let Some(instance) = hold_owner(&mut tx, owner).await? else { return Ok(None) };
        let known = read_rules(&mut tx, owner).await?;
        let stale: Vec<Uuid> = known
            .iter()
            .filter(|known| known.origin == origin && !rules.contains(&known.rule))
            .map(|known| known.id.as_uuid())
            .collect();
        let mut fresh: Vec<&NewRule> = Vec::new();
        for rule in rules {
            if !known.iter().any(|known| known.rule == *rule) && !fresh.contains(&rule) {
                fresh.push(rule);
            }
        }
        if known.len() - stale.len() + fresh.len() > MAX_RULES {
            return Err(StoreError::TooMany { what: "scope rules", limit: MAX_RULES });
        }
        if stale.is_empty() && fresh.is_empty() {
            return Ok(Some(known));
        }
        sqlx::query!("delete from scope_rules where id = any($1)", &stale)
            .execute(tx.connection())
            .await
            .during("removing scope rules")?;
        for rule in fresh {
            self.insert(&mut tx, instance, owner, rule, origin).await?;
        }
        let rules = read_rules(&mut tx, owner).await?;
        self.changed(&mut tx, owner).await?;
        tx.commit().await?;
        Ok(Some(rules))
    }

    async fn insert(
        self,
        tx: &mut Transaction,
        instance: InstanceId,
        owner: Owner,
        rule: &NewRule,
        origin: Origin,
    ) -> Result<Rule> {
        let (_, account) = keys(owner);
        let row = sqlx::query_as!(
            Row,
            r#"
            insert into scope_rules (id, instance_id, account_id, effect, kind, pattern, origin, created_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8)
            returning id, effect, kind, pattern, origin, created_at
            "#,
            self.store.new_uuid(),
            instance.as_uuid(),
            account,
            rule.effect().as_str(),
            rule.kind().as_str(),
            rule.pattern(),
            origin.as_str(),
            self.store.now()
        )
        .fetch_one(tx.connection())
        .await
        .during("adding a scope rule")?;
        row.try_into()
    }

    /// Has every account that a change may concern gone over again.
    async fn changed(self, tx: &mut Transaction, owner: Owner) -> Result<()> {
        let (instance, account) = keys(owner);
        let accounts = sqlx::query_scalar!(
            "select id from accounts where id = $1 or ($1::uuid is null and instance_id = $2) order by id",
            account,
            instance
        )
        .fetch_all(tx.connection())
        .await
        .during("finding the accounts a rule concerns")?;
        let job = |account| Enqueue::new(Job::ApplyScope { account: AccountId::from_uuid(account) });
        let mut jobs: Vec<Enqueue> = accounts.iter().copied().map(job).collect();
        if read_rules(tx, owner).await?.iter().any(|rule| rule.rule.kind() == Kind::Tag) {
            let ask = |account| Enqueue::new(Job::SyncTags { account: AccountId::from_uuid(account) });
            jobs.extend(accounts.into_iter().map(ask));
        }
        self.store.jobs().enqueue_all(tx, &jobs).await?;
        Ok(())
    }
}

fn origin_of(owner: Owner) -> Origin {
    match owner {
        Owner::Server(_) => Origin::Administrator,
        Owner::Person(_) => Origin::Person,
    }
}

fn keys(owner: Owner) -> (Option<Uuid>, Option<Uuid>) {
    match owner {
        Owner::Server(instance) => (Some(instance.as_uuid()), None),
        Owner::Person(account) => (None, Some(account.as_uuid())),
    }
}

/// Keeps two changes of the same rules apart, and says which server they are about.
async fn hold_owner(tx: &mut Transaction, owner: Owner) -> Result<Option<InstanceId>> {
    let (instance, account) = keys(owner);
    let instance = match account {
        Some(account) => {
            sqlx::query_scalar!("select instance_id from accounts where id = $1 for no key update", account)
                .fetch_optional(tx.connection())
                .await
        }
        None => {
            sqlx::query_scalar!("select id from instances where id = $1 for no key update", instance)
                .fetch_optional(tx.connection())
                .await
        }
    };
    Ok(instance.during("holding the owner of rules")?.map(InstanceId::from_uuid))
}

async fn read_rules(tx: &mut Transaction, owner: Owner) -> Result<Vec<Rule>> {
    let (instance, account) = keys(owner);
    let rows = sqlx::query_as!(
        Row,
        r#"
        select id, effect, kind, pattern, origin, created_at from scope_rules
         where account_id = $1 or ($1::uuid is null and account_id is null and instance_id = $2)
         order by created_at, id
        "#,
        account,
        instance
    )
    .fetch_all(tx.connection())
    .await
    .during("reading scope rules")?;
    rows.into_iter().map(Rule::try_from).collect()
}

/// The server a rule owner belongs to.
async fn find_owner(tx: &mut Transaction, owner: Owner) -> Result<Option<InstanceId>> {
    let (instance, account) = keys(owner);
    let found = sqlx::query_scalar!(
        r#"
        select id as "id!" from instances where id = $1
        union all select instance_id from accounts where id = $2
        "#,
        instance,
        account
    )
    .fetch_optional(tx.connection())
    .await
    .during("finding the owner of rules")?;
    Ok(found.map(InstanceId::from_uuid))
}

/// The rules that apply to a person, compiled.
async fn load(tx: &mut Transaction, account: AccountId, instance: InstanceId) -> Result<Applied> {
    let server = read_rules(tx, Owner::Server(instance)).await?;
    let person = read_rules(tx, Owner::Person(account)).await?;
    Ok(Applied { server: Arc::new(compiled(&server)?), person: Arc::new(compiled(&person)?) })
}

fn compiled(rules: &[Rule]) -> Result<Level> {
    Level::compile(rules.iter().map(|rule| (Some(rule.id), &rule.rule)))
        .map_err(|_| StoreError::Corrupt { what: "scope rule" })
}
