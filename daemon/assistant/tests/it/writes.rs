//! Writing to Nextcloud: once, whatever dies in between, and back again.
//!
//! A death is an engine that is dropped at a known instant: the server holds one request back, the test sees it
//! arrive, and aborts whoever waits for the answer. Then the clock moves past the dead one's claim and another engine
//! gets the same wish under the same key.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chrono::TimeDelta;
use voiceassist_assistant::writes::{Refusal, SaveFile, WriteSettings};
use voiceassist_assistant::{Change, WriteError, WriteReceipt, WriteRequest, Writes};
use voiceassist_dav::{
    AppPassword, BaseUrl, Client, ClientSettings, Credentials, DavError, ETag, Expected, FilePath, Transport,
    TransportSettings,
};
use voiceassist_fakes::nextcloud::{Fault, Nextcloud, NextcloudScript, Recipient, Rights};
use voiceassist_model::Principal;
use voiceassist_store::Job;

use crate::clinic::Clinic;
use crate::freshness::OneClient;

struct Stage {
    cloud: Nextcloud,
    clinic: Clinic,
    alice: Principal,
}

impl Stage {
    async fn open() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let cloud = Nextcloud::start(NextcloudScript::default()).await.unwrap();
        let clinic = Clinic::open_at(&cloud.base_url()).await;
        let password = cloud.app_password("alice").unwrap();
        let alice = clinic.person_with_password("alice", &password).await;
        clinic.drain_jobs().await;
        Self { cloud, clinic, alice }
    }

    /// An engine as a fresh process has it.
    fn engine(&self) -> Writes {
        let password = self.cloud.app_password("alice").unwrap();
        let credentials =
            Credentials::AppPassword(AppPassword::restored("alice".to_owned(), password.into()));
        let transport = Transport::new(&TransportSettings::default()).unwrap();
        let base = BaseUrl::parse(&self.cloud.base_url()).unwrap();
        let client = Client::new(&transport, base, &credentials, ClientSettings::default()).unwrap();
        let settings = WriteSettings { whole_bytes: 100, piece_bytes: 60 };
        Writes::new(self.clinic.store.clone(), Arc::new(OneClient(client)), settings)
    }

    async fn run(&self, key: &str, wish: &WriteRequest) -> Result<WriteReceipt, WriteError> {
        self.engine().run(self.alice.account, key, wish).await
    }

    /// Runs a wish until a request meets this trouble, and kills the engine there.
    async fn killed_at(&self, key: &str, wish: &WriteRequest, trouble: Fault) {
        self.cloud.fault(trouble);
        let (engine, account, key, wish) = (self.engine(), self.alice.account, key.to_owned(), wish.clone());
        let task = tokio::spawn(async move { engine.run(account, &key, &wish).await });
        while self.cloud.unconsumed_faults() > 0 {
            assert!(!task.is_finished(), "the wish ended before it met its trouble");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        task.abort();
        assert!(task.await.is_err_and(|error| error.is_cancelled()));
        self.clinic.pass(TimeDelta::seconds(61));
    }

    fn seen(&self, path: &str) -> (i64, String) {
        let stat = self.cloud.stat("alice", path).unwrap();
        (i64::try_from(stat.file_id).unwrap(), format!("\"{}\"", stat.etag))
    }

    /// How often a request of this method changed something.
    fn effects(&self, method: &str, path: &str) -> usize {
        let log = self.cloud.request_log().all();
        let effect = |status: u16| matches!(status, 201 | 204);
        log.iter()
            .filter(|request| {
                request.method == method && request.path.contains(path) && effect(request.status)
            })
            .count()
    }

    /// Everything alice has, with ids and content, and her trash and tags.
    fn picture(&self) -> String {
        let mut lines = Vec::new();
        for path in [
            "/Notes", "/Notes/old.txt", "/Notes/new.txt", "/Notes/large.bin", "/Archive", "/Archive/old.txt",
            "/Reports",
        ] {
            if let Some(stat) = self.cloud.stat("alice", path) {
                let content = self.cloud.read("alice", path).unwrap_or_default();
                let tags = self.cloud.tags_of("alice", path).unwrap();
                lines.push(format!("{path} {} {} {tags:?}", stat.file_id, String::from_utf8_lossy(&content)));
            }
        }
        lines.push(format!("trash {:?}", self.cloud.in_trash("alice")));
        lines.join("\n")
    }
}

