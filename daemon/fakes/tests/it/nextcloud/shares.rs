//! Shares: the receiver sees the owner's very node, and both roots know when something changes.

use http::StatusCode;
use serde_json::json;
use voiceassist_fakes::nextcloud::{Recipient, Rights};

use super::{Clinic, clinic, response_of};

const ABOUT: &str = "<d:propfind xmlns:d=\"DAV:\" xmlns:oc=\"http://owncloud.org/ns\" \
     xmlns:nc=\"http://nextcloud.org/ns\"><d:prop><d:getetag/><oc:fileid/><oc:permissions/><oc:owner-id/>\
     <oc:share-types/><nc:mount-type/><nc:is-mount-root/><nc:upload_time/><nc:sharees/></d:prop></d:propfind>";

async fn listing(clinic: &Clinic, path: &str, depth: &str) -> String {
    clinic.bob("PROPFIND", path).header("depth", depth).body(ABOUT).send().await.text()
}

#[tokio::test]
async fn a_received_folder_has_the_owners_id_and_etag() {
    let clinic = clinic().await;
    clinic.cloud.put("alice", "/shared-folder/f.txt", "x").unwrap();
    clinic.cloud.share("alice", "/shared-folder", Recipient::user("bob"), Rights::ALL).unwrap();
    let owned = clinic.cloud.stat("alice", "/shared-folder").unwrap();

    let text = listing(&clinic, "/", "1").await;
    let mount = response_of(&text, "/remote.php/dav/files/bob/shared-folder/");
    assert!(mount.contains(&format!("<d:getetag>&quot;{}&quot;</d:getetag>", owned.etag)));
    assert!(mount.contains(&format!("<oc:fileid>{}</oc:fileid>", owned.file_id)));
    assert!(mount.contains("<oc:permissions>SRGDNVCK</oc:permissions><oc:owner-id>alice</oc:owner-id>"));
    assert!(mount.contains("<nc:mount-type>shared</nc:mount-type><nc:is-mount-root>true</nc:is-mount-root>"));

    let inside = listing(&clinic, "/shared-folder/", "1").await;
    let child = response_of(&inside, "/remote.php/dav/files/bob/shared-folder/f.txt");
    let file = clinic.cloud.stat("alice", "/shared-folder/f.txt").unwrap();
    assert!(child.contains(&format!("<oc:fileid>{}</oc:fileid>", file.file_id)));
    assert!(child.contains("<oc:permissions>SRGDNVW</oc:permissions>"));
    assert!(child.contains("<nc:mount-type></nc:mount-type><nc:is-mount-root>false</nc:is-mount-root>"));

    let own =
        clinic.alice("PROPFIND", "/shared-folder/").header("depth", "0").body(ABOUT).send().await.text();
    assert!(own.contains("<oc:share-types><oc:share-type>0</oc:share-type></oc:share-types>"));
    assert!(own.contains(
        "<nc:sharees><nc:sharee><nc:id>bob</nc:id><nc:display-name>Bob Example</nc:display-name>\
         <nc:type>0</nc:type></nc:sharee></nc:sharees>"
    ));
}

#[tokio::test]
async fn the_letters_of_a_mount_depend_on_how_it_is_asked_for() {
    let clinic = clinic().await;
    clinic.cloud.put("alice", "/single.txt", "single").unwrap();
    clinic.cloud.put("alice", "/t1/f.txt", "x").unwrap();
    clinic.cloud.share("alice", "/single.txt", Recipient::user("bob"), Rights::READ).unwrap();
    clinic.cloud.share("alice", "/t1", Recipient::group("clinicians"), Rights(17)).unwrap();
    let text = listing(&clinic, "/", "1").await;
    let listed = response_of(&text, "/remote.php/dav/files/bob/single.txt");
    assert!(listed.contains("<oc:permissions>SGDNV</oc:permissions>"));
    assert!(listed.contains("<nc:upload_time>0</nc:upload_time>"));
    let group = response_of(&text, "/remote.php/dav/files/bob/t1/");
    assert!(group.contains("<oc:permissions>SRGDNV</oc:permissions>"));
    let alone = listing(&clinic, "/single.txt", "0").await;
    assert!(alone.contains("<oc:permissions>SGD</oc:permissions>"));
}

