//! Scope: rules decide which documents have readers, in the same transaction as whatever changed.

use voiceassist_model::{AccountId, DocumentState, Reason};
use voiceassist_store::documents::{DocumentFilter, Marked};
use voiceassist_store::entries::ObservedEntry;
use voiceassist_store::scope::{Amount, Effect, Family, Kind, NewRule, Origin, Owner, Reach, Tagged};
use voiceassist_store::{Job, Page, StoreError};

use crate::clinic::{Clinic, chunk_id, file, folder, new_text, shown, sorted};

fn rule(effect: Effect, kind: Kind, pattern: &str) -> NewRule {
    NewRule::parse(effect, kind, pattern).unwrap()
}

fn without(kind: Kind, pattern: &str) -> NewRule {
    rule(Effect::Exclude, kind, pattern)
}

fn received(entry: ObservedEntry) -> ObservedEntry {
    ObservedEntry { permissions: "SRGDNVW".to_owned(), mount_type: Some("shared".to_owned()), ..entry }
}

impl Clinic {
    fn server(&self) -> Owner {
        Owner::Server(self.instance)
    }

    async fn add(&self, owner: Owner, rule: NewRule) -> voiceassist_store::scope::Rule {
        self.store.scope().add(owner, &rule).await.unwrap().unwrap()
    }

    /// Runs the jobs that changed rules have left, and no others.
    async fn reapply(&self) {
        for job in self.drain_jobs().await {
            if let Job::ApplyScope { account } = job {
                self.store.scope().reapply(account).await.unwrap();
            }
        }
    }

    async fn is_left_out(&self, file_id: i64) -> bool {
        let document = self.document(file_id).await;
        let left_out =
            (document.state, document.reason) == (DocumentState::Skipped, Some(Reason::OutOfScope));
        assert_eq!(left_out, document.access_set.is_none());
        left_out
    }

    async fn summary(
        &self,
        account: AccountId,
        file_id: i64,
    ) -> voiceassist_store::documents::DocumentSummary {
        let id = self.document(file_id).await.id;
        shown(self.store.documents().find_for(account, id).await.unwrap()).await.pop().expect("it is listed")
    }
}

#[tokio::test]
async fn what_a_rule_of_the_server_leaves_out_is_mirrored_and_never_read() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    let excluded = clinic.add(clinic.server(), without(Kind::Folder, "/Personnel")).await;
    clinic.drain_jobs().await;
    let tree = [
        folder(1, None, "/", "r"),
        folder(2, Some(1), "/Personnel", "p"),
        file(10, 2, "/Personnel/contract.pdf", "x"),
        file(11, 1, "/guide.pdf", "x"),
    ];
    clinic.observe(alice, &tree).await;

    assert!(clinic.is_left_out(10).await);
    assert!(!clinic.is_left_out(11).await);
    assert!(clinic.store.entries().find(alice, 10).await.unwrap().is_some(), "the mirror holds it");
    let read = clinic.document(11).await.id;
    assert_eq!(clinic.drain_jobs().await, [Job::IngestDocument { document: read }]);

    let told = clinic.summary(alice, 10).await;
    assert_eq!((told.state, told.reason), (DocumentState::Skipped, Some(Reason::OutOfScope)));
    let left_out = told.left_out.unwrap();
    assert_eq!((left_out.reach, left_out.why.as_deref()), (Reach::Everyone, Some("folder")));
    assert_eq!(left_out.rule, Some(excluded.id));
    let skipped = DocumentFilter { state: Some(DocumentState::Skipped), ..DocumentFilter::default() };
    let listed = clinic.store.documents().list_for(alice, skipped, &Page::first(10)).await.unwrap();
    assert_eq!(shown(listed.0).await.iter().map(|item| item.file_id).collect::<Vec<_>>(), [10]);
    let counts = clinic.store.documents().counts(Some(alice)).await.unwrap();
    assert_eq!((counts.get(DocumentState::Skipped), counts.get(DocumentState::Pending)), (1, 1));
}

