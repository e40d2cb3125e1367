//! Rows move to a new data key while everybody goes on, and no key is destroyed that anything needs.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::TimeDelta;
use secrecy::{ExposeSecret as _, SecretString};
use uuid::Uuid;
use voiceassist_model::{
    AccountId, ChunkId, Citation, ConversationId, DocumentId, ManualClock, Source, TextSpan,
};
use voiceassist_store::collections::objects::{NewObject, ReadObject};
use voiceassist_store::collections::{About, CollectionClass, ObservedCollection};
use voiceassist_store::connect_flows::Grant;
use voiceassist_store::conversations::{NewMessage, Role, Sentence};
use voiceassist_store::data_keys::rotation::{Destruction, Pass, SETTLING};
use voiceassist_store::documents::{DocumentFilter, DocumentSummary, Marked};
use voiceassist_store::items::{self, ItemFacts};
use voiceassist_store::mail::{MessageKey, NewContent, ObservedFolder, ObservedMessage};
use voiceassist_store::remote_writes::{NewWrite, Planned, WriteEnd, WriteState};
use voiceassist_store::seal::columns::SEALED;
use voiceassist_store::signing_keys::NewSigningKey;
use voiceassist_store::{ContentHash, Page, Store};

use crate::clinic::{Clinic, MASTER, file, folder, shown, start_of_time, store_at};

/// Where it is said of every column whether it is sealed.
const DECISIONS: &str = include_str!("../../../../docs/explanation/sealing.md");

/// Something in every sealed column.
struct Filled {
    clinic: Clinic,
    alice: AccountId,
    document: DocumentId,
    conversation: ConversationId,
}

impl Filled {
    async fn build(messages: usize) -> Self {
        let clinic = Clinic::open().await;
        let store = &clinic.store;
        let alice = clinic.person("alice").await;
        clinic.observe(alice, &[folder(1, None, "/", "r"), file(10, 1, "/a.pdf", "a")]).await;
        let document = clinic.ingest(10, &["Apixaban 5 mg twice daily", "Reduce to 2.5 mg"]).await;
        let conversation = store.conversations().create(alice, "Blood thinners").await.unwrap();
        for number in 0..messages {
            store
                .conversations()
                .append(alice, conversation, message(number, document))
                .await
                .unwrap()
                .unwrap();
        }
        let token = SecretString::from("poll");
        for _ in 0..2 {
            let lifetime = TimeDelta::minutes(20);
            store.connect_flows().begin(clinic.instance, "bob", &token, lifetime).await.unwrap().unwrap();
        }
        let open = store.connect_flows().due(TimeDelta::zero()).await.unwrap();
        let grant = Grant { login_name: "bob".to_owned(), app_password: "granted".into() };
        assert!(store.connect_flows().keep_grant(open[0].id, &grant).await.unwrap());
        store.hook_keys().issue_app(clinic.instance).await.unwrap();
        write_something(store, alice).await;
        receive_something(&clinic, alice).await;
        expect_something(&clinic, alice).await;
        let key = NewSigningKey { key_id: "first", public_key: &[1; 32], private_key: b"a key" };
        assert!(store.signing_keys().begin(key).await.unwrap());
        store.sign_ins().begin(TimeDelta::minutes(10)).await.unwrap().unwrap();
        let filled = Self { clinic, alice, document, conversation };
        let used: BTreeSet<_> =
            filled.store().data_keys().in_use().await.unwrap().iter().map(|used| used.column).collect();
        assert_eq!(used, SEALED.iter().copied().collect(), "say here how every sealed column gets a value");
        filled
    }

    fn store(&self) -> &Store {
        &self.clinic.store
    }

