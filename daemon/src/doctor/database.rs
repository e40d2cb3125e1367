//! Does the database answer, is its schema current, does the master key fit?

use voiceassist_store::{SchemaState, Store};

use super::Finding;
use crate::config::Config;
use crate::wiring::{World, store_of_any_schema};

const STEP: &str = "database";

/// The finding, and the store if it can be used.
pub(super) async fn examine(config: &Config, world: &World) -> (Finding, Option<Store>) {
    let store = match store_of_any_schema(config, world).await {
        Ok(store) => store,
        Err(error) => return (Finding::failed(STEP, format!("{error:#}")), None),
    };
    match store.schema_state().await {
        Ok(SchemaState::Current) => {}
        Ok(SchemaState::Behind { pending }) => {
            return (
                Finding::failed(STEP, format!("{pending} migrations are missing; run `voiceassist migrate`")),
                None,
            );
        }
        Ok(SchemaState::Ahead { .. }) => {
            return (Finding::failed(STEP, "migrated by a newer release; install that release"), None);
        }
        Err(error) => return (Finding::failed(STEP, format!("{:#}", anyhow::Error::from(error))), None),
    }
    match store.unlock().await {
        Ok(()) => (Finding::ok(STEP, "answers, schema current, master key fits"), Some(store)),
        Err(error) => {
            let error = anyhow::Error::from(error);
            (
                Finding::failed(STEP, format!("{error:#}; is this the master key the data was sealed with?")),
                None,
            )
        }
    }
}
