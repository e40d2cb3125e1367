//! What the running program takes: time to start, memory at rest and at its peak.

use std::time::{Duration, Instant};

use voiceassist_fakes::corpus::Corpus;
use voiceassist_fakes::nextcloud::NextcloudScript;

use crate::program::{World, get};
use crate::row;
use crate::stage::models_directory;

pub(crate) async fn measure() {
    let mut world = World::build(NextcloudScript::default()).await;
    cold_start(&world).await;
    at_rest(&world, "memory at rest, no model").await;
    let Some(models) = models_directory() else {
        return row("memory with the model", "not measured: no model installed");
    };
    world.extra.push(("VOICEASSIST_MODELS_DIR".to_owned(), models.display().to_string()));
    for file in Corpus::bulk(11, 300, 30).files {
        world.cloud.put("alice", &file.path, file.bytes).unwrap();
    }
    world.connect("alice");
    let daemon = world.serve();
    world.settle();
    let peak = memory(daemon.0.id(), "VmHWM");
    row("peak memory while 300 documents are read and embedded", peak);
    row("memory afterwards, model loaded, index open", memory(daemon.0.id(), "VmRSS"));
    daemon.terminate();
}

async fn cold_start(world: &World) {
    let mut runs = Vec::new();
    for _ in 0..5 {
        let begun = Instant::now();
        let daemon = world.serve_unattended();
        while get(&world.address, "/health/ready", None).is_none_or(|(status, _)| status != 200) {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        runs.push(begun.elapsed());
        daemon.terminate();
    }
    runs.sort();
    row("cold start until ready (median of 5)", crate::milliseconds(runs[2]));
}

async fn at_rest(world: &World, what: &str) {
    let daemon = world.serve();
    tokio::time::sleep(Duration::from_secs(3)).await;
    row(what, memory(daemon.0.id(), "VmRSS"));
    daemon.terminate();
}

/// A line of the kernel's account of the process, in MB.
pub(crate) fn memory(pid: u32, field: &str) -> String {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with(field)).unwrap();
    let kilobytes: f64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    format!("{:.0} MB", kilobytes / 1024.0)
}
