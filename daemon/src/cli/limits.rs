//! `voiceassist limits`: the limits and times in force, and other ones than the file has.
//!
//! What was changed, here or in Nextcloud's administration settings, wins over the file until it is reset; running daemons follow within
//! seconds. Refused: numbers out of bounds or in contradiction to one another.

use anyhow::anyhow;
use serde_json::json;
use voiceassist_model::Setting;
use voiceassist_store::audit::Actor;
use voiceassist_store::settings::record;

use super::{Context, Failure};
use crate::administration::configured;
use crate::audit::operated;
use crate::config::Config;
use crate::wiring::{self, World};

/// Arguments of `limits`.
#[derive(Debug, clap::Args)]
pub struct LimitsArguments {
    #[command(subcommand)]
    command: LimitsCommand,
}

#[derive(Debug, clap::Subcommand)]
enum LimitsCommand {
    /// Show what is in force, what the file has and what may be set.
    List {
        /// Print JSON, one line for each.
        #[arg(long)]
        json: bool,
    },
    /// Set one; it wins over the file.
    Set {
        /// Its name, as `list` shows it.
        #[arg(value_parser = setting)]
        name: Setting,
        /// The number, in the unit that `list` shows.
        value: u32,
    },
    /// Take back the file's value.
    Reset {
        /// Its name, as `list` shows it.
        #[arg(value_parser = setting)]
        name: Setting,
    },
}

fn setting(name: &str) -> Result<Setting, String> {
    let known = || Setting::ALL.map(Setting::name).join(", ");
    Setting::from_name(name).ok_or_else(|| format!("there is no such limit; there are {}", known()))
}

/// Runs one of them.
pub async fn run(context: &Context, arguments: &LimitsArguments) -> Result<(), Failure> {
    let config = context.config()?;
    let store = wiring::store(&config, &World::real()).await.map_err(Failure::Unreachable)?;
    let settings = store.settings();
    let change = match arguments.command {
        LimitsCommand::List { json } => {
            let changed = settings.list().await?;
            for setting in Setting::ALL {
                let change = changed.iter().find(|change| change.setting == setting);
                print(&config, setting, change.map(|change| (change.value, change.at)), json);
            }
            return Ok(());
        }
        LimitsCommand::Set { name, value } => [(name, Some(value))],
        LimitsCommand::Reset { name } => [(name, None)],
    };
    let edited = settings.read().await?;
    if let Err(wrong) = edited.with(&change, |setting| Some(configured(&config, setting))) {
        let reasons: Vec<String> =
            wrong.into_iter().map(|(setting, wrong)| format!("{} {wrong}", setting.name())).collect();
        return Err(Failure::Other(anyhow!("{}", reasons.join("; "))));
    }
    operated(&store, record(Actor::Operator, &change), settings.change(&change)).await?;
    Ok(())
}

/// A change and when it was made.
type Change = (u32, chrono::DateTime<chrono::Utc>);

fn print(config: &Config, setting: Setting, change: Option<Change>, as_json: bool) {
    let (file, bounds) = (configured(config, setting), setting.bounds());
    let value = change.map_or(file, |(value, _)| value);
    if as_json {
        let told = json!({
            "name": setting.name(), "unit": setting.unit(), "value": value, "configured": file,
            "lowest": bounds.start(), "highest": bounds.end(), "changed_at": change.map(|(_, at)| at),
        });
        println!("{told}");
        return;
    }
    let from = change.map_or_else(
        || "as configured".to_owned(),
        |(_, at)| format!("changed {}, configured {file}", at.format("%Y-%m-%d %H:%M UTC")),
    );
    let unit = setting.unit().replace('_', " ");
    println!("{:<24}{value:>7} {unit:<11} {}..{}  {from}", setting.name(), bounds.start(), bounds.end());
}
