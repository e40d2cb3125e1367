//! What happens to what sync has not confirmed lately.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use voiceassist_assistant::{
    AsPerson, AskNextcloud, Freshness as _, RefuseStale, SearchRequest, Settings, SyncIsEnough,
};
use voiceassist_dav::{
    AppPassword, BaseUrl, Client, ClientSettings, Credentials, Transport, TransportSettings, UserId,
};
use voiceassist_fakes::nextcloud::{Nextcloud, NextcloudScript};
use voiceassist_model::{AccountId, Principal};
use voiceassist_store::Job;

use crate::clinic::Clinic;

const TEXT: &str = "Apixaban is restarted six hours after the ablation.";

#[tokio::test]
async fn a_stale_mirror_is_withheld_unless_it_is_confirmed() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    clinic.document(10, "/Ablation.txt", &[TEXT], &[&alice]).await;
    let strict = clinic.assistant_with(Arc::new(RefuseStale), None, Settings::default());
    let trusting = clinic.assistant_with(Arc::new(SyncIsEnough), None, Settings::default());
    let question = || SearchRequest::new("ablation");

    assert_eq!(strict.search(&alice, question()).await.unwrap().passages.len(), 1, "fresh");
    clinic.pass(TimeDelta::minutes(6));
    assert_eq!(strict.search(&alice, question()).await.unwrap().passages.len(), 0, "stale");
    assert_eq!(trusting.search(&alice, question()).await.unwrap().passages.len(), 1, "believed all the same");
    clinic.confirm(alice.account, "root-etag").await;
    assert_eq!(strict.search(&alice, question()).await.unwrap().passages.len(), 1, "confirmed again");
}

struct Stage {
    cloud: Nextcloud,
    clinic: Clinic,
    alice: Principal,
    client: Client,
}

/// Alice's client, whoever is asked for, as sync's clients live as long as an account's credentials.
struct OneClient(Client);

#[async_trait]
impl AsPerson for OneClient {
    async fn client(&self, _: AccountId) -> Option<(Client, UserId)> {
        Some((self.0.clone(), UserId::new("alice").unwrap()))
    }
}

impl Stage {
    async fn open() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let cloud = Nextcloud::start(NextcloudScript::default()).await.unwrap();
        let clinic = Clinic::open_at(&cloud.base_url()).await;
        let password = cloud.app_password("alice").unwrap();
        let alice = clinic.person_with_password("alice", &password).await;
        let transport = Transport::new(&TransportSettings::default()).unwrap();
        let base = BaseUrl::parse(&cloud.base_url()).unwrap();
        let password = AppPassword::restored("alice".to_owned(), password.into());
        let credentials = Credentials::AppPassword(password);
        let client = Client::new(&transport, base, &credentials, ClientSettings::default()).unwrap();
        Self { cloud, clinic, alice, client }
    }

    fn ask(&self) -> AskNextcloud {
        AskNextcloud::new(self.clinic.store.clone(), Arc::new(OneClient(self.client.clone())))
    }

    /// Sync has just followed everything.
    async fn synced(&self) {
        let root = self.client.root(&UserId::new("alice").unwrap()).await.unwrap();
        self.clinic.confirm(self.alice.account, &root.etag.to_string()).await;
    }

    fn file(&self, path: &str) -> i64 {
        i64::try_from(self.cloud.put("alice", path, TEXT).unwrap()).unwrap()
    }
}

#[tokio::test]
async fn an_unchanged_tree_confirms_everything_at_once() {
    let stage = Stage::open().await;
    let [first, second] = ["/One.txt", "/Two.txt"].map(|path| stage.file(path));
    let one = stage.clinic.document(first, "/One.txt", &[TEXT], &[&stage.alice]).await;
    let two = stage.clinic.document(second, "/Two.txt", &[TEXT], &[&stage.alice]).await;
    stage.synced().await;
    stage.clinic.pass(TimeDelta::minutes(10));

    assert_eq!(stage.ask().confirm(&stage.alice, &[one, two]).await, [one, two]);
    let cursor = stage.clinic.store.cursors().files(stage.alice.account).await.unwrap();
    assert_eq!(
        cursor.confirmed_at,
        Some(stage.clinic.store.clock().now()),
        "the next question needs no request"
    );
}

#[tokio::test]
async fn in_a_changed_tree_only_what_is_still_there_is_confirmed() {
    let stage = Stage::open().await;
    let [kept, moved, gone] = ["/Kept.txt", "/Moved.txt", "/Gone.txt"].map(|path| stage.file(path));
    let kept = stage.clinic.document(kept, "/Kept.txt", &[TEXT], &[&stage.alice]).await;
    let moved = stage.clinic.document(moved, "/Moved.txt", &[TEXT], &[&stage.alice]).await;
    let gone = stage.clinic.document(gone, "/Gone.txt", &[TEXT], &[&stage.alice]).await;
    stage.synced().await;
    stage.clinic.drain_jobs().await;
    stage.cloud.remove("alice", "/Gone.txt").unwrap();
    stage.cloud.rename("alice", "/Moved.txt", "/Elsewhere.txt").unwrap();
    // Another file now stands where the moved one was.
    stage.cloud.put("alice", "/Moved.txt", "something else").unwrap();

    assert_eq!(stage.ask().confirm(&stage.alice, &[kept, moved, gone]).await, [kept]);
    let asked = stage.clinic.drain_jobs().await;
    assert_eq!(asked, [Job::SyncFiles { account: stage.alice.account }], "sync is asked to follow");
}

#[tokio::test]
async fn without_an_answer_from_nextcloud_there_is_no_passage() {
    let stage = Stage::open().await;
    let file = stage.file("/One.txt");
    let one = stage.clinic.document(file, "/One.txt", &[TEXT], &[&stage.alice]).await;
    stage.synced().await;
    stage.cloud.set_maintenance(true);
    assert_eq!(stage.ask().confirm(&stage.alice, &[one]).await, []);
    stage.cloud.set_maintenance(false);
    stage.cloud.revoke("alice");
    assert_eq!(stage.ask().confirm(&stage.alice, &[one]).await, []);
    stage.cloud.stop().await;
    assert_eq!(stage.ask().confirm(&stage.alice, &[one]).await, []);
}

#[tokio::test]
async fn a_refused_password_is_shown_to_nextcloud_once_however_often_is_asked() {
    let stage = Stage::open().await;
    let file = stage.file("/One.txt");
    let one = stage.clinic.document(file, "/One.txt", &[TEXT], &[&stage.alice]).await;
    stage.synced().await;
    stage.cloud.revoke("alice");
    stage.cloud.request_log().clear();
    for _ in 0..3 {
        assert_eq!(stage.ask().confirm(&stage.alice, &[one]).await, []);
    }
    assert_eq!(stage.cloud.request_log().len(), 1);
}
