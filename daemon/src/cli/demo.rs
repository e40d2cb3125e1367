//! `voiceassist demo`: see the whole of it work, without any configuration.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::Context as _;
use voiceassist_fakes::corpus::{self, Owner};
use voiceassist_model::{Outcome, Principal};
use voiceassist_server::standalone::Page;

use super::{Context, Failure, question, sync};
use crate::account::ConnectedAccount;
use crate::client::ApiClient;
use crate::demo::Stage;
use crate::lifecycle::{self, Running};
use crate::telemetry;
use crate::wiring::World;

/// Where `just page` puts the page, seen from the repository.
const BUILT_PAGE: &str = "nextcloud-app/dist-standalone";
/// How long the tokens of the demo last.
const TOKEN_LIFETIME: chrono::TimeDelta = chrono::TimeDelta::minutes(15);

/// Arguments of `demo`.
#[derive(Debug, clap::Args)]
pub struct DemoArguments {
    /// Stop after the answers instead of staying up.
    #[arg(long)]
    once: bool,
    /// Keep everything in this folder; without it a temporary one is used and deleted.
    #[arg(long, value_name = "FOLDER")]
    directory: Option<PathBuf>,
    /// Port of the HTTP interface; 0 takes any free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Folder of the built page (`just page`); without it `nextcloud-app/dist-standalone` is taken where it exists.
    #[arg(long, value_name = "FOLDER")]
    page: Option<PathBuf>,
    /// Print the answers as JSON lines.
    #[arg(long)]
    json: bool,
}

/// Builds the stage, plays the story, and leaves the daemon running unless told otherwise.
pub async fn run(context: &Context, arguments: &DemoArguments) -> Result<(), Failure> {
    let temporary = tempfile::Builder::new().prefix("va-demo-").tempdir()?;
    let directory = arguments.directory.clone().unwrap_or_else(|| temporary.path().to_path_buf());
    std::fs::create_dir_all(&directory)?;
    let begun = Instant::now();
    say(arguments, "Starting a private PostgreSQL and a loopback Nextcloud with synthetic clinic documents…");
    let stage = Stage::build(&directory, arguments.port, &context.environment).await?;
    telemetry::start_log(&stage.config.log)?;
    let page = page(arguments)?;
    let has_page = page.is_some();
    let metrics = telemetry::start_metrics()?;
    let running = Running::start_with_page(&stage.config, &World::real(), metrics, page).await?;
    if running.parts.context.embedder.is_none() {
        say(
            arguments,
            "No embedding model is installed, so documents are found by their words only; `voiceassist models pull` changes that.",
        );
    }
    let told = story(&stage, &running, arguments).await;
    if told.is_ok() {
        say(
            arguments,
            &format!("\nFrom nothing to cited answers in {:.1} s.", begun.elapsed().as_secs_f64()),
        );
    }
    if told.is_ok() && !arguments.once {
        stay(&stage, &running);
        if has_page {
            show_links(&running).await?;
        }
        lifecycle::signal().await?;
    }
    running.stop().await?;
    stage.strike().await?;
    told
}

async fn story(stage: &Stage, running: &Running, arguments: &DemoArguments) -> Result<(), Failure> {
    let context = &running.parts.context;
    say(arguments, "Connecting Alice and Bob by Login Flow…");
    let alice = stage.connect(context, "alice").await?;
    let bob = stage.connect(context, "bob").await?;
    sync::follow(&context.store, arguments.json).await?;
    let mut right = true;
    for asked in corpus::demo_questions() {
        let askers = match asked.readable_by {
            Owner::Bob => vec![(&bob, Outcome::Answered), (&alice, Outcome::NotFound)],
            Owner::Alice | Owner::Shared => vec![(&alice, Outcome::Answered)],
        };
        for (person, expected) in askers {
            say(arguments, &format!("\n{} asks: {}", person.display_name, asked.question));
            let client = client(running, person).await?;
            let outcome =
                question::print_answer(&client, asked.question, &serde_json::json!({}), None, arguments.json)
                    .await?;
            right &= outcome == expected;
        }
    }
    if right { Ok(()) } else { Err(Failure::Partial) }
}

/// Prints how to go on by hand.
fn stay(stage: &Stage, running: &Running) {
    println!(
        "\nThe daemon stays up at http://{} (Nextcloud at {}). Ctrl-C ends it and deletes everything.",
        running.address,
        stage.cloud.base_url()
    );
    println!("Try it:  curl -s http://{}/health/ready", running.address);
    println!("         curl -s http://{}/api/v1/openapi.json", running.address);
}

/// The page, if it was built.
fn page(arguments: &DemoArguments) -> anyhow::Result<Option<Page>> {
    let usual = PathBuf::from(BUILT_PAGE);
    match &arguments.page {
        Some(folder) => Page::read(folder).context("reading the page").map(Some),
        None if usual.is_dir() => Page::read(&usual).context("reading the page").map(Some),
        None => Ok(None),
    }
}

/// Prints a link to the page for each person. It is good for as long as a token is.
async fn show_links(running: &Running) -> anyhow::Result<()> {
    let context = &running.parts.context;
    println!("\nIn a browser, for the next {} minutes:", TOKEN_LIFETIME.num_minutes());
    for account in context.store.accounts().list(&voiceassist_store::Page::first(10)).await?.items {
        let person = ConnectedAccount {
            id: account.id,
            user_id: account.user_id.clone(),
            display_name: account.display_name.clone(),
        };
        let token = token(running, &person).await?;
        println!("  {}: http://{}/#token={token}", account.display_name, running.address);
    }
    Ok(())
}

async fn client(running: &Running, person: &ConnectedAccount) -> anyhow::Result<ApiClient> {
    ApiClient::new(running.address, token(running, person).await?)
}

/// A token for this person, with what everybody may do.
async fn token(running: &Running, person: &ConnectedAccount) -> anyhow::Result<String> {
    let context = &running.parts.context;
    let account = context.store.accounts().find(person.id).await?.context("the account is gone")?;
    let principal = Principal { account: account.id, instance: account.instance, user_id: account.user_id };
    let roles = running.parts.role_groups.roles_of(&[]);
    let id = context.randomness.uuid(&*context.clock);
    Ok(running.parts.tokens.issue(&principal, &roles, TOKEN_LIFETIME, id)?)
}

fn say(arguments: &DemoArguments, text: &str) {
    if !arguments.json {
        println!("{text}");
    }
}
