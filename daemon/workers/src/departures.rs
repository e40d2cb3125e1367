//! People whom the server no longer knows.
//!
//! Nextcloud answers the app password of a deleted user like any wrong one, so an account whose password was refused is
//! asked about through somebody else of the same server. Only what the server says there makes an account *gone*; while
//! nobody can be asked it stays *revoked*. Either way it reads nothing from the first refusal on. Before what was kept
//! for a gone person is purged, the server is asked once more, and whoever exists again is merely to connect again.

use voiceassist_dav::{FindPrincipal, UserId};
use voiceassist_model::AccountId;
use voiceassist_store::accounts::{Account, AccountState};

use crate::{Context, JobError};

/// Others through whom the server is asked at most.
const PEERS: u32 = 3;

/// Looks whether the person behind a refused password still exists, and says so on the account.
pub async fn look(context: &Context, account: AccountId) -> Result<AccountState, JobError> {
    let accounts = context.store.accounts();
    let Some(found) = accounts.find(account).await? else { return Ok(AccountState::Gone) };
    if found.is_being_removed() || !matches!(found.state, AccountState::Revoked | AccountState::Gone) {
        return Ok(found.state);
    }
    let state = match exists(context, &found).await? {
        Some(true) => AccountState::Revoked,
        Some(false) => AccountState::Gone,
        None => found.state,
    };
    if state != found.state {
        accounts.set_state(account, state, found.state_reason.as_deref(), None).await?;
        tracing::info!(account.id = %account, state = state.as_str(), "the server was asked about a user");
    }
    Ok(state)
}

/// What the server says about the person through somebody else; `None` when nobody can be asked.
async fn exists(context: &Context, account: &Account) -> Result<Option<bool>, JobError> {
    let Ok(user) = UserId::new(account.user_id.clone()) else { return Ok(None) };
    for peer in context.store.accounts().peers(account.id, PEERS).await? {
        let Ok(connected) = context.connections.of(peer).await else { continue };
        match connected.client.send(&FindPrincipal { user: user.clone() }).await {
            Ok(exists) => return Ok(Some(exists)),
            Err(error) => tracing::debug!(account.id = %peer, %error, "another account is asked instead"),
        }
    }
    Ok(None)
}
