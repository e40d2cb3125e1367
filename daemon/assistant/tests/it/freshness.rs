//! What happens to what sync has not confirmed lately.

use std::collections::BTreeSet;
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
use voiceassist_model::{AccountId, DocumentId, Principal};
use voiceassist_store::verified::{Claim, Witness};
use voiceassist_store::{Job, Verified};

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
    clinic.pass(TimeDelta::seconds(31));
    assert_eq!(strict.search(&alice, question()).await.unwrap().passages.len(), 0, "stale");
    assert_eq!(trusting.search(&alice, question()).await.unwrap().passages.len(), 1, "believed all the same");
    clinic.confirm(alice.account, "root-etag").await;
    assert_eq!(strict.search(&alice, question()).await.unwrap().passages.len(), 1, "confirmed again");
}

/// Nothing but what Nextcloud says counts.
struct Only<'a>(&'a AskNextcloud);

impl Witness for Only<'_> {
    async fn confirm(&self, claim: &Claim) -> BTreeSet<DocumentId> {
        self.0.confirm(claim, TimeDelta::seconds(30)).await
    }
}

struct Stage {
    cloud: Nextcloud,
    clinic: Clinic,
    alice: Principal,
    client: Client,
}

/// Alice's client, whoever is asked for, as sync's clients live as long as an account's credentials.
pub(crate) struct OneClient(pub(crate) Client);

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

    /// What of these documents may be shown to Alice when this is asked and the mirror is believed in nothing.
    async fn confirmed(&self, asked: &AskNextcloud, documents: &[DocumentId]) -> Vec<DocumentId> {
        let found = self.clinic.store.documents().readable(self.alice.account, documents).await.unwrap();
        let confirmed = found.verified_by(&Only(asked)).await.into_iter().map(Verified::into_inner);
        // In the order asked for, so that a test can say what it expects.
        let confirmed: BTreeSet<DocumentId> = confirmed.collect();
        documents.iter().copied().filter(|document| confirmed.contains(document)).collect()
    }

    fn searches(&self) -> usize {
        self.cloud.request_log().count("SEARCH")
    }

    fn file(&self, path: &str) -> i64 {
        i64::try_from(self.cloud.put("alice", path, TEXT).unwrap()).unwrap()
    }
}

#[tokio::test]
async fn one_request_confirms_what_is_shown_and_is_remembered_for_the_bound() {
    let stage = Stage::open().await;
    let [first, second] = ["/One.txt", "/Two.txt"].map(|path| stage.file(path));
    let one = stage.clinic.document(first, "/One.txt", &[TEXT], &[&stage.alice]).await;
    let two = stage.clinic.document(second, "/Two.txt", &[TEXT], &[&stage.alice]).await;
    let ask = stage.ask();

    assert_eq!(stage.confirmed(&ask, &[one, two]).await, [one, two]);
    assert_eq!(stage.searches(), 1);
    stage.clinic.pass(TimeDelta::seconds(30));
    assert_eq!(stage.confirmed(&ask, &[two]).await, [two]);
    assert_eq!(stage.searches(), 1, "known for as long as the bound");
    stage.clinic.pass(TimeDelta::seconds(1));
    assert_eq!(stage.confirmed(&ask, &[two]).await, [two]);
    assert_eq!(stage.searches(), 2);
    assert_eq!(stage.cloud.request_log().len(), 2, "nothing else was asked");
}

#[tokio::test]
async fn only_what_is_still_there_is_confirmed_wherever_it_went() {
    let stage = Stage::open().await;
    let [kept, moved, gone] = ["/Kept.txt", "/Moved.txt", "/Gone.txt"].map(|path| stage.file(path));
    let kept = stage.clinic.document(kept, "/Kept.txt", &[TEXT], &[&stage.alice]).await;
    let moved = stage.clinic.document(moved, "/Moved.txt", &[TEXT], &[&stage.alice]).await;
    let gone = stage.clinic.document(gone, "/Gone.txt", &[TEXT], &[&stage.alice]).await;
    stage.clinic.drain_jobs().await;
    stage.cloud.rename("alice", "/Moved.txt", "/Elsewhere.txt").unwrap();
    let ask = stage.ask();
    assert_eq!(stage.confirmed(&ask, &[kept, moved, gone]).await, [kept, moved, gone]);
    assert_eq!(stage.clinic.drain_jobs().await, [], "all is as the mirror has it, as far as this asks");

    stage.cloud.remove("alice", "/Gone.txt").unwrap();
    stage.clinic.pass(TimeDelta::seconds(31));
    assert_eq!(stage.confirmed(&ask, &[kept, moved, gone]).await, [kept, moved]);
    let asked = stage.clinic.drain_jobs().await;
    assert_eq!(asked, [Job::SyncFiles { account: stage.alice.account }], "sync is asked to follow");
}

