//! `voiceassist account`: people's connections to Nextcloud.

mod health;
mod receipts;

use chrono::TimeDelta;
use serde_json::json;
use voiceassist_model::{InstanceId, Principal};
use voiceassist_store::accounts::Account;
use voiceassist_store::{Page, Store};

use super::{Context, Failure};
use crate::account;
use crate::config::Config;
use crate::wiring::{self, World};

/// How long a token minted here lasts.
const TOKEN_LIFETIME: TimeDelta = TimeDelta::minutes(10);

/// Arguments of `account`.
#[derive(Debug, clap::Args)]
pub struct AccountArguments {
    #[command(subcommand)]
    command: AccountCommand,
    /// Print JSON.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, clap::Subcommand)]
enum AccountCommand {
    /// Connect a person: prints a link to open in their browser and waits.
    Connect,
    /// List the accounts and how they are.
    List,
    /// Take the app password back and forget the account with everything only it could read.
    Disconnect {
        /// Nextcloud's user id.
        user: String,
    },
    /// Say how the connections fare and what to do about those that do not.
    Health,
    /// List the receipts of people who were removed: what went with them, and whether the index has let go of it.
    Receipts,
    /// Print an access token for the API that lasts ten minutes.
    Token {
        /// Nextcloud's user id.
        user: String,
    },
}

/// Runs one of them.
pub async fn run(context: &Context, arguments: &AccountArguments) -> Result<(), Failure> {
    let config = context.config()?;
    let world = World::real();
    let store = wiring::store(&config, &world).await.map_err(Failure::Unreachable)?;
    match &arguments.command {
        AccountCommand::Connect => connect(&config, &store, arguments.json).await,
        AccountCommand::List => list(&store, arguments.json).await,
        AccountCommand::Health => health::run(&config, &store, arguments.json).await,
        AccountCommand::Receipts => receipts::run(&store, arguments.json).await,
        AccountCommand::Disconnect { user } => disconnect(&config, &store, user, arguments.json).await,
        AccountCommand::Token { user } => {
            let token = token(&config, &world, &store, user).await?;
            if arguments.json {
                println!("{}", json!({ "token": token, "expires_in": TOKEN_LIFETIME.num_seconds() }));
            } else {
                println!("{token}");
            }
            Ok(())
        }
    }
}

async fn connect(config: &Config, store: &Store, as_json: bool) -> Result<(), Failure> {
    let connections = wiring::connections(config, store)?;
    let connected = account::connect(store, &connections, &config.nextcloud.base_url, |link| {
        if as_json {
            println!("{}", json!({ "login_url": link.as_str() }));
        } else {
            println!(
                "Open this link in a browser, sign in to Nextcloud and grant access:\n\n  {link}\n\nWaiting…"
            );
        }
        Ok(())
    })
    .await
    .map_err(Failure::Unreachable)?;
    if as_json {
        println!(
            "{}",
            json!({ "account": connected.id, "user": connected.user_id, "display_name": connected.display_name })
        );
    } else {
        println!(
            "Connected {} ({}). The daemon reads the files now; `voiceassist sync` shows how far it is.",
            connected.display_name, connected.user_id
        );
    }
    Ok(())
}

async fn list(store: &Store, as_json: bool) -> Result<(), Failure> {
    let accounts = all(store).await?;
    for account in &accounts {
        if as_json {
            println!(
                "{}",
                json!({
                    "account": account.id,
                    "user": account.user_id,
                    "display_name": account.display_name,
                    "state": account.state.as_str(),
                    "reason": account.state_reason,
                    "last_synced_at": account.last_synced_at,
                })
            );
        } else {
            let synced = account
                .last_synced_at
                .map_or_else(|| "never".to_owned(), |at| at.format("%Y-%m-%d %H:%M:%S UTC").to_string());
            let reason =
                account.state_reason.as_deref().map(|reason| format!(" ({reason})")).unwrap_or_default();
            println!("{:20} {}{reason}, last looked at {synced}", account.user_id, account.state.as_str());
        }
    }
    if accounts.is_empty() && !as_json {
        println!("No account is connected. Start with `voiceassist account connect`.");
    }
    Ok(())
}

async fn disconnect(config: &Config, store: &Store, user: &str, as_json: bool) -> Result<(), Failure> {
    let account = find(store, config, user).await?;
    let connections = wiring::connections(config, store)?;
    if let Err(error) = account::revoke(&connections, account.id).await {
        eprintln!(
            "The app password could not be taken back ({error:#}); remove it in Nextcloud's security settings."
        );
    }
    let receipt = store.accounts().remove(account.id).await?;
    match receipt {
        Some(receipt) if as_json => println!("{}", receipts::described(&receipt)),
        Some(receipt) => println!(
            "Forgot {user}: {} documents only they could read were deleted, {} stay for others. Receipt {}.",
            receipt.documents_purged, receipt.documents_kept, receipt.id
        ),
        None => println!("{user} was already gone."),
    }
    Ok(())
}

/// A token for the person.
pub(super) async fn token(
    config: &Config,
    world: &World,
    store: &Store,
    user: &str,
) -> Result<String, Failure> {
    let account = find(store, config, user).await?;
    let principal = Principal { account: account.id, instance: account.instance, user_id: account.user_id };
    let id = world.randomness.uuid(&*world.clock);
    Ok(wiring::tokens(config, world)?.issue(&principal, TOKEN_LIFETIME, id)?)
}

/// The person's account on the configured Nextcloud.
pub(super) async fn find(store: &Store, config: &Config, user: &str) -> Result<Account, Failure> {
    let instance: InstanceId = store.instances().ensure(&config.nextcloud.base_url).await?;
    store.accounts().find_by_user(instance, user).await?.ok_or_else(|| {
        Failure::Other(anyhow::anyhow!(
            "no account is connected for the user id {user}; see `voiceassist account list`"
        ))
    })
}

/// Every account, page by page.
pub(super) async fn all(store: &Store) -> Result<Vec<Account>, Failure> {
    let mut accounts = Vec::new();
    let mut page = Page::first(200);
    loop {
        let listed = store.accounts().list(&page).await?;
        accounts.extend(listed.items);
        match listed.next {
            Some(next) => page = Page { after: Some(next), limit: 200 },
            None => return Ok(accounts),
        }
    }
}
