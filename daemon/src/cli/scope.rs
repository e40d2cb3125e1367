//! `voiceassist scope`: which files are read, for everybody or for one person.
//!
//! Without `--user` the rules are everybody's, and changing them is an administrator's work: whoever may run this
//! command with the daemon's keys is one. Changes are queued and applied by the daemon within seconds; it need not run
//! for them to be kept.

use std::str::FromStr as _;

use serde_json::{Value, json};
use voiceassist_model::ScopeRuleId;
use voiceassist_store::Store;
use voiceassist_store::audit::{Action, Actor, Entry, Subject};
use voiceassist_store::scope::{Amount, Explanation, NewRule, Owner, Preview, Rule};

use super::{Context, Failure, account};
use crate::audit::operated;
use crate::config::Config;
use crate::wiring::{self, World};

/// Arguments of `scope`.
#[derive(Debug, clap::Args)]
pub struct ScopeArguments {
    #[command(subcommand)]
    command: ScopeCommand,
    /// One person's own rules, by Nextcloud's user id; without it everybody's.
    #[arg(long, global = true, value_name = "USER")]
    user: Option<String>,
    /// Print JSON.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, clap::Subcommand)]
enum ScopeCommand {
    /// List the rules.
    List,
    /// Add a rule, for instance: add exclude folder /Personnel
    Add {
        /// exclude or include, then folder, glob, mount, type, size, tag or marker, then what it looks for.
        #[arg(num_args = 3.., required = true, value_name = "RULE")]
        rule: Vec<String>,
        /// Only count what it would change.
        #[arg(long)]
        dry_run: bool,
    },
    /// Take a rule away.
    Remove {
        /// The rule's id, as `list` shows it.
        id: ScopeRuleId,
        /// Only count what it would change.
        #[arg(long)]
        dry_run: bool,
    },
    /// Count what other rules would take out and bring in, without keeping them.
    Preview {
        /// A rule to add, for instance "exclude type images".
        #[arg(long, value_name = "RULE")]
        add: Vec<String>,
        /// The id of a rule to take away.
        #[arg(long, value_name = "ID")]
        remove: Vec<ScopeRuleId>,
    },
    /// Say whether a file or folder of one person is read, and which rules apply to it. Needs --user.
    #[command(visible_alias = "test")]
    Explain {
        /// Its path in the person's files, for instance /Clinic/Letter.pdf
        path: String,
    },
}

/// Runs one of them.
pub async fn run(context: &Context, arguments: &ScopeArguments) -> Result<(), Failure> {
    let config = context.config()?;
    let store = wiring::store(&config, &World::real()).await.map_err(Failure::Unreachable)?;
    let owner = owner(&store, &config, arguments.user.as_deref()).await?;
    let kept = store.scope().rules(owner).await?;
    match &arguments.command {
        ScopeCommand::List => {
            list(&kept, arguments.json);
            Ok(())
        }
        ScopeCommand::Add { rule, dry_run } => {
            let rule = NewRule::from_str(&rule.join(" "))?;
            if *dry_run {
                return count(&store, owner, &kept, &[rule], &[], arguments.json).await;
            }
            let entry = changed(owner).code("change", "add");
            let added = operated(&store, entry, store.scope().add(owner, &rule)).await?.ok_or_else(gone)?;
            list(&[added], arguments.json);
            Ok(())
        }
        ScopeCommand::Remove { id, dry_run } => {
            let known = kept.iter().find(|rule| rule.id == *id).ok_or_else(|| unknown(*id))?;
            if *dry_run {
                return count(&store, owner, &kept, &[], &[*id], arguments.json).await;
            }
            if known.origin == voiceassist_store::scope::Origin::Configuration {
                return Err(Failure::Other(anyhow::anyhow!(
                    "this rule comes from the configuration and would be back at the next start; remove it there, under [scope]"
                )));
            }
            let entry = changed(owner).code("change", "remove").about(Subject::ScopeRule(id.as_uuid()));
            let removed = operated(&store, entry, store.scope().remove(owner, *id)).await?;
            if removed { Ok(()) } else { Err(unknown(*id)) }
        }
        ScopeCommand::Preview { add, remove } => {
            if let Some(id) = remove.iter().find(|id| kept.iter().all(|rule| rule.id != **id)) {
                return Err(unknown(*id));
            }
            let add: Vec<NewRule> =
                add.iter().map(|rule| NewRule::from_str(rule)).collect::<Result<_, _>>()?;
            count(&store, owner, &kept, &add, remove, arguments.json).await
        }
        ScopeCommand::Explain { path } => explain(&store, owner, path, arguments.json).await,
    }
}

async fn owner(store: &Store, config: &Config, user: Option<&str>) -> Result<Owner, Failure> {
    Ok(match user {
        Some(user) => Owner::Person(account::find(store, config, user).await?.id),
        None => Owner::Server(store.instances().ensure(&config.nextcloud.base_url).await?),
    })
}

/// What the log says of a change of these rules.
fn changed(owner: Owner) -> Entry {
    let entry = Entry::new(Actor::Operator, Action::ScopeChange);
    match owner {
        Owner::Person(account) => entry.about(Subject::Account(account)),
        Owner::Server(instance) => entry.about(Subject::Instance(instance)),
    }
}

fn gone() -> Failure {
    Failure::Other(anyhow::anyhow!("the account was disconnected meanwhile"))
}

fn unknown(id: ScopeRuleId) -> Failure {
    Failure::Other(anyhow::anyhow!("there is no rule {id} here; see `voiceassist scope list`"))
}

fn list(rules: &[Rule], as_json: bool) {
    if as_json {
        for rule in rules {
            println!("{}", described(rule));
        }
        return;
    }
    for rule in rules {
        println!("{}  {}  ({})", rule.id, rule.rule, rule.origin.as_str());
    }
    if rules.is_empty() {
        println!("No rules: everything that can be read is read.");
    }
}

fn described(rule: &Rule) -> Value {
    json!({
        "id": rule.id,
        "effect": rule.rule.effect().as_str(),
        "kind": rule.rule.kind().as_str(),
        "pattern": rule.rule.pattern(),
        "origin": rule.origin.as_str(),
        "created_at": rule.created_at,
    })
}

async fn count(
    store: &Store,
    owner: Owner,
    kept: &[Rule],
    add: &[NewRule],
    remove: &[ScopeRuleId],
    as_json: bool,
) -> Result<(), Failure> {
    let mut proposed: Vec<NewRule> =
        kept.iter().filter(|rule| !remove.contains(&rule.id)).map(|rule| rule.rule.clone()).collect();
    for rule in add {
        if !proposed.contains(rule) {
            proposed.push(rule.clone());
        }
    }
    let preview = store.scope().preview(owner, &proposed).await?.ok_or_else(gone)?;
    if as_json {
        println!("{}", counted(&preview));
    } else {
        show(&preview);
    }
    Ok(())
}

fn show(preview: &Preview) {
    println!("{} are mirrored.", amount(preview.all));
    println!("Read now:        {}", amount(preview.before));
    println!("Read after this: {}", amount(preview.after));
    for (word, shares) in [("taken out", &preview.taken_out), ("brought in", &preview.brought_in)] {
        for (family, share) in shares {
            println!("  {word}: {:9} {}", family.as_str(), amount(*share));
        }
    }
    for count in &preview.rules {
        println!("{}: applies to {}, alone to {}", count.rule, amount(count.applies), amount(count.alone));
    }
    for tag in &preview.unknown_tags {
        println!("Nextcloud was not asked about the tag {tag} yet, so its rule counts nothing here.");
    }
}

/// Files and megabytes, for people.
fn amount(amount: Amount) -> String {
    let hundred_kilobytes = amount.bytes / 100_000;
    format!("{} files, {}.{} MB", amount.files, hundred_kilobytes / 10, hundred_kilobytes % 10)
}

fn counted(preview: &Preview) -> Value {
    let amount = |amount: Amount| json!({ "files": amount.files, "bytes": amount.bytes });
    let shares = |shares: &std::collections::BTreeMap<voiceassist_store::scope::Family, Amount>| -> Value {
        shares.iter().map(|(family, share)| (family.as_str().to_owned(), amount(*share))).collect()
    };
    let rules: Vec<Value> = preview
        .rules
        .iter()
        .map(|count| {
            let rule = count.rule.to_string();
            json!({ "rule": rule, "applies": amount(count.applies), "alone": amount(count.alone) })
        })
        .collect();
    json!({
        "all": amount(preview.all),
        "before": amount(preview.before),
        "after": amount(preview.after),
        "taken_out": shares(&preview.taken_out),
        "brought_in": shares(&preview.brought_in),
        "rules": rules,
        "unknown_tags": preview.unknown_tags,
    })
}

async fn explain(store: &Store, owner: Owner, path: &str, as_json: bool) -> Result<(), Failure> {
    let Owner::Person(account) = owner else {
        return Err(Failure::Other(anyhow::anyhow!("say whose file it is, with --user")));
    };
    let path = format!("/{}", path.trim_matches('/'));
    let explanation = store.scope().explain(account, &path).await?.ok_or_else(|| {
        Failure::Other(anyhow::anyhow!("the mirror of this person's files holds nothing at this path"))
    })?;
    if as_json {
        println!("{}", explained(&explanation));
        return Ok(());
    }
    println!("{}", verdict(&explanation));
    for rule in &explanation.applying {
        println!("  {}  {}  ({})", rule.id, rule.rule, rule.origin.as_str());
    }
    Ok(())
}

fn verdict(explanation: &Explanation) -> String {
    use voiceassist_store::scope::Reach;
    match &explanation.out {
        None if explanation.out_elsewhere => {
            "Not read: where its owner keeps it, a rule leaves it out for everybody.".to_owned()
        }
        None => "In scope.".to_owned(),
        Some(out) => {
            let reach = match out.reach {
                Reach::Everyone => "for everybody",
                Reach::View => "for this person, because of where they keep it",
                Reach::Person => "for this person, by their own rules",
            };
            format!("Left out {reach} ({}).", out.why)
        }
    }
}

fn explained(explanation: &Explanation) -> Value {
    json!({
        "folder": explanation.is_folder,
        "in_scope": explanation.out.is_none() && !explanation.out_elsewhere,
        "left_out": explanation.out.as_ref().map(|out| json!({
            "by": out.reach.as_str(), "why": out.why, "rule": out.rule,
        })),
        "left_out_elsewhere": explanation.out_elsewhere,
        "rules": explanation.applying.iter().map(described).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::{ScopeArguments, ScopeCommand};

    #[derive(clap::Parser)]
    struct Line {
        #[command(flatten)]
        scope: ScopeArguments,
    }

    #[test]
    fn flags_after_a_rule_are_flags_and_not_part_of_it() {
        let words = ["scope", "add", "exclude", "folder", "/Drift notes", "--dry-run", "--user", "erin"];
        let Line { scope } = Line::try_parse_from(words).unwrap();
        assert_eq!(scope.user.as_deref(), Some("erin"));
        let ScopeCommand::Add { rule, dry_run } = scope.command else { panic!("another command") };
        assert_eq!((rule.join(" ").as_str(), dry_run), ("exclude folder /Drift notes", true));
        assert!(Line::try_parse_from(["scope", "add", "exclude", "folder"]).is_err(), "half a rule");
    }
}