fn save(path: &str, content: impl Into<Bytes>, expected: Expected) -> WriteRequest {
    let (path, content) = (FilePath::parse(path).unwrap(), Arc::new(content.into()));
    WriteRequest::Save(SaveFile { path, content, expected })
}

/// One kind of wish on a fresh stage: what is wished, the request that does it, and the first one after that.
struct Kind {
    name: &'static str,
    wish: fn(&Stage) -> WriteRequest,
    effect: (&'static str, &'static str),
    after: Option<Fault>,
}

fn kinds() -> Vec<Kind> {
    let shown = |path: &str, before: u32| Some(Fault::on("PROPFIND").path(path).skip(before).hang());
    vec![
        Kind {
            name: "create a folder",
            wish: |_| Change::CreateFolder { path: "Reports".to_owned(), parents: false }.into(),
            effect: ("MKCOL", "Reports"),
            after: shown("files/alice/Reports", 1),
        },
        Kind {
            name: "save a new file",
            wish: |_| save("Notes/new.txt", "plan", Expected::Nothing),
            effect: ("PUT", "new.txt"),
            after: shown("new.txt", 1),
        },
        Kind {
            name: "save a large new file",
            wish: |_| save("Notes/large.bin", vec![b'x'; 150], Expected::Nothing),
            effect: ("MOVE", ".file"),
            after: shown("large.bin", 1),
        },
        Kind {
            name: "replace a file",
            wish: |stage| {
                let etag = ETag::parse(&stage.seen("/Notes/old.txt").1).unwrap();
                save("Notes/old.txt", "other", Expected::Version(etag))
            },
            effect: ("PUT", "old.txt"),
            after: shown("old.txt", 2),
        },
        Kind {
            name: "move a file",
            wish: |stage| {
                let (file_id, etag) = stage.seen("/Notes/old.txt");
                let (from, to) = ("Notes/old.txt".to_owned(), "Archive/old.txt".to_owned());
                Change::Move { from, to, file_id, etag }.into()
            },
            effect: ("MOVE", "old.txt"),
            after: shown("Archive/old.txt", 1),
        },
        Kind {
            name: "delete a file",
            wish: |stage| {
                let (file_id, etag) = stage.seen("/Notes/old.txt");
                Change::Delete { path: "Notes/old.txt".to_owned(), file_id, etag, only_empty: false }.into()
            },
            effect: ("DELETE", "old.txt"),
            after: shown("trashbin", 0),
        },
        Kind {
            name: "restore a file",
            wish: |stage| {
                let (file_id, _) = stage.seen("/Notes/old.txt");
                stage.cloud.remove("alice", "/Notes/old.txt").unwrap();
                Change::Restore { path: "Notes/old.txt".to_owned(), file_id }.into()
            },
            effect: ("MOVE", "trashbin"),
            after: Some(Fault::on("SEARCH").skip(1).hang()),
        },
        Kind {
            name: "tag a file",
            wish: |stage| {
                let (file_id, _) = stage.seen("/Notes/old.txt");
                let (path, tag) = ("Notes/old.txt".to_owned(), "Reviewed".to_owned());
                Change::Tag { path, file_id, tag }.into()
            },
            effect: ("PUT", "systemtags-relations"),
            after: None,
        },
    ]
}

