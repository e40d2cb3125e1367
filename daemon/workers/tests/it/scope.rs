//! Rules about what is read, over a real tree: text comes and goes with them, and Nextcloud is hardly asked.

use chrono::TimeDelta;
use voiceassist_fakes::nextcloud::{Fault, Recipient, Rights};
use voiceassist_model::{AccountId, DocumentState, Reason};
use voiceassist_store::scope::{Effect, Kind, NewRule, Owner};
use voiceassist_workers::scope::tags;

use crate::clinic::Clinic;

fn without(kind: Kind, pattern: &str) -> NewRule {
    NewRule::parse(Effect::Exclude, kind, pattern).expect("a rule")
}

impl Clinic {
    async fn everybody(&self, account: AccountId) -> Owner {
        Owner::Server(self.account(account).await.instance)
    }

    async fn rule(&self, owner: Owner, rule: NewRule) {
        self.context.store.scope().add(owner, &rule).await.expect("kept").expect("known");
        self.settle().await;
    }

    /// Paths of what is left out.
    async fn left_out(&self, account: AccountId) -> Vec<String> {
        let mut paths: Vec<String> = self
            .documents(account)
            .await
            .into_iter()
            .filter(|document| document.reason == Some(Reason::OutOfScope))
            .map(|document| {
                assert_eq!(document.state, DocumentState::Skipped);
                document.path
            })
            .collect();
        paths.sort_unstable();
        paths
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_rule_takes_text_out_without_a_request_and_its_removal_brings_it_back() {
    let clinic = Clinic::open().await;
    clinic.cloud.put("alice", "/Personnel/contract.md", "Heparin is kept in the contract.").expect("placed");
    clinic.cloud.put("alice", "/guide.md", "Heparin is held for six hours.").expect("placed");
    let alice = clinic.connect_and_settle("alice").await;
    assert_eq!(clinic.paths_found(alice, "heparin").await.len(), 2);
    clinic.requests();

    let everybody = clinic.everybody(alice).await;
    clinic.rule(everybody, without(Kind::Folder, "/Personnel")).await;
    assert_eq!(clinic.paths_found(alice, "heparin").await, ["/guide.md"]);
    assert_eq!(clinic.left_out(alice).await, ["/Personnel/contract.md"]);
    assert_eq!(clinic.requests(), Vec::<String>::new(), "the mirror knows enough");

    let rules = clinic.context.store.scope().rules(everybody).await.expect("rules");
    clinic.context.store.scope().remove(everybody, rules[0].id).await.expect("removed");
    clinic.settle().await;
    assert_eq!(clinic.requests(), ["GET -"], "only what came back is fetched");
    assert_eq!(clinic.paths_found(alice, "heparin").await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_out_from_the_start_is_never_fetched_and_an_unchanged_tree_still_costs_one_request() {
    let clinic = Clinic::open().await;
    clinic.cloud.put("alice", "/Private/diary.md", "Heparin, said the diary.").expect("placed");
    let alice = clinic.connect("alice").await;
    let everybody = clinic.everybody(alice).await;
    clinic.context.store.scope().add(everybody, &without(Kind::Folder, "/Private")).await.expect("kept");
    clinic.requests();
    clinic.settle().await;
    assert!(!clinic.requests().iter().any(|request| request.starts_with("GET")));
    assert_eq!(clinic.left_out(alice).await, ["/Private/diary.md"]);
    clinic.sync(alice).await;
    assert_eq!(clinic.requests(), ["PROPFIND 0"]);

    clinic.cloud.rename("alice", "/Private/diary.md", "/diary.md").expect("moved");
    clinic.sync(alice).await;
    clinic.settle().await;
    assert_eq!(clinic.paths_found(alice, "heparin").await, ["/diary.md"], "moved into scope, it is read");
    clinic.cloud.rename("alice", "/diary.md", "/Private/diary.md").expect("moved");
    clinic.sync(alice).await;
    clinic.settle().await;
    assert_eq!(clinic.paths_found(alice, "heparin").await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_marker_put_by_anybody_who_may_write_takes_its_folder_out_for_all() {
    let clinic = Clinic::open().await;
    clinic.cloud.put("alice", "/Ward/a/plan.md", "Heparin is held for six hours.").expect("placed");
    clinic.cloud.share("alice", "/Ward", Recipient::user("bob"), Rights::ALL).expect("shared");
    let alice = clinic.connect_and_settle("alice").await;
    let bob = clinic.connect_and_settle("bob").await;
    clinic.rule(clinic.everybody(alice).await, without(Kind::Marker, ".noindex")).await;
    assert_eq!(clinic.paths_found(bob, "heparin").await, ["/Ward/a/plan.md"]);

    clinic.cloud.put("bob", "/Ward/.noindex", "").expect("placed");
    for account in [bob, alice] {
        clinic.sync(account).await;
        clinic.settle().await;
    }
    for account in [alice, bob] {
        assert_eq!(clinic.paths_found(account, "heparin").await, Vec::<String>::new());
        assert!(clinic.left_out(account).await.contains(&"/Ward/a/plan.md".to_owned()));
    }
    clinic.cloud.remove("alice", "/Ward/.noindex").expect("removed");
    for account in [alice, bob] {
        clinic.sync(account).await;
        clinic.settle().await;
    }
    assert_eq!(clinic.paths_found(alice, "heparin").await, ["/Ward/a/plan.md"]);
    assert_eq!(clinic.paths_found(bob, "heparin").await, ["/Ward/a/plan.md"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_persons_own_rule_hides_a_shared_document_from_them_alone() {
    let clinic = Clinic::open().await;
    clinic.cloud.put("alice", "/Ward/plan.md", "Heparin is held for six hours.").expect("placed");
    clinic.cloud.share("alice", "/Ward", Recipient::user("bob"), Rights::READ).expect("shared");
    let alice = clinic.connect_and_settle("alice").await;
    let bob = clinic.connect_and_settle("bob").await;
    clinic.rule(Owner::Person(bob), without(Kind::Mount, "shared")).await;
    assert_eq!(clinic.paths_found(bob, "heparin").await, Vec::<String>::new());
    assert_eq!(clinic.paths_found(alice, "heparin").await, ["/Ward/plan.md"]);
    assert_eq!(clinic.left_out(bob).await, ["/Ward/plan.md"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tag_is_noticed_though_no_etag_moves() {
    let clinic = Clinic::open().await;
    clinic.cloud.put("alice", "/Ward/plan.md", "Heparin is held for six hours.").expect("placed");
    clinic.cloud.put("alice", "/guide.md", "Heparin is given by pump.").expect("placed");
    let alice = clinic.connect_and_settle("alice").await;
    clinic.requests();
    tags::refresh(&clinic.context, alice).await.expect("refreshed");
    assert_eq!(clinic.requests(), Vec::<String>::new(), "no rule names a tag");

    clinic.rule(clinic.everybody(alice).await, without(Kind::Tag, "No-AI")).await;
    clinic.requests();
    tags::refresh(&clinic.context, alice).await.expect("refreshed");
    assert_eq!(clinic.requests(), ["PROPFIND 1"], "there is no such tag, so nothing carries it");

    clinic.cloud.tag("alice", "/Ward", "no-ai").expect("tagged");
    clinic.requests();
    tags::refresh(&clinic.context, alice).await.expect("refreshed");
    clinic.settle().await;
    assert_eq!(clinic.requests(), ["PROPFIND 1", "REPORT -"]);
    assert_eq!(clinic.paths_found(alice, "heparin").await, ["/guide.md"]);
    assert_eq!(clinic.left_out(alice).await, ["/Ward/plan.md"]);
    clinic.sync(alice).await;
    assert_eq!(clinic.requests(), ["PROPFIND 0"], "a look at the files shows nothing of it");

    clinic.cloud.untag("alice", "/Ward", "no-ai").expect("untagged");
    tags::refresh(&clinic.context, alice).await.expect("refreshed");
    clinic.settle().await;
    assert_eq!(clinic.paths_found(alice, "heparin").await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_file_with_a_tag_is_not_fetched_and_an_unanswered_question_lets_nothing_through() {
    let clinic = Clinic::open().await;
    clinic.cloud.put("alice", "/a.md", "Heparin is held for six hours.").expect("placed");
    clinic.cloud.tag("alice", "/a.md", "no-ai").expect("tagged");
    let alice = clinic.connect("alice").await;
    let everybody = clinic.everybody(alice).await;
    clinic.context.store.scope().add(everybody, &without(Kind::Tag, "no-ai")).await.expect("kept");
    clinic.cloud.fault(Fault::on("REPORT").times(1).status(502));
    clinic.requests();
    clinic.try_sync(alice).await.expect_err("without an answer about tags nothing new is taken in");
    assert!(clinic.documents(alice).await.is_empty());
    clinic.clock.advance(TimeDelta::minutes(30));
    clinic.settle().await;
    assert!(!clinic.requests().iter().any(|request| request.starts_with("GET")));
    assert_eq!(clinic.left_out(alice).await, ["/a.md"]);
}