#[tokio::test]
async fn a_move_out_of_scope_takes_the_text_away_and_a_move_back_has_it_read_again() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    clinic.add(clinic.server(), without(Kind::Folder, "/Personnel")).await;
    let tree =
        [folder(1, None, "/", "r"), folder(2, Some(1), "/Personnel", "p"), folder(3, Some(1), "/Work", "w")];
    clinic.observe(alice, &tree).await;
    clinic.observe(alice, &[file(10, 3, "/Work/a.pdf", "x")]).await;
    let id = clinic.ingest(10, &["words"]).await;
    clinic.drain_jobs().await;
    let before = clinic.document(10).await;

    clinic.observe(alice, &[file(10, 2, "/Personnel/a.pdf", "x")]).await;
    assert!(clinic.is_left_out(10).await);
    assert_eq!(clinic.drain_jobs().await, [Job::RemoveDocument { document: id }]);
    let chunk = chunk_id(id, "words");
    assert_eq!(clinic.store.chunks().gone(id).await.unwrap(), [chunk]);
    assert_eq!(clinic.store.chunks().count().await.unwrap(), 0);
    assert!(clinic.store.passages().readable(alice, &[chunk]).await.unwrap().is_empty());
    let stale = clinic.store.documents().mark_skipped(id, before.version, Reason::Empty).await.unwrap();
    assert_eq!(stale, Marked::Superseded, "work under way on it is refused");
    assert!(!clinic.store.documents().retry(id).await.unwrap(), "another try does not get around a rule");

    clinic.observe(alice, &[file(10, 3, "/Work/a.pdf", "x")]).await;
    assert_eq!(clinic.document(10).await.state, DocumentState::Pending);
    assert_eq!(clinic.drain_jobs().await, [Job::IngestDocument { document: id }]);
    assert_eq!(clinic.readers(10).await, [alice]);
}

#[tokio::test]
async fn a_folder_moved_out_of_scope_takes_everything_below_along() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    clinic.add(clinic.server(), without(Kind::Glob, "/Archive")).await;
    let tree = [
        folder(1, None, "/", "r"),
        folder(2, Some(1), "/Archive", "a"),
        folder(3, Some(1), "/Case", "c"),
        folder(4, Some(3), "/Case/Letters", "l"),
        file(10, 4, "/Case/Letters/a.pdf", "x"),
    ];
    clinic.observe(alice, &tree).await;
    assert!(!clinic.is_left_out(10).await);
    clinic.observe(alice, &[folder(3, Some(2), "/Archive/Case", "c")]).await;
    assert!(clinic.is_left_out(10).await);
    clinic.observe(alice, &[folder(3, Some(1), "/Case", "c")]).await;
    assert!(!clinic.is_left_out(10).await);
}

#[tokio::test]
async fn a_marker_speaks_for_its_folder_while_it_is_there() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    clinic.add(clinic.server(), without(Kind::Marker, ".noindex")).await;
    let tree = [
        folder(1, None, "/", "r"),
        folder(2, Some(1), "/A", "a"),
        folder(3, Some(2), "/A/B", "b"),
        folder(4, Some(1), "/C", "c"),
        file(10, 3, "/A/B/x.pdf", "x"),
        file(11, 4, "/C/y.pdf", "x"),
    ];
    clinic.observe(alice, &tree).await;
    let out = async || (clinic.is_left_out(10).await, clinic.is_left_out(11).await);
    assert_eq!(out().await, (false, false));

    clinic.observe(alice, &[file(20, 2, "/A/.noindex", "m")]).await;
    assert_eq!(out().await, (true, false), "it appeared");
    clinic.observe(alice, &[file(20, 4, "/C/.noindex", "m")]).await;
    assert_eq!(out().await, (false, true), "it moved");
    clinic.observe(alice, &[file(20, 4, "/C/noindex", "m")]).await;
    assert_eq!(out().await, (false, false), "it was renamed");
    clinic.observe(alice, &[file(20, 1, "/.noindex", "m")]).await;
    assert_eq!(out().await, (true, true), "in the root it speaks for all");
    clinic.vanish(alice, &[20]).await;
    assert_eq!(out().await, (false, false), "it is gone");
    clinic.observe(alice, &[file(21, 2, "/A/.noindex", "m")]).await;
    assert_eq!(out().await, (true, false));
    let run = clinic.run();
    let mut rest = tree.to_vec();
    rest.retain(|entry| entry.file_id != 21);
    clinic.observe_in(alice, run, &rest).await;
    clinic.store.entries().vanish_unseen(alice, run).await.unwrap();
    assert_eq!(out().await, (false, false), "a whole listing no longer shows it");
}

