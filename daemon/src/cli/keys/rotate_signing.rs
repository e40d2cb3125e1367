//! `voiceassist keys rotate-signing`: another key signs access tokens from now on.
//!
//! The key before it is believed until the last token it signed is over, so that no request fails; then it goes by itself.
//! One that has become known is believed no longer: a daemon that has not looked yet learns of it within seconds.

use serde_json::json;
use voiceassist_server::auth::signing;
use voiceassist_store::audit::{Action, Actor, Entry};

use crate::audit::operated;
use crate::cli::{Context, Failure};
use crate::wiring::{self, World};

pub(super) async fn run(context: &Context, at_once: bool, as_json: bool) -> Result<(), Failure> {
    let config = context.config()?;
    let store = wiring::store(&config, &World::real()).await.map_err(Failure::Unreachable)?;
    let entry = Entry::new(Actor::Operator, Action::KeyRotate).code("key", "signing");
    let key_id = operated(&store, entry, signing::rotate(&store, at_once)).await?;
    if as_json {
        println!("{}", json!({ "event": "signing_key_made", "key_id": key_id }));
    } else {
        println!("Key {key_id} signs access tokens from now on; daemons take it within seconds.");
    }
    Ok(())
}