#[tokio::test]
async fn the_receivers_root_changes_on_share_unshare_and_every_change_inside() {
    let clinic = clinic().await;
    clinic.cloud.put("alice", "/s/f.txt", "x").unwrap();
    let mut seen = vec![clinic.etag("bob", "/")];
    assert_eq!(seen[0].len(), 13);
    let share = clinic.cloud.share("alice", "/s", Recipient::user("bob"), Rights::ALL).unwrap();
    seen.push(clinic.etag("bob", "/"));
    assert_eq!(seen[1].len(), 32);
    clinic.cloud.put("alice", "/s/f.txt", "xy").unwrap();
    seen.push(clinic.etag("bob", "/"));
    let alice = clinic.etag("alice", "/");
    let written = clinic.bob("PUT", "/s/from-bob.txt").body("bob").send().await;
    assert_eq!(written.status, StatusCode::CREATED);
    assert_ne!(clinic.etag("alice", "/"), alice);
    assert_eq!(clinic.cloud.read("alice", "/s/from-bob.txt").unwrap(), "bob");
    seen.push(clinic.etag("bob", "/"));
    clinic.cloud.unshare(share).unwrap();
    seen.push(clinic.etag("bob", "/"));
    let distinct: std::collections::HashSet<_> = seen.iter().collect();
    assert_eq!(distinct.len(), seen.len(), "{seen:?}");
    assert_eq!(seen[4].len(), 13);
}