    /// Reads everything that is sealed, through this store.
    async fn read_all(&self, store: &Store, messages: usize) {
        let account = store.accounts().find(self.alice).await.unwrap().unwrap();
        assert_eq!(account.display_name, "ALICE");
        let credentials = store.accounts().credentials(self.alice).await.unwrap().unwrap();
        assert_eq!(credentials.app_password.expose_secret(), "app-password-of-alice");
        let page = Page { limit: 200, ..Page::default() };
        let (said, _) =
            store.conversations().messages(self.alice, self.conversation, &page).await.unwrap().unwrap();
        let said = shown(said).await;
        assert_eq!(said.len(), messages);
        for (number, message) in said.iter().enumerate() {
            assert_eq!(message.text(), format!("Sentence {number}."));
        }
        let chunk = crate::clinic::chunk_id(self.document, "Reduce to 2.5 mg");
        let passage = shown(store.passages().readable(self.alice, &[chunk]).await.unwrap()).await;
        assert_eq!(
            (passage[0].text.as_str(), passage[0].heading.as_str()),
            ("Reduce to 2.5 mg", "Dosing › Adults")
        );
        let said = store.mail().latest(self.alice, 10).await.unwrap();
        assert_eq!((said[0].note.as_deref(), said[0].body.as_deref()), (Some("about"), Some("what it says")));
        let mailbox = store.mail().list(self.alice).await.unwrap()[0].id;
        let connection = store.mail().connection(mailbox).await.unwrap().unwrap();
        assert_eq!(connection.expose_secret(), "how to sign in");
        let held = store.collections().list(self.alice, CollectionClass::Calendar).await.unwrap();
        assert_eq!(held[0].about.name, "Clinic");
        assert_eq!(events(store, self.alice).await[0].name, "Ward round");
        let later = start_of_time() + TimeDelta::days(1);
        let series = store.collections().unexpanded(self.alice, later, 10).await.unwrap();
        assert_eq!(series[0].text, "the event");
        let described = store.calendars().describe(self.alice, &[series[0].id]).await.unwrap();
        let described = &described[&series[0].id];
        assert_eq!((described.location.as_str(), described.note.defects.len()), ("clinic/1.ics", 1));
        let (mut granted, mut asked) = (false, false);
        while !(granted && asked) {
            // A flow that another reader holds in this instant is not handed out twice.
            for flow in store.connect_flows().due(TimeDelta::zero()).await.unwrap() {
                granted |= flow.granted.is_some();
                asked |= flow.poll_token.is_some();
            }
        }
    }

    /// Every sealed value as it stands.
    fn bytes(&self) -> String {
        let columns: Vec<String> = SEALED
            .iter()
            .map(|sealed| {
                format!("select id, encode({}, 'hex') from {} order by id", sealed.column, sealed.table)
            })
            .collect();
        self.clinic.database.psql(&columns.join(";\n"))
    }

    fn settle(&self) {
        self.clinic.clock.advance(SETTLING);
    }
}

/// A mailbox with a message that was read.
async fn receive_something(clinic: &Clinic, alice: AccountId) {
    let mail = clinic.store.mail();
    let mailbox = mail.add(alice, &SecretString::from("how to sign in")).await.unwrap().unwrap();
    let inbox = ObservedFolder { name: "INBOX".to_owned(), role: "inbox", selectable: true };
    mail.apply_folders(mailbox, &[inbox], true).await.unwrap();
    let folder = mail.folders(mailbox).await.unwrap()[0].id;
    let message = ObservedMessage {
        uid: 1,
        key: MessageKey { digest: [1; 32], size: 100 },
        flags: vec!["\\Seen".to_owned()],
        internal_date: None,
    };
    let mut tx = clinic.store.begin().await.unwrap();
    mail.apply_messages(&mut tx, mailbox, folder, &[message]).await.unwrap();
    tx.commit().await.unwrap();
    let pending = mail.pending(folder, 3, 10).await.unwrap();
    let read = NewContent {
        note: "about".to_owned(),
        body: "what it says".to_owned(),
        sent_at: None,
        thread_keys: vec![[1; 32]],
    };
    assert_eq!(mail.keep_contents(mailbox, &[(pending[0].content, read)]).await.unwrap(), 1);
}

/// A calendar with a series.
async fn expect_something(clinic: &Clinic, alice: AccountId) {
    let collections = clinic.store.collections();
    let about = About { name: "Clinic".to_owned(), location: "clinic/".to_owned(), ..About::default() };
    let observed = ObservedCollection {
        key: "clinic".to_owned(),
        kind: "own",
        about,
        writable: true,
        enabled: true,
        transparent: false,
    };
    collections.apply(alice, CollectionClass::Calendar, &[observed]).await.unwrap();
    let calendar = collections.list(alice, CollectionClass::Calendar).await.unwrap()[0].id;
    let read = ReadObject {
        note: r#"{"items":[],"defects":["rule"]}"#.to_owned(),
        occurrences: Vec::new(),
        expanded_until: Some(start_of_time()),
    };
    let series = NewObject {
        location: "clinic/1.ics".to_owned(),
        key: "clinic/1.ics".to_owned(),
        etag: None,
        text: Some("the event".to_owned()),
        outcome: Ok(read),
    };
    let mut tx = clinic.store.begin().await.unwrap();
    collections.apply_objects(&mut tx, alice, calendar, &[series]).await.unwrap();
    tx.commit().await.unwrap();
    let document = events(&clinic.store, alice).await[0].id;
    let facts = ItemFacts {
        source: Source::Event,
        mime: "text/calendar",
        about: items::About { title: "Ward round".to_owned(), ..items::About::default() },
        begins_at: None,
        ends_at: None,
    };
    assert_eq!(clinic.store.items().describe(document, 1, &facts).await.unwrap(), Marked::Done);
}