/// Alice's files as every case finds them, and the wish of this one.
fn set_the_table(stage: &Stage, kind: &Kind) -> WriteRequest {
    for path in ["/Notes", "/Archive", "/Reports"] {
        if stage.cloud.stat("alice", path).is_some() {
            stage.cloud.remove("alice", path).unwrap();
        }
    }
    stage.cloud.put("alice", "/Notes/old.txt", "first").unwrap();
    stage.cloud.mkdir("alice", "/Archive").unwrap();
    let wish = (kind.wish)(stage);
    stage.cloud.request_log().clear();
    wish
}

#[tokio::test]
async fn a_wish_killed_at_any_step_happens_exactly_once_and_can_be_undone() {
    let stage = Stage::open().await;
    for kind in kinds() {
        let (method, path) = kind.effect;
        let deaths = [
            ("before anything is sent", Some(Fault::on("GET").path("capabilities").hang())),
            ("while it is sent", Some(Fault::on(method).path(path).hang())),
            ("after it happened, before the answer", Some(Fault::on(method).path(path).silent())),
            ("after the answer, before it is recorded", kind.after.clone()),
        ];
        for (death, trouble) in deaths {
            let Some(trouble) = trouble else { continue };
            let case = format!("{}, killed {death}", kind.name);
            let (key, back) = (format!("wish {case}"), format!("undo {case}"));
            let wish = set_the_table(&stage, &kind);
            let before = stage.picture();
            stage.killed_at(&key, &wish, trouble).await;

            let receipt = stage.run(&key, &wish).await.unwrap_or_else(|error| panic!("{case}: {error:?}"));
            assert_eq!(stage.effects(method, path), 1, "{case}");
            assert!(receipt.changed, "{case}");
            let after = stage.picture();
            assert_ne!(before, after, "{case}");
            let jobs = stage.clinic.drain_jobs().await;
            assert_eq!(jobs, [Job::SyncFiles { account: stage.alice.account }], "{case}");

            let again = stage.run(&key, &wish).await.unwrap_or_else(|error| panic!("{case}: {error:?}"));
            assert_eq!(again, receipt, "{case}");
            assert_eq!(stage.effects(method, path), 1, "{case}");
            assert_eq!(stage.picture(), after, "{case}");

            if let Some(undo) = receipt.undo {
                stage.run(&back, &undo.into()).await.unwrap_or_else(|error| panic!("{case}: {error:?}"));
                let undone: Vec<String> = stage.picture().lines().map(str::to_owned).collect();
                let was: Vec<&str> = before.lines().collect();
                let (files, old) = (&undone[..undone.len() - 1], &was[..was.len() - 1]);
                assert_eq!(files, old, "{case}");
                stage.clinic.drain_jobs().await;
            } else {
                assert_eq!(kind.name, "replace a file");
            }
        }
    }
}

#[tokio::test]
async fn one_key_is_one_request() {
    let stage = Stage::open().await;
    let first = stage.run("k", &save("a.txt", "one", Expected::Nothing)).await.unwrap();
    for other in [
        save("a.txt", "two", Expected::Nothing),
        save("b.txt", "one", Expected::Nothing),
        Change::CreateFolder { path: "a.txt".to_owned(), parents: false }.into(),
    ] {
        assert!(matches!(stage.run("k", &other).await, Err(WriteError::OtherRequest)));
    }
    assert_eq!(stage.run("k", &save("a.txt", "one", Expected::Nothing)).await.unwrap(), first);
    assert_eq!((stage.effects("PUT", ""), stage.effects("MKCOL", "")), (1, 0));
    for key in ["", "  ", "line\nbreak", &"k".repeat(201)] {
        assert!(matches!(stage.run(key, &save("c.txt", "c", Expected::Nothing)).await, Err(WriteError::Key)));
    }
}

#[tokio::test]
async fn callers_with_one_key_at_once_write_once() {
    let stage = Stage::open().await;
    let engine = stage.engine();
    let wish = save("a.txt", "one", Expected::Nothing);
    let calls = (0..8).map(|_| engine.run(stage.alice.account, "k", &wish));
    let results = futures::future::join_all(calls).await;
    assert!(results.iter().all(|result| matches!(result, Ok(_) | Err(WriteError::Busy))), "{results:?}");
    assert!(results.iter().any(Result::is_ok));
    assert_eq!(stage.effects("PUT", ""), 1);
}

