//! What is planted stays where it belongs: identifiers are put wherever people, documents, servers and callers can put text,
//! every route, every worker and the failing ways through both are driven with everything logged, and then all the
//! program wrote about itself is searched, in every form, and the disk for what is sealed.
//!
//! Names and paths of files are looked for in what the program emits, but not on the disk: the database has them in the
//! clear, for the reasons that the page on sealing gives.

#![expect(clippy::expect_used, reason = "a test that cannot go on stops and says where")]

mod identifiers;
mod routes;
mod search;
mod wire;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal};
use tempfile::TempDir;
use voiceassist_fakes::mail::imap::{Fault as MailFault, Imap, ImapScript};
use voiceassist_fakes::nextcloud::{Fault, NextcloudScript, User};
use voiceassist_fakes::postgres::{Durability, PrivateCluster, TestDatabase};

use crate::program::{Daemon, World, get};
use identifiers::{Place, all, of};
use search::Sieve;

/// Readers are killed and servers break down, so documents are tried again after a while.
const PATIENCE: Duration = Duration::from_mins(5);
/// Everything our crates and all others have to say.
const FILTER: &str = "trace,voiceassist=trace";
/// Everywhere something is planted.
const EVERYWHERE: [Place; 5] = [Place::Content, Place::Said, Place::Called, Place::Wrong, Place::Named];
/// What each log has at least, or nothing was logged at all.
const LEAST_LOGGED: usize = 10_000;
/// Tables in which names of files are in the clear; the others are searched for them too.
const TABLES_OF_NAMES: [&str; 4] = ["documents", "entries", "mail_folders", "scope_rules"];
/// What opens the mailbox.
const MAIL_PASSWORD: &str = "opens-the-mailbox-4417-Zr9";

/// A world in which all files are ours to look at.
struct Scene {
    world: World,
    post: Imap,
    /// Where everything that was printed goes, and temporary files.
    folder: TempDir,
    // Dropped after the world, whose database it holds.
    _cluster: PrivateCluster,
    cluster_folder: TempDir,
}