async fn events(store: &Store, alice: AccountId) -> Vec<DocumentSummary> {
    let filter = DocumentFilter { source: Source::Event, ..DocumentFilter::default() };
    shown(store.documents().list_for(alice, filter, &Page::first(10)).await.unwrap().0).await
}

fn message(number: usize, document: DocumentId) -> NewMessage {
    let sentence = |text: String| Sentence { citations: vec![citation(document)], ..Sentence::plain(text) };
    NewMessage {
        role: Role::Assistant,
        sentences: vec![sentence(format!("Sentence {number}."))],
        details: Some(serde_json::json!({ "model": "extractive" })),
    }
}

fn citation(document: DocumentId) -> Citation {
    Citation {
        number: 1,
        document,
        chunk: ChunkId::from_uuid(Uuid::from_u128(9)),
        file_id: 10,
        origin: voiceassist_model::Origin::default(),
        title: "a.pdf".to_owned(),
        path: "/a.pdf".to_owned(),
        page: 1,
        span: TextSpan { start: 0, end: 1 },
        quote: "Apixaban".to_owned(),
        boxes: Vec::new(),
        recognised: None,
        score: 1.0,
    }
}

async fn write_something(store: &Store, account: AccountId) {
    let wish =
        NewWrite { account, key: "k", kind: "put", digest: ContentHash([1; 32]), request: b"/plan.txt" };
    let Planned::Write(write) = store.remote_writes().plan(wish).await.unwrap() else { panic!("a new wish") };
    let (claim, _) =
        store.remote_writes().claim(write.id, TimeDelta::minutes(1)).await.unwrap().expect("nobody has it");
    let end = WriteEnd {
        state: WriteState::Done,
        reason: None,
        result: Some(b"/plan.txt"),
        file_id: Some(1),
        etag: None,
    };
    store.remote_writes().finish(claim, end).await.unwrap();
}

/// A whole pass; how many rows moved.
async fn pass(store: &Store) -> u64 {
    let (mut at, mut moved) = (Pass::default(), 0);
    while let Some(step) = store.data_keys().reseal(&mut at).await.unwrap() {
        assert_eq!(step.damaged, Vec::<Uuid>::new());
        moved += step.resealed;
    }
    moved
}

async fn versions(store: &Store) -> BTreeSet<i32> {
    store.data_keys().in_use().await.unwrap().iter().map(|used| used.version).collect()
}

#[tokio::test]
async fn every_sealed_row_moves_to_the_new_key_and_the_old_one_is_destroyed() {
    let filled = Filled::build(3).await;
    let keys = filled.store().data_keys();
    let (rows, clear) = (keys.in_use().await.unwrap(), filled.bytes());
    assert_eq!(keys.rotate().await.unwrap(), 2);
    assert_eq!(pass(filled.store()).await, rows.iter().map(|used| used.rows).sum::<u64>());
    assert_eq!(versions(filled.store()).await, BTreeSet::from([2]));
    assert_ne!(filled.bytes(), clear);

    let early = keys.destroy_unused().await.unwrap();
    assert_eq!(early.not_before, Some(start_of_time() + SETTLING), "a replica may not have seen the new key");
    filled.settle();
    let done = keys.destroy_unused().await.unwrap();
    assert_eq!(done, Destruction { destroyed: vec![1], ..Destruction::default() });
    filled.read_all(filled.store(), 3).await;
    filled.read_all(&filled.clinic.another_store(MASTER, 4).await, 3).await;
}

#[tokio::test]
async fn a_second_pass_changes_nothing() {
    let filled = Filled::build(3).await;
    filled.store().data_keys().rotate().await.unwrap();
    assert!(pass(filled.store()).await > 0);
    let bytes = filled.bytes();
    assert_eq!(pass(filled.store()).await, 0);
    filled.settle();
    filled.store().data_keys().destroy_unused().await.unwrap();
    assert_eq!(filled.store().data_keys().destroy_unused().await.unwrap(), Destruction::default());
    assert_eq!(filled.bytes(), bytes);
}