#[tokio::test]
async fn what_changed_since_it_was_seen_is_left_alone() {
    let stage = Stage::open().await;
    stage.cloud.put("alice", "/f.txt", "mine").unwrap();
    let (file_id, etag) = stage.seen("/f.txt");
    stage.cloud.put("alice", "/f.txt", "theirs, longer").unwrap();
    let version = Expected::Version(ETag::parse(&etag).unwrap());
    let wishes: Vec<(WriteRequest, Refusal)> = vec![
        (save("f.txt", "x", version), Refusal::Changed),
        (save("f.txt", "x", Expected::Nothing), Refusal::Exists),
        (
            Change::Delete { path: "f.txt".to_owned(), file_id, etag: etag.clone(), only_empty: false }
                .into(),
            Refusal::Changed,
        ),
        (
            Change::Move { from: "f.txt".to_owned(), to: "g.txt".to_owned(), file_id, etag: etag.clone() }
                .into(),
            Refusal::Changed,
        ),
        (
            Change::Delete { path: "f.txt".to_owned(), file_id: 1, etag, only_empty: false }.into(),
            Refusal::Missing,
        ),
        (save("No/Such/f.txt", "x", Expected::Nothing), Refusal::ParentMissing),
        (Change::Restore { path: "f.txt".to_owned(), file_id: 1 }.into(), Refusal::Missing),
    ];
    for (number, (wish, refusal)) in wishes.into_iter().enumerate() {
        let key = format!("k{number}");
        for _ in 0..2 {
            let refused = stage.run(&key, &wish).await;
            assert!(
                matches!(&refused, Err(WriteError::Refused(why)) if *why == refusal),
                "{number}: {refused:?}"
            );
        }
    }
    assert_eq!(stage.cloud.read("alice", "/f.txt").unwrap(), "theirs, longer");
    assert!(stage.clinic.drain_jobs().await.is_empty(), "nothing was written, nothing is looked at");
}

#[tokio::test]
async fn a_folder_that_changed_or_is_shared_by_somebody_else_is_not_deleted() {
    let stage = Stage::open().await;
    stage.cloud.mkdir("alice", "/Box").unwrap();
    let (file_id, etag) = stage.seen("/Box");
    stage.cloud.put("alice", "/Box/new.txt", "just now").unwrap();
    let delete = |only_empty: bool| {
        Change::Delete { path: "Box".to_owned(), file_id, etag: etag.clone(), only_empty }.into()
    };
    let refused = stage.run("a", &delete(false)).await;
    assert!(matches!(refused, Err(WriteError::Refused(Refusal::Changed))), "{refused:?}");
    let refused = stage.run("b", &delete(true)).await;
    assert!(matches!(refused, Err(WriteError::Refused(Refusal::NotEmpty))), "{refused:?}");

    stage.cloud.put("bob", "/Team/x.txt", "x").unwrap();
    stage.cloud.share("bob", "/Team", Recipient::user("alice"), Rights::ALL).unwrap();
    let (file_id, etag) = stage.seen("/Team");
    let leave = Change::Delete { path: "Team".to_owned(), file_id, etag, only_empty: false };
    let refused = stage.run("c", &leave.into()).await;
    assert!(matches!(refused, Err(WriteError::Refused(Refusal::ShareTop))), "{refused:?}");
    assert_eq!(stage.effects("DELETE", ""), 0);
}

