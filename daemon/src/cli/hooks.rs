//! `voiceassist hooks`: being told by Nextcloud that something changed.
//!
//! An administrator's password is read from a file or standard input for this one run; it is neither kept nor accepted
//! as an argument, where other users of the machine could see it.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;
use voiceassist_dav::Client;
use voiceassist_model::InstanceId;
use voiceassist_store::Store;
use voiceassist_store::audit::{Action, Actor, Entry, Subject};
use voiceassist_store::hook_keys::HookKeyKind;

use super::{Context, Failure};
use crate::audit::operated;
use crate::config::Config;
use crate::hooks::{self, Registered};
use crate::wiring::{self, World};

/// Longer passwords are no passwords.
const MAX_PASSWORD_BYTES: u64 = 4_096;

/// Arguments of `hooks`.
#[derive(Debug, clap::Args)]
pub struct HooksArguments {
    #[command(subcommand)]
    command: HooksCommand,
    /// Print JSON.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, clap::Subcommand)]
enum HooksCommand {
    /// Have Nextcloud tell the daemon about changed files, calendars and contacts. May be run again at any time.
    Register {
        #[command(flatten)]
        server: ServerArguments,
        /// Make a new token even if everything is in place.
        #[arg(long)]
        renew: bool,
    },
    /// List the keys that hints are proved with; with an administrator, the listeners on the server too.
    List {
        /// Public address of the daemon.
        #[arg(long, value_name = "URL", requires = "admin_user")]
        url: Option<String>,
        /// An administrator's login name.
        #[arg(long, value_name = "NAME", requires = "url")]
        admin_user: Option<String>,
        /// File with the administrator's password, best an app password; `-` is standard input.
        #[arg(long, value_name = "FILE", default_value = "-")]
        admin_password_file: PathBuf,
    },
    /// Have Nextcloud tell the daemon nothing any more.
    Remove {
        #[command(flatten)]
        server: ServerArguments,
    },
    /// Make a secret and print it once: a listener's token, or the signing key of the app in Nextcloud.
    Secret {
        /// A signing key for the app instead of a listener's token.
        #[arg(long)]
        app: bool,
    },
}

#[derive(Debug, clap::Args)]
struct ServerArguments {
    /// Public address of the daemon, as Nextcloud reaches it.
    #[arg(long, value_name = "URL")]
    url: String,
    /// An administrator's login name.
    #[arg(long, value_name = "NAME")]
    admin_user: String,
    /// File with the administrator's password, best an app password; `-` is standard input.
    #[arg(long, value_name = "FILE", default_value = "-")]
    admin_password_file: PathBuf,
}

/// Runs one of them.
pub async fn run(context: &Context, arguments: &HooksArguments) -> Result<(), Failure> {
    let config = context.config()?;
    let store = wiring::store(&config, &World::real()).await.map_err(Failure::Unreachable)?;
    let instance = store.instances().ensure(&config.nextcloud.base_url).await?;
    let insecure = context.insecure_dev;
    match &arguments.command {
        HooksCommand::Register { server, renew } => {
            let url = hooks::delivery_url(&server.url, insecure)?;
            let admin = administrator(&config, &store, &server.admin_user, &server.admin_password_file)?;
            let register = hooks::register(&admin, &store, instance, &url, *renew);
            let done = operated(&store, changed(instance).code("change", "register"), register).await?;
            report_registered(&done, &url, arguments.json);
            Ok(())
        }
        HooksCommand::List { url, admin_user, admin_password_file } => {
            list_keys(&store, instance, arguments.json).await?;
            let (Some(url), Some(user)) = (url, admin_user) else { return Ok(()) };
            let url = hooks::delivery_url(url, insecure)?;
            let admin = administrator(&config, &store, user, admin_password_file)?;
            list_listeners(&admin, &url, arguments.json).await
        }
        HooksCommand::Remove { server } => {
            let url = hooks::delivery_url(&server.url, insecure)?;
            let admin = administrator(&config, &store, &server.admin_user, &server.admin_password_file)?;
            let remove = hooks::remove(&admin, &store, instance, &url);
            let removed = operated(&store, changed(instance).code("change", "remove"), remove).await?;
            if arguments.json {
                println!("{}", json!({ "removed": removed }));
            } else {
                println!("Removed {removed} listeners. Changes are found by the regular looks alone.");
            }
            Ok(())
        }
        HooksCommand::Secret { app } => secret(&store, instance, *app, arguments.json).await,
    }
}

fn administrator(config: &Config, store: &Store, user: &str, password: &Path) -> Result<Client, Failure> {
    let connections = wiring::connections(config, store)?;
    let password = read_password(password)?;
    Ok(hooks::administrator(connections.transport(), &config.nextcloud.base_url, user, password)?)
}

fn read_password(file: &Path) -> anyhow::Result<SecretString> {
    let mut text = String::new();
    let read = if file == Path::new("-") {
        std::io::stdin().take(MAX_PASSWORD_BYTES).read_to_string(&mut text)
    } else {
        std::fs::File::open(file).and_then(|file| file.take(MAX_PASSWORD_BYTES).read_to_string(&mut text))
    };
    read.context("reading the administrator's password")?;
    let password = text.trim_end_matches(['\r', '\n']);
    anyhow::ensure!(!password.is_empty(), "the administrator's password is empty");
    Ok(SecretString::from(password.to_owned()))
}

fn report_registered(done: &Registered, url: &str, as_json: bool) {
    let Registered { made, removed, not_offered } = done;
    if as_json {
        println!("{}", json!({ "url": url, "made": made, "removed": removed, "not_offered": not_offered }));
        return;
    }
    if *made == 0 {
        println!("Nothing to do: Nextcloud already tells {url}.");
    } else {
        println!("Nextcloud tells {url} from now on ({made} listeners, {removed} old ones removed).");
    }
    if !not_offered.is_empty() {
        let kinds = not_offered.iter().copied().collect::<Vec<_>>().join(", ");
        println!("This version of Nextcloud tells listeners nothing of: {kinds}.");
    }
    println!(
        "\nWhat the server needs:\n\
         - a background worker, or hints wait for the next cron run (usually five minutes):\n  \
           occ background-job:worker -i 1 'OCA\\WebhookListeners\\BackgroundJobs\\WebhookCall'\n\
         - to reach this address; on a private network set allow_local_remote_servers in its config.php\n\
         - up to five minutes until it notices new listeners\n\
         Shares are not among the events of listeners; the app in Nextcloud and the push service tell of those."
    );
}

async fn list_keys(store: &Store, instance: InstanceId, as_json: bool) -> Result<(), Failure> {
    let keys = store.hook_keys().list(instance).await?;
    for key in &keys {
        if as_json {
            println!(
                "{}",
                json!({
                    "key": key.id, "kind": key.kind.as_str(), "created_at": key.created_at,
                    "last_used_at": key.last_used_at, "expires_at": key.expires_at,
                })
            );
        } else {
            let used = key
                .last_used_at
                .map_or_else(|| "never".to_owned(), |at| at.format("%Y-%m-%d %H:%M UTC").to_string());
            let ends = if key.expires_at.is_some() { ", replaced" } else { "" };
            println!("{}  {:8}  last used {used}{ends}", key.id, key.kind.as_str());
        }
    }
    if keys.is_empty() && !as_json {
        println!("No key yet. Start with `voiceassist hooks register`.");
    }
    Ok(())
}

async fn list_listeners(admin: &Client, url: &str, as_json: bool) -> Result<(), Failure> {
    for hook in hooks::ours(admin, url).await? {
        if as_json {
            println!("{}", json!({ "listener": hook.id, "event": hook.event }));
        } else {
            println!("listener {:4}  {}", hook.id, hook.event);
        }
    }
    Ok(())
}

/// What the log says of a change of who may send hints.
fn changed(instance: InstanceId) -> Entry {
    Entry::new(Actor::Operator, Action::HooksChange).about(Subject::Instance(instance))
}

async fn secret(store: &Store, instance: InstanceId, app: bool, as_json: bool) -> Result<(), Failure> {
    let keys = store.hook_keys();
    let entry = changed(instance).code("change", "secret").flag("app", app);
    let (kind, (id, secret)) = if app {
        (HookKeyKind::App, operated(store, entry, keys.issue_app(instance)).await?)
    } else {
        (HookKeyKind::Listener, operated(store, entry, keys.issue_listener(instance)).await?)
    };
    let secret = secret.expose_secret();
    if as_json {
        println!("{}", json!({ "key": id, "kind": kind.as_str(), "secret": secret }));
    } else {
        println!("key id: {id}\nsecret: {secret}\nThe secret is not shown again.");
    }
    Ok(())
}