impl Scene {
    async fn build() -> Self {
        let cluster_folder = tempfile::tempdir().expect("a folder");
        let cluster =
            PrivateCluster::start(&cluster_folder.path().join("pg"), Durability::Fast).expect("a cluster");
        let database = TestDatabase::create_in(&cluster.url("postgres"));
        let script = NextcloudScript::empty()
            .user(User::new("alice").display_name(of("display name")).login(of("login")))
            .user(User::new("bob").display_name(of("other display name")));
        let mut world = World::build_on(script, database).await;
        let script = ImapScript {
            login_name: of("login").to_owned(),
            password: MAIL_PASSWORD.to_owned(),
            ..ImapScript::default()
        };
        let post = Imap::start(script).await.expect("a mail server");
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("tmp")).expect("made");
        for (name, value) in [
            ("VOICEASSIST_LOG__FILTER", FILTER.to_owned()),
            ("TMPDIR", folder.path().join("tmp").display().to_string()),
            ("RUST_BACKTRACE", "1".to_owned()),
            ("VOICEASSIST_MAIL__SERVERS", "127.0.0.1".to_owned()),
        ] {
            world.extra.push((name.to_owned(), value));
        }
        Self { world, post, folder, _cluster: cluster, cluster_folder }
    }

    /// Documents that can be read, one that cannot, and one whose reader dies.
    fn plant(&self) {
        let cloud = &self.world.cloud;
        let folder = of("folder");
        let text = all(Place::Content);
        for (name, bytes) in [
            ("note.txt".to_owned(), text.clone().into_bytes()),
            (format!("{}.md", of("file name")), format!("# {}\n\n{text}", of("name")).into_bytes()),
            ("page.html".to_owned(), format!("<html><body><p>{text}</p></body></html>").into_bytes()),
            (format!("{}.pdf", of("broken file")), format!("%PDF-1.7\n{text}\n%%EOF").into_bytes()),
            ("cut.docx".to_owned(), [b"PK\x03\x04".as_slice(), text.as_bytes()].concat()),
        ] {
            cloud.put("alice", &format!("{folder}/{name}"), bytes).expect("placed");
        }
        // Read for long enough to be struck down meanwhile.
        cloud.put("alice", &format!("{folder}/large.txt"), text.repeat(2_500)).expect("placed");
    }

    /// Appointments, tasks and contacts that can be read and some that cannot.
    fn appoint(&self) {
        let lines = all(Place::Content).replace('\n', "\\n").replace([',', ';'], " ");
        let (name, mail) = (of("name"), of("mail address"));
        let calendar = |body: &str| format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y\r\n{body}");
        let event = calendar(&format!(
            "BEGIN:VEVENT\r\nUID:e-1\r\nDTSTAMP:20261101T080000Z\r\nDTSTART:20261125T080000Z\r\nRRULE:FREQ=DAILY\r\n\
             SUMMARY:{name}\r\nLOCATION:{}\r\nATTENDEE;CN=\"{name}\":mailto:{mail}\r\nDESCRIPTION:{lines}\r\n\
             END:VEVENT\r\nEND:VCALENDAR\r\n",
            of("street"),
        ));
        let task = calendar(&format!(
            "BEGIN:VTODO\r\nUID:t-1\r\nDTSTAMP:20261101T080000Z\r\nSUMMARY:{}\r\nEND:VTODO\r\nEND:VCALENDAR\r\n",
            of("note"),
        ));
        let broken = calendar(&format!("BEGIN:VEVENT\r\nDTSTART:{}\r\nRRULE:FREQ={name}\r\n", of("fax")));
        let card = format!(
            "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:c-1\r\nFN:{name}\r\nTEL;TYPE=CELL:{}\r\nEMAIL:{mail}\r\nNOTE:{lines}\r\n\
             END:VCARD\r\n",
            of("telephone"),
        );
        for (collection, place, text) in [
            ("personal", "1.ics", event.as_str()),
            ("personal", "2.ics", &task),
            ("personal", "3.ics", &broken),
            ("contacts", "1.vcf", &card),
            ("contacts", "2.vcf", &format!("BEGIN:VCARD\r\nFN:{name}\r\n{lines}")),
        ] {
            self.world.cloud.put_object("alice", collection, place, text).expect("stored");
        }
    }

    /// Messages that can be read and some that cannot, in the inbox and in a folder of the person's own.
    fn post(&self) {
        let text = all(Place::Content);
        let own = of("folder");
        self.post.create(own, "");
        let head = format!(
            "From: {} <{}>\r\nTo: {}\r\nSubject: {}\r\n",
            of("name"),
            of("mail address"),
            of("login"),
            of("note"),
        );
        let attached = format!(
            "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\
             Content-Type: text/plain; charset=nonsense\r\n\r\n{text}\r\n--b\r\n\
             Content-Type: application/pdf; name=\"{0}.pdf\"\r\n\
             Content-Disposition: attachment; filename=\"{0}.pdf\"\r\n\r\n%PDF-1.7\r\n{text}\r\n--b--\r\n",
            of("name"),
        );
        for (folder, message) in [
            ("INBOX", format!("{head}\r\n{text}")),
            ("INBOX", format!("{head}{attached}")),
            (own, format!("{head}Content-Type: multipart/mixed; boundary=\"{}\"\r\n\r\n{text}", of("fax"))),
            (own, text),
        ] {
            self.post.append(folder, message, &[], chrono::DateTime::UNIX_EPOCH);
        }
    }

    /// The mailbox becomes a person's, after some that do not: a wrong password, a server nobody named.
    fn open_mailbox(&self) {
        let port = self.post.address().port().to_string();
        for (host, secret, opens) in [
            ("127.0.0.1", of("wrong field"), false),
            ("127.0.0.2", MAIL_PASSWORD, false),
            ("127.0.0.1", MAIL_PASSWORD, true),
        ] {
            let file = self.folder.path().join("secret");
            fs::write(&file, secret).expect("written");
            let file = file.display().to_string();
            let output = self
                .world
                .command(&[
                    "--insecure-dev",
                    "mail",
                    "add",
                    "alice",
                    "--host",
                    host,
                    "--port",
                    &port,
                    "--encryption",
                    "none",
                    "--login",
                    of("login"),
                    "--secret-file",
                    &file,
                ])
                .stderr(self.printed("commands.log"))
                .output()
                .expect("the program starts");
            fs::remove_file(&file).expect("removed");
            assert_eq!(output.status.success(), opens, "{host}");
        }
    }

    /// Waits until every document has come as far as it can.
    fn settle(&self) {
        let begun = Instant::now();
        let unfinished =
            "select (select count(*) from documents where state in ('pending', 'fetched', 'chunked'))
             + (select count(*) from mail_contents where state = 'pending')";
        let begun_all = "select least((select count(*) from documents), (select count(*) from mail_contents),
                                      (select count(*) from collection_objects) / 5)";
        while self.world.database.psql(begun_all).trim() == "0"
            || self.world.database.psql(unfinished).trim() != "0"
        {
            assert!(begun.elapsed() < PATIENCE, "waited too long until documents were read");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    fn log(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn printed(&self, name: &str) -> Stdio {
        let file = File::options().create(true).append(true).open(self.log(name)).expect("a file");
        Stdio::from(file)
    }

    fn serve(&mut self, format: &str) -> Daemon {
        self.world.extra.push(("VOICEASSIST_LOG__FORMAT".to_owned(), format.to_owned()));
        self.world.serve_into(self.printed(&format!("{format}.out")), self.printed(&format!("{format}.log")))
    }

    /// Nextcloud in trouble while people look and ask: errors, broken XML, no answer, nobody there.
    async fn trouble(&self, token: &str) {
        let cloud = &self.world.cloud;
        let faults = [
            Fault::on("PROPFIND").times(3).status(500),
            Fault::on("PROPFIND").times(3).cut_after(300),
            Fault::on("GET").times(2).status(404),
            Fault::on("REPORT").times(2).cut_after(300),
            Fault::on("PROPFIND").times(2).redirect(&format!("/{}", of("wrong path"))),
        ];
        self.look_elsewhere();
        for fault in faults {
            let path = format!("{}/again {}.txt", of("folder"), of("file name"));
            cloud.put("alice", &path, all(Place::Content)).expect("placed");
            cloud.fault(fault);
            self.command(&["sync"]);
            routes::converse(&self.world.address, token);
        }
        cloud.clear_faults();
        cloud.stop().await;
        self.command(&["sync"]);
        routes::converse(&self.world.address, token);
        cloud.start_again().await.expect("the loopback Nextcloud starts");
        cloud.revoke("bob");
        // Statements that the database refuses, in requests and in jobs.
        for table in ["chunks", "accounts"] {
            self.world.database.psql(&format!("alter table {table} rename to lost"));
            routes::converse(&self.world.address, token);
            self.command(&["sync"]);
            self.world.database.psql(&format!("alter table lost rename to {table}"));
        }
    }

    /// New messages on a line that breaks in every way; calendars and address books.
    fn look_elsewhere(&self) {
        for fault in [MailFault::Bye, MailFault::CutInLiteral(40), MailFault::Garbled, MailFault::WrongTag] {
            self.post.fault(fault);
        }
        self.post();
        self.command(&["sync", "--only", "mail"]);
        self.command(&["sync", "--only", "mail", "--plan"]);
        for class in ["calendar", "contacts"] {
            self.command(&["sync", "--only", class]);
            self.command(&["sync", "--only", class, "--plan"]);
        }
    }

    /// Runs a command for a while and keeps what it says on standard error; what it shows to its user is theirs.
    fn command(&self, arguments: &[&str]) {
        let mut child = self
            .world
            .command(arguments)
            .stdout(Stdio::null())
            .stderr(self.printed("commands.log"))
            .spawn()
            .expect("the program starts");
        for _ in 0..25 {
            if child.try_wait().expect("asked").is_some() {
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        _ = child.kill();
        _ = child.wait();
    }

    /// Commands that fail, and some that do not.
    fn commands(&self) {
        let corrupt = self.folder.path().join("corrupt.pdf");
        fs::write(&corrupt, format!("%PDF-1.7\n{}", all(Place::Content))).expect("written");
        let corrupt = corrupt.display().to_string();
        let question = all(Place::Said);
        let wrong = of("wrong path");
        let (folder, made) = (of("folder"), format!("/{}/{}", of("folder"), of("rule")));
        let put = format!("{made}/{}.pdf", of("file name"));
        let moved = format!("{made}/{}.pdf", of("broken file"));
        for arguments in [
            ["files", "--user", "alice", "mkdir", "--parents", &made].as_slice(),
            &["files", "--user", "alice", "put", &corrupt, &put],
            &["files", "--user", "alice", "put", &corrupt, &put],
            &["files", "--user", "alice", "tag", &put, of("rule")],
            &["files", "--user", "alice", "mv", &put, &moved],
            &["files", "--user", "alice", "mv", wrong, &moved],
            &["files", "--user", "alice", "--if-match", "\"0\"", "rm", &moved],
            &["files", "--user", "alice", "rm", folder, "--only-empty"],
            &["mail", "list", "alice"],
            &["mail", "folders", "alice"],
            &["mail", "list", "nobody"],
        ] {
            self.command(arguments);
        }
        for arguments in [
            ["extract", &corrupt].as_slice(),
            &["extract", "--confined", "--json", &corrupt],
            &["search", "--user", "alice", &question],
            &["ask", "--user", "alice", &question],
            &["ask", "--user", "nobody", &question],
            &["account", "health"],
            &["account", "show", "nobody"],
            &["doctor"],
            &["keys", "status"],
            &["index", "status"],
            &["scope", "list"],
        ] {
            self.command(arguments);
        }
        fs::remove_file(&corrupt).expect("removed");
    }

    /// Rows of every table that has no names in the clear.
    fn rows(&self) -> String {
        let tables = self.world.database.psql("select tablename from pg_tables where schemaname = 'public'");
        let tables = tables.lines().map(str::trim).filter(|table| !TABLES_OF_NAMES.contains(table));
        tables.map(|table| self.world.database.psql(&format!("select t::text from {table} t"))).collect()
    }

    /// What must be in no file at all.
    fn secrets(&self, token: &str) -> Vec<(&'static str, String)> {
        let read = |name: &str| fs::read_to_string(self.world.state_directory().join(name)).expect("a key");
        let pem = read("token-key.pem");
        let key = pem.lines().nth(1).expect("a key").to_owned();
        vec![
            ("access token", token.to_owned()),
            ("master key", read("master.key").trim().to_owned()),
            ("token key", key),
            ("mailbox password", MAIL_PASSWORD.to_owned()),
        ]
    }
}

/// Plants, drives and goes through every failing way; returns what routes answered with and the metrics.
async fn everything_happens(scene: &mut Scene) -> (String, Vec<String>, String) {
    scene.plant();
    scene.post();
    scene.appoint();
    for user in ["alice", "bob"] {
        scene.world.connect(user);
    }
    scene.open_mailbox();
    let mut failures = Vec::new();
    let mut metrics = String::new();
    let mut token = String::new();
    for format in ["text", "json"] {
        let daemon = scene.serve(format);
        if format == "text" {
            strike_readers(&daemon);
        }
        scene.settle();
        token = scene.world.token("alice");
        let address = scene.world.address.clone();
        let found = scene.world.search("alice", of("note"));
        assert!(!found.is_empty(), "what was planted can be found by whoever may read it");
        failures.extend(routes::converse(&address, &token));
        failures.extend(routes::every_wrong_way(&address, &token));
        scene.trouble(&token).await;
        scene.commands();
        metrics.push_str(&get(&address, "/metrics", None).expect("metrics").1);
        daemon.terminate();
    }
    (token, failures, metrics)
}

/// Kills two children that read documents, one after the other.
fn strike_readers(daemon: &Daemon) {
    let mut struck = BTreeSet::new();
    let begun = Instant::now();
    while struck.len() < 2 {
        assert!(begun.elapsed() < Duration::from_mins(1), "only {} readers were seen", struck.len());
        for child in children(daemon.0.id()) {
            if struck.len() < 2 && struck.insert(child) {
                let pid = Pid::from_raw(child).expect("a process");
                // It may have ended by itself since.
                _ = rustix::process::kill_process(pid, Signal::KILL);
            }
        }
    }
}

fn children(of: u32) -> Vec<i32> {
    let threads = fs::read_dir(format!("/proc/{of}/task")).into_iter().flatten().flatten();
    let lists = threads.filter_map(|thread| fs::read_to_string(thread.path().join("children")).ok());
    let lists: String = lists.collect::<Vec<_>>().join(" ");
    lists.split_whitespace().filter_map(|pid| pid.parse().ok()).collect()
}

/// What was found where it must not be.
#[derive(Default)]
struct Findings(Vec<String>);

impl Findings {
    fn add(&mut self, found: BTreeSet<String>, place: &str) {
        let count = found.len();
        self.0.extend(found.into_iter().take(8).map(|hit| format!("{place} ({count} in all): {hit}")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_planted_identifier_leaves_the_places_that_are_made_for_it() {
    let mut scene = Scene::build().await;
    let (token, failures, metrics) = everything_happens(&mut scene).await;
    let secrets = scene.secrets(&token);
    let sieve = Sieve::new(&EVERYWHERE, &secrets);

    let mut findings = Findings::default();
    findings.add(sieve.find(failures.join("\n").as_bytes()), "what failing requests were answered");
    findings.add(sieve.find(metrics.as_bytes()), "the metrics");
    findings.add(sieve.find(scene.rows().as_bytes()), "rows of tables that hold no names");
    for (name, least) in [
        ("text.log", LEAST_LOGGED),
        ("json.log", LEAST_LOGGED),
        ("commands.log", 1),
        ("text.out", 0),
        ("json.out", 0),
    ] {
        let written = fs::read(scene.log(name)).expect("read");
        findings.add(sieve.find(&written), name);
        assert!(written.len() >= least, "{name} says something: {}", written.len());
    }
    let logged = fs::read_to_string(scene.log("text.log")).expect("read");
    for said in ["TRACE", "http.request.serve", "job.run", "sqlx", "unmatched"] {
        assert!(logged.contains(said), "the log is as talkative as it can be, {said} included");
    }
    disk(&scene, &secrets, &mut findings);
    assert!(findings.0.is_empty(), "{:#?}", findings.0);
}

/// Nothing that is sealed is in any file: of the cluster with its log and its write-ahead log, of the index, the spool,
/// temporary files and what was printed.
fn disk(scene: &Scene, secrets: &[(&str, String)], findings: &mut Findings) {
    scene.world.database.psql("checkpoint");
    let sealed = Sieve::new(&[Place::Content, Place::Said, Place::Called, Place::Wrong], secrets);
    findings.add(sealed.find_below(scene.cluster_folder.path()), "the files of the database");
    let named = Sieve::new(&[Place::Named], &[]);
    assert!(
        !named.find_below(scene.cluster_folder.path()).is_empty(),
        "names of files are in the clear; if they no longer are, say so on the page about sealing"
    );
    // The keys themselves are in files of the state directory.
    let emitted = Sieve::new(&EVERYWHERE, &secrets[..1]);
    findings.add(emitted.find_below(&scene.world.state_directory()), "the state directory");
    findings.add(emitted.find_below(scene.folder.path()), "temporary files and what was printed");
    assert!(size(scene.cluster_folder.path()) > 10_000_000, "the files of the database were looked at");
}

fn size(folder: &Path) -> u64 {
    fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| match entry.metadata() {
            Ok(metadata) if metadata.is_dir() => size(&entry.path()),
            Ok(metadata) => metadata.len(),
            Err(_) => 0,
        })
        .sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_the_daemon_nor_a_reader_can_be_dumped() {
    let world = World::build(NextcloudScript::default()).await;
    let text = "Apixaban is restarted six hours after the ablation.\n".repeat(60_000);
    world.cloud.put("alice", "long.txt", text).expect("placed");
    world.connect("alice");
    let daemon = world.serve();
    assert_eq!(core_limits(daemon.0.id()).as_deref(), Some("0 0"));
    let begun = Instant::now();
    let mut seen = false;
    while !seen {
        assert!(begun.elapsed() < Duration::from_mins(1), "no reader was seen");
        for reader in children(daemon.0.id()) {
            // Between being started and its first statement it has what it was started with, which is the daemon's.
            let limits = core_limits(reader.unsigned_abs());
            assert!(limits.is_none() || limits.as_deref() == Some("0 0"), "{limits:?}");
            seen |= limits.is_some();
        }
    }
}

/// Soft and hard limit of a process' core file; `None` once it has ended.
fn core_limits(pid: u32) -> Option<String> {
    let limits = fs::read_to_string(format!("/proc/{pid}/limits")).ok()?;
    let line = limits.lines().find_map(|line| line.strip_prefix("Max core file size"))?;
    Some(line.split_whitespace().take(2).collect::<Vec<_>>().join(" "))
}
