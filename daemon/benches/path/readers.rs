//! What a clinic's worth of readers costs: 500 people, 20,000 shared documents, and one reader more or fewer.
//!
//! People's trees, sets and documents are written past the store, because 500 first looks would take the better part of
//! an hour; texts are sealed and indexed as always, with made-up vectors. The newcomer's look, its end and the index's
//! following go through the code that does it in the daemon.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use voiceassist_assistant::SearchRequest;
use voiceassist_model::{AccountId, DocumentId, PageSpan, Principal, Sensitivity, TextSpan};
use voiceassist_rag::index::Point;
use voiceassist_store::documents::{ContentHash, NewChunk, NewText};
use voiceassist_store::entries::ObservedEntry;
use voiceassist_store::{Job, Lane};

use crate::search::Words;
use crate::stage::Stage;
use crate::{milliseconds, percentile, row};

/// People of the clinic.
const PEOPLE: usize = 500;
/// Documents, all of them shared.
const DOCUMENTS: usize = 20_000;
/// Folders they lie in, each shared with people of its own.
const FOLDERS: usize = 500;
/// One in so many people reads a folder.
const READERS_PART: usize = 5;
/// Searches measured.
const SEARCHES: usize = 200;
/// Entries of one transaction of a look, as sync has it.
const BATCH: usize = 500;
/// The folder that a newcomer is given, and its content.
const FOLDER: i64 = 1;

pub(crate) async fn measure() {
    let clinic = Clinic::open().await;
    clinic.describe().await;
    clinic.search("before").await;
    clinic.newcomer("in 500 folders with readers of their own").await;
    clinic.merge().await;
    clinic.newcomer("all with the same 500 readers").await;
}

struct Clinic {
    stage: Stage,
    people: Vec<AccountId>,
    words: Words,
}

impl Clinic {
    async fn open() -> Self {
        let stage = Stage::build().await;
        let mut people = Vec::with_capacity(PEOPLE);
        for number in 0..PEOPLE {
            people.push(stage.account(BASE, &format!("person-{number}"), "none".to_owned()).await);
        }
        let begun = Instant::now();
        stage.database.psql(&trees());
        println!("| trees of {PEOPLE} people written in {:.0} s | |", begun.elapsed().as_secs_f64());
        let clinic = Self { stage, people, words: Words::new(7) };
        let begun = Instant::now();
        for number in 0..DOCUMENTS {
            clinic.index(number).await;
        }
        clinic.stage.context.index.flush().await.unwrap();
        clinic.stage.context.index.optimise().await.unwrap();
        println!("| {DOCUMENTS} documents indexed in {:.0} s | |", begun.elapsed().as_secs_f64());
        clinic
    }

    async fn index(&self, number: usize) {
        let (store, index) = (&self.stage.context.store, &self.stage.context.index);
        let instance = store.instances().ensure(BASE).await.unwrap();
        let found = store.documents().find_by_file(instance, file_id(number)).await.unwrap().unwrap();
        let (document, version, set) = (found.id, found.version, found.access_set.unwrap());
        let hash = ContentHash::of(&number.to_le_bytes());
        _ = store.documents().mark_fetched(document, version, &hash).await.unwrap();
        let chunk = self.chunk(document);
        let point = Point {
            chunk: chunk.id,
            document,
            access_set: set,
            subject: Vec::new(),
            lead: true,
            facts: None,
            sparse: self.stage.context.terms.document(&chunk.text),
            dense: Some(self.words.vector()),
        };
        let chunks = vec![chunk];
        let text = NewText {
            chunks,
            sensitivity: Sensitivity::Internal,
            page_count: 1,
            recognised: Vec::new(),
            truncated: false,
            note: None,
        };
        store.documents().replace_chunks(document, version, text).await.unwrap();
        index.upsert(vec![point]).await.unwrap();
        _ = store.documents().mark_searchable(document, version, set).await.unwrap();
        _ = store.documents().mark_indexed(document, version).await.unwrap();
    }

    fn chunk(&self, document: DocumentId) -> NewChunk {
        let text = self.words.sentence(80);
        let hash = *blake3::hash(text.as_bytes()).as_bytes();
        NewChunk {
            id: voiceassist_rag::chunk::id(document, &hash, 0),
            ordinal: 0,
            pages: PageSpan { first: 1, last: 1 },
            span: TextSpan { start: 0, end: 600 },
            heading: String::new(),
            text,
            printed: voiceassist_model::Printed::default(),
            content_hash: ContentHash(hash),
        }
    }

