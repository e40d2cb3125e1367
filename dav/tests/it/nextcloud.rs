//! The client against a whole loopback Nextcloud that behaves as the measured one: journeys rather than bytes.

use futures::TryStreamExt as _;
use voiceassist_dav::login_flow::{LoginPoll, PollLogin, RevokeAppPassword, StartLogin};
use voiceassist_dav::ocs::{ListGroupMembers, ListUsers, ReadCapabilities, ReadOwnUser, ReadStatus};
use voiceassist_dav::{
    AppPassword, Client, DavError, Depth, Download, Downloaded, EntryKind, FilePath, ListFolder, Listed,
    UserId,
};
use voiceassist_fakes::nextcloud::{Bulk, Fault, Nextcloud, NextcloudScript, Recipient, Rights};
use voiceassist_fakes::proxy::{Behaviour, Cut, FaultProxy};

use crate::scripted::{client, settings, transport};

async fn cloud() -> Nextcloud {
    Nextcloud::start(NextcloudScript::default()).await.expect("a loopback Nextcloud")
}

pub(crate) fn id(id: &str) -> UserId {
    UserId::new(id).expect("an id")
}

pub(crate) fn path(path: &str) -> FilePath {
    FilePath::parse(path).expect("a path")
}

pub(crate) fn account(cloud: &Nextcloud, user: &str) -> Client {
    account_at(cloud, user, &cloud.base_url())
}

/// With other settings than the usual ones.
pub(crate) fn account_with(
    cloud: &Nextcloud,
    user: &str,
    change: impl FnOnce(&mut voiceassist_dav::ClientSettings),
) -> Client {
    let secret = cloud.app_password(user).expect("an app password");
    let credentials =
        voiceassist_dav::Credentials::AppPassword(AppPassword::restored(user.to_owned(), secret.into()));
    let base = voiceassist_dav::BaseUrl::parse(&cloud.base_url()).expect("a URL");
    let mut wanted = settings();
    change(&mut wanted);
    Client::new(&transport(), base, &credentials, wanted).expect("a client")
}

fn account_at(cloud: &Nextcloud, user: &str, url: &str) -> Client {
    let secret = cloud.app_password(user).expect("an app password");
    let credentials =
        voiceassist_dav::Credentials::AppPassword(AppPassword::restored(user.to_owned(), secret.into()));
    let base = voiceassist_dav::BaseUrl::parse(url).expect("a URL");
    Client::new(&transport(), base, &credentials, settings()).expect("a client")
}

async fn list(
    client: &Client,
    user: &str,
    folder: &str,
    depth: Depth,
) -> Result<Vec<(String, EntryKind)>, DavError> {
    let listing = client.list(ListFolder { user: id(user), path: path(folder), depth });
    let listed: Vec<Listed> = listing.try_collect().await?;
    let line = |listed| match listed {
        Listed::Entry(entry) => (entry.path.as_str().to_owned(), entry.kind),
        Listed::Skipped(defect) => panic!("{defect}"),
    };
    Ok(listed.into_iter().map(line).collect())
}

fn whole(user: &str, file: &str) -> Download {
    Download { user: id(user), path: path(file), if_none_match: None, range: None, max_bytes: 1 << 20 }
}

#[tokio::test]
async fn a_person_logs_in_reads_and_leaves() {
    let cloud = cloud().await;
    let nobody = client(&cloud.base_url(), None, settings());
    assert!(nobody.send(&ReadStatus).await.expect("a status").installed);
    assert!(!nobody.send(&ReadCapabilities).await.expect("capabilities").is_complete());

    let started =
        nobody.send(&StartLogin { device_name: "VoiceAssist test".to_owned() }).await.expect("a login");
    let poll = PollLogin { token: started.token };
    assert!(matches!(nobody.send(&poll).await.expect("an answer"), LoginPoll::Pending));
    cloud.grant(started.login_url.as_str(), "alice").expect("granted in the browser");
    let LoginPoll::Granted(granted) = nobody.send(&poll).await.expect("an answer") else { panic!("granted") };
    assert!(matches!(nobody.send(&poll).await.expect("an answer"), LoginPoll::Pending), "exactly once");

    let base = voiceassist_dav::BaseUrl::parse(&cloud.base_url()).expect("a URL");
    let credentials = voiceassist_dav::Credentials::AppPassword(granted.app_password);
    let alice = Client::new(&transport(), base, &credentials, settings()).expect("a client");
    let user = alice.send(&ReadOwnUser).await.expect("a user");
    assert_eq!(user.id, id("alice"));
    assert!(alice.send(&ReadCapabilities).await.expect("capabilities").is_complete());
    assert_eq!(alice.root(&user.id).await.expect("a root").kind, EntryKind::Folder);

    alice.send(&RevokeAppPassword).await.expect("revoked");
    assert!(matches!(alice.root(&user.id).await, Err(DavError::Unauthorized)));
}

