//! Hints that something changed in Nextcloud, folded into looks at the accounts concerned.
//!
//! A hint is never believed: it decides only who is looked at sooner, and whose mirror is *doubted* until Nextcloud has
//! been asked again. Files are named by id, because a path in a hint is the actor's view. Whoever holds the file or
//! its folder is looked at: at once when somebody may have lost access, in good time when only content changed, for
//! which one look is enough. What cannot be known yet (who else sees a file that is new) is noted and answered by the
//! actor's own look, see [`Nudges::spread`]. A run of hints costs a handful of looks, spaced wider the longer it
//! lasts. An account that cannot be looked at now is doubted and left to its schedule, so that hints never hammer a
//! server that asked for rest.

mod following;
mod targets;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;
use voiceassist_model::{AccountId, HookKeyId, InstanceId};

use crate::collections::CollectionClass;
use crate::error::{During as _, Result};
use crate::{Store, Transaction};

pub use following::{Following, Overview, Spread};
use targets::{Targets, Wish};

/// Nudges taken from one delivery at most.
pub const MAX_NUDGES: usize = 100;
/// People one nudge may name.
pub const MAX_USERS: usize = 1_000;
/// Files noted for one account at most; beyond, the timer finds what else there is.
const MAX_NOTED: i64 = 1_000;
/// What was noted and not answered is forgotten after this long.
const NOTED_FOR: TimeDelta = TimeDelta::minutes(10);

/// What happened to a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Effect {
    /// New or other content.
    Content,
    /// Another name or folder: who sees it may have changed.
    Moved,
    /// Deleted, or about to be.
    Gone,
    /// Somebody may see it who could not.
    Granted,
    /// Somebody may no longer see it.
    Withdrawn,
    /// Something in a calendar: whoever did it and whoever is named look at their calendars.
    Calendar,
    /// The same for address books.
    Contacts,
}

impl Effect {
    /// Whether somebody may have lost access.
    pub const fn doubts(self) -> bool {
        matches!(self, Self::Moved | Self::Gone | Self::Withdrawn)
    }
}

/// One hint, decoded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Nudge {
    /// What happened.
    pub effect: Effect,
    /// The file or folder, if it has an id.
    pub file: Option<i64>,
    /// The folder it is in, if that was said.
    pub parent: Option<i64>,
    /// Who did it, as Nextcloud's user id.
    pub actor: Option<String>,
    /// Whom it concerns by name, as user ids; at most [`MAX_USERS`] are looked up.
    pub users: Vec<String>,
    /// It concerns people who were not all named.
    pub everyone: bool,
}

impl Nudge {
    /// Something happened to a file, nobody named.
    pub const fn new(effect: Effect, file: Option<i64>) -> Self {
        Self { effect, file, parent: None, actor: None, users: Vec::new(), everyone: false }
    }

    /// The same, done by this person.
    #[must_use]
    pub fn by(self, actor: impl Into<String>) -> Self {
        Self { actor: Some(actor.into()), ..self }
    }

    /// The same, concerning these people.
    #[must_use]
    pub fn concerning(self, users: Vec<String>) -> Self {
        Self { users, ..self }
    }
}

/// Who sent nudges.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sender {
    /// The key it was proved with.
    pub key: HookKeyId,
    /// The server the key speaks for.
    pub instance: InstanceId,
    /// The nonce of a signed delivery, and until when it must not come again.
    pub nonce: Option<(String, DateTime<Utc>)>,
}

/// What became of a delivery.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Received {
    /// Taken: this many accounts are looked at sooner, this many are doubted.
    Taken {
        /// Accounts that are looked at sooner.
        looks: u64,
        /// Accounts whose mirror is not believed for now.
        doubts: u64,
    },
    /// The same signed delivery was taken before; nothing was done.
    Replayed,
}

/// How urgently an account is to be looked at because of a hint about it alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Urgency {
    /// Something changed.
    Look,
    /// Something changed that may have taken access away.
    Doubt,
}

/// Hints.
#[derive(Clone, Copy)]
pub struct Nudges<'a> {
    pub(crate) store: &'a Store,
}

