//! How a connection fares and what to do about it, as data.
//!
//! Every state, with its reason where that matters, leads to one piece of advice: a stable code, who has to act, and a
//! sentence that may be shown to the person. It stands here alone, so that the page, the command line and the API say
//! the same. Sentences name no person, no server and no file.

use chrono::{DateTime, TimeDelta, Utc};
use voiceassist_model::{AccountId, InstanceId};

use super::{Account, AccountState, Accounts};
use crate::cursors::HeldDeletions;
use crate::error::{During as _, Result};
use crate::page::{Listed, Page};

/// How long an account whose user is gone from the server is kept, unless the program is told otherwise. A directory
/// that answers wrongly, a user restored from a backup or a mistake of an administrator is noticed and put right within
/// weeks; until then nothing is shown, and coming back costs no reading. Thirty days is also what Nextcloud keeps
/// deleted files.
pub const DEFAULT_GRACE: TimeDelta = TimeDelta::days(30);

/// Who has to act.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Who {
    /// Nobody: it works, or it comes back by itself.
    Nobody,
    /// The person whose account it is.
    Person,
    /// Whoever runs the Nextcloud server or this program.
    Administrator,
}

impl Who {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nobody => "nobody",
            Self::Person => "person",
            Self::Administrator => "administrator",
        }
    }
}

/// What to do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Advice {
    /// Stable, for programs.
    pub code: &'static str,
    /// Who has to act.
    pub who: Who,
    /// For people.
    pub sentence: &'static str,
}

const fn advice(code: &'static str, who: Who, sentence: &'static str) -> Advice {
    Advice { code, who, sentence }
}

impl AccountState {
    /// What to do about an account in this state, for this reason.
    pub fn advice(self, reason: Option<&str>) -> Advice {
        match self {
            Self::Connected => advice("none", Who::Nobody, "The connection works."),
            Self::Revoked if reason == Some("removal") => advice(
                "none_removal",
                Who::Nobody,
                "The account is being removed, with everything only it could see.",
            ),
            Self::Revoked => advice(
                "connect_again",
                Who::Person,
                "Nextcloud no longer accepts the app password. Connect again; until then nothing is shown.",
            ),
            Self::Throttled => advice(
                "wait_for_throttle",
                Who::Nobody,
                "Nextcloud asked for a pause. It goes on by itself; if it keeps happening, an administrator should \
                 allow this program's address in the brute-force settings.",
            ),
            Self::Disabled => advice(
                "ask_to_be_enabled",
                Who::Administrator,
                "The user is disabled on the Nextcloud server. Have it enabled; until then nothing is shown.",
            ),
            Self::Maintenance => advice(
                "wait_for_maintenance",
                Who::Nobody,
                "The Nextcloud server is in maintenance. It goes on by itself.",
            ),
            Self::Gone => advice(
                "ask_to_be_restored",
                Who::Administrator,
                "The Nextcloud server no longer knows this user. If that is a mistake, have the user restored and \
                 connect again before everything kept here is purged.",
            ),
            Self::Failing => failing(reason.unwrap_or_default()),
        }
    }
}

/// The codes are those of the client that speaks to Nextcloud.
fn failing(reason: &str) -> Advice {
    match reason {
        "connect" | "timeout" | "transport" | "unavailable" => advice(
            "wait_for_server",
            Who::Nobody,
            "The Nextcloud server does not answer. It is tried again by itself.",
        ),
        "dns" | "redirected" | "wrong_host" | "not_nextcloud" => advice(
            "check_server_address",
            Who::Administrator,
            "Something else than the expected Nextcloud answers at the configured address. Check the address and \
             trusted_domains.",
        ),
        "tls" => advice(
            "check_certificate",
            Who::Administrator,
            "The server's certificate is not trusted. Renew it, or tell this program about the authority that issued it.",
        ),
        "csrf_refused" => advice(
            "check_proxy",
            Who::Administrator,
            "A proxy in front of Nextcloud removes the header OCS-APIRequest. Let it pass.",
        ),
        "not_own_files" => advice(
            "connect_again",
            Who::Person,
            "The app password belongs to another user than the account says. Connect again.",
        ),
        _ => advice(
            "look_into_log",
            Who::Administrator,
            "The last look at the files failed. It is tried again by itself; if it stays like this, the log says why.",
        ),
    }
}

