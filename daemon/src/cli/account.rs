//! `voiceassist account`: people's connections to Nextcloud.

mod health;
mod receipts;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use voiceassist_model::{AccountId, InstanceId, Principal, Role, Roles};
use voiceassist_server::connector::Connector as _;
use voiceassist_store::accounts::Account;
use voiceassist_store::audit::{Action, Actor, Entry, Subject};
use voiceassist_store::{Page, Store};

use super::{Context, Failure};
use crate::audit::{by_operator, operated};
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
    /// List the accounts, how they are and what to do.
    List,
    /// Show one account: its state, what to do, how far the mirror is.
    Show {
        /// Nextcloud's user id.
        user: String,
    },
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
        /// For a person without an account: the token is good for connecting one, and for nothing else until then.
        #[arg(long)]
        new: bool,
        /// What the person is, beside what everybody is: `medical_staff`, auditor or admin. In Nextcloud groups say it.
        #[arg(long, value_name = "ROLE", value_parser = role)]
        role: Vec<Role>,
    },
}

/// A role by its name.
fn role(name: &str) -> Result<Role, String> {
    let known = || Role::ALL.map(Role::as_str).join(", ");
    Role::ALL
        .into_iter()
        .find(|role| role.as_str() == name)
        .ok_or_else(|| format!("the roles are {}", known()))
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
        AccountCommand::Show { user } => show(&config, &store, user, arguments.json).await,
        AccountCommand::Disconnect { user } => disconnect(&config, &store, user, arguments.json).await,
        AccountCommand::Token { user, new, role } => {
            let token = if *new {
                newcomer_token(&config, &world, &store, user, role).await?
            } else {
                token(&config, &world, &store, user, role).await?
            };
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
    let accounts = wiring::accounts(config, store, &connections);
    let connected = accounts
        .connect(|link| {
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
            println!("{}", as_value(account));
        } else {
            let reason =
                account.state_reason.as_deref().map(|reason| format!(" ({reason})")).unwrap_or_default();
            let synced = moment(account.last_synced_at);
            println!("{:20} {}{reason}, last looked at {synced}", account.user_id, account.state.as_str());
        }
    }
    if accounts.is_empty() && !as_json {
        println!("No account is connected. Start with `voiceassist account connect`.");
    }
    Ok(())
}

fn moment(at: Option<DateTime<Utc>>) -> String {
    at.map_or_else(|| "never".to_owned(), |at| at.format("%Y-%m-%d %H:%M:%S UTC").to_string())
}

fn as_value(account: &Account) -> Value {
    json!({
        "account": account.id,
        "user": account.user_id,
        "display_name": account.display_name,
        "state": account.state.as_str(),
        "since": account.state_since,
        "reason": account.state_reason,
        "last_synced_at": account.last_synced_at,
    })
}

async fn show(config: &Config, store: &Store, user: &str, as_json: bool) -> Result<(), Failure> {
    let account = find(store, config, user).await?;
    let following = store.nudges().follow(account.id).await?;
    let counts = store.documents().counts(Some(account.id)).await?;
    let lag = following.as_ref().map_or(0, |following| following.lag_seconds);
    let nudged = following.and_then(|following| following.last_nudge_at);
    if as_json {
        let mut value = as_value(&account);
        let documents: serde_json::Map<String, Value> =
            counts.iter().map(|(state, count)| (state.as_str().to_owned(), json!(count))).collect();
        value["documents"] = Value::Object(documents);
        value["last_nudge_at"] = json!(nudged);
        value["lag_seconds"] = json!(lag);
        println!("{value}");
        return Ok(());
    }
    let state = &account;
    let reason = state.state_reason.as_deref().map(|reason| format!(" ({reason})")).unwrap_or_default();
    println!("{} · {}", state.user_id, state.display_name);
    println!("State        {}{reason} since {}", state.state.as_str(), moment(Some(state.state_since)));
    println!("Looked at    {}", moment(state.last_synced_at));
    println!("Nudged at    {}, {lag} s behind", moment(nudged));
    let counts: Vec<String> = counts
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(state, count)| format!("{count} {}", state.as_str()))
        .collect();
    println!("Documents    {}", if counts.is_empty() { "none yet".to_owned() } else { counts.join(", ") });
    Ok(())
}

async fn disconnect(config: &Config, store: &Store, user: &str, as_json: bool) -> Result<(), Failure> {
    let account = find(store, config, user).await?;
    let connections = wiring::connections(config, store)?;
    let entry = Entry::new(Actor::Operator, Action::AccountRemove).about(Subject::Account(account.id));
    let accounts = wiring::accounts(config, store, &connections);
    let ended = operated(store, entry, accounts.end(account.id)).await?;
    if !ended.revoked {
        eprintln!("The app password could not be taken back; remove it in Nextcloud's security settings.");
    }
    let receipt = ended.receipt;
    if as_json {
        let mut told = receipts::described(&receipt);
        told["app_password_revoked"] = ended.revoked.into();
        println!("{told}");
    } else {
        println!(
            "Forgot {user}: {} documents only they could read were deleted, {} stay for others. Receipt {}.",
            receipt.documents_purged, receipt.documents_kept, receipt.id
        );
    }
    Ok(())
}

/// A token for a person who has no account yet. It names an account that is nobody's, so nothing but connecting works
/// with it.
async fn newcomer_token(
    config: &Config,
    world: &World,
    store: &Store,
    user: &str,
    roles: &[Role],
) -> Result<String, Failure> {
    let instance = store.instances().ensure(&config.nextcloud.base_url).await?;
    let id = world.randomness.uuid(&*world.clock);
    let principal = Principal { account: AccountId::from_uuid(id), instance, user_id: user.to_owned() };
    let entry = Entry::new(Actor::Operator, Action::TokenMint).about(Subject::Instance(instance));
    store.audit().append(by_operator(entry)).await?;
    let roles = roles_of(config, roles);
    Ok(wiring::tokens(config, world, store).await?.issue(&principal, &roles, TOKEN_LIFETIME, id)?)
}

/// A token for the person.
pub(super) async fn token(
    config: &Config,
    world: &World,
    store: &Store,
    user: &str,
    roles: &[Role],
) -> Result<String, Failure> {
    let account = find(store, config, user).await?;
    let principal = Principal { account: account.id, instance: account.instance, user_id: account.user_id };
    let entry = Entry::new(Actor::Operator, Action::TokenMint).about(Subject::Account(account.id));
    store.audit().append(by_operator(entry)).await?;
    let id = world.randomness.uuid(&*world.clock);
    let roles = roles_of(config, roles);
    Ok(wiring::tokens(config, world, store).await?.issue(&principal, &roles, TOKEN_LIFETIME, id)?)
}

/// Nextcloud's groups are not known here: what a person in none of them is, and what was asked for by name.
fn roles_of(config: &Config, named: &[Role]) -> Roles {
    let mut roles = wiring::role_groups(config).roles_of(&[]);
    roles.extend(named);
    roles
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
