//! Is the audit log protected from the daemon itself, and does it still say what was last signed?

use voiceassist_store::Store;

use super::Finding;
use crate::audit::Notary;
use crate::config::Config;

const STEP: &str = "audit";

/// What stands between the daemon's role and the log, and whether the last checkpoint agrees with it.
pub(super) async fn examine(config: &Config, store: &Store) -> Vec<Finding> {
    vec![protection(store).await, last_checkpoint(config, store).await]
}

async fn protection(store: &Store) -> Finding {
    let found = match store.audit().protection().await {
        Ok(found) => found,
        Err(error) => return Finding::failed(STEP, format!("{:#}", anyhow::Error::from(error))),
    };
    if !found.has_triggers {
        return Finding::failed(
            STEP,
            "the triggers that keep records from being changed are gone or switched off; somebody has been here",
        );
    }
    if !found.is_durable {
        return Finding::warning(
            STEP,
            "the database server runs with fsync = off, so a power cut can take records with it",
        );
    }
    let what = match (found.is_superuser, found.is_owner, found.may_change) {
        (true, ..) => "the daemon connects as a superuser, who can change records",
        (_, true, _) => "the daemon connects as the owner of the tables, who can take their protection away",
        (.., true) => "the daemon's role has the right to change records",
        _ => return Finding::ok(STEP, "the daemon's role can add records and change none"),
    };
    Finding::warning(
        STEP,
        format!("{what}; give it a role of its own: set database.owner_url and run `voiceassist migrate`"),
    )
}

async fn last_checkpoint(config: &Config, store: &Store) -> Finding {
    let seen = async {
        let kept = Notary::new(config, store)?.kept()?;
        let Some(last) = kept.checkpoints.last() else { return Ok(None) };
        let hash = store.audit().hash_at(last.end.sequence).await?;
        anyhow::Ok(Some((last.end.sequence, last.at, hash == Some(last.end.hash), kept.bad.len())))
    };
    match seen.await {
        Err(error) => Finding::failed(STEP, format!("{error:#}")),
        Ok(None) => {
            Finding::ok(STEP, "no checkpoint yet; the daemon keeps one within minutes of its first record")
        }
        Ok(Some((.., bad))) if bad > 0 => {
            Finding::failed(STEP, format!("{bad} checkpoints were changed; run `voiceassist audit verify`"))
        }
        Ok(Some((sequence, _, false, _))) => Finding::failed(
            STEP,
            format!("record {sequence} is not the one that was signed; run `voiceassist audit verify`"),
        ),
        Ok(Some((sequence, at, true, _))) => Finding::ok(
            STEP,
            format!(
                "the last checkpoint, at record {sequence}, agrees ({})",
                at.format("%Y-%m-%d %H:%M UTC")
            ),
        ),
    }
}
