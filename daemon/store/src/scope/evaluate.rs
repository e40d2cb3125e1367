//! Verdicts on the entries of one person's tree, written where they differ.
//!
//! The one place that decides: entries that arrive, subtrees that moved, folders whose marker came or went, files whose
//! tags changed and trees whose rules changed all pass through [`Evaluator::judge`]. It reads what is kept, never the
//! server, and says which documents have other readers now; the caller brings those in line within the same
//! transaction. Judging twice changes nothing.

use std::collections::HashMap;

use uuid::Uuid;
use voiceassist_model::{AccountId, InstanceId, ScopeRuleId};

use super::Scope;
use super::matcher::{Facts, Out, Reach, Scope as Applied, Surroundings};
use super::rule::Kind;
use crate::Transaction;
use crate::access::step::{self, Step};
use crate::error::{During as _, Result, StoreError};

/// Entries judged by one round of statements at most.
const BATCH: usize = 2_000;
/// Folders with markers or tags in one tree at most; beyond, somebody should use a rule about a folder.
const MAX_SIGNS: i64 = 200_000;

/// Judges the entries of one account.
pub(crate) struct Evaluator {
    account: AccountId,
    scope: Applied,
    markers: Vec<String>,
    tags: Vec<String>,
}

/// An entry as rules see it, with its present verdict.
struct Row {
    file_id: i64,
    document_id: Option<Uuid>,
    path: String,
    size: i64,
    mime: Option<String>,
    mount_type: Option<String>,
    permissions: String,
    scope_out: Option<String>,
    scope_why: Option<String>,
    scope_rule: Option<Uuid>,
}

#[derive(Default)]
struct Columns {
    file_ids: Vec<i64>,
    outs: Vec<Option<String>>,
    whys: Vec<Option<String>>,
    rules: Vec<Option<Uuid>>,
}

impl Columns {
    fn push(&mut self, file_id: i64, out: Option<&Out>) {
        self.file_ids.push(file_id);
        self.outs.push(out.map(|out| out.reach.as_str().to_owned()));
        self.whys.push(out.map(|out| out.why.clone()));
        self.rules.push(out.and_then(|out| out.rule).map(ScopeRuleId::as_uuid));
    }
}

impl Row {
    fn facts(&self) -> Facts<'_> {
        Facts {
            path: &self.path,
            size: self.size,
            mime: self.mime.as_deref(),
            mount_type: self.mount_type.as_deref(),
            received: self.permissions.contains('S'),
            file_id: self.file_id,
        }
    }

    /// The verdict that is kept. One in an unknown word is written anew.
    fn kept(&self) -> Option<Out> {
        Some(Out {
            reach: Reach::from_name(self.scope_out.as_deref()?)?,
            why: self.scope_why.clone()?,
            rule: self.scope_rule.map(ScopeRuleId::from_uuid),
        })
    }
}

impl Evaluator {
    /// With the rules that apply to this person now.
    pub(crate) async fn load(tx: &mut Transaction, account: AccountId, instance: InstanceId) -> Result<Self> {
        let scope = super::load(tx, account, instance).await?;
        Ok(Self::with(account, scope))
    }

    pub(super) fn with(account: AccountId, scope: Applied) -> Self {
        let names = |wanted: Kind| {
            let mut names: Vec<String> = [&scope.server, &scope.person]
                .into_iter()
                .flat_map(|level| level.names())
                .filter(|(kind, _)| *kind == wanted)
                .map(|(_, name)| name.to_owned())
                .collect();
            names.sort_unstable();
            names.dedup();
            names
        };
        let (markers, tags) = (names(Kind::Marker), names(Kind::Tag));
        Self { account, scope, markers, tags }
    }

    /// Whether no rule can take anything out.
    pub(crate) fn is_idle(&self) -> bool {
        self.scope.is_empty()
    }

    /// Whether folders can have tags that matter.
    pub(crate) fn heeds_tags(&self) -> bool {
        !self.tags.is_empty()
    }

    /// Whether a file of this name speaks for its folder.
    pub(crate) fn is_marker(&self, name: &str) -> bool {
        self.markers.iter().any(|marker| marker == name)
    }

