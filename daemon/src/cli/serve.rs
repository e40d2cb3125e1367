//! `voiceassist serve`: the daemon, from a checked configuration to a signal.

use super::{Context, Failure};
use crate::lifecycle::Running;
use crate::telemetry;
use crate::wiring::World;

/// Runs until told to stop.
pub async fn run(context: &Context) -> Result<(), Failure> {
    let config = context.config()?;
    telemetry::start_log(&config.log)?;
    if context.insecure_dev {
        tracing::warn!("unsafe settings are allowed; patient data does not belong here");
    }
    let metrics = telemetry::start_metrics()?;
    let running = Running::start(&config, &World::real(), metrics).await?;
    running.until_stopped().await?;
    Ok(())
}
