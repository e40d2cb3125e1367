//! Which conversation messages belong to.
//!
//! A conversation is what messages that name each other have in common. Messages come in any order and many at once, so
//! those of one batch are joined here first; then whatever conversations their identifiers belong to already become one.
//! Identifiers are kept as keyed hashes. A mailbox is locked meanwhile: two messages of one conversation that are read at
//! the same moment must not make two of it.

use std::collections::{BTreeMap, HashMap};

use uuid::Uuid;
use voiceassist_model::MailAccountId;

use super::Mail;
use crate::Transaction;
use crate::error::{During as _, Result};

impl Mail<'_> {
    /// The conversation of each message, by its identifiers. One without any belongs to none.
    pub(super) async fn threads(
        self,
        tx: &mut Transaction,
        mailbox: MailAccountId,
        messages: &[Vec<Vec<u8>>],
    ) -> Result<Vec<Option<Uuid>>> {
        let mut keys: Vec<Vec<u8>> = messages.iter().flatten().cloned().collect();
        keys.sort();
        keys.dedup();
        if keys.is_empty() {
            return Ok(vec![None; messages.len()]);
        }
        let known = known(tx, mailbox, &keys).await?;
        let mut groups = Groups::of(messages);
        groups.join_by(&known);
        let mut found: BTreeMap<usize, Vec<Uuid>> = BTreeMap::new();
        for (key, thread) in &known {
            if let Some(group) = groups.of_key(key) {
                found.entry(group).or_default().push(*thread);
            }
        }
        let mut threads: BTreeMap<usize, Uuid> = BTreeMap::new();
        let mut begun = Vec::new();
        for group in groups.all() {
            let mut several = found.remove(&group).unwrap_or_default();
            several.sort_unstable();
            several.dedup();
            let thread = several.first().copied().unwrap_or_else(|| {
                let id = self.store.new_uuid();
                begun.push(id);
                id
            });
            if several.len() > 1 {
                join(tx, thread, &several[1..]).await?;
            }
            threads.insert(group, thread);
        }
        begin(tx, mailbox, &begun).await?;
        let (fresh, of): (Vec<Vec<u8>>, Vec<Uuid>) = keys
            .into_iter()
            .filter(|key| !known.contains_key(key))
            .filter_map(|key| Some((groups.of_key(&key)?, key)))
            .filter_map(|(group, key)| Some((key, *threads.get(&group)?)))
            .unzip();
        note(tx, mailbox, &fresh, &of).await?;
        let thread = |message: &Vec<Vec<u8>>| threads.get(&groups.of_key(message.first()?)?).copied();
        Ok(messages.iter().map(thread).collect())
    }
}

/// Messages that share an identifier, directly or over others.
struct Groups<'m> {
    /// Leads from each message to another of its group; the last leads to itself.
    next: Vec<usize>,
    /// The first message with an identifier.
    first: HashMap<&'m [u8], usize>,
}

impl<'m> Groups<'m> {
    fn of(messages: &'m [Vec<Vec<u8>>]) -> Self {
        let mut groups = Self { next: (0..messages.len()).collect(), first: HashMap::new() };
        for (at, message) in messages.iter().enumerate() {
            for key in message {
                let before = *groups.first.entry(key).or_insert(at);
                groups.join(at, before);
            }
        }
        groups
    }

    /// Joins those whose identifiers are known to be of one conversation already.
    fn join_by(&mut self, known: &HashMap<Vec<u8>, Uuid>) {
        let mut first = HashMap::new();
        for (key, thread) in known {
            if let Some(group) = self.of_key(key) {
                let before = *first.entry(*thread).or_insert(group);
                self.join(group, before);
            }
        }
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.end(one), self.end(other));
        self.next[one.max(other)] = one.min(other);
    }

    fn end(&self, mut at: usize) -> usize {
        while self.next[at] != at {
            at = self.next[at];
        }
        at
    }

    fn of_key(&self, key: &[u8]) -> Option<usize> {
        self.first.get(key).map(|at| self.end(*at))
    }

    /// Every group that has an identifier.
    fn all(&self) -> std::collections::BTreeSet<usize> {
        self.first.values().map(|at| self.end(*at)).collect()
    }
}

