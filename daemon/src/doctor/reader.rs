//! Does the confined reader start on this machine, and what confines it?

use std::process::{Command, Stdio};

use super::Finding;

const STEP: &str = "reader";

/// What the tiny file says.
const PROBE: &str = "The reader works.";

/// Reads a tiny file the way the daemon does.
pub(super) fn examine() -> Finding {
    match read_probe() {
        Ok(true) => Finding::ok(STEP, "reads documents in a confined process"),
        Ok(false) => {
            Finding::failed(STEP, "the confined process started but could not read a plain text; see the log")
        }
        Err(error) => Finding::failed(STEP, format!("the confined process did not start: {error}")),
    }
}

fn read_probe() -> std::io::Result<bool> {
    let file = tempfile::Builder::new().suffix(".txt").tempfile()?;
    std::fs::write(file.path(), PROBE)?;
    let output = Command::new(std::env::current_exe()?)
        .args(["extract", "--confined", "--json", "--name", "probe.txt"])
        .arg(file.path())
        .env_clear()
        .stdin(Stdio::null())
        .output()?;
    Ok(output.status.success() && String::from_utf8_lossy(&output.stdout).contains(PROBE))
}