#[tokio::test]
async fn a_persons_own_exclusion_takes_only_them_out_of_the_readers() {
    let clinic = Clinic::open().await;
    let (alice, bob) = (clinic.person("alice").await, clinic.person("bob").await);
    clinic.observe(alice, &[file(10, 1, "/a.pdf", "x")]).await;
    clinic.observe(bob, &[received(file(10, 2, "/Shared/a.pdf", "x"))]).await;
    let id = clinic.ingest(10, &["words"]).await;
    let chunk = chunk_id(id, "words");
    clinic.drain_jobs().await;

    let mine = clinic.add(Owner::Person(bob), without(Kind::Folder, "/Shared")).await;
    assert_eq!(mine.origin, Origin::Person);
    assert_eq!(clinic.drain_jobs().await, [Job::ApplyScope { account: bob }], "nobody else is gone over");
    assert_eq!(clinic.store.scope().reapply(bob).await.unwrap(), 1);
    assert_eq!(clinic.readers(10).await, [alice]);
    let set = clinic.set_of(10).await;
    assert_eq!(clinic.drain_jobs().await, [Job::MoveAccess { set }]);
    assert!(clinic.store.passages().readable(bob, &[chunk]).await.unwrap().is_empty());
    assert_eq!(clinic.store.passages().readable(alice, &[chunk]).await.unwrap().len(), 1);
    let told = clinic.summary(bob, 10).await;
    assert_eq!(told.state, DocumentState::Skipped);
    assert_eq!(told.left_out.unwrap().reach, Reach::Person);
    assert_eq!(clinic.summary(alice, 10).await.state, DocumentState::Indexed);

    assert!(!clinic.store.scope().remove(Owner::Person(alice), mine.id).await.unwrap(), "it is not hers");
    assert!(clinic.store.scope().remove(Owner::Person(bob), mine.id).await.unwrap());
    clinic.reapply().await;
    assert_eq!(clinic.readers(10).await, sorted(vec![alice, bob]));
    assert_eq!(clinic.document(10).await.state, DocumentState::Indexed, "nothing is read again for it");
}

#[tokio::test]
async fn a_receiver_who_moves_a_share_hides_it_from_nobody_else_and_an_owner_from_all() {
    let clinic = Clinic::open().await;
    let (alice, bob) = (clinic.person("alice").await, clinic.person("bob").await);
    clinic.add(clinic.server(), without(Kind::Folder, "/Private")).await;
    clinic.observe(alice, &[file(10, 1, "/a.pdf", "x")]).await;
    clinic.observe(bob, &[received(file(10, 2, "/a.pdf", "x"))]).await;
    assert_eq!(clinic.readers(10).await, sorted(vec![alice, bob]));

    clinic.observe(bob, &[received(file(10, 2, "/Private/a.pdf", "x"))]).await;
    assert_eq!(clinic.readers(10).await, [alice]);
    assert_eq!(clinic.summary(bob, 10).await.left_out.unwrap().reach, Reach::View);

    clinic.observe(bob, &[received(file(10, 2, "/a.pdf", "x"))]).await;
    clinic.observe(alice, &[file(10, 1, "/Private/a.pdf", "x")]).await;
    assert!(clinic.is_left_out(10).await);
    let told = clinic.summary(bob, 10).await.left_out.unwrap();
    assert_eq!((told.reach, told.why), (Reach::Everyone, None), "somebody else's view decides");
    // New content of a document that is left out stays unread.
    clinic.drain_jobs().await;
    clinic.observe(bob, &[received(file(10, 2, "/a.pdf", "y"))]).await;
    assert!(clinic.is_left_out(10).await);
    assert_eq!(clinic.drain_jobs().await, []);
}

