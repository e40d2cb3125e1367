//! What a look at 10,000 files in 500 folders costs.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use voiceassist_fakes::nextcloud::{Bulk, Nextcloud, NextcloudScript};
use voiceassist_model::AccountId;
use voiceassist_workers::sync::files::sync_files;

use crate::row;
use crate::stage::Stage;

const TREE: Bulk = Bulk { folders: 500, files_per_folder: 20, file_bytes: 200 };

/// The properties a look asks for, so that the bare request is the same work for the server.
const PROPFIND: &str = r#"<?xml version="1.0"?><d:propfind xmlns:d="DAV:" xmlns:oc="http://owncloud.org/ns" xmlns:nc="http://nextcloud.org/ns"><d:prop><d:getetag/><d:getlastmodified/><d:resourcetype/><d:getcontenttype/><d:getcontentlength/><oc:fileid/><oc:permissions/><oc:size/><oc:owner-id/><oc:checksums/><nc:upload_time/><nc:mount-type/><nc:is-mount-root/></d:prop></d:propfind>"#;

pub(crate) async fn measure() {
    let cloud = Nextcloud::start(NextcloudScript::default()).await.unwrap();
    cloud.populate("alice", "/tree", TREE).unwrap();
    let stage = Stage::build().await;
    let password = cloud.app_password("alice").unwrap();
    let account = stage.account(&cloud.base_url(), "alice", password.clone()).await;
    let bare = bare_listing(&cloud.base_url(), &password, 5).await;
    row(
        "bare Depth-infinity PROPFIND of 10,000 files in 500 folders by curl",
        format!("{:.2} s, 1 request", bare.as_secs_f64()),
    );
    look(&stage, &cloud, account, "first look at that tree (listed, compared, stored)").await;
    look(&stage, &cloud, account, "second look, nothing changed").await;
    cloud.put("alice", "/tree/folder-0007/new.txt", "A new file.").unwrap();
    look(&stage, &cloud, account, "look after one new file two folders down").await;
}

async fn look(stage: &Stage, cloud: &Nextcloud, account: AccountId, what: &str) {
    cloud.request_log().clear();
    let begun = Instant::now();
    sync_files(&stage.context, account).await.unwrap();
    let took = begun.elapsed();
    row(what, format!("{:.3} s, {} requests", took.as_secs_f64(), cloud.request_log().len()));
}

/// The median of some runs of the same request by curl.
pub(crate) async fn bare_listing(base: &str, password: &str, runs: usize) -> Duration {
    let url = format!("{base}/remote.php/dav/files/alice/");
    let user = format!("alice:{password}");
    tokio::task::spawn_blocking(move || {
        let mut runs: Vec<Duration> = (0..runs)
            .map(|_| {
                let begun = Instant::now();
                let status = Command::new("curl")
                    .args(["-s", "-o", "/dev/null", "-u", &user, "-X", "PROPFIND", "-H", "Depth: infinity"])
                    .args(["-H", "Prefer: return=minimal", "-d", PROPFIND, &url])
                    .stdin(Stdio::null())
                    .status()
                    .unwrap();
                assert!(status.success());
                begun.elapsed()
            })
            .collect();
        runs.sort();
        runs[runs.len() / 2]
    })
    .await
    .unwrap()
}
