//! The policy, evaluated in process.
//!
//! Rules are Rego (Open Policy Agent), by default those of `daemon/policies` built into the program, otherwise every
//! `.rego` file of a directory. They are loaded whole or not at all: a set with a fault in it, one that defines no
//! `data.voiceassist.authz.allow`, or one that allows somebody without any role something, is refused, and what was
//! loaded before stays in force. A question costs some microseconds; each is evaluated on a copy, with a limit on the
//! work. Whatever goes wrong on the way is a no.

use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::Duration;

use regorus::utils::limits::ExecutionTimerConfig;
use regorus::{Engine, Value};
use tokio::sync::watch;
use voiceassist_model::{Policy, Question, Roles, Subject};

/// The rule that answers.
const ALLOW: &str = "data.voiceassist.authz.allow";
/// The built-in rules.
const BUILT_IN: &str = include_str!("../../../policies/authz/authz.rego");
/// An evaluation is given up after this long. Rules that need it are faulty; a busy machine does not.
const LONGEST: Duration = Duration::from_secs(2);
/// How often the clock is looked at, in steps of the evaluation.
const STEPS_PER_LOOK: NonZeroU32 = NonZeroU32::MIN.saturating_add(999);
/// Files of a policy at most.
const MAX_FILES: usize = 200;
/// Bytes of one file at most.
const MAX_BYTES: u64 = 1024 * 1024;
/// What tests of rules end with; they stand beside the rules and are not loaded.
const TEST_SUFFIX: &str = "_test.rego";

/// Why a policy is not taken.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// The directory or a file cannot be read.
    #[error("reading the policy {path}", path = path.display())]
    Read {
        /// What could not be read.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Too many files, or too large a file.
    #[error("the policy {path} has more than {MAX_FILES} files, or one of more than a mebibyte", path = path.display())]
    TooMuch {
        /// The directory.
        path: PathBuf,
    },
    /// Not Rego, or contradictory.
    #[error("the policy {name} is faulty: {reason}")]
    Faulty {
        /// The file.
        name: String,
        /// The evaluator's words, which name the line.
        reason: String,
    },
    /// No answer where one must be.
    #[error("the policy does not say {ALLOW} as true or false for every question")]
    NoAnswer,
    /// An answer that cannot be meant.
    #[error("the policy allows an action to somebody without any role")]
    AllowsAnybody,
}

/// Rules in force, which can be replaced while questions are asked.
pub struct Policies {
    directory: Option<PathBuf>,
    engine: watch::Sender<Engine>,
}

impl Policies {
    /// The rules of a directory, or the built-in ones.
    pub fn load(directory: Option<PathBuf>) -> Result<Self, PolicyError> {
        let engine = engine(directory.as_deref())?;
        Ok(Self { directory, engine: watch::Sender::new(engine) })
    }

    /// Reads the rules again. On an error those in force stay.
    pub fn reload(&self) -> Result<(), PolicyError> {
        let engine = engine(self.directory.as_deref())?;
        self.engine.send_replace(engine);
        Ok(())
    }

    /// Where the rules come from; nothing when they are the built-in ones.
    pub fn directory(&self) -> Option<&Path> {
        self.directory.as_deref()
    }
}

impl Policy for Policies {
    fn allows(&self, question: &Question<'_>) -> bool {
        let engine = self.engine.borrow().clone();
        match ask(engine, question) {
            Ok(allowed) => allowed,
            Err(error) => {
                tracing::error!(%error, "a policy question could not be answered; it is refused");
                false
            }
        }
    }
}

impl std::fmt::Debug for Policies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Policies").field("directory", &self.directory).finish_non_exhaustive()
    }
}

/// Loads and tries a set of rules.
fn engine(directory: Option<&Path>) -> Result<Engine, PolicyError> {
    let mut engine = Engine::new();
    let limit = ExecutionTimerConfig { limit: LONGEST, check_interval: STEPS_PER_LOOK };
    engine.set_execution_timer_config(limit);
    for (name, rules) in match directory {
        Some(directory) => files(directory)?,
        None => vec![("authz.rego".to_owned(), BUILT_IN.to_owned())],
    } {
        let added = engine.add_policy(name.clone(), rules);
        added.map_err(|error| PolicyError::Faulty { name, reason: error.to_string() })?;
    }
    let nobody = Roles::new();
    let subject = Subject { user_id: "", roles: &nobody };
    for action in ["search_passages", ""] {
        let question = Question { action, subject: subject.clone() };
        if ask(engine.clone(), &question)? {
            return Err(PolicyError::AllowsAnybody);
        }
    }
    Ok(engine)
}

fn ask(mut engine: Engine, question: &Question<'_>) -> Result<bool, PolicyError> {
    let input = serde_json::to_string(question).map_err(|_| PolicyError::NoAnswer)?;
    let input = Value::from_json_str(&input).map_err(|_| PolicyError::NoAnswer)?;
    engine.set_input(input);
    let answer = engine
        .eval_rule(ALLOW.to_owned())
        .map_err(|error| PolicyError::Faulty { name: ALLOW.to_owned(), reason: error.to_string() })?;
    answer.as_bool().copied().map_err(|_| PolicyError::NoAnswer)
}

/// The rules of a directory and the directories in it, by name.
fn files(directory: &Path) -> Result<Vec<(String, String)>, PolicyError> {
    let unreadable = |path: &Path| {
        let path = path.to_owned();
        move |source| PolicyError::Read { path, source }
    };
    let too_much = || PolicyError::TooMuch { path: directory.to_owned() };
    let (mut found, mut waiting) = (Vec::new(), vec![directory.to_owned()]);
    while let Some(folder) = waiting.pop() {
        for entry in std::fs::read_dir(&folder).map_err(unreadable(&folder))? {
            let path = entry.map_err(unreadable(&folder))?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if name.starts_with('.') {
                continue;
            }
            let metadata = std::fs::metadata(&path).map_err(unreadable(&path))?;
            if metadata.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rego") && !name.ends_with(TEST_SUFFIX) {
                if metadata.len() > MAX_BYTES {
                    return Err(too_much());
                }
                found.push((name, std::fs::read_to_string(&path).map_err(unreadable(&path))?));
            }
            if found.len() + waiting.len() > MAX_FILES {
                return Err(too_much());
            }
        }
    }
    found.sort();
    Ok(found)
}