    /// Judges these files, in any number; folders among them are passed over. Returns the documents whose readers may
    /// be others now.
    pub(crate) async fn judge(&self, tx: &mut Transaction, file_ids: &[i64]) -> Result<Vec<Uuid>> {
        let mut changed = Vec::new();
        for batch in file_ids.chunks(BATCH) {
            let rows = self.rows(tx, batch).await?;
            let around = self.surroundings(tx, batch).await?;
            self.write(tx, &rows, &around, &mut changed).await?;
        }
        Ok(changed)
    }

    async fn write(
        &self,
        tx: &mut Transaction,
        rows: &[Row],
        around: &Surroundings,
        changed: &mut Vec<Uuid>,
    ) -> Result<()> {
        let mut columns = Columns::default();
        for row in rows {
            let out = self.scope.verdict(&row.facts(), around);
            if out == row.kept() && out.is_some() == row.scope_out.is_some() {
                continue;
            }
            columns.push(row.file_id, out.as_ref());
            if out.map(|out| out.reach.as_str()) != row.scope_out.as_deref() {
                changed.extend(row.document_id);
            }
        }
        if columns.file_ids.is_empty() {
            return Ok(());
        }
        sqlx::query!(
            r#"
            update entries set scope_out = input.out, scope_why = input.why, scope_rule = input.rule
              from (select $1::uuid as account_id offset 0) as me,
                   unnest($2::bigint[], $3::text[], $4::text[], $5::uuid[]) as input (file_id, out, why, rule)
             where entries.account_id = me.account_id and entries.file_id = input.file_id
            "#,
            self.account.as_uuid(),
            &columns.file_ids,
            &columns.outs as &[Option<String>],
            &columns.whys as &[Option<String>],
            &columns.rules as &[Option<Uuid>]
        )
        .execute(tx.connection())
        .await
        .during("writing what is out of scope")?;
        Ok(())
    }

    async fn rows(&self, tx: &mut Transaction, batch: &[i64]) -> Result<Vec<Row>> {
        sqlx::query_as!(
            Row,
            r#"
            select file_id, document_id, path, size, mime, mount_type, permissions, scope_out, scope_why, scope_rule
              from (select $1::uuid as account_id offset 0) as me
              join entries using (account_id) join unnest($2::bigint[]) as wanted (file_id) using (file_id)
             where document_id is not null
            "#,
            self.account.as_uuid(),
            batch
        )
        .fetch_all(tx.connection())
        .await
        .during("reading what rules look at")
    }

    /// Markers and tagged folders of the tree, and the tags of these files.
    pub(super) async fn surroundings(&self, tx: &mut Transaction, files: &[i64]) -> Result<Surroundings> {
        let mut around = Surroundings::default();
        if !self.markers.is_empty() {
            around.marked = self.marked(tx).await?;
        }
        if !self.tags.is_empty() {
            around.tagged_folders = self.tagged_folders(tx).await?;
            around.tagged = self.tagged(tx, files).await?;
        }
        Ok(around)
    }

    async fn marked(&self, tx: &mut Transaction) -> Result<HashMap<String, Vec<String>>> {
        let rows = sqlx::query!(
            r#"
            select coalesce(nullif(left(path, -1 - length(name)), ''), '/') as "folder!", name
              from (select $1::uuid as account_id offset 0) as me join entries using (account_id)
             where not is_folder and name like '.%' and name = any($2)
             limit $3
            "#,
            self.account.as_uuid(),
            &self.markers,
            MAX_SIGNS + 1
        )
        .fetch_all(tx.connection())
        .await
        .during("looking for markers")?;
        group(rows.into_iter().map(|row| (row.folder, row.name)), "folders with a marker")
    }

    async fn tagged_folders(&self, tx: &mut Transaction) -> Result<HashMap<String, Vec<String>>> {
        let rows = sqlx::query!(
            r#"
            select path, tag
              from (select $1::uuid as account_id offset 0) as me
              join scope_tagged as tagged using (account_id) join entries using (account_id, file_id)
             where tagged.is_folder and tag = any($2)
             limit $3
            "#,
            self.account.as_uuid(),
            &self.tags,
            MAX_SIGNS + 1
        )
        .fetch_all(tx.connection())
        .await
        .during("looking for tagged folders")?;
        group(rows.into_iter().map(|row| (row.path, row.tag)), "folders with a tag")
    }

