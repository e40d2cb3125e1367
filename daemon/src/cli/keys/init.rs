//! `voiceassist keys init`: makes the key files that are missing.

use voiceassist_model::OsRandomness;

use crate::cli::{Context, Failure};
use crate::keys::{Made, make_audit_key, make_master_key, make_token_key};

pub(super) fn run(context: &Context) -> Result<(), Failure> {
    let config = context.unchecked_config()?;
    let randomness = OsRandomness;
    for (path, made) in [
        (config.master_key_file(), make_master_key(&config.master_key_file(), &randomness)?),
        (config.token_key_file(), make_token_key(&config.token_key_file(), &randomness)?),
        (config.audit_key_file(), make_audit_key(&config.audit_key_file(), &randomness)?),
    ] {
        let what = if made == Made::New { "made" } else { "kept" };
        println!("{what} {}", path.display());
    }
    println!(
        "Keep a copy of the master key apart from the database's backups: without it they cannot be read."
    );
    Ok(())
}
