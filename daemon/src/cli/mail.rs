//! `voiceassist mail`: people's mailboxes.
//!
//! A mailbox is tried before it is kept, so that a wrong name or password is said at once and to the one who can mend it.
//! Secrets come from a file or from standard input, never from the command line, where others could see them. Every change
//! is in the audit log, and so is every message that is shown ([`messages`]).

mod messages;

use std::io::Read as _;
use std::path::{Path, PathBuf};

use secrecy::SecretString;
use serde_json::json;
use uuid::Uuid;
use voiceassist_dav::egress::EgressError;
use voiceassist_dav::imap::{FolderName, ImapError, MailConnection, MailCredentials, Security, TlsTrust};
use voiceassist_model::{AccountId, MailAccountId, MailContentId, MailFolderId};
use voiceassist_store::audit::{Action, Actor, Entry, Subject};
use voiceassist_store::mail::{Folder, MailAccount};
use voiceassist_store::{Job, Store};
use voiceassist_workers::sync::mail::plan_mail;

use super::{Context, Failure, account};
use crate::audit::operated;
use crate::config::Config;
use crate::wiring::{self, World};
use crate::{egress, telemetry};

/// The longest secret that is read.
const MAX_SECRET_BYTES: u64 = 64 * 1024;

/// Arguments of `mail`.
#[derive(Debug, clap::Args)]
pub struct MailArguments {
    #[command(subcommand)]
    command: MailCommand,
    /// Print JSON.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, clap::Subcommand)]
enum MailCommand {
    /// Try a mailbox and keep it.
    Add(Server),
    /// Try a mailbox and keep nothing.
    Test(Server),
    /// List a person's mailboxes and how they are.
    List {
        /// Nextcloud's user id.
        user: String,
    },
    /// List the folders of a person's mailboxes, which are mirrored and how far.
    Folders {
        /// Nextcloud's user id.
        user: String,
    },
    /// Say whether a folder is mirrored.
    Choose {
        /// Nextcloud's user id.
        user: String,
        /// The folder's id, as `folders` shows it.
        folder: MailFolderId,
        /// Mirror it, leave it, or go by what it is for.
        choice: Choice,
    },
    /// Give a mailbox another password or token, as one that is refused needs. It is tried first.
    SignIn {
        /// Nextcloud's user id.
        user: String,
        /// The mailbox's id, as `list` shows it.
        mailbox: MailAccountId,
        /// Another name to sign in with; without it the present one.
        #[arg(long, value_name = "NAME")]
        login: Option<String>,
        /// The secret is an OAuth access token and not a password.
        #[arg(long)]
        oauth: bool,
        /// Where the secret is; without it, standard input. A line end behind it is not part of it.
        #[arg(long, value_name = "FILE")]
        secret_file: Option<PathBuf>,
    },
    /// Find messages, newest first.
    Search(messages::SearchArguments),
    /// Show one message with its text and that of its attachments.
    Show {
        /// Nextcloud's user id.
        user: String,
        /// The message's id, as `search` shows it.
        message: MailContentId,
    },
    /// Show the messages of a conversation, newest first.
    Thread {
        /// Nextcloud's user id.
        user: String,
        /// The conversation's id, as `search --json` shows it.
        thread: Uuid,
    },
    /// Forget a mailbox with everything mirrored of it. Nothing changes on the mail server.
    Remove {
        /// Nextcloud's user id.
        user: String,
        /// The mailbox's id, as `list` shows it.
        mailbox: MailAccountId,
    },
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Choice {
    /// Mirror it.
    Take,
    /// Leave it, and forget what was mirrored of it.
    Leave,
    /// Go by what it is for: drafts, junk, trash and views of everything are left.
    Default,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Encryption {
    /// From the first octet, usually port 993.
    Tls,
    /// Asked for before anything else, usually port 143.
    Starttls,
    /// None, to a server on this machine; needs --insecure-dev.
    None,
}

#[derive(Debug, clap::Args)]
struct Server {
    /// Nextcloud's user id of the mailbox's owner.
    user: String,
    /// The mail server's name.
    #[arg(long)]
    host: String,
    /// Its port; without it the usual one.
    #[arg(long)]
    port: Option<u16>,
    /// How the line is encrypted.
    #[arg(long, value_enum, default_value = "tls")]
    encryption: Encryption,
    /// The name to sign in with.
    #[arg(long, value_name = "NAME")]
    login: String,
    /// The secret is an OAuth access token and not a password.
    #[arg(long)]
    oauth: bool,
    /// Where the secret is; without it, standard input. A line end behind it is not part of it.
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
}

/// Runs one of them.
pub async fn run(context: &Context, arguments: &MailArguments) -> Result<(), Failure> {
    let config = context.config()?;
    telemetry::start_log(&config.log)?;
    let world = World::real();
    let store = wiring::store(&config, &world).await.map_err(Failure::Unreachable)?;
    match &arguments.command {
        MailCommand::Test(server) => {
            account::find(&store, &config, &server.user).await?;
            tried(context, &config, server, arguments.json).await.map(drop)
        }
        MailCommand::Add(server) => add(context, &config, &store, server, arguments.json).await,
        MailCommand::List { user } => list(&config, &store, user, arguments.json).await,
        MailCommand::Folders { user } => folders(&config, &store, user, arguments.json).await,
        MailCommand::Choose { user, folder, choice } => choose(&config, &store, user, *folder, *choice).await,
        MailCommand::SignIn { user, mailbox, login, oauth, secret_file } => {
            let owner = account::find(&store, &config, user).await?.id;
            let secret = secret(secret_file.as_deref())?;
            sign_in(&config, &store, owner, *mailbox, login.clone(), secret, *oauth).await
        }
        MailCommand::Search(search) => {
            let owner = account::find(&store, &config, search.user()).await?;
            messages::search(&store, owner.id, search, arguments.json).await
        }
        MailCommand::Show { user, message } => {
            let owner = account::find(&store, &config, user).await?;
            messages::show(&store, owner.id, *message, arguments.json).await
        }
        MailCommand::Thread { user, thread } => {
            let owner = account::find(&store, &config, user).await?;
            messages::thread(&store, owner.id, *thread, arguments.json).await
        }
        MailCommand::Remove { user, mailbox } => {
            let owner = account::find(&store, &config, user).await?;
            let remove = store.mail().remove(owner.id, *mailbox);
            let removed = operated(&store, changed(owner.id, "remove"), remove).await?;
            if removed { Ok(()) } else { Err(Failure::NothingFound) }
        }
    }
}

async fn add(
    context: &Context,
    config: &Config,
    store: &Store,
    server: &Server,
    as_json: bool,
) -> Result<(), Failure> {
    let owner = account::find(store, config, &server.user).await?;
    let connection = tried(context, config, server, as_json).await?;
    let sealed = connection.write();
    let kept = operated(store, changed(owner.id, "add"), store.mail().add(owner.id, &sealed)).await?;
    let Some(mailbox) = kept else {
        return Err(Failure::Other(anyhow::anyhow!("the person has too many mailboxes; remove one first")));
    };
    store.jobs().enqueue_now(Job::SyncMail { mailbox }).await?;
    if as_json {
        println!("{}", json!({ "mailbox": mailbox }));
    } else {
        println!("Kept as {mailbox}. `voiceassist mail folders {}` shows how far it is.", server.user);
    }
    Ok(())
}

/// What the log says of a change of somebody's mailboxes.
fn changed(owner: AccountId, how: &'static str) -> Entry {
    Entry::new(Actor::Operator, Action::MailChange).about(Subject::Account(owner)).code("change", how)
}

/// Tries another way to sign in and keeps it.
async fn sign_in(
    config: &Config,
    store: &Store,
    owner: AccountId,
    mailbox: MailAccountId,
    login: Option<String>,
    secret: SecretString,
    oauth: bool,
) -> Result<(), Failure> {
    let sealed = store.mail().sign_in_of(owner, mailbox).await?.ok_or(Failure::NothingFound)?;
    let present = MailConnection::read(&sealed)
        .ok_or_else(|| Failure::Other(anyhow::anyhow!("the mailbox was kept by another release")))?;
    let login_name = login.unwrap_or_else(|| present.credentials.login_name().to_owned());
    let other = MailConnection { credentials: credentials(login_name, secret, oauth), ..present };
    other
        .try_out(&trust()?, &egress::destinations(config)?)
        .await
        .map_err(|error| Failure::Unreachable(anyhow::Error::new(error).context("trying the mailbox")))?;
    let other = other.write();
    let replace = store.mail().replace_connection(owner, mailbox, &other);
    if !operated(store, changed(owner, "change"), replace).await? {
        return Err(Failure::NothingFound);
    }
    store.jobs().enqueue_now(Job::SyncMail { mailbox }).await?;
    Ok(())
}

/// Signs in, lists the folders and says what would be mirrored.
async fn tried(
    context: &Context,
    config: &Config,
    server: &Server,
    as_json: bool,
) -> Result<MailConnection, Failure> {
    let connection = connection(context, server)?;
    let destinations = egress::destinations(config)?;
    let listed = connection.try_out(&trust()?, &destinations).await.map_err(|error| {
        if matches!(error, ImapError::NotReached(EgressError::NotConfigured)) {
            return Failure::Other(anyhow::anyhow!(
                "the server is not one that may be reached; add {} to mail.servers first",
                connection.host
            ));
        }
        Failure::Unreachable(anyhow::Error::new(error).context("trying the mailbox"))
    })?;
    for folder in listed {
        let mirrored = folder.selectable && folder.role.by_default();
        let (role, name) = (folder.role.as_str(), folder.name.text());
        if as_json {
            println!("{}", json!({ "folder": name, "role": role, "mirrored": mirrored }));
        } else {
            println!("{:9} {role:9} {name}", if mirrored { "mirrored" } else { "left" });
        }
    }
    Ok(connection)
}

fn trust() -> Result<TlsTrust, Failure> {
    TlsTrust::new(&[]).map_err(|error| Failure::Unreachable(error.into()))
}

fn connection(context: &Context, server: &Server) -> Result<MailConnection, Failure> {
    let (security, usual) = match server.encryption {
        Encryption::Tls => (Security::ImplicitTls, 993),
        Encryption::Starttls => (Security::StartTls, 143),
        Encryption::None if context.insecure_dev => (Security::PlainOnLoopback, 143),
        Encryption::None => {
            return Err(Failure::Other(anyhow::anyhow!(
                "a mailbox is not read over a line without encryption (--insecure-dev allows it on this machine)"
            )));
        }
    };
    let secret = secret(server.secret_file.as_deref())?;
    let credentials = credentials(server.login.clone(), secret, server.oauth);
    Ok(MailConnection {
        host: server.host.clone(),
        port: server.port.unwrap_or(usual),
        security,
        credentials,
    })
}

fn credentials(login_name: String, secret: SecretString, oauth: bool) -> MailCredentials {
    if oauth {
        MailCredentials::OAuth { login_name, token: secret }
    } else {
        MailCredentials::Password { login_name, secret }
    }
}

fn secret(file: Option<&Path>) -> Result<SecretString, Failure> {
    let mut text = String::new();
    match file {
        Some(file) => std::fs::File::open(file)?.take(MAX_SECRET_BYTES).read_to_string(&mut text)?,
        None => std::io::stdin().lock().take(MAX_SECRET_BYTES).read_to_string(&mut text)?,
    };
    let secret = text.trim_end_matches(['\r', '\n']);
    if secret.is_empty() {
        return Err(Failure::Other(anyhow::anyhow!("the secret is empty")));
    }
    Ok(SecretString::from(secret))
}

async fn list(config: &Config, store: &Store, user: &str, as_json: bool) -> Result<(), Failure> {
    let owner = account::find(store, config, user).await?;
    for mailbox in store.mail().list(owner.id).await? {
        let counts = store.mail().count_contents(mailbox.id).await?;
        if as_json {
            let counts: serde_json::Map<_, _> =
                counts.iter().map(|(state, count)| (state.as_str().to_owned(), json!(count))).collect();
            println!("{}", as_value(&mailbox, &counts));
        } else {
            let counts: Vec<String> =
                counts.iter().map(|(state, count)| format!("{count} {}", state.as_str())).collect();
            let reason = mailbox.reason.as_deref().map(|reason| format!(" ({reason})")).unwrap_or_default();
            println!("{} {}{reason}: {}", mailbox.id, mailbox.state.as_str(), counts.join(", "));
        }
    }
    Ok(())
}

fn as_value(mailbox: &MailAccount, counts: &serde_json::Map<String, serde_json::Value>) -> serde_json::Value {
    json!({
        "mailbox": mailbox.id, "state": mailbox.state.as_str(), "reason": mailbox.reason,
        "state_since": mailbox.state_since, "last_synced_at": mailbox.last_synced_at, "messages": counts,
    })
}

async fn folders(config: &Config, store: &Store, user: &str, as_json: bool) -> Result<(), Failure> {
    let owner = account::find(store, config, user).await?;
    for mailbox in store.mail().list(owner.id).await? {
        for folder in store.mail().folders(mailbox.id).await? {
            let messages = store.mail().count_messages(folder.id).await?;
            if as_json {
                println!(
                    "{}",
                    json!({
                        "mailbox": mailbox.id, "folder": folder.id, "name": name(&folder), "role": folder.role,
                        "chosen": folder.chosen, "messages": messages, "synced_at": folder.synced_at,
                        "complete": is_complete(&folder), "reason": folder.reason,
                    })
                );
            } else {
                let how = match (&folder.reason, folder.synced_at, is_complete(&folder)) {
                    (Some(reason), ..) => reason.clone(),
                    (None, None, _) => "left".to_owned(),
                    (None, Some(_), true) => "complete".to_owned(),
                    (None, Some(_), false) => "older messages follow".to_owned(),
                };
                println!("{} {:9} {messages:8} {how:22} {}", folder.id, folder.role, name(&folder));
            }
        }
    }
    Ok(())
}

fn is_complete(folder: &Folder) -> bool {
    folder.cursor.uid_validity.is_some() && folder.cursor.backfill_below.is_none()
}

fn name(folder: &Folder) -> String {
    FolderName::from_wire(&folder.name).map_or_else(|_| folder.name.clone(), |name| name.text())
}

async fn choose(
    config: &Config,
    store: &Store,
    user: &str,
    folder: MailFolderId,
    choice: Choice,
) -> Result<(), Failure> {
    let owner = account::find(store, config, user).await?;
    let entry = || changed(owner.id, "change");
    let chosen = match choice {
        Choice::Take => Some(true),
        Choice::Leave => Some(false),
        Choice::Default => None,
    };
    for mailbox in store.mail().list(owner.id).await? {
        let choose = store.mail().choose_folder(mailbox.id, folder, chosen);
        if operated(store, entry(), choose).await? {
            store.jobs().enqueue_now(Job::SyncMail { mailbox: mailbox.id }).await?;
            return Ok(());
        }
    }
    Err(Failure::NothingFound)
}

/// Prints what a look at these accounts' mailboxes would do. Changes nothing.
pub(super) async fn plan(
    config: &Config,
    store: &Store,
    accounts: &[voiceassist_store::accounts::Account],
    as_json: bool,
) -> Result<(), Failure> {
    let (trust, destinations) = (trust()?, egress::destinations(config)?);
    let mut failed = false;
    for account in accounts {
        for mailbox in store.mail().list(account.id).await? {
            match plan_mail(store, &trust, &destinations, mailbox.id).await {
                Ok(plans) => {
                    for (folder, plan) in plans {
                        if as_json {
                            println!(
                                "{}",
                                json!({ "mailbox": mailbox.id, "folder": folder, "plan": plan.to_string() })
                            );
                        } else {
                            println!("{} {folder}: {plan}", account.user_id);
                        }
                    }
                }
                Err(error) => {
                    failed = true;
                    eprintln!("{}: {error}", account.user_id);
                }
            }
        }
    }
    if failed { Err(Failure::Partial) } else { Ok(()) }
}

/// Queues a look at every mailbox of these accounts.
pub(super) async fn enqueue(
    store: &Store,
    accounts: &[voiceassist_store::accounts::Account],
) -> Result<(), Failure> {
    for account in accounts {
        for mailbox in store.mail().list(account.id).await? {
            store.jobs().enqueue_now(Job::SyncMail { mailbox: mailbox.id }).await?;
        }
    }
    Ok(())
}
