//! Do replicas count requests together, where they are meant to?

use voiceassist_store::Store;

use super::Finding;
use crate::config::Config;
use crate::wiring::{self, World};

const STEP: &str = "shared limits";

/// The finding; none where nothing is to be shared.
pub(super) async fn examine(config: &Config, world: &World, store: Option<&Store>) -> Option<Finding> {
    config.redis.address()?;
    let Some(store) = store else { return Some(Finding::skipped(STEP, "the database")) };
    Some(match wiring::shared_rates(config, store).await {
        Ok(Some(shared)) if shared.is_counting(world.clock.now()).await => {
            Finding::ok(STEP, "counted together by all daemons that use this Redis")
        }
        Ok(_) => Finding::warning(
            STEP,
            "Redis does not answer as it should; each daemon counts by itself. Is redis.url right, and may its user run scripts?",
        ),
        Err(error) => Finding::failed(STEP, format!("{error:#}")),
    })
}
