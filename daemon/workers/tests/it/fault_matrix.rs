//! Every kind of trouble a server or what stands before it makes, in each phase of following it.
//!
//! For each cell: while the trouble lasts, requests stay below a number and nothing that is mirrored goes; once it ends,
//! the mirror becomes equal to the server. Trouble below HTTP goes through the proxy, on real sockets. The table in
//! `docs/reference/faults.md` has a row for each of these tests.

use std::time::Duration;

use voiceassist_fakes::nextcloud::{Bulk, Fault, NextcloudScript};
use voiceassist_fakes::proxy::{Behaviour, Cut, FaultProxy};
use voiceassist_model::AccountId;
use voiceassist_store::accounts::AccountState;

use crate::clinic::Clinic;

/// How often a locked resource is asked for.
const LOCK_ATTEMPTS: usize = 5;
/// Requests of one look that fails at the root.
const AT_THE_ROOT: usize = 1;
/// … at listings of everything below a folder, which it then gets around: the root, and for each of the seven folders to
/// be looked into such a listing and one of the folder by itself.
const AT_A_LISTING: usize = 15;
/// … at listings of single folders: the root, and as many folders as are listed at a time.
const AT_A_FOLDER: usize = 5;
/// Requests for the four documents of a round while downloads fail, over all attempts that become due.
const AT_A_DOWNLOAD: usize = 12;
/// Until an answer of the clinic behind the proxy is given up.
const IMPATIENCE: Duration = Duration::from_secs(2);

/// Where trouble strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Root,
    Listing,
    Folder,
    Download,
}

const PHASES: [Phase; 4] = [Phase::Root, Phase::Listing, Phase::Folder, Phase::Download];

impl Phase {
    fn fault(self) -> Fault {
        match self {
            Self::Root => Fault::on("PROPFIND").depth("0"),
            Self::Listing => Fault::on("PROPFIND").depth("infinity"),
            Self::Folder => Fault::on("PROPFIND").depth("1"),
            Self::Download => Fault::on("GET"),
        }
        .times(u32::MAX)
    }

    fn most_requests(self) -> usize {
        match self {
            Self::Root => AT_THE_ROOT,
            Self::Listing => AT_A_LISTING,
            Self::Folder => AT_A_FOLDER,
            Self::Download => AT_A_DOWNLOAD,
        }
    }
}

/// A clinic with a mirrored tree of three wards.
async fn clinic() -> (Clinic, AccountId) {
    let clinic = Clinic::open().await;
    let wards = Bulk { folders: 3, files_per_folder: 10, file_bytes: 60 };
    clinic.cloud.populate("alice", "/wards", wards).expect("placed");
    let alice = clinic.connect_and_settle("alice").await;
    (clinic, alice)
}

/// Something for each phase to find: a new folder with folders, and an edit down below.
fn change(clinic: &Clinic, round: usize) {
    let cloud = &clinic.cloud;
    for folder in 0..3 {
        cloud
            .put("alice", &format!("/new-{round}/f{folder}/a.md"), "Potassium is checked hourly.")
            .expect("placed");
    }
    let text = format!("Edited in round {round}.");
    cloud.put("alice", "/wards/folder-0001/note-0003.txt", text).expect("edited");
}