impl Nudges<'_> {
    /// Takes a delivery, in one transaction. Nudges beyond [`MAX_NUDGES`] are left to the timer.
    pub async fn receive(self, sender: &Sender, nudges: &[Nudge]) -> Result<Received> {
        let mut tx = self.store.begin().await?;
        let keys = self.store.hook_keys();
        if let Some((nonce, until)) = &sender.nonce
            && !keys.spend(&mut tx, sender.key, nonce, *until).await?
        {
            tx.rollback().await?;
            return Ok(Received::Replayed);
        }
        keys.touch(&mut tx, sender.key).await?;
        let mut targets = Targets::default();
        for nudge in nudges.iter().take(MAX_NUDGES) {
            self.aim(&mut tx, sender.instance, nudge, &mut targets).await?;
        }
        let (looks, doubts) = self.hit(&mut tx, &targets).await?;
        tx.commit().await?;
        Ok(Received::Taken { looks, doubts })
    }

    /// Has one account looked at because of a hint about it. False when it cannot be looked at now.
    pub async fn nudge_account(self, account: AccountId, urgency: Urgency) -> Result<bool> {
        let mut tx = self.store.begin().await?;
        let mut targets = Targets::default();
        targets.want(account, if urgency == Urgency::Doubt { Wish::DOUBT } else { Wish::LOOK });
        let (looks, _) = self.hit(&mut tx, &targets).await?;
        tx.commit().await?;
        Ok(looks > 0)
    }

    /// Finds whom a nudge concerns.
    async fn aim(
        self,
        tx: &mut Transaction,
        instance: InstanceId,
        nudge: &Nudge,
        targets: &mut Targets,
    ) -> Result<()> {
        let actor = match &nudge.actor {
            Some(actor) => self.people(tx, instance, std::slice::from_ref(actor)).await?.first().copied(),
            None => None,
        };
        let named = self.people(tx, instance, &nudge.users).await?;
        let class = match nudge.effect {
            Effect::Calendar => Some(CollectionClass::Calendar),
            Effect::Contacts => Some(CollectionClass::AddressBook),
            _ => None,
        };
        if let Some(class) = class {
            targets.want_collections(actor.into_iter().chain(named), class);
            if nudge.everyone {
                targets.want_collections(self.everybody(tx, instance).await?, class);
            }
            return Ok(());
        }
        if let Some(actor) = actor {
            targets.want(actor, Wish::LOOK);
            self.note(tx, actor, nudge).await?;
        }
        let files: Vec<i64> = nudge.file.into_iter().chain(nudge.parent).collect();
        let holders = self.holders(tx, instance, &files).await?;
        match nudge.effect {
            Effect::Content => {
                // One look reads the new content for everybody; the others only catch up with their trees.
                let mut unread = actor.is_none();
                for account in named.into_iter().chain(holders) {
                    targets.want(account, if unread { Wish::LOOK } else { Wish::CATCH_UP });
                    unread = false;
                }
            }
            Effect::Moved => targets.want_all(named.into_iter().chain(holders), Wish::DOUBT),
            Effect::Gone => targets.want_all(named.into_iter().chain(holders), Wish::DOUBT_SOON),
            Effect::Withdrawn if nudge.everyone && files.is_empty() => {
                targets.want_all(self.everybody(tx, instance).await?, Wish::DOUBT);
            }
            Effect::Withdrawn if nudge.everyone || nudge.users.is_empty() => {
                targets.want_all(named.into_iter().chain(holders), Wish::DOUBT);
            }
            Effect::Withdrawn => targets.want_all(named, Wish::DOUBT),
            Effect::Granted => {
                targets.want_all(named, Wish::NOW);
                if nudge.everyone {
                    targets.want_all(self.everybody(tx, instance).await?, Wish::CATCH_UP);
                }
            }
            // Followed above, and no matter of files.
            Effect::Calendar | Effect::Contacts => {}
        }
        Ok(())
    }

    /// Notes what the actor's own look will tell more about.
    async fn note(self, tx: &mut Transaction, actor: AccountId, nudge: &Nudge) -> Result<()> {
        let gone = nudge.effect == Effect::Gone;
        let now = self.store.now();
        let Some(file) = nudge.file else {
            // A deletion without an id ends one that was announced with it.
            sqlx::query!(
                "update nudged_files set noted_at = $2 where account_id = $1 and gone and $3",
                actor.as_uuid(),
                now,
                gone
            )
            .execute(tx.connection())
            .await
            .during("noting the end of a deletion")?;
            return Ok(());
        };
        sqlx::query!(
            r#"
            insert into nudged_files (account_id, file_id, gone, noted_at)
            select $1, $2, $3, $4
             where (select count(*) from nudged_files where account_id = $1) < $5
            on conflict (account_id, file_id) do update
               set gone = nudged_files.gone or excluded.gone, noted_at = excluded.noted_at
            "#,
            actor.as_uuid(),
            file,
            gone,
            now,
            MAX_NOTED
        )
        .execute(tx.connection())
        .await
        .during("noting a nudged file")?;
        Ok(())
    }

    /// The accounts of these user ids.
    async fn people(
        self,
        tx: &mut Transaction,
        instance: InstanceId,
        users: &[String],
    ) -> Result<Vec<AccountId>> {
        if users.is_empty() {
            return Ok(Vec::new());
        }
        let ids = sqlx::query_scalar!(
            "select id from accounts where instance_id = $1 and user_id = any($2)",
            instance.as_uuid(),
            &users[..users.len().min(MAX_USERS)]
        )
        .fetch_all(tx.connection())
        .await
        .during("finding who is nudged")?;
        Ok(accounts(ids))
    }

    /// Everybody who has one of these files or folders in their tree.
    async fn holders(
        self,
        tx: &mut Transaction,
        instance: InstanceId,
        files: &[i64],
    ) -> Result<Vec<AccountId>> {
        if files.is_empty() {
            return Ok(Vec::new());
        }
        // One look-up by key per account; the limit keeps the planner from reading everybody's tree instead.
        let ids = sqlx::query_scalar!(
            r#"
            select accounts.id from accounts
             cross join lateral (select 1 as held from entries
                                  where entries.account_id = accounts.id and entries.file_id = any($2) limit 1) as held
             where accounts.instance_id = $1 and account_works(accounts.state)
             order by accounts.id
            "#,
            instance.as_uuid(),
            files
        )
        .fetch_all(tx.connection())
        .await
        .during("finding who holds a file")?;
        Ok(accounts(ids))
    }

    async fn everybody(self, tx: &mut Transaction, instance: InstanceId) -> Result<Vec<AccountId>> {
        let ids = sqlx::query_scalar!(
            "select id from accounts where instance_id = $1 and account_works(state) order by id",
            instance.as_uuid()
        )
        .fetch_all(tx.connection())
        .await
        .during("finding everybody on a server")?;
        Ok(accounts(ids))
    }

    /// Forgets what was noted and never answered.
    pub async fn sweep(self) -> Result<u64> {
        let done =
            sqlx::query!("delete from nudged_files where noted_at <= $1", self.store.now() - NOTED_FOR)
                .execute(self.store.pool())
                .await
                .during("forgetting nudged files")?;
        Ok(done.rows_affected())
    }
}

fn accounts(ids: Vec<Uuid>) -> Vec<AccountId> {
    ids.into_iter().map(AccountId::from_uuid).collect()
}