#[tokio::test]
async fn a_tag_counts_as_soon_as_the_server_told_it_and_also_for_files_that_come_later() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    assert_eq!(clinic.store.scope().wanted_tags(alice).await.unwrap(), []);
    clinic.add(clinic.server(), without(Kind::Tag, "No-AI")).await;
    let wanted = clinic.store.scope().wanted_tags(alice).await.unwrap();
    assert_eq!((wanted.len(), wanted[0].name.as_str(), wanted[0].looked_at), (1, "no-ai", None));
    assert_eq!(clinic.store.scope().tags_due(clinic.clock_now(), 10).await.unwrap(), [alice]);
    let tree = [
        folder(1, None, "/", "r"),
        folder(2, Some(1), "/T", "t"),
        file(10, 2, "/T/a.pdf", "x"),
        file(11, 1, "/b.pdf", "x"),
    ];
    clinic.observe(alice, &tree).await;
    let tagged = async |carriers: &[Tagged]| {
        clinic.store.scope().tagged(alice, "no-ai", carriers).await.unwrap();
        (clinic.is_left_out(10).await, clinic.is_left_out(11).await)
    };
    let of = |file_id, is_folder| Tagged { file_id, is_folder };
    assert_eq!(tagged(&[of(11, false), of(12, false)]).await, (false, true));
    assert_eq!(
        tagged(&[of(2, true), of(12, false)]).await,
        (true, false),
        "a tagged folder speaks for its files"
    );
    clinic.observe(alice, &[file(12, 1, "/later.pdf", "x")]).await;
    assert!(clinic.is_left_out(12).await, "it arrived with its tag known");
    assert_eq!(tagged(&[]).await, (false, false));
    assert!(!clinic.is_left_out(12).await);
    assert_eq!(
        clinic.store.scope().tags_due(clinic.clock_now() - chrono::TimeDelta::seconds(1), 10).await.unwrap(),
        []
    );
}

#[tokio::test]
async fn rules_read_back_are_not_doubled_and_have_a_limit() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    let owner = Owner::Person(alice);
    let first = clinic.add(owner, without(Kind::Glob, "*.bak")).await;
    let same = clinic.add(owner, without(Kind::Glob, "*.bak")).await;
    assert_eq!(first, same);
    let rules = [without(Kind::Glob, "*.bak"), rule(Effect::Include, Kind::Type, "pdf")];
    clinic.drain_jobs().await;
    let replaced = clinic.store.scope().replace(alice, &rules).await.unwrap().unwrap();
    assert_eq!(replaced[0].id, first.id, "what stays keeps its id");
    assert_eq!(replaced.len(), 2);
    assert_eq!(clinic.drain_jobs().await, [Job::ApplyScope { account: alice }]);
    clinic.store.scope().replace(alice, &rules).await.unwrap();
    assert_eq!(clinic.drain_jobs().await, [], "nothing changed");
    assert_eq!(clinic.store.scope().rules(owner).await.unwrap(), replaced);

    let many: Vec<NewRule> = (0..201).map(|number| without(Kind::Glob, &format!("{number}.x"))).collect();
    let refused = clinic.store.scope().replace(alice, &many).await;
    assert!(matches!(refused, Err(StoreError::TooMany { what: "scope rules", .. })));
    assert_eq!(clinic.store.scope().rules(owner).await.unwrap(), replaced, "and nothing was lost");
}

#[tokio::test]
async fn the_configurations_rules_follow_the_file_and_leave_the_administrators_alone() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    let by_hand = clinic.add(clinic.server(), without(Kind::Folder, "/Personnel")).await;
    let scope = clinic.store.scope();
    let defaults = [without(Kind::Glob, "~$*"), without(Kind::Marker, ".noindex")];
    assert!(scope.configure(clinic.instance, &defaults).await.unwrap());
    assert!(!scope.configure(clinic.instance, &defaults).await.unwrap(), "a second start changes nothing");
    assert!(scope.configure(clinic.instance, &defaults[..1]).await.unwrap());
    let kept = scope.rules(clinic.server()).await.unwrap();
    assert_eq!(kept.len(), 2);
    assert!(kept.contains(&by_hand));
    assert!(kept.iter().any(|kept| (kept.origin, &kept.rule) == (Origin::Configuration, &defaults[0])));
    assert!(clinic.drain_jobs().await.contains(&Job::ApplyScope { account: alice }));
}