/// How a connection fares, and what to do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Health {
    /// The account, with its state.
    pub account: Account,
    /// What to do.
    pub advice: Advice,
    /// When the mirror was last known to equal the server's tree.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// Deletions that are not believed yet.
    pub held_deletions: Option<HeldDeletions>,
    /// Not looked at before; `None` is with the next round, or not at all.
    pub next_look_at: Option<DateTime<Utc>>,
    /// When everything kept for a person who is gone from the server goes.
    pub purge_at: Option<DateTime<Utc>>,
}

impl Accounts<'_> {
    /// How this connection fares. `None` when there is no such account.
    pub async fn health(self, id: AccountId, grace: TimeDelta) -> Result<Option<Health>> {
        match self.find(id).await? {
            Some(account) => self.examine(account, grace).await.map(Some),
            None => Ok(None),
        }
    }

    /// How every connection fares, in the order of connecting.
    pub async fn health_of_all(self, page: &Page, grace: TimeDelta) -> Result<Listed<Health>> {
        let Listed { items, next } = self.list(page).await?;
        let mut examined = Vec::with_capacity(items.len());
        for account in items {
            examined.push(self.examine(account, grace).await?);
        }
        Ok(Listed { items: examined, next })
    }

    /// How many accounts of a server are in each state.
    pub async fn states(self, instance: InstanceId) -> Result<Vec<(AccountState, u64)>> {
        let rows = sqlx::query!(
            r#"select state, count(*) as "count!" from accounts where instance_id = $1 group by state order by state"#,
            instance.as_uuid()
        )
        .fetch_all(self.store.pool())
        .await
        .during("counting accounts")?;
        let counted = rows.into_iter().filter_map(|row| {
            AccountState::from_name(&row.state).map(|state| (state, row.count.unsigned_abs()))
        });
        Ok(counted.collect())
    }

    async fn examine(self, account: Account, grace: TimeDelta) -> Result<Health> {
        let cursor = self.store.cursors().files(account.id).await?;
        let advice = account.state.advice(account.state_reason.as_deref());
        let next_look_at = account.suspended_until.filter(|until| *until > self.store.now());
        let purge_at = (account.state == AccountState::Gone).then(|| account.state_since + grace);
        let (confirmed_at, held_deletions) = (cursor.confirmed_at, cursor.held);
        Ok(Health { account, advice, confirmed_at, held_deletions, next_look_at, purge_at })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::AccountState;
    use super::Who;

    #[test]
    fn every_state_says_what_to_do() {
        for state in AccountState::ALL {
            let advice = state.advice(None);
            assert!(!advice.code.is_empty() && advice.sentence.ends_with('.'), "{state:?}");
            assert_eq!(advice.code == "none", state == AccountState::Connected, "{state:?}");
        }
        let codes: BTreeSet<_> = AccountState::ALL.iter().map(|state| state.advice(None).code).collect();
        assert_eq!(codes.len(), AccountState::ALL.len(), "no two states say the same");
    }

    #[test]
    fn a_state_that_nobody_can_end_by_waiting_names_who_acts() {
        for state in AccountState::ALL {
            if !state.works() {
                assert_ne!(state.advice(None).who, Who::Nobody, "{state:?}");
            }
        }
    }

    #[test]
    fn what_fails_for_different_reasons_asks_for_different_things() {
        let code = |reason| AccountState::Failing.advice(Some(reason)).code;
        assert_eq!(code("timeout"), "wait_for_server");
        assert_eq!(code("tls"), "check_certificate");
        assert_eq!(code("redirected"), "check_server_address");
        assert_eq!(code("something new"), "look_into_log");
    }
}