#[tokio::test]
async fn a_folder_with_its_parents_is_made_and_taken_back_as_one() {
    let stage = Stage::open().await;
    let wish: WriteRequest = Change::CreateFolder { path: "A/B/C".to_owned(), parents: true }.into();
    let receipt = stage.run("k", &wish).await.unwrap();
    assert_eq!(receipt.path, "A/B/C");
    let again = stage.run("other", &wish).await.unwrap();
    assert!(!again.changed && again.undo.is_none(), "it was there already");
    stage.run("undo", &receipt.undo.unwrap().into()).await.unwrap();
    assert!(stage.cloud.stat("alice", "/A").is_none());
}

#[tokio::test]
async fn a_name_the_server_would_not_store_is_never_sent() {
    let stage = Stage::open().await;
    let refused = stage.run("k", &save("Notes\\old.txt", "x", Expected::Nothing)).await;
    assert!(matches!(refused, Err(WriteError::Name(_))), "{refused:?}");
    let refused = stage.run("k2", &save("upload.part", "x", Expected::Nothing)).await;
    assert!(matches!(refused, Err(WriteError::Name(_))), "{refused:?}");
    assert!(stage.cloud.request_log().all().iter().all(|request| request.method == "GET"));
}

#[tokio::test]
async fn trouble_that_passes_leaves_the_key_usable() {
    let stage = Stage::open().await;
    let wish = save("a.txt", "one", Expected::Nothing);
    stage.cloud.fault(Fault::on("PUT").status(507));
    let full = stage.run("k", &wish).await;
    assert!(matches!(full, Err(WriteError::Nextcloud(DavError::InsufficientStorage))), "{full:?}");
    stage.cloud.fault(Fault::on("PUT").status(502));
    let proxy = stage.run("k", &wish).await;
    assert!(
        matches!(proxy, Err(WriteError::Nextcloud(DavError::Unavailable { status: 502, .. }))),
        "{proxy:?}"
    );
    stage.cloud.set_maintenance(true);
    assert!(matches!(stage.run("k", &wish).await, Err(WriteError::Nextcloud(_))));
    stage.cloud.set_maintenance(false);
    assert!(stage.run("k", &wish).await.unwrap().changed);
    assert_eq!(stage.effects("PUT", ""), 1);
}

#[tokio::test]
async fn an_answer_lost_on_the_way_is_found_out_at_once() {
    let stage = Stage::open().await;
    // The write happens, its answer becomes a gateway's page, and the look that follows settles it.
    let wish = save("a.txt", "one", Expected::Nothing);
    stage.cloud.put("alice", "/other.txt", "x").unwrap();
    stage.cloud.fault(Fault::on("PUT").path("a.txt").cut_after(0));
    let receipt = stage.run("k", &wish).await.unwrap();
    assert!(receipt.changed);
    assert_eq!(stage.effects("PUT", ""), 1);
}

#[tokio::test]
async fn what_cannot_be_known_is_said_and_found_out_later() {
    let stage = Stage::open().await;
    let wish = save("a.txt", "one", Expected::Nothing);
    stage.cloud.fault(Fault::on("PUT").status(502));
    stage.cloud.fault(Fault::on("PROPFIND").skip(1).status(502));
    let unknown = stage.run("k", &wish).await;
    assert!(matches!(unknown, Err(WriteError::Unknown(_))), "{unknown:?}");
    assert!(stage.run("k", &wish).await.unwrap().changed);
    assert_eq!(stage.effects("PUT", ""), 1);
}

#[tokio::test]
async fn nothing_that_is_recorded_can_be_read_without_the_key() {
    let stage = Stage::open().await;
    stage.run("k", &save("Mrs Example/letter.txt", "x", Expected::Nothing)).await.unwrap_err();
    stage.run("k2", &save("Mr Sample.txt", "x", Expected::Nothing)).await.unwrap();
    let dump = stage.clinic.dump("remote_writes");
    assert!(dump.contains("done") && dump.contains("refused"), "{dump}");
    for secret in ["Example", "Sample", "letter"] {
        assert!(!dump.contains(secret), "{secret}");
        let hex: String = secret.bytes().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
        assert!(!dump.contains(&hex), "{secret}");
    }
}