    async fn describe(&self) {
        let store = &self.stage.context.store;
        let sets = self.stage.database.psql("select count(*) from access_sets");
        let entries = self.stage.database.psql("select count(*) from entries");
        let mut of_people = Vec::new();
        for person in &self.people {
            of_people.push(store.access().sets_of(*person).await.unwrap().len());
        }
        of_people.sort_unstable();
        row(
            &format!("{PEOPLE} people, {DOCUMENTS} shared documents, {} entries of trees", entries.trim()),
            format!(
                "{} access sets; of one person at least {}, median {}, at most {}",
                sets.trim(),
                of_people[0],
                of_people[PEOPLE / 2],
                of_people[PEOPLE - 1]
            ),
        );
    }

    async fn search(&self, when: &str) {
        let assistant = self.stage.assistant();
        let instance = self.stage.context.store.instances().ensure(BASE).await.unwrap();
        let mut times = Vec::with_capacity(SEARCHES);
        for number in 0..SEARCHES + 20 {
            let person = number % PEOPLE;
            let (account, user_id) = (self.people[person], format!("person-{person}"));
            let asking = Principal { account, instance, user_id };
            let begun = Instant::now();
            let found = assistant.search(&asking, SearchRequest::new(self.words.sentence(8))).await.unwrap();
            assert!(!found.passages.is_empty());
            if number >= 20 {
                times.push(begun.elapsed());
            }
        }
        times.sort();
        let total: Duration = times.iter().sum();
        row(
            &format!("search by {SEARCHES} of them, check on reading included ({when} a share moved)"),
            format!(
                "p50 {}, p95 {}, {:.0}/s from one client",
                milliseconds(percentile(&times, 50)),
                milliseconds(percentile(&times, 95)),
                times.len() as f64 / total.as_secs_f64()
            ),
        );
    }

    /// All documents come to have the same readers, and the index follows.
    async fn merge(&self) {
        self.stage.database.psql(
            "insert into access_sets (instance_id, digest, members, created_at)
             select instance_id, members_digest(array_agg(id order by id)), array_agg(id order by id), now()
               from accounts where user_id like 'person-%' group by instance_id;
             insert into access_set_members (account_id, access_set_id)
             select member, id from (select id, members from access_sets order by id desc limit 1) as merged, unnest(members) as member;
             update documents set access_set_id = (select max(id) from access_sets);
             analyze documents;",
        );
        let set = self.stage.database.psql("select max(id) from access_sets").trim().parse().unwrap();
        let set = voiceassist_model::AccessSetId::new(set);
        voiceassist_workers::access::move_access(&self.stage.context, set).await.unwrap();
    }

    /// One share added to a folder of all documents, seen by its receiver's first look, and taken back.
    async fn newcomer(&self, what: &str) {
        let user = format!("newcomer {what}");
        let account = self.stage.account(BASE, &user, "none".to_owned()).await;
        let store = &self.stage.context.store;
        let sets_before = self.sets();
        let run = self.stage.context.randomness.uuid(&*self.stage.context.clock);
        let begun = Instant::now();
        let folder = ObservedEntry { is_folder: true, parent: None, ..observed(0, "/Shared") };
        let folder = ObservedEntry { file_id: FOLDER, ..folder };
        let entries: Vec<ObservedEntry> =
            (0..DOCUMENTS).map(|number| observed(number, &format!("/Shared/{number}.pdf"))).collect();
        for batch in std::iter::once(&[folder][..]).chain(entries.chunks(BATCH)) {
            let mut tx = store.begin().await.unwrap();
            store.entries().apply(&mut tx, account, run, batch).await.unwrap();
            tx.commit().await.unwrap();
        }
        let applied = begun.elapsed();
        let new_sets = self.sets() - sets_before;
        let followed = self.follow().await;
        row(
            &format!("one reader more for {DOCUMENTS} documents {what}"),
            format!(
                "{:.1} s for {DOCUMENTS} entries and {DOCUMENTS} documents moved by {new_sets} new sets; index: {followed}",
                applied.as_secs_f64()
            ),
        );
        let other = self.stage.context.randomness.uuid(&*self.stage.context.clock);
        let begun = Instant::now();
        let mut tx = store.begin().await.unwrap();
        let gone = store.entries().vanish(&mut tx, account, other, &[FOLDER]).await.unwrap();
        tx.commit().await.unwrap();
        let invisible = begun.elapsed();
        assert_eq!(gone.access_changed, DOCUMENTS as u64);
        let followed = self.follow().await;
        row(
            &format!("one reader fewer for {DOCUMENTS} documents {what}"),
            format!("{:.1} s until nothing is shown to them; index: {followed}", invisible.as_secs_f64()),
        );
        let begun = Instant::now();
        let swept = store.access().sweep().await.unwrap();
        println!("| {swept} sets swept in {:.2} s | |", begun.elapsed().as_secs_f64());
        store.accounts().remove(account).await.unwrap();
    }