#[tokio::test]
async fn questions_of_one_person_at_the_same_time_share_an_answer() {
    let stage = Stage::open().await;
    let file = stage.file("/One.txt");
    let one = stage.clinic.document(file, "/One.txt", &[TEXT], &[&stage.alice]).await;
    let ask = stage.ask();
    let documents = [one];
    let asked = futures::future::join_all((0..8).map(|_| stage.confirmed(&ask, &documents)));
    assert!(asked.await.iter().all(|confirmed| *confirmed == [one]));
    assert_eq!(stage.searches(), 1);
}

#[tokio::test]
async fn a_doubt_voids_what_the_mirror_and_nextcloud_said_before() {
    let stage = Stage::open().await;
    let file = stage.file("/One.txt");
    stage.clinic.document(file, "/One.txt", &[TEXT], &[&stage.alice]).await;
    let assistant = stage.clinic.assistant_with(Arc::new(stage.ask()), None, Settings::default());
    let found =
        async || assistant.search(&stage.alice, SearchRequest::new("ablation")).await.unwrap().passages.len();
    assert_eq!((found().await, stage.searches()), (1, 0), "a fresh mirror");
    stage.clinic.store.cursors().doubt(stage.alice.account).await.unwrap();
    assert_eq!((found().await, stage.searches()), (1, 1), "asked at once");
    assert_eq!((found().await, stage.searches()), (1, 1), "and not again");
    stage.cloud.remove("alice", "/One.txt").unwrap();
    stage.clinic.store.cursors().doubt(stage.alice.account).await.unwrap();
    assert_eq!((found().await, stage.searches()), (0, 2));
}

#[tokio::test]
async fn a_fresh_tree_says_nothing_about_a_file_that_anybody_has_in_a_team_folder() {
    let clinic = Clinic::open().await;
    let (alice, bob) = (clinic.person("alice").await, clinic.person("bob").await);
    clinic.document(10, "/Own.txt", &[TEXT], &[&alice]).await;
    clinic.document(11, "/Shared.txt", &[TEXT], &[&alice, &bob]).await;
    clinic.document(12, "/Team/Ward.txt", &[TEXT], &[&alice, &bob]).await;
    clinic.mount(11, "/Shared.txt", "shared", &alice).await;
    let assistant = clinic.assistant();
    let found = async || {
        let found = assistant.search(&alice, SearchRequest::new("ablation")).await.unwrap();
        let mut titles: Vec<String> = found.passages.iter().map(|passage| passage.title.clone()).collect();
        titles.sort_unstable();
        titles
    };
    assert_eq!(found().await, ["Own.txt", "Shared.txt", "Ward.txt"]);
    clinic.mount(12, "/Team/Ward.txt", "group", &bob).await;
    assert_eq!(found().await, ["Own.txt", "Shared.txt"], "Bob may share on what he loses without a trace");
}

#[tokio::test]
async fn deletions_that_are_held_back_are_not_shown_on_the_mirrors_word() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    clinic.document(10, "/Own.txt", &[TEXT], &[&alice]).await;
    let found = async || {
        clinic.assistant().search(&alice, SearchRequest::new("ablation")).await.unwrap().passages.len()
    };
    assert_eq!(found().await, 1);
    clinic.store.cursors().hold_deletions(alice.account, 1, 1, "shrunk").await.unwrap();
    assert_eq!(found().await, 0);
}

#[tokio::test]
async fn without_an_answer_from_nextcloud_there_is_no_passage() {
    let stage = Stage::open().await;
    let file = stage.file("/One.txt");
    let one = stage.clinic.document(file, "/One.txt", &[TEXT], &[&stage.alice]).await;
    stage.cloud.set_maintenance(true);
    assert_eq!(stage.confirmed(&stage.ask(), &[one]).await, []);
    stage.cloud.set_maintenance(false);
    stage.cloud.revoke("alice");
    assert_eq!(stage.confirmed(&stage.ask(), &[one]).await, []);
    stage.cloud.stop().await;
    assert_eq!(stage.confirmed(&stage.ask(), &[one]).await, []);
}

#[tokio::test]
async fn a_refused_password_is_shown_to_nextcloud_once_however_often_is_asked() {
    let stage = Stage::open().await;
    let file = stage.file("/One.txt");
    let one = stage.clinic.document(file, "/One.txt", &[TEXT], &[&stage.alice]).await;
    stage.cloud.revoke("alice");
    stage.cloud.request_log().clear();
    for _ in 0..3 {
        assert_eq!(stage.confirmed(&stage.ask(), &[one]).await, []);
    }
    assert_eq!(stage.cloud.request_log().len(), 1);
}
