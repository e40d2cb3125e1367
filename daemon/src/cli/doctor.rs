//! `voiceassist doctor`: every part checked, every failure with what to do. With `--deep`, what the parts hold as well.

mod deep;

use super::{Context, Failure};
use crate::doctor::{self, Verdict};
use crate::wiring::World;

/// Arguments of `doctor`.
#[derive(Debug, clap::Args)]
pub struct DoctorArguments {
    /// Print JSON, one finding a line.
    #[arg(long)]
    json: bool,
    /// Compare mirror, index and server down to the last chunk.
    #[arg(long)]
    deep: bool,
    /// Put right what the comparison finds.
    #[arg(long, requires = "deep")]
    repair: bool,
}

/// Checks and prints.
pub async fn run(context: &Context, arguments: &DoctorArguments) -> Result<(), Failure> {
    if arguments.deep {
        return deep::run(context, arguments.repair, arguments.json).await;
    }
    let config = context.unchecked_config()?;
    let findings = doctor::examine(&config, context.insecure_dev, &World::real()).await;
    for finding in &findings {
        if arguments.json {
            println!("{}", serde_json::to_string(finding)?);
        } else {
            let mark = match finding.verdict {
                Verdict::Ok => "ok    ",
                Verdict::Warning => "warn  ",
                Verdict::Failed => "FAILED",
                Verdict::Skipped => "--    ",
            };
            println!("{mark}  {:16} {}", finding.step, finding.detail);
        }
    }
    if findings.iter().any(|finding| finding.verdict == Verdict::Failed) {
        Err(Failure::Partial)
    } else {
        Ok(())
    }
}
