//! What other rules would take out and bring in, counted before they are kept.
//!
//! The count goes over what is mirrored with the rules there are and the rules there would be, by the same matcher that
//! decides in earnest, and writes nothing. A document that many people see counts once: for a server it is in while
//! anybody may read it. Tags are counted as the server last told them; tags nobody has asked about yet are named.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use uuid::Uuid;
use voiceassist_model::AccountId;

use super::evaluate::Evaluator;
use super::matcher::{Facts, Hit, Level, Reach, Scope as Applied};
use super::{Family, Kind, MAX_RULES, NewRule, Owner, Scope, compiled, find_owner, read_rules};
use crate::Transaction;
use crate::error::{During as _, Result, StoreError};

/// Documents counted at most.
const MAX_DOCUMENTS: usize = 1_000_000;
/// Entries looked at by one statement.
const BATCH: i64 = 2_000;
/// One bit for each rule of a level.
const WORDS: usize = MAX_RULES.div_ceil(64);

/// Files and their bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Amount {
    /// How many.
    pub files: u64,
    /// How large together.
    pub bytes: u64,
}

impl Amount {
    fn add(&mut self, size: i64) {
        self.files += 1;
        self.bytes = self.bytes.saturating_add(u64::try_from(size).unwrap_or(0));
    }
}

/// What one rule would do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RuleCount {
    /// The rule.
    pub rule: NewRule,
    /// What it applies to.
    pub applies: Amount,
    /// Of an exclusion: what no other rule of the same owner leaves out.
    pub alone: Amount,
}

/// What would change.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Preview {
    /// Everything that is mirrored.
    pub all: Amount,
    /// In scope by the rules there are.
    pub before: Amount,
    /// In scope by the rules there would be.
    pub after: Amount,
    /// What would go, by family of types.
    pub taken_out: BTreeMap<Family, Amount>,
    /// What would come, by family of types.
    pub brought_in: BTreeMap<Family, Amount>,
    /// Each rule there would be.
    pub rules: Vec<RuleCount>,
    /// Tags the server was not asked about yet, so that their rules count nothing.
    pub unknown_tags: Vec<String>,
}

/// What is known of one document so far.
#[derive(Clone, Copy)]
struct Tally {
    size: i64,
    family: Family,
    before: Side,
    after: Side,
    applies: [u64; WORDS],
    alone: [u64; WORDS],
}

/// One of the two sets of rules.
#[derive(Clone, Copy, Default)]
struct Side {
    seen_in: bool,
    out_for_all: bool,
}

impl Side {
    fn take(&mut self, reach: Option<Reach>) {
        self.seen_in |= reach.is_none();
        self.out_for_all |= reach == Some(Reach::Everyone);
    }

    fn is_in(self) -> bool {
        self.seen_in && !self.out_for_all
    }
}

impl Scope<'_> {
    /// Counts what these rules would change in the place of all the owner's rules. `None` when the owner is unknown.
    pub async fn preview(self, owner: Owner, proposed: &[NewRule]) -> Result<Option<Preview>> {
        if proposed.len() > MAX_RULES {
            return Err(StoreError::TooMany { what: "scope rules", limit: MAX_RULES });
        }
        let mut tx = self.store.begin().await?;
        let Some(instance) = find_owner(&mut tx, owner).await? else { return Ok(None) };
        let considered = Level::compile(proposed.iter().map(|rule| (None, rule)))
            .map_err(|_| StoreError::Corrupt { what: "scope rule" })?;
        let considered = Arc::new(considered);
        let server = Arc::new(compiled(&read_rules(&mut tx, Owner::Server(instance)).await?)?);
        let accounts = match owner {
            Owner::Person(account) => vec![account],
            Owner::Server(_) => accounts_of(&mut tx, instance.as_uuid()).await?,
        };
        let mut tallies = HashMap::new();
        for account in &accounts {
            let person = Arc::new(compiled(&read_rules(&mut tx, Owner::Person(*account)).await?)?);
            let before = Applied { server: Arc::clone(&server), person: Arc::clone(&person) };
            let after = match owner {
                Owner::Person(_) => Applied { server: Arc::clone(&server), person: Arc::clone(&considered) },
                Owner::Server(_) => Applied { server: Arc::clone(&considered), person },
            };
            tally(&mut tx, *account, &before, &after, &considered, &mut tallies).await?;
        }
        let mut preview = summed(tallies.values(), proposed);
        preview.unknown_tags = unknown_tags(&mut tx, &accounts, proposed).await?;
        Ok(Some(preview))
    }
}