#[tokio::test]
async fn a_tree_is_listed_and_read_and_a_change_moves_the_root() {
    let cloud = cloud().await;
    cloud.put("alice", "/Protocols/Sepsis/bundle #1.md", "first hour").expect("a file");
    let alice = account(&cloud, "alice");
    let before = alice.root(&id("alice")).await.expect("a root");
    let tree = list(&alice, "alice", "Protocols", Depth::Infinity).await.expect("a tree");
    let expected = [
        ("Protocols".to_owned(), EntryKind::Folder),
        ("Protocols/Sepsis".to_owned(), EntryKind::Folder),
        ("Protocols/Sepsis/bundle #1.md".to_owned(), EntryKind::File),
    ];
    assert_eq!(tree, expected);

    let mut content = Vec::new();
    let file = whole("alice", "Protocols/Sepsis/bundle #1.md");
    let Downloaded::Written(written) = alice.download(&file, &mut content).await.expect("content") else {
        panic!("written");
    };
    assert_eq!(content, b"first hour");
    let again = Download { if_none_match: Some(written.etag), ..file };
    assert_eq!(alice.download(&again, &mut content).await.expect("an answer"), Downloaded::NotModified);

    cloud.put("alice", "/Protocols/Sepsis/bundle #1.md", "other first hour").expect("a change");
    let after = alice.root(&id("alice")).await.expect("a root");
    assert_ne!(before.etag, after.etag);
    assert_eq!(before.file_id, after.file_id);
}

#[tokio::test]
async fn another_accounts_tree_is_not_an_empty_one() {
    let cloud = cloud().await;
    cloud.put("alice", "/a.txt", "a").expect("a file");
    for user in ["bob", "admin"] {
        let other = account(&cloud, user);
        assert!(matches!(other.root(&id("alice")).await, Err(DavError::NotOwnFiles)), "{user}");
        let listing = list(&other, "alice", "", Depth::Infinity).await;
        assert!(matches!(listing, Err(DavError::NotOwnFiles)), "{user}");
    }
}

#[tokio::test]
async fn a_folder_is_not_downloaded() {
    let cloud = cloud().await;
    cloud.mkdir("alice", "/Empty").expect("a folder");
    let result = account(&cloud, "alice").download(&whole("alice", "Empty"), &mut Vec::new()).await;
    assert!(matches!(result, Err(DavError::NotAFile)), "{result:?}");
}

#[tokio::test]
async fn a_page_in_the_place_of_a_file_is_not_taken_for_a_folder() {
    let cloud = cloud().await;
    cloud.put("alice", "/a.txt", "a").expect("a file");
    cloud.fault(Fault::on("GET").status(200));
    let result = account(&cloud, "alice").download(&whole("alice", "a.txt"), &mut Vec::new()).await;
    assert!(matches!(result, Err(DavError::NotNextcloud { status: 200 })), "{result:?}");
}

#[tokio::test]
async fn entries_told_twice_are_no_reason_to_doubt_a_listing() {
    let cloud = cloud().await;
    cloud.put("alice", "/Ward/a.txt", "a").expect("a file");
    cloud.fault(Fault::on("PROPFIND").repeat_entries());
    let listed = list(&account(&cloud, "alice"), "alice", "", Depth::Infinity).await.expect("a listing");
    let paths: Vec<&str> = listed.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["", "Ward", "Ward", "Ward/a.txt", "Ward/a.txt"], "the folder itself is told once");
}

#[tokio::test]
async fn the_servers_clock_is_known_after_its_first_answer() {
    let cloud = cloud().await;
    let client = account(&cloud, "alice");
    assert_eq!(client.server_time(), None);
    let (_, asked) = client.root_at(&id("alice")).await.expect("a root");
    let away = asked.expect("a time").timestamp() - cloud.now();
    assert!((-60..=0).contains(&away), "{away} s away from the server's own");
}

#[tokio::test]
async fn a_share_has_its_owners_identity() {
    let cloud = cloud().await;
    let file_id = cloud.put("alice", "/Shared/x.txt", "x").expect("a file");
    let share = cloud.share("alice", "/Shared", Recipient::user("bob"), Rights::READ).expect("a share");
    let bob = account(&cloud, "bob");
    let entry = bob.entry(&id("bob"), &path("Shared/x.txt")).await.expect("an entry");
    assert_eq!((u64::try_from(entry.file_id), entry.owner_id.as_deref()), (Ok(file_id), Some("alice")));
    let mount = bob.entry(&id("bob"), &path("Shared")).await.expect("an entry");
    assert!(mount.is_mount_root && mount.mount_type.as_deref() == Some("shared"));
    cloud.unshare(share).expect("unshared");
    assert!(matches!(bob.entry(&id("bob"), &path("Shared/x.txt")).await, Err(DavError::NotFound)));
}