/// Which of these identifiers belong to which conversation.
async fn known(
    tx: &mut Transaction,
    mailbox: MailAccountId,
    keys: &[Vec<u8>],
) -> Result<HashMap<Vec<u8>, Uuid>> {
    sqlx::query!("select id from mail_accounts where id = $1 for no key update", mailbox.as_uuid())
        .fetch_optional(tx.connection())
        .await
        .during("finding conversations")?;
    let rows = sqlx::query!(
        "select key, thread_id from mail_thread_keys where mail_account_id = $1 and key = any($2)",
        mailbox.as_uuid(),
        keys
    )
    .fetch_all(tx.connection())
    .await
    .during("finding conversations")?;
    Ok(rows.into_iter().map(|row| (row.key, row.thread_id)).collect())
}

async fn begin(tx: &mut Transaction, mailbox: MailAccountId, threads: &[Uuid]) -> Result<()> {
    sqlx::query!(
        "insert into mail_threads (id, mail_account_id) select id, $1 from unnest($2::uuid[]) as input (id)",
        mailbox.as_uuid(),
        threads
    )
    .execute(tx.connection())
    .await
    .during("beginning conversations")?;
    Ok(())
}

async fn note(
    tx: &mut Transaction,
    mailbox: MailAccountId,
    keys: &[Vec<u8>],
    threads: &[Uuid],
) -> Result<()> {
    sqlx::query!(
        r#"
        insert into mail_thread_keys (mail_account_id, key, thread_id)
        select $1, input.key, input.thread_id from unnest($2::bytea[], $3::uuid[]) as input (key, thread_id)
        on conflict (mail_account_id, key) do nothing
        "#,
        mailbox.as_uuid(),
        keys,
        threads
    )
    .execute(tx.connection())
    .await
    .during("noting conversations")?;
    Ok(())
}

/// Makes one conversation of several.
async fn join(tx: &mut Transaction, into: Uuid, others: &[Uuid]) -> Result<()> {
    sqlx::query!("update mail_thread_keys set thread_id = $1 where thread_id = any($2)", into, others)
        .execute(tx.connection())
        .await
        .during("joining conversations")?;
    sqlx::query!("update mail_contents set thread_id = $1 where thread_id = any($2)", into, others)
        .execute(tx.connection())
        .await
        .during("joining conversations")?;
    sqlx::query!("delete from mail_threads where id = any($1)", others)
        .execute(tx.connection())
        .await
        .during("joining conversations")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Groups;

    fn grouped(messages: &[&[&str]]) -> Vec<Option<usize>> {
        let messages: Vec<Vec<Vec<u8>>> =
            messages.iter().map(|keys| keys.iter().map(|key| key.as_bytes().to_vec()).collect()).collect();
        let groups = Groups::of(&messages);
        messages.iter().map(|message| groups.of_key(message.first()?)).collect()
    }

    #[test]
    fn messages_of_one_batch_are_joined_over_others_in_any_order() {
        assert_eq!(grouped(&[&["a"], &["b"], &["c"]]), [Some(0), Some(1), Some(2)]);
        assert_eq!(grouped(&[&["a"], &["b"], &["c", "b", "a"], &[]]), [Some(0), Some(0), Some(0), None]);
        let messages = [vec![b"a".to_vec()], vec![b"b".to_vec()], vec![b"c".to_vec()]];
        let mut groups = Groups::of(&messages);
        let one = uuid::Uuid::from_u128(1);
        groups.join_by(&[(b"a".to_vec(), one), (b"c".to_vec(), one)].into());
        assert_eq!(
            groups.all().into_iter().collect::<Vec<_>>(),
            [0, 1],
            "one conversation was known already"
        );
        assert_eq!(
            grouped(&[&["d", "c"], &["b", "a"], &["e"], &["c", "b"]]),
            [Some(0), Some(0), Some(2), Some(0)]
        );
    }
}