/// One row: the trouble in each phase, one after the other.
async fn row(strike: impl Fn(Fault) -> Fault, attempts: usize) {
    let (mut clinic, alice) = clinic().await;
    for (round, phase) in PHASES.into_iter().enumerate() {
        if phase == Phase::Download {
            clinic.settle().await;
        }
        change(&clinic, round);
        let before = clinic.documents(alice).await.len();
        clinic.requests();
        if phase == Phase::Download {
            clinic.sync(alice).await;
            clinic.requests();
        }
        clinic.cloud.fault(strike(phase.fault()));
        if phase == Phase::Download {
            clinic.settle().await;
        } else {
            _ = clinic.try_sync(alice).await;
        }
        let requests = clinic.requests().len();
        let most = phase.most_requests() * attempts;
        assert!((1..=most).contains(&requests), "{phase:?}: {requests} requests, {most} at most");
        assert!(clinic.documents(alice).await.len() >= before, "{phase:?}: something was deleted");
        clinic.cloud.clear_faults();
        clinic.clock.advance(chrono::TimeDelta::hours(25));
        clinic.reconnect();
        clinic.converge(alice).await;
        clinic.assert_no_drift(alice).await;
    }
    clinic.settle().await;
    clinic.assert_readers(&[("alice", alice)], true).await;
    assert_eq!(clinic.account(alice).await.state, AccountState::Connected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_error() {
    row(|fault| fault.status(500), 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_gateway() {
    row(|fault| fault.status(502), 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_not_available() {
    row(|fault| fault.status(503), 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_storm_of_locks() {
    row(|fault| fault.status(423), LOCK_ATTEMPTS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_requests() {
    row(|fault| fault.status(429), 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_html_in_good_form() {
    row(|fault| fault.status(200), 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_html_that_claims_to_be_a_listing() {
    row(|fault| fault.status(207), 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_to_another_server() {
    row(|fault| fault.redirect("http://other.example.test/remote.php/dav/"), 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_in_a_circle() {
    row(|fault| fault.redirect("/remote.php/dav/files/alice/"), 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_breaks_off() {
    row(|fault| fault.cut_after(40), 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listing_that_ends_early_in_good_form() {
    let (clinic, alice) = clinic().await;
    for (round, phase) in [Phase::Listing, Phase::Folder].into_iter().enumerate() {
        change(&clinic, round);
        let before = clinic.documents(alice).await.len();
        clinic.cloud.fault(phase.fault().truncate_listing(1));
        let report = clinic.sync(alice).await;
        assert_eq!(report.vanished, 0, "{phase:?}");
        assert!(clinic.documents(alice).await.len() >= before, "{phase:?}: something was deleted");
        clinic.cloud.clear_faults();
        // Folders believed to be empty are looked into again when they change.
        change(&clinic, round);
        clinic.converge(alice).await;
    }
    clinic.context.store.cursors().forget(alice).await.expect("forgotten");
    clinic.converge(alice).await;
    clinic.assert_no_drift(alice).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_told_twice() {
    let (clinic, alice) = clinic().await;
    change(&clinic, 0);
    clinic.cloud.fault(Fault::on("PROPFIND").times(u32::MAX).repeat_entries());
    clinic.requests();
    clinic.converge(alice).await;
    assert!(clinic.requests().len() <= AT_A_LISTING);
    clinic.cloud.clear_faults();
    clinic.assert_no_drift(alice).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn maintenance() {
    let (clinic, alice) = clinic().await;
    change(&clinic, 0);
    clinic.cloud.set_maintenance(true);
    clinic.requests();
    clinic.try_sync(alice).await.expect_err("not now");
    assert_eq!(clinic.requests().len(), AT_THE_ROOT);
    assert_eq!(clinic.account(alice).await.state, AccountState::Maintenance);
    clinic.cloud.set_maintenance(false);
    clinic.converge(alice).await;
    clinic.assert_no_drift(alice).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_whose_clock_is_a_day_away() {
    for days in [-1, 1] {
        let start = 1_795_420_800 + days * 86_400;
        let clock = voiceassist_fakes::nextcloud::Clock::ticking(start);
        let clinic = Clinic::open_with(NextcloudScript::default().clock(clock)).await;
        clinic.cloud.put("alice", "/ward/dose.md", "Start with 5 mg daily.").expect("placed");
        let alice = clinic.connect_and_settle("alice").await;
        clinic.cloud.touch_same_etag("alice", "/ward/dose.md", "Start with 9 mg daily.").expect("changed");
        change(&clinic, 0);
        clinic.converge(alice).await;
        clinic.settle().await;
        clinic.assert_no_drift(alice).await;
        clinic.assert_readers(&[("alice", alice)], true).await;
    }
}

/// One row below HTTP: the whole look goes through the trouble.
async fn row_below_http(behaviour: Behaviour) {
    let clinic = Clinic::open_impatient(NextcloudScript::default(), IMPATIENCE).await;
    let wards = Bulk { folders: 3, files_per_folder: 10, file_bytes: 60 };
    clinic.cloud.populate("alice", "/wards", wards).expect("placed");
    let proxy = FaultProxy::start(clinic.cloud.addr()).await.expect("the proxy starts");
    let alice = clinic.connect_at("alice", &proxy.base_url()).await;
    clinic.settle().await;
    change(&clinic, 0);
    let before = clinic.documents(alice).await.len();
    assert_eq!(before, 30);
    clinic.requests();
    proxy.set(behaviour).await.expect("set");
    clinic.try_sync(alice).await.expect_err("trouble");
    assert!(clinic.requests().len() <= AT_THE_ROOT, "one request is enough to know");
    assert_eq!(clinic.documents(alice).await.len(), before);
    assert_eq!(clinic.account(alice).await.state, AccountState::Failing);
    proxy.set(Behaviour::Pass).await.expect("set");
    clinic.converge(alice).await;
    clinic.settle().await;
    clinic.assert_no_drift(alice).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_is_reset() {
    row_below_http(Behaviour::CutAfter { bytes: 300, how: Cut::Reset }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_cut_on_the_way() {
    row_below_http(Behaviour::TruncateBody { bytes: 100 }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_listens() {
    row_below_http(Behaviour::Refuse).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_answers() {
    row_below_http(Behaviour::Blackhole).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_byte_by_byte() {
    row_below_http(Behaviour::SlowLoris { gap: Duration::from_millis(30) }).await;
}