#[tokio::test]
async fn a_pass_that_dies_after_any_step_loses_nothing_and_is_gone_on_with() {
    let filled = Filled::build(2).await;
    let mut died_after = 0;
    loop {
        let keys = filled.store().data_keys();
        let newest = keys.rotate().await.unwrap();
        let mut at = Pass::default();
        let mut over = false;
        for _ in 0..died_after {
            over = keys.reseal(&mut at).await.unwrap().is_none();
        }
        // Whoever goes on knows nothing of the pass that died.
        let successor = filled.clinic.another_store(MASTER, 5).await;
        filled.settle();
        let before = successor.data_keys().destroy_unused().await.unwrap();
        assert!(over || !before.in_use.is_empty() || died_after > 0, "{before:?}");
        filled.read_all(&successor, 2).await;
        pass(&successor).await;
        successor.data_keys().destroy_unused().await.unwrap();
        assert_eq!(versions(&successor).await, BTreeSet::from([newest]));
        let left: Vec<i32> =
            successor.data_keys().list().await.unwrap().iter().map(|key| key.version).collect();
        assert_eq!(left, [newest], "after {died_after} steps");
        filled.read_all(filled.store(), 2).await;
        if over {
            break;
        }
        died_after += 3;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn readers_and_writers_of_other_replicas_notice_nothing_of_a_rotation() {
    let filled = Arc::new(Filled::build(8).await);
    let done = Arc::new(AtomicBool::new(false));
    let mut tasks = Vec::new();
    for number in 0..2_u64 {
        let (filled, done) = (Arc::clone(&filled), Arc::clone(&done));
        tasks.push(tokio::spawn(async move {
            let replica = filled.clinic.another_store(MASTER, 10 + number).await;
            replica.unlock().await.unwrap();
            let (mut rounds, mut said) = (0, Vec::new());
            while rounds < 6 || !done.load(Ordering::Acquire) {
                filled.read_all(&replica, 8).await;
                said.push(converse(&replica, &filled, rounds).await);
                rounds += 1;
            }
            for (round, conversation) in said.into_iter().enumerate() {
                expect(&replica, filled.alice, conversation, round).await;
            }
            rounds
        }));
    }
    for expected in [2, 3] {
        assert_eq!(filled.store().data_keys().rotate().await.unwrap(), expected);
        // Time stands still at first, so replicas go on sealing with the key they know.
        pass(filled.store()).await;
        filled.settle();
        while filled.store().data_keys().list().await.unwrap().len() > 1 {
            pass(filled.store()).await;
            filled.store().data_keys().destroy_unused().await.unwrap();
        }
    }
    done.store(true, Ordering::Release);
    for task in tasks {
        assert!(task.await.unwrap() >= 6);
    }
    pass(filled.store()).await;
    assert_eq!(versions(filled.store()).await, BTreeSet::from([3]));
}

/// Begins a conversation, says something and gives it another title.
async fn converse(store: &Store, filled: &Filled, round: usize) -> ConversationId {
    let account = filled.alice;
    let conversations = store.conversations();
    let id = conversations.create(account, "untitled").await.unwrap();
    conversations.append(account, id, message(round, filled.document)).await.unwrap().unwrap();
    assert!(conversations.rename(account, id, &format!("Round {round}")).await.unwrap());
    id
}

async fn expect(store: &Store, account: AccountId, id: ConversationId, round: usize) {
    let found = store.conversations().find(account, id).await.unwrap().unwrap();
    assert_eq!(found.title, format!("Round {round}"));
    let (said, _) = store.conversations().messages(account, id, &Page::default()).await.unwrap().unwrap();
    assert_eq!(shown(said).await[0].text(), format!("Sentence {round}."));
}

#[tokio::test]
async fn a_replica_that_slept_through_a_rotation_is_refused_and_loses_nothing() {
    let filled = Filled::build(1).await;
    let asleep = Arc::new(ManualClock::at(start_of_time()));
    let replica = store_at(filled.clinic.database.url(), &asleep, MASTER, 6).await;
    replica.unlock().await.unwrap();
    filled.store().data_keys().rotate().await.unwrap();
    pass(filled.store()).await;
    filled.settle();
    assert_eq!(filled.store().data_keys().destroy_unused().await.unwrap().destroyed, [1]);

    let refused = replica.conversations().create(filled.alice, "Late").await.unwrap_err();
    assert!(refused.is_transient(), "{refused:?}");
    let titles = filled.clinic.database.psql("select count(*) from conversations");
    assert_eq!(titles.trim(), "1", "what could never be opened was not kept");
    asleep.advance(SETTLING);
    let id = replica.conversations().create(filled.alice, "Awake").await.unwrap();
    let found = filled.store().conversations().find(filled.alice, id).await.unwrap().unwrap();
    assert_eq!(found.title, "Awake");
}

#[tokio::test]
async fn what_does_not_open_is_named_left_alone_and_keeps_its_key() {
    let filled = Filled::build(1).await;
    filled
        .clinic
        .database
        .psql("update conversations set title = set_byte(title, 40, get_byte(title, 40) # 1)");
    filled.store().data_keys().rotate().await.unwrap();
    let (mut at, mut damaged) = (Pass::default(), Vec::new());
    while let Some(step) = filled.store().data_keys().reseal(&mut at).await.unwrap() {
        damaged.extend(step.damaged.into_iter().map(|row| (step.column.to_string(), row)));
    }
    assert_eq!(damaged, [("conversations.title".to_owned(), filled.conversation.as_uuid())]);
    filled.settle();
    let kept = filled.store().data_keys().destroy_unused().await.unwrap();
    assert_eq!((kept.destroyed, kept.in_use), (vec![], vec![1]));
}

#[tokio::test]
async fn a_named_key_stays_what_it_is_whatever_becomes_of_the_master_key() {
    let clinic = Clinic::open().await;
    let keys = clinic.store.data_keys();
    assert_eq!(*keys.named("terms", &[1; 32]).await.unwrap(), [1; 32]);
    assert_eq!(*keys.named("terms", &[2; 32]).await.unwrap(), [1; 32], "the first one counts");
    clinic.store.unlock().await.unwrap();
    let new = [9; 32];
    assert_eq!(keys.rewrap(&voiceassist_store::MasterKey::from_bytes(new)).await.unwrap(), 2);
    let later = clinic.another_store(new, 2).await;
    assert_eq!(*later.data_keys().named("terms", &[3; 32]).await.unwrap(), [1; 32]);
    assert!(clinic.another_store(MASTER, 3).await.data_keys().named("terms", &[3; 32]).await.is_err());
}

#[tokio::test]
async fn names_that_an_older_release_left_in_the_clear_are_read_and_then_sealed() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    clinic.database.psql("update accounts set login_name = 'a.miller', display_name = 'Dr. A. Miller'");
    let found = clinic.store.accounts().find(alice).await.unwrap().unwrap();
    assert_eq!((found.login_name.as_str(), found.display_name.as_str()), ("a.miller", "Dr. A. Miller"));
    for _ in 0..2 {
        clinic.store.migrate().await.unwrap();
        assert_eq!(clinic.store.accounts().find(alice).await.unwrap().unwrap(), found);
    }
    let row = clinic.database.psql("select login_name, display_name, encode(names, 'escape') from accounts");
    assert!(!row.to_lowercase().contains("miller"), "{row}");
}

#[tokio::test]
async fn every_column_of_bytes_is_sealed_and_guarded_or_said_to_be_no_secret() {
    let clinic = Clinic::open().await;
    let columns = clinic.database.psql(
        "select table_name || '.' || column_name from information_schema.columns
          where table_schema = 'public' and data_type = 'bytea' and table_name <> '_sqlx_migrations'
            and table_name in (select table_name from information_schema.tables where table_type = 'BASE TABLE')
          order by 1",
    );
    let sealed: BTreeSet<String> = SEALED.iter().map(ToString::to_string).collect();
    let kept: BTreeSet<String> = columns.lines().map(|line| line.trim().to_owned()).collect();
    assert!(sealed.is_subset(&kept), "the list names columns that are not there: {sealed:?}");
    for column in kept.difference(&sealed) {
        let (table, name) = column.split_once('.').unwrap();
        let row =
            DECISIONS.lines().find(|line| line.starts_with(&format!("| `{table}`"))).unwrap_or_default();
        let said = row.contains(&format!("`{name}`"));
        assert!(
            said,
            "{column} is neither in seal::columns nor said to be no secret in docs/explanation/sealing.md"
        );
    }

    let guarded = clinic.database.psql(
        "select c.relname || '.' || a.attname from pg_trigger t join pg_class c on c.oid = t.tgrelid
           join pg_attribute a on a.attrelid = c.oid and a.attnum = any(t.tgattr)
          where t.tgname = c.relname || '_sealed' and t.tgenabled = 'O' and t.tgtype = 23 order by 1",
    );
    let guarded: BTreeSet<String> = guarded.lines().map(|line| line.trim().to_owned()).collect();
    assert_eq!(
        guarded,
        SEALED.iter().map(ToString::to_string).collect(),
        "call guard_sealed in the migration"
    );
}
