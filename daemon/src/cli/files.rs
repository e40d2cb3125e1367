//! `voiceassist files`: writing to Nextcloud as a person, one wish at a time.
//!
//! The same engine as the assistant's, so that what it does can be seen and repeated in a terminal. Without
//! `--if-match` a command looks first and goes by what it saw; without `--idempotency-key` each run is a wish of its
//! own. What was written can be taken back with the command that is printed.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use serde_json::json;
use voiceassist_assistant::writes::SaveFile;
use voiceassist_assistant::{Change, WriteError, WriteReceipt, WriteRequest};
use voiceassist_dav::files::FindInTrash;
use voiceassist_dav::{ETag, Expected, FileContent, FileEntry, FilePath};
use voiceassist_workers::connections::Connected;

use super::{Context, Failure, account};
use crate::wiring::{self, World};

/// Arguments of `files`.
#[derive(Debug, clap::Args)]
pub struct FilesArguments {
    #[command(subcommand)]
    command: FilesCommand,
    /// Nextcloud's user id of the person who writes.
    #[arg(long, global = true, value_name = "USER", default_value = "")]
    user: String,
    /// The version to replace, move or delete, as an entity tag; what is there now without it.
    #[arg(long, global = true, value_name = "ETAG")]
    if_match: Option<String>,
    /// The same key with the same command gives the same result without writing again.
    #[arg(long, global = true, value_name = "KEY")]
    idempotency_key: Option<String>,
    /// Print JSON.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, clap::Subcommand)]
enum FilesCommand {
    /// Make a folder.
    Mkdir {
        /// Its path in the person's files.
        path: String,
        /// Make the folders above it too; one that is there already will do.
        #[arg(long, short)]
        parents: bool,
    },
    /// Upload a file of this machine.
    Put {
        /// The file here.
        file: PathBuf,
        /// Its path in the person's files.
        path: String,
        /// Replace what is there; without it only a new file is made.
        #[arg(long)]
        replace: bool,
    },
    /// Move or rename, never over something else.
    Mv {
        /// Where it is.
        from: String,
        /// Where it goes.
        to: String,
        /// Nextcloud's id of it, to move nothing else.
        #[arg(long)]
        file_id: Option<i64>,
    },
    /// Move a file or folder to the trash.
    Rm {
        /// Where it is.
        path: String,
        /// A folder only if no file is in it.
        #[arg(long)]
        only_empty: bool,
        /// Nextcloud's id of it, to delete nothing else.
        #[arg(long)]
        file_id: Option<i64>,
    },
    /// Take a file or folder out of the trash.
    Restore {
        /// Where it was.
        path: String,
        /// Nextcloud's id of it, as `rm` prints it.
        #[arg(long)]
        file_id: i64,
    },
    /// Put a tag on a file or folder.
    Tag {
        /// Where it is.
        path: String,
        /// The tag; it is made if that is allowed.
        tag: String,
    },
    /// Take a tag from a file or folder.
    Untag {
        /// Where it is.
        path: String,
        /// The tag.
        tag: String,
    },
}

/// Runs one of them.
pub async fn run(context: &Context, arguments: &FilesArguments) -> Result<(), Failure> {
    if arguments.user.is_empty() {
        return Err(Failure::Other(anyhow::anyhow!("say with --user who writes")));
    }
    let config = context.config()?;
    let world = World::real();
    let store = wiring::store(&config, &world).await.map_err(Failure::Unreachable)?;
    let account = account::find(&store, &config, &arguments.user).await?;
    let connections = wiring::connections(&config, &store)?;
    let person = connections.of(account.id).await?;
    let request = request(&person, arguments).await?;
    let key = arguments.idempotency_key.clone();
    let key = key.unwrap_or_else(|| world.randomness.uuid(&*world.clock).to_string());
    let receipt = match wiring::writes(&store, &connections).run(account.id, &key, &request).await {
        Ok(receipt) => receipt,
        Err(error @ (WriteError::Nextcloud(_) | WriteError::Unknown(_))) => {
            let hint = format!("use --idempotency-key {key} to go on with this very wish");
            return Err(Failure::Unreachable(anyhow::Error::new(error).context(hint)));
        }
        Err(error) => return Err(error.into()),
    };
    show(&receipt, &key, arguments);
    Ok(())
}

async fn request(person: &Connected, arguments: &FilesArguments) -> anyhow::Result<WriteRequest> {
    Ok(match &arguments.command {
        FilesCommand::Mkdir { path, parents } => {
            Change::CreateFolder { path: path.clone(), parents: *parents }.into()
        }
        FilesCommand::Put { file, path, replace } => {
            let content =
                FileContent::of(file).await.with_context(|| format!("reading {}", file.display()))?;
            let expected = match (&arguments.if_match, replace) {
                (Some(etag), _) => Expected::Version(ETag::parse(etag)?),
                (None, true) => Expected::Version(seen(person, path).await?.etag),
                (None, false) => Expected::Nothing,
            };
            WriteRequest::Save(SaveFile {
                path: FilePath::parse(path)?,
                content: Arc::new(content),
                expected,
            })
        }
        FilesCommand::Mv { from, to, file_id } => {
            let (file_id, etag) = which(person, from, *file_id, arguments).await?;
            Change::Move { from: from.clone(), to: to.clone(), file_id, etag }.into()
        }
        FilesCommand::Rm { path, only_empty, file_id } => {
            let (file_id, etag) = which(person, path, *file_id, arguments).await?;
            Change::Delete { path: path.clone(), file_id, etag, only_empty: *only_empty }.into()
        }
        FilesCommand::Restore { path, file_id } => {
            let find = FindInTrash { user: person.user.clone(), file_id: *file_id };
            if person.client.send(&find).await?.is_none() {
                eprintln!("Nothing with this id is in the trash; looking whether it is back already.");
            }
            Change::Restore { path: path.clone(), file_id: *file_id }.into()
        }
        FilesCommand::Tag { path, tag } => {
            let file_id = seen(person, path).await?.file_id;
            Change::Tag { path: path.clone(), file_id, tag: tag.clone() }.into()
        }
        FilesCommand::Untag { path, tag } => {
            let file_id = seen(person, path).await?.file_id;
            Change::Untag { path: path.clone(), file_id, tag: tag.clone() }.into()
        }
    })
}

async fn seen(person: &Connected, path: &str) -> anyhow::Result<FileEntry> {
    let path = FilePath::parse(path).context("reading the path")?;
    person.client.entry(&person.user, &path).await.context("looking at it in Nextcloud")
}

/// File id and version: as given, or as they are now. With both given nothing is looked at, so that a command repeated
/// under its key finds its result even when the file is gone.
async fn which(
    person: &Connected,
    path: &str,
    file_id: Option<i64>,
    arguments: &FilesArguments,
) -> anyhow::Result<(i64, String)> {
    if let (Some(file_id), Some(etag)) = (file_id, &arguments.if_match) {
        return Ok((file_id, etag.clone()));
    }
    let entry = seen(person, path).await?;
    Ok((
        file_id.unwrap_or(entry.file_id),
        arguments.if_match.clone().unwrap_or_else(|| entry.etag.to_string()),
    ))
}

fn show(receipt: &WriteReceipt, key: &str, arguments: &FilesArguments) {
    if arguments.json {
        println!("{}", json!({ "key": key, "receipt": receipt }));
        return;
    }
    let etag = receipt.etag.as_deref().map(|etag| format!(", version {etag}")).unwrap_or_default();
    let what = if receipt.changed { "Done" } else { "Nothing to do" };
    println!("{what}: {} (file id {}{etag})", receipt.path, receipt.file_id);
    if let Some(undo) = receipt.undo.as_ref().and_then(|undo| undo_command(undo, &arguments.user)) {
        println!("Take it back: voiceassist files {undo}");
    }
}

/// The command that takes a change back.
fn undo_command(undo: &Change, user: &str) -> Option<String> {
    let quoted = |text: &str| format!("'{}'", text.replace('\'', "'\\''"));
    let command = match undo {
        Change::Move { from, to, etag, file_id } => {
            format!("mv {} {} --file-id {file_id} --if-match {}", quoted(from), quoted(to), quoted(etag))
        }
        Change::Delete { path, only_empty: true, .. } => format!("rm {} --only-empty", quoted(path)),
        Change::Delete { path, etag, file_id, .. } => {
            format!("rm {} --file-id {file_id} --if-match {}", quoted(path), quoted(etag))
        }
        Change::Restore { path, file_id } => format!("restore {} --file-id {file_id}", quoted(path)),
        Change::Tag { path, tag, .. } => format!("tag {} {}", quoted(path), quoted(tag)),
        Change::Untag { path, tag, .. } => format!("untag {} {}", quoted(path), quoted(tag)),
        Change::CreateFolder { .. } => return None,
    };
    Some(format!("{command} --user {}", quoted(user)))
}