#[tokio::test]
async fn a_disabled_account_and_a_server_in_maintenance_are_told_apart() {
    let cloud = cloud().await;
    let alice = account(&cloud, "alice");
    cloud.disable_user("alice");
    assert!(matches!(alice.root(&id("alice")).await, Err(DavError::AccountDisabled)));
    cloud.enable_user("alice");
    cloud.set_maintenance(true);
    assert!(matches!(alice.root(&id("alice")).await, Err(DavError::Maintenance { .. })));
    assert!(matches!(alice.send(&ReadOwnUser).await, Err(DavError::Maintenance { .. })));
    assert!(alice.send(&ReadStatus).await.expect("a status").maintenance);
    cloud.set_maintenance(false);
    alice.root(&id("alice")).await.expect("works again");
}

#[tokio::test]
async fn a_revoked_account_does_not_throttle_the_others() {
    let cloud = cloud().await;
    let (alice, bob) = (account(&cloud, "alice"), account(&cloud, "bob"));
    alice.root(&id("alice")).await.expect("works");
    cloud.revoke("alice");
    for _ in 0..30 {
        assert!(matches!(alice.root(&id("alice")).await, Err(DavError::Unauthorized)));
    }
    bob.root(&id("bob")).await.expect("still works");
}

#[tokio::test]
async fn a_short_lock_goes_unnoticed() {
    let cloud = cloud().await;
    cloud.put("alice", "/a.txt", "a").expect("a file");
    cloud.lock("alice", "/a.txt", 2).expect("locked");
    let mut content = Vec::new();
    account(&cloud, "alice").download(&whole("alice", "a.txt"), &mut content).await.expect("content");
    assert_eq!(content, b"a");
}

#[tokio::test]
async fn sessions_are_kept_per_account() {
    let cloud = cloud().await;
    let (alice, bob) = (account(&cloud, "alice"), account(&cloud, "bob"));
    cloud.request_log().clear();
    for (client, user) in [(&alice, "alice"), (&alice, "alice"), (&bob, "bob")] {
        client.root(&id(user)).await.expect("a root");
    }
    let sessions: Vec<bool> = cloud.request_log().all().iter().map(|request| request.session).collect();
    assert_eq!(sessions, [false, true, false]);
    assert!(cloud.request_log().all().iter().all(|request| request.depth.as_deref() == Some("0")));
}

#[tokio::test]
async fn thousands_of_entries_come_in_one_request() {
    let cloud = cloud().await;
    let bulk = Bulk { folders: 50, files_per_folder: 40, file_bytes: 10 };
    cloud.populate("alice", "/Archive", bulk).expect("files");
    let alice = account(&cloud, "alice");
    cloud.request_log().clear();
    let tree = list(&alice, "alice", "Archive", Depth::Infinity).await.expect("a tree");
    assert_eq!((tree.len(), cloud.request_log().len()), (1 + 50 + 50 * 40, 1));
}

#[tokio::test]
async fn a_listing_cut_by_the_network_is_an_error() {
    let cloud = cloud().await;
    let bulk = Bulk { folders: 5, files_per_folder: 20, file_bytes: 10 };
    cloud.populate("alice", "/Archive", bulk).expect("files");
    let proxy = FaultProxy::start(cloud.addr()).await.expect("a proxy");
    let alice = account_at(&cloud, "alice", &proxy.base_url());
    let whole = list(&alice, "alice", "Archive", Depth::Infinity).await.expect("a tree");
    assert_eq!(whole.len(), 1 + 5 + 5 * 20);
    for how in [Cut::Finish, Cut::Reset] {
        proxy.set(Behaviour::CutAfter { bytes: 20_000, how }).await.expect("set");
        let result = list(&alice, "alice", "Archive", Depth::Infinity).await;
        assert!(matches!(result, Err(DavError::Truncated { .. })), "{result:?}");
    }
    proxy.set(Behaviour::Refuse).await.expect("set");
    let result = list(&alice, "alice", "Archive", Depth::Infinity).await;
    assert!(matches!(&result, Err(error) if error.code() == "connect"), "{result:?}");
    proxy.set(Behaviour::Pass).await.expect("set");
    list(&alice, "alice", "Archive", Depth::Infinity).await.expect("a tree again");
}

#[tokio::test]
async fn the_directory_is_read_by_an_administrator_only() {
    let cloud = cloud().await;
    let directory = ListUsers { search: None, limit: 2, offset: 0 };
    assert!(matches!(account(&cloud, "alice").send(&directory).await, Err(DavError::Forbidden)));
    let admin = account(&cloud, "admin");
    let (mut all, mut next) = (Vec::new(), Some(directory));
    while let Some(page) = next {
        let page = admin.send(&page).await.expect("a page");
        all.extend(page.ids);
        next = page.next;
    }
    assert_eq!(all, ["admin", "alice", "bob", "carol"].map(id));
    let clinicians = admin.send(&ListGroupMembers { group: "clinicians".to_owned() }).await.expect("members");
    assert_eq!(clinicians, ["alice", "bob"].map(id));
}