async fn accounts_of(tx: &mut Transaction, instance: Uuid) -> Result<Vec<AccountId>> {
    let ids = sqlx::query_scalar!("select id from accounts where instance_id = $1 order by id", instance)
        .fetch_all(tx.connection())
        .await
        .during("listing a server's accounts")?;
    Ok(ids.into_iter().map(AccountId::from_uuid).collect())
}

/// Goes over one tree with both sets of rules.
async fn tally(
    tx: &mut Transaction,
    account: AccountId,
    before: &Applied,
    after: &Applied,
    considered: &Level,
    tallies: &mut HashMap<Uuid, Tally>,
) -> Result<()> {
    let around_before = Evaluator::with(account, before.clone());
    let around_after = Evaluator::with(account, after.clone());
    let mut last = Uuid::nil();
    loop {
        let rows = sqlx::query!(
            r#"
            select file_id, document_id as "document_id!", path, name, size, mime, mount_type, permissions from entries
             where account_id = $1 and document_id is not null and document_id > $2 order by document_id limit $3
            "#,
            account.as_uuid(),
            last,
            BATCH
        )
        .fetch_all(tx.connection())
        .await
        .during("going over a tree")?;
        let Some(end) = rows.last() else { return Ok(()) };
        last = end.document_id;
        let files: Vec<i64> = rows.iter().map(|row| row.file_id).collect();
        let now = around_before.surroundings(tx, &files).await?;
        let then = around_after.surroundings(tx, &files).await?;
        for row in &rows {
            let facts = Facts {
                path: &row.path,
                size: row.size,
                mime: row.mime.as_deref(),
                mount_type: row.mount_type.as_deref(),
                received: row.permissions.contains('S'),
                file_id: row.file_id,
            };
            let tally = tallies.entry(row.document_id).or_insert_with(|| Tally {
                size: row.size,
                family: Family::of(row.mime.as_deref(), &row.name),
                before: Side::default(),
                after: Side::default(),
                applies: [0; WORDS],
                alone: [0; WORDS],
            });
            tally.before.take(before.verdict(&facts, &now).map(|out| out.reach));
            tally.after.take(after.verdict(&facts, &then).map(|out| out.reach));
            let hits = considered.hits(&facts, &then);
            for (rule, _) in hits.iter().enumerate().filter(|(_, hit)| **hit != Hit::No) {
                tally.applies[rule / 64] |= 1 << (rule % 64);
            }
            if let Some(rule) = considered.only_objection(&hits) {
                tally.alone[rule / 64] |= 1 << (rule % 64);
            }
        }
        if tallies.len() > MAX_DOCUMENTS {
            return Err(StoreError::TooMany { what: "documents to count", limit: MAX_DOCUMENTS });
        }
    }
}

fn summed<'a>(tallies: impl Iterator<Item = &'a Tally>, proposed: &[NewRule]) -> Preview {
    let nothing = |rule: &NewRule| RuleCount {
        rule: rule.clone(),
        applies: Amount::default(),
        alone: Amount::default(),
    };
    let mut preview = Preview { rules: proposed.iter().map(nothing).collect(), ..Preview::default() };
    for tally in tallies {
        preview.all.add(tally.size);
        let (before, after) = (tally.before.is_in(), tally.after.is_in());
        if before {
            preview.before.add(tally.size);
        }
        if after {
            preview.after.add(tally.size);
        }
        match (before, after) {
            (true, false) => preview.taken_out.entry(tally.family).or_default().add(tally.size),
            (false, true) => preview.brought_in.entry(tally.family).or_default().add(tally.size),
            (true, true) | (false, false) => {}
        }
        for (place, count) in preview.rules.iter_mut().enumerate() {
            let bit = 1 << (place % 64);
            if tally.applies[place / 64] & bit != 0 {
                count.applies.add(tally.size);
            }
            if tally.alone[place / 64] & bit != 0 {
                count.alone.add(tally.size);
            }
        }
    }
    preview
}

async fn unknown_tags(
    tx: &mut Transaction,
    accounts: &[AccountId],
    proposed: &[NewRule],
) -> Result<Vec<String>> {
    let mut tags: Vec<String> = proposed
        .iter()
        .filter(|rule| rule.kind() == Kind::Tag)
        .map(|rule| rule.pattern().to_lowercase())
        .collect();
    tags.sort_unstable();
    tags.dedup();
    let ids: Vec<Uuid> = accounts.iter().map(|account| account.as_uuid()).collect();
    sqlx::query_scalar!(
        r#"
        select tag as "tag!" from unnest($1::text[]) as wanted (tag)
         where not exists (select from scope_tags where scope_tags.tag = wanted.tag and account_id = any($2))
         order by tag
        "#,
        &tags,
        &ids
    )
    .fetch_all(tx.connection())
    .await
    .during("looking for tags not asked about")
}
