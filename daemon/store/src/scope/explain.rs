//! Why one file or folder is in or out, for a person who asks.

use voiceassist_model::AccountId;

use super::evaluate::{Evaluator, hold_account};
use super::matcher::{Facts, Hit, Level, Scope as Applied, Surroundings};
use super::{Effect, Kind, Out, Owner, Rule, Scope, compiled, read_rules};
use crate::error::{During as _, Result};
use std::sync::Arc;

/// What rules say about one file or folder.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Explanation {
    /// Whether it is a folder; rules about type and size say nothing about one.
    pub is_folder: bool,
    /// Why it is out; `None` when it is in.
    pub out: Option<Out>,
    /// True when somebody else's view takes the document out for everybody.
    pub out_elsewhere: bool,
    /// The server's and then the person's rules that apply to it.
    pub applying: Vec<Rule>,
}

impl Scope<'_> {
    /// What the rules say about a path in a person's tree. `None` when the mirror holds nothing there.
    pub async fn explain(self, account: AccountId, path: &str) -> Result<Option<Explanation>> {
        let mut tx = self.store.begin().await?;
        let Some(instance) = hold_account(&mut tx, account).await? else { return Ok(None) };
        let Some(entry) = self.store.entries().find_by_path(account, path).await? else { return Ok(None) };
        let about_files =
            |rule: &Rule| !entry.is_folder || !matches!(rule.rule.kind(), Kind::Type | Kind::Size);
        let mut server = read_rules(&mut tx, Owner::Server(instance)).await?;
        let mut person = read_rules(&mut tx, Owner::Person(account)).await?;
        server.retain(about_files);
        person.retain(about_files);
        let scope = Applied { server: Arc::new(compiled(&server)?), person: Arc::new(compiled(&person)?) };
        let evaluator = Evaluator::with(account, scope.clone());
        let around = evaluator.surroundings(&mut tx, &[entry.file_id]).await?;
        // What lies in a folder is what the question is about.
        let looked_at =
            if entry.is_folder { format!("{}/", entry.path.trim_end_matches('/')) } else { entry.path };
        let facts = Facts {
            path: &looked_at,
            size: entry.size,
            mime: entry.mime.as_deref(),
            mount_type: entry.mount_type.as_deref(),
            received: entry.permissions.contains('S'),
            file_id: entry.file_id,
        };
        let out = scope.verdict(&facts, &around);
        let mut applying = applying(&scope.server, &facts, &around, server);
        applying.extend(self::applying(&scope.person, &facts, &around, person));
        let out_elsewhere = sqlx::query_scalar!(
            r#"
            select exists (select from entries as mine join entries as other using (document_id)
                            where mine.account_id = $1 and mine.file_id = $2 and other.account_id <> $1
                              and other.scope_out = 'everyone') as "elsewhere!"
            "#,
            account.as_uuid(),
            entry.file_id
        )
        .fetch_one(tx.connection())
        .await
        .during("looking at other views of a file")?;
        Ok(Some(Explanation { is_folder: entry.is_folder, out, out_elsewhere, applying }))
    }
}

fn applying(level: &Level, facts: &Facts<'_>, around: &Surroundings, rules: Vec<Rule>) -> Vec<Rule> {
    let hits = level.hits(facts, around);
    let mut applying: Vec<Rule> =
        rules.into_iter().zip(hits).filter(|(_, hit)| *hit != Hit::No).map(|(rule, _)| rule).collect();
    applying.sort_by_key(|rule| rule.rule.effect() != Effect::Exclude);
    applying
}