#[tokio::test]
async fn what_is_unshared_is_gone_for_the_receiver_and_whole_for_the_owner() {
    let clinic = clinic().await;
    clinic.cloud.put("alice", "/s/f.txt", "x").unwrap();
    let share = clinic.cloud.share("alice", "/s", Recipient::user("bob"), Rights::ALL).unwrap();
    assert_eq!(clinic.bob("GET", "/s/f.txt").send().await.status, StatusCode::OK);
    clinic.cloud.unshare(share).unwrap();
    assert_eq!(clinic.bob("GET", "/s/f.txt").send().await.status, StatusCode::NOT_FOUND);
    assert_eq!(clinic.alice("GET", "/s/f.txt").send().await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_receiver_without_the_right_is_refused_in_silence() {
    let clinic = clinic().await;
    clinic.cloud.put("alice", "/single.txt", "x").unwrap();
    clinic.cloud.put("alice", "/t1/big.bin", "x").unwrap();
    clinic.cloud.share("alice", "/single.txt", Recipient::user("bob"), Rights::READ).unwrap();
    clinic.cloud.share("alice", "/t1", Recipient::user("bob"), Rights::READ).unwrap();
    for (method, path) in
        [("PUT", "/single.txt"), ("DELETE", "/t1/big.bin"), ("PUT", "/t1/new.txt"), ("MKCOL", "/t1/sub")]
    {
        let refused = clinic.bob(method, path).body("bob").send().await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{method} {path}");
        assert!(refused.text().contains("<s:message/>"));
    }
}

#[tokio::test]
async fn a_receiver_renames_and_leaves_only_their_own_side() {
    let clinic = clinic().await;
    let id = clinic.cloud.put("alice", "/single.txt", "x").unwrap();
    clinic.cloud.share("alice", "/single.txt", Recipient::user("bob"), Rights::READ).unwrap();
    let target = "/remote.php/dav/files/bob/renamed-by-bob.txt";
    let moved = clinic.bob("MOVE", "/single.txt").header("destination", target).send().await;
    assert_eq!(moved.status, StatusCode::CREATED);
    assert_eq!(clinic.cloud.stat("bob", "/renamed-by-bob.txt").unwrap().file_id, id);
    assert_eq!(clinic.cloud.stat("alice", "/single.txt").unwrap().file_id, id);
    assert_eq!(clinic.bob("DELETE", "/renamed-by-bob.txt").send().await.status, StatusCode::NO_CONTENT);
    assert!(clinic.cloud.stat("bob", "/renamed-by-bob.txt").is_none());
    assert!(clinic.cloud.stat("alice", "/single.txt").is_some());
}

#[tokio::test]
async fn a_group_share_follows_the_members() {
    let clinic = clinic().await;
    clinic.cloud.put("alice", "/ward/f.txt", "x").unwrap();
    clinic.cloud.share("alice", "/ward", Recipient::group("clinicians"), Rights::READ).unwrap();
    assert!(clinic.cloud.stat("bob", "/ward/f.txt").is_some());
    assert!(clinic.cloud.stat("carol", "/ward/f.txt").is_none());
    clinic.cloud.set_groups("carol", &["clinicians"]).unwrap();
    clinic.cloud.set_groups("bob", &[]).unwrap();
    assert!(clinic.cloud.stat("carol", "/ward/f.txt").is_some());
    assert!(clinic.cloud.stat("bob", "/ward/f.txt").is_none());
}

#[tokio::test]
async fn a_mount_steps_aside_for_a_name_that_is_taken() {
    let clinic = clinic().await;
    clinic.cloud.put("alice", "/plan.txt", "alice").unwrap();
    clinic.cloud.put("bob", "/plan.txt", "bob").unwrap();
    clinic.cloud.share("alice", "/plan.txt", Recipient::user("bob"), Rights::READ).unwrap();
    assert_eq!(clinic.cloud.read("bob", "/plan.txt").unwrap(), "bob");
    assert_eq!(clinic.cloud.read("bob", "/plan (2).txt").unwrap(), "alice");
}

#[tokio::test]
async fn a_deleted_original_takes_its_mounts_along() {
    let clinic = clinic().await;
    clinic.cloud.put("alice", "/a/s/f.txt", "x").unwrap();
    clinic.cloud.share("alice", "/a/s", Recipient::user("bob"), Rights::ALL).unwrap();
    let root = clinic.etag("bob", "/");
    clinic.cloud.remove("alice", "/a").unwrap();
    assert!(clinic.cloud.stat("bob", "/s").is_none());
    assert_ne!(clinic.etag("bob", "/"), root);
}

#[tokio::test]
async fn a_listing_without_limit_goes_into_mounts() {
    let clinic = clinic().await;
    clinic.cloud.put("alice", "/s/deep/f.txt", "12345").unwrap();
    clinic.cloud.put("bob", "/own.txt", "1").unwrap();
    clinic.cloud.share("alice", "/s", Recipient::user("bob"), Rights::ALL).unwrap();
    let text = listing(&clinic, "/", "infinity").await;
    response_of(&text, "/remote.php/dav/files/bob/own.txt");
    response_of(&text, "/remote.php/dav/files/bob/s/deep/f.txt");
    assert_eq!(clinic.cloud.stat("bob", "/").unwrap().size, 6);
}

#[tokio::test]
async fn the_share_api_makes_lists_and_removes() {
    let clinic = clinic().await;
    let path = "/ocs/v2.php/apps/files_sharing/api/v1/shares";
    clinic.cloud.put("alice", "/shared-folder/f.txt", "xx").unwrap();
    let body = "path=/shared-folder&shareType=0&shareWith=bob&permissions=31";
    let made = clinic.ocs("POST", path).body(body).send().await.json()["ocs"]["data"].clone();
    assert_eq!(made["uid_owner"], "alice");
    assert_eq!(made["item_type"], "folder");
    assert_eq!(made["permissions"], 31);
    assert_eq!(made["share_with_displayname"], "Bob Example");
    assert_eq!(made["item_source"], clinic.cloud.stat("alice", "/shared-folder").unwrap().file_id);

    let mine = clinic.ocs("GET", path).send().await.json();
    assert_eq!(mine["ocs"]["data"].as_array().unwrap().len(), 1);
    let bobs = |method: &'static str, path: String| {
        clinic.ocs_of("bob", clinic.bob_password(), method, &path).send()
    };
    assert_eq!(bobs("GET", path.to_owned()).await.json()["ocs"]["data"], json!([]));
    let received = bobs("GET", format!("{path}?shared_with_me=true")).await.json();
    assert_eq!(received["ocs"]["data"][0]["is-mount-root"], true);

    let id = made["id"].as_str().unwrap();
    let removed = clinic.ocs("DELETE", &format!("{path}/{id}")).send().await;
    assert_eq!(removed.json()["ocs"]["data"], json!([]));
    assert!(clinic.cloud.stat("bob", "/shared-folder").is_none());
    let wrong = clinic.ocs("POST", path).body("path=/none&shareType=0&shareWith=bob").send().await;
    assert_eq!(wrong.status, StatusCode::NOT_FOUND);
    let link = clinic.ocs("POST", path).body("path=/shared-folder&shareType=3").send().await;
    assert_eq!(link.status, StatusCode::BAD_REQUEST);
}