    fn sets(&self) -> i64 {
        self.stage.database.psql("select count(*) from access_sets").trim().parse().unwrap()
    }

    /// Works the access lane, and says what that took.
    async fn follow(&self) -> String {
        let (store, begun) = (&self.stage.context.store, Instant::now());
        let (mut jobs, mut moved) = (0, 0);
        while let Some(leased) =
            store.jobs().claim("bench", &[Lane::Access], TimeDelta::minutes(5)).await.unwrap()
        {
            let Job::MoveAccess { set } = leased.job else { panic!("{:?} in the access lane", leased.job) };
            moved += store.access().behind(set, u32::MAX).await.unwrap().len();
            voiceassist_workers::access::move_access(&self.stage.context, set).await.unwrap();
            store.jobs().finish(&leased).await.unwrap();
            jobs += 1;
        }
        format!("{jobs} jobs, {moved} documents rewritten in {:.1} s", begun.elapsed().as_secs_f64())
    }
}

/// Where nobody listens.
const BASE: &str = "http://127.0.0.1:1";

fn file_id(number: usize) -> i64 {
    i64::try_from(number).unwrap() + 10
}

fn observed(number: usize, path: &str) -> ObservedEntry {
    ObservedEntry {
        file_id: file_id(number),
        parent: Some(FOLDER),
        path: path.to_owned(),
        name: path.rsplit('/').next().unwrap_or_default().to_owned(),
        is_folder: false,
        etag: "e".to_owned(),
        size: 10_000,
        mime: None,
        modified_at: None,
        upload_time: Some(1),
        permissions: "SRGDNVW".to_owned(),
        mount_type: None,
    }
}

/// Sets, documents and trees, as looks of everybody would have left them.
fn trees() -> String {
    format!(
        r"
        create temporary table folders as
        select folder, i.id as instance_id, array_agg(a.id order by a.id) as members
          from generate_series(0, {last_folder}) as folder
          join accounts a on abs(hashtext(a.user_id || '/' || folder)) % {READERS_PART} = 0
          join instances i on i.id = a.instance_id group by folder, i.id;
        insert into access_sets (instance_id, digest, members, created_at)
        select distinct instance_id, members_digest(members), members, now() from folders;
        insert into access_set_members (account_id, access_set_id)
        select member, id from access_sets, unnest(members) as member;
        insert into documents (id, instance_id, file_id, name, size, etag, upload_time, raised_by, state, access_set_id,
                               created_at, updated_at)
        select gen_random_uuid(), f.instance_id, n + 10, n || '.pdf', 10000, 'e', 1, f.instance_id, 'pending', s.id, now(), now()
          from generate_series(0, {last_document}) as n
          join folders f on f.folder = n % {FOLDERS}
          join access_sets s on s.instance_id = f.instance_id and s.digest = members_digest(f.members);
        insert into entries (account_id, file_id, parent_id, path, name, is_folder, etag, size, upload_time, permissions,
                             document_id, last_seen_run)
        select member, d.file_id, 1, '/Shared/' || d.name, d.name, false, 'e', 10000, 1, 'SRGDNVW', d.id, d.instance_id
          from documents d join access_sets s on s.id = d.access_set_id, unnest(s.members) as member;
        delete from jobs;
        analyze;",
        last_folder = FOLDERS - 1,
        last_document = DOCUMENTS - 1,
    )
}