#[tokio::test]
async fn a_preview_counts_each_document_once_and_changes_nothing() {
    let clinic = Clinic::open().await;
    let (alice, bob) = (clinic.person("alice").await, clinic.person("bob").await);
    let text =
        ObservedEntry { mime: Some("text/plain".to_owned()), size: 50, ..file(12, 1, "/Old/c.txt", "x") };
    clinic.observe(alice, &[file(10, 1, "/Old/a.pdf", "x"), file(11, 1, "/b.pdf", "x"), text]).await;
    clinic.observe(bob, &[received(file(10, 2, "/From Alice.pdf", "x"))]).await;
    clinic.drain_jobs().await;
    let proposed = [without(Kind::Folder, "/Old"), without(Kind::Type, "text"), without(Kind::Tag, "no-ai")];
    let preview = clinic.store.scope().preview(clinic.server(), &proposed).await.unwrap().unwrap();
    let amount = |files, bytes| Amount { files, bytes };
    assert_eq!(
        (preview.all, preview.before, preview.after),
        (amount(3, 2_050), amount(3, 2_050), amount(1, 1_000))
    );
    let taken: Vec<_> = preview.taken_out.into_iter().collect();
    assert_eq!(taken, [(Family::Pdf, amount(1, 1_000)), (Family::Text, amount(1, 50))]);
    assert!(preview.brought_in.is_empty());
    assert_eq!((preview.rules[0].applies, preview.rules[0].alone), (amount(2, 1_050), amount(1, 1_000)));
    assert_eq!((preview.rules[1].applies, preview.rules[1].alone), (amount(1, 50), amount(0, 0)));
    assert_eq!(preview.unknown_tags, ["no-ai"]);
    assert_eq!(clinic.store.scope().rules(clinic.server()).await.unwrap(), []);
    assert_eq!(clinic.drain_jobs().await, []);
    assert_eq!(clinic.readers(10).await, sorted(vec![alice, bob]));

    clinic.add(clinic.server(), without(Kind::Folder, "/Old")).await;
    clinic.reapply().await;
    let fewer = clinic.store.scope().preview(clinic.server(), &[]).await.unwrap().unwrap();
    let back: Vec<_> = fewer.brought_in.into_iter().collect();
    assert_eq!(back, [(Family::Pdf, amount(1, 1_000)), (Family::Text, amount(1, 50))]);
    let own = clinic.store.scope().preview(Owner::Person(bob), &proposed[..1]).await.unwrap().unwrap();
    assert_eq!(own.all, amount(1, 1_000), "a person's count is of their own tree");
}

#[tokio::test]
async fn an_explanation_names_every_rule_that_applies() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    let place = clinic.add(clinic.server(), without(Kind::Folder, "/Old")).await;
    clinic.add(clinic.server(), without(Kind::Size, ">1GB")).await;
    let own = clinic.add(Owner::Person(alice), without(Kind::Type, "pdf")).await;
    let tree = [folder(1, None, "/", "r"), folder(2, Some(1), "/Old", "o"), file(10, 2, "/Old/a.pdf", "x")];
    clinic.observe(alice, &tree).await;
    let why = clinic.store.scope().explain(alice, "/Old/a.pdf").await.unwrap().unwrap();
    assert_eq!(why.out.as_ref().unwrap().rule, Some(place.id));
    assert_eq!(why.applying, [place.clone(), own]);
    let folder = clinic.store.scope().explain(alice, "/Old").await.unwrap().unwrap();
    assert!(folder.is_folder);
    assert_eq!(folder.applying, [place], "type and size say nothing about a folder");
    assert_eq!(clinic.store.scope().explain(alice, "/absent").await.unwrap(), None);
}

#[tokio::test]
async fn going_over_a_tree_twice_changes_nothing_and_an_interrupted_one_is_finished_by_the_next() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    let tree: Vec<_> = (10..40).map(|id| file(id, 1, &format!("/Old/{id}.pdf"), "x")).collect();
    clinic.observe(alice, &tree).await;
    let id = clinic.document(10).await.id;
    assert_eq!(clinic.store.documents().mark_skipped(id, 1, Reason::Empty).await.unwrap(), Marked::Done);
    clinic.add(clinic.server(), without(Kind::Folder, "/Old")).await;
    assert_eq!(clinic.store.scope().reapply(alice).await.unwrap(), 30);
    let versions = clinic.database.psql("select sum(version) from documents");
    assert_eq!(clinic.store.scope().reapply(alice).await.unwrap(), 0);
    assert_eq!(clinic.database.psql("select sum(version) from documents"), versions);
    assert_eq!(
        clinic.database.psql("select count(*) from documents where access_set_id is null").trim(),
        "30"
    );
    let late = new_text(id, &["words"]);
    assert!(
        clinic.store.documents().replace_chunks(id, 1, late).await.unwrap().is_none(),
        "late work is refused"
    );
}