    async fn tagged(&self, tx: &mut Transaction, files: &[i64]) -> Result<HashMap<i64, Vec<String>>> {
        let rows = sqlx::query!(
            "select file_id, tag from scope_tagged where account_id = $1 and tag = any($2) and file_id = any($3)",
            self.account.as_uuid(),
            &self.tags,
            files
        )
        .fetch_all(tx.connection())
        .await
        .during("looking for tagged files")?;
        group(rows.into_iter().map(|row| (row.file_id, row.tag)), "files with a tag")
    }
}

/// By key; more than the limit is refused, because judging by part of them would let through what is marked.
fn group<K: Eq + std::hash::Hash>(
    pairs: impl Iterator<Item = (K, String)>,
    what: &'static str,
) -> Result<HashMap<K, Vec<String>>> {
    let limit = usize::try_from(MAX_SIGNS).unwrap_or(usize::MAX);
    let mut grouped: HashMap<K, Vec<String>> = HashMap::new();
    for (number, (key, sign)) in pairs.enumerate() {
        if number >= limit {
            return Err(StoreError::TooMany { what, limit });
        }
        grouped.entry(key).or_default().push(sign);
    }
    Ok(grouped)
}

/// The files below these folders, themselves not counted.
pub(crate) async fn below(tx: &mut Transaction, account: AccountId, folders: &[i64]) -> Result<Vec<i64>> {
    if folders.is_empty() {
        return Ok(Vec::new());
    }
    // `union` drops repeats, so even a tree that is broken into a circle comes to an end.
    sqlx::query_scalar!(
        r#"
        with recursive below as (
            select file_id, is_folder from entries where account_id = $1 and parent_id = any($2)
            union
            select child.file_id, child.is_folder from entries as child join below on child.parent_id = below.file_id
             where child.account_id = $1 and below.is_folder
        )
        select file_id as "file_id!" from below where not is_folder order by file_id
        "#,
        account.as_uuid(),
        folders
    )
    .fetch_all(tx.connection())
    .await
    .during("looking below folders")
}

impl Scope<'_> {
    /// Goes over everything an account sees with the rules as they are now, in transactions of its own. Returns how
    /// many documents have other readers since.
    pub async fn reapply(self, account: AccountId) -> Result<u64> {
        let mut changed = 0;
        let mut after = Uuid::nil();
        loop {
            let mut tx = self.store.begin().await?;
            let Some(instance) = hold_account(&mut tx, account).await? else { return Ok(changed) };
            let evaluator = Evaluator::load(&mut tx, account, instance).await?;
            let page = sqlx::query!(
                r#"
                select file_id, document_id as "document_id!" from entries
                 where account_id = $1 and document_id is not null and document_id > $2
                 order by document_id limit $3
                "#,
                account.as_uuid(),
                after,
                i64::try_from(BATCH).unwrap_or(i64::MAX)
            )
            .fetch_all(tx.connection())
            .await
            .during("going over a tree")?;
            let Some(last) = page.last() else { return Ok(changed) };
            after = last.document_id;
            let files: Vec<i64> = page.iter().map(|row| row.file_id).collect();
            let documents = evaluator.judge(&mut tx, &files).await?;
            changed += documents.len() as u64;
            step::take(self.store, &mut tx, Step::of(account), &documents).await?;
            tx.commit().await?;
        }
    }
}

/// Holds the account against removal until the transaction ends, and says where it belongs.
pub(crate) async fn hold_account(tx: &mut Transaction, account: AccountId) -> Result<Option<InstanceId>> {
    let instance = sqlx::query_scalar!(
        "select instance_id from accounts where id = $1 for key share",
        account.as_uuid()
    )
    .fetch_optional(tx.connection())
    .await
    .during("holding an account")?;
    Ok(instance.map(InstanceId::from_uuid))
}
