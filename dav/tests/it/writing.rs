//! Writes against a whole loopback Nextcloud: what is there afterwards, and what is not when something goes wrong.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::{io, ops::Range};

use bytes::Bytes;
use futures::stream::{self, BoxStream, StreamExt as _};
use voiceassist_dav::files::{
    AssignTag, ChunkPlan, CreateFolder, CreateTag, DeleteEntry, FindInTrash, ListTags, MoveEntry,
    RestoreEntry, TagId, TagsOf, UnassignTag, Upload, UploadId,
};
use voiceassist_dav::ocs::ReadCapabilities;
use voiceassist_dav::operation::{Access, Request, Verb};
use voiceassist_dav::{
    Client, Content, DavError, ETag, Expected, FileContent, FilePath, NameRefusal, Operation, Response,
    Standing, UserId,
};
use voiceassist_fakes::nextcloud::{Clock, Fault, Nextcloud, NextcloudScript, Recipient, Rights, User};

use crate::nextcloud::{account, id, path};

const MIB: u64 = 1024 * 1024;

async fn cloud() -> Nextcloud {
    Nextcloud::start(NextcloudScript::default()).await.expect("a loopback Nextcloud")
}

fn upload(file: &str, content: impl Into<Bytes>, expected: Expected) -> Upload {
    Upload { user: id("alice"), path: path(file), content: Arc::new(content.into()), expected }
}

async fn etag(client: &Client, file: &str) -> ETag {
    client.entry(&id("alice"), &path(file)).await.expect("an entry").etag
}

fn read(cloud: &Nextcloud, file: &str) -> String {
    String::from_utf8(cloud.read("alice", file).expect("a file").to_vec()).expect("text")
}

#[tokio::test]
async fn a_file_is_created_once_and_replaced_only_as_the_version_that_was_seen() {
    let cloud = cloud().await;
    let alice = account(&cloud, "alice");
    let created = alice.upload(&upload("note #1 ä.txt", "one", Expected::Nothing)).await.expect("created");
    assert_eq!((created.path.as_str(), created.size), ("note #1 ä.txt", 3));
    assert_eq!(
        Some(u64::try_from(created.file_id).expect("positive")),
        cloud.stat("alice", "note #1 ä.txt").map(|stat| stat.file_id)
    );

    let again = alice.upload(&upload("note #1 ä.txt", "two", Expected::Nothing)).await;
    assert!(matches!(again, Err(DavError::PreconditionFailed)), "{again:?}");
    let stale = Expected::Version(ETag::parse("\"0123\"").expect("a tag"));
    let refused = alice.upload(&upload("note #1 ä.txt", "two", stale)).await;
    assert!(matches!(refused, Err(DavError::PreconditionFailed)), "{refused:?}");
    assert_eq!(read(&cloud, "note #1 ä.txt"), "one");

    let replaced = Expected::Version(created.etag.clone());
    let replaced = alice.upload(&upload("note #1 ä.txt", "two", replaced)).await.expect("replaced");
    assert_eq!(replaced.file_id, created.file_id);
    assert_ne!(replaced.etag, created.etag);
    assert_eq!(read(&cloud, "note #1 ä.txt"), "two");
    let puts = cloud.request_log().all();
    assert!(
        puts.iter()
            .filter(|request| request.method == "PUT")
            .all(|request| { request.if_match.is_some() != request.if_none_match.is_some() })
    );
}

#[tokio::test]
async fn an_empty_file_can_be_saved() {
    let cloud = cloud().await;
    let entry = account(&cloud, "alice").upload(&upload("empty.txt", "", Expected::Nothing)).await;
    assert_eq!(entry.expect("created").size, 0);
}

#[tokio::test]
async fn two_versions_of_one_length_within_a_second_are_never_confused() {
    let script = NextcloudScript::clinic().clock(Clock::held(1_795_420_800));
    let cloud = Nextcloud::start(script).await.expect("a loopback Nextcloud");
    cloud.put("alice", "/dose.txt", "dose 10mg").expect("a file");
    let alice = crate::nextcloud::account_with(&cloud, "alice", |settings| {
        settings.settle_pause = std::time::Duration::from_millis(1);
    });
    let seen = etag(&alice, "dose.txt").await;
    // Somebody else saves within the same second: the tag stays.
    cloud.put("alice", "/dose.txt", "dose 90mg").expect("a file");
    assert_eq!(etag(&alice, "dose.txt").await, seen);
    let blind = alice.upload(&upload("dose.txt", "dose 20mg", Expected::Version(seen.clone()))).await;
    assert!(matches!(blind, Err(DavError::Unsettled)), "{blind:?}");
    assert!(blind.is_err_and(|error| error.is_transient()));
    assert_eq!(read(&cloud, "dose.txt"), "dose 90mg");

    // Once the second has passed, each of our versions has a tag of its own, though the clock stands still again.
    cloud.advance(1);
    let first = Expected::Version(seen.clone());
    let first = alice.upload(&upload("dose.txt", "dose 30mg", first)).await.expect("saved");
    assert_ne!(first.etag, seen);
    let hasty = alice.upload(&upload("dose.txt", "dose 40mg", Expected::Version(first.etag.clone()))).await;
    assert!(matches!(hasty, Err(DavError::Unsettled)), "{hasty:?}");
    cloud.advance(1);
    let second = Expected::Version(first.etag.clone());
    let second = alice.upload(&upload("dose.txt", "dose 50mg", second)).await.expect("saved");
    assert_ne!(second.etag, first.etag);
}

/// Says ten bytes, has fewer.
struct Short;

impl Content for Short {
    fn len(&self) -> u64 {
        10
    }

    fn open(&self, _: Range<u64>) -> BoxStream<'static, io::Result<Bytes>> {
        stream::iter([Ok(Bytes::from_static(b"five5"))]).boxed()
    }
}

#[tokio::test]
async fn a_body_that_ends_early_stores_nothing() {
    let cloud = cloud().await;
    let truncated = Upload { content: Arc::new(Short), ..upload("x.txt", "", Expected::Nothing) };
    let result = account(&cloud, "alice").upload(&truncated).await;
    assert!(matches!(result, Err(DavError::Source)), "{result:?}");
    assert!(cloud.stat("alice", "x.txt").is_none());
}

#[tokio::test]
async fn a_full_quota_is_said_before_anything_is_stored() {
    let script = NextcloudScript::clinic().user(User::new("alice").quota(100));
    let cloud = Nextcloud::start(script).await.expect("a loopback Nextcloud");
    let alice = account(&cloud, "alice");
    let plain = alice.upload(&upload("big.bin", vec![0; 200], Expected::Nothing)).await;
    assert!(matches!(plain, Err(DavError::InsufficientStorage)), "{plain:?}");
    let name = UploadId::new("quota").expect("a name");
    let pieces = alice.upload_chunked(&upload("big.bin", vec![0; 200], Expected::Nothing), &name, 50).await;
    assert!(matches!(pieces, Err(DavError::InsufficientStorage)), "{pieces:?}");
    assert_eq!(cloud.unfinished_uploads(), 0, "what cannot succeed is cleared away");
    assert!(cloud.stat("alice", "big.bin").is_none());
}

#[tokio::test]
async fn a_locked_file_is_tried_again_with_the_whole_body() {
    let cloud = cloud().await;
    cloud.put("alice", "/f.txt", "old").expect("a file");
    let alice = account(&cloud, "alice");
    let seen = etag(&alice, "f.txt").await;
    cloud.fault(Fault::on("PUT").status(423).times(2));
    alice.upload(&upload("f.txt", "new", Expected::Version(seen))).await.expect("saved");
    assert_eq!(read(&cloud, "f.txt"), "new");
    assert_eq!(cloud.request_log().count("PUT"), 3);
}

/// Counts how often each piece is opened.
struct Counted(Bytes, Arc<AtomicU32>);

impl Content for Counted {
    fn len(&self) -> u64 {
        self.0.as_ref().len() as u64
    }

    fn open(&self, range: Range<u64>) -> BoxStream<'static, io::Result<Bytes>> {
        self.1.fetch_add(1, Ordering::Relaxed);
        Content::open(&self.0, range)
    }
}

#[tokio::test]
async fn pieces_that_arrived_before_the_server_died_are_not_sent_again() {
    let cloud = cloud().await;
    let alice = account(&cloud, "alice");
    let bytes: Bytes = (0..50_u8).collect::<Vec<u8>>().into();
    let opened = Arc::new(AtomicU32::new(0));
    let content = Arc::new(Counted(bytes.clone(), Arc::clone(&opened)));
    let large = Upload { content, ..upload("large.bin", "", Expected::Nothing) };
    let name = UploadId::new("resumed").expect("a name");

    cloud.fault(Fault::on("PUT").path("00004").status(502));
    let cut = alice.upload_chunked(&large, &name, 10).await;
    assert!(matches!(cut, Err(DavError::Unavailable { status: 502, .. })), "{cut:?}");
    assert_eq!((cloud.unfinished_uploads(), opened.load(Ordering::Relaxed)), (1, 4));
    cloud.restart().await.expect("the server is back");

    let entry = alice.upload_chunked(&large, &name, 10).await.expect("continued");
    assert_eq!(opened.load(Ordering::Relaxed), 6, "only pieces 4 and 5");
    assert_eq!(cloud.read("alice", "large.bin"), Some(bytes));
    assert_eq!((entry.size, cloud.unfinished_uploads()), (50, 0));
}

#[tokio::test]
async fn a_staging_folder_that_fits_no_plan_starts_anew() {
    let cloud = cloud().await;
    let alice = account(&cloud, "alice");
    let name = UploadId::new("again").expect("a name");
    cloud.fault(Fault::on("MOVE").status(502));
    let first = alice.upload_chunked(&upload("a.bin", vec![1; 30], Expected::Nothing), &name, 10).await;
    assert!(matches!(first, Err(DavError::Unavailable { .. })), "{first:?}");
    alice.upload_chunked(&upload("a.bin", vec![2; 30], Expected::Nothing), &name, 7).await.expect("saved");
    assert_eq!(cloud.read("alice", "a.bin"), Some(vec![2; 30].into()));
}

#[tokio::test]
async fn assembling_replaces_only_the_version_that_was_seen() {
    let cloud = cloud().await;
    cloud.put("alice", "/r.bin", "old").expect("a file");
    let alice = account(&cloud, "alice");
    let seen = etag(&alice, "r.bin").await;
    let name = UploadId::new("replace").expect("a name");
    let created = alice.upload_chunked(&upload("r.bin", vec![9; 25], Expected::Nothing), &name, 10).await;
    assert!(matches!(created, Err(DavError::PreconditionFailed)), "{created:?}");
    let fresh = upload("r.bin", vec![9; 25], Expected::Version(seen.clone()));
    let entry = alice.upload_chunked(&fresh, &name, 10).await.expect("replaced");
    assert_eq!(entry.size, 25);
    let stale = alice.upload_chunked(&fresh, &name, 10).await;
    assert!(matches!(stale, Err(DavError::PreconditionFailed)), "{stale:?}");
    assert_eq!(cloud.unfinished_uploads(), 0);
    cloud.remove("alice", "/r.bin").expect("removed");
    let gone = alice.upload_chunked(&fresh, &name, 10).await;
    assert!(gone.is_err_and(|error| !error.is_transient()));
    assert!(cloud.stat("alice", "r.bin").is_none());
}

#[test]
fn a_plan_covers_every_byte_once_and_never_exceeds_the_servers_numbers() {
    for (total, wanted) in [(0, 10), (1, 10), (10, 10), (11, 10), (99_999, 1), (MIB * 1024 * 500, 10 * MIB)] {
        let plan = ChunkPlan::new(total, wanted).expect("a plan");
        assert!(plan.count() <= 10_000, "{total} {wanted}");
        let mut next = 0;
        for number in 1..=plan.count() {
            let range = plan.range(number);
            assert_eq!(range.start, next, "{total} {wanted} {number}");
            next = range.end;
        }
        assert_eq!(next, total);
    }
    assert_eq!(ChunkPlan::new(u64::MAX, 10), None);
}

#[tokio::test]
async fn a_file_of_this_machine_travels_in_the_memory_of_one_piece() {
    let cloud = cloud().await;
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    let bytes: Vec<u8> = (0..300_000_u32).map(|number| number.to_le_bytes()[0]).collect();
    io::Write::write_all(&mut file, &bytes).expect("written");
    let content = Arc::new(FileContent::of(file.path()).await.expect("a regular file"));
    let name = UploadId::new("from-disk").expect("a name");
    let large = Upload { content, ..upload("disk.bin", "", Expected::Nothing) };
    account(&cloud, "alice").upload_chunked(&large, &name, 70_000).await.expect("saved");
    assert_eq!(cloud.read("alice", "disk.bin"), Some(bytes.into()));
    assert!(FileContent::of(std::path::Path::new("/")).await.is_err(), "a directory is no content");
}

#[tokio::test]
async fn a_folder_is_made_once_and_only_where_its_parent_is() {
    let cloud = cloud().await;
    let alice = account(&cloud, "alice");
    let folder = |at: &str| CreateFolder { user: id("alice"), path: path(at) };
    let made = alice.create_folder(&folder("Reports")).await.expect("made");
    assert_eq!(made.path.as_str(), "Reports");
    assert!(matches!(alice.create_folder(&folder("Reports")).await, Err(DavError::PreconditionFailed)));
    assert!(matches!(alice.create_folder(&folder("No/Such")).await, Err(DavError::Conflict { status: 409 })));
}

#[tokio::test]
async fn a_move_keeps_the_id_and_replaces_nothing() {
    let cloud = cloud().await;
    let file_id = cloud.put("alice", "/a.txt", "a").expect("a file");
    cloud.put("alice", "/b.txt", "b").expect("a file");
    cloud.mkdir("alice", "/To").expect("a folder");
    let alice = account(&cloud, "alice");
    let standing = Standing::File(etag(&alice, "a.txt").await);
    let change = |to: &str, standing: &Standing| MoveEntry {
        user: id("alice"),
        from: path("a.txt"),
        to: path(to),
        standing: standing.clone(),
    };
    let stale = Standing::File(ETag::parse("\"0\"").expect("a tag"));
    for (to, standing) in [("b.txt", &standing), ("To/c.txt", &stale)] {
        let refused = alice.move_entry(&change(to, standing)).await;
        assert!(matches!(refused, Err(DavError::PreconditionFailed)), "{refused:?}");
    }
    assert_eq!((read(&cloud, "a.txt"), read(&cloud, "b.txt")), ("a".to_owned(), "b".to_owned()));
    let moved = alice.move_entry(&change("To/c ö.txt", &standing)).await.expect("moved");
    assert_eq!(u64::try_from(moved.file_id), Ok(file_id));
    assert_eq!(moved.path.as_str(), "To/c ö.txt");
}

#[tokio::test]
async fn a_folders_tag_guards_nothing_so_only_its_presence_is_asked_for() {
    let cloud = cloud().await;
    cloud.put("alice", "/Old/x.txt", "x").expect("a file");
    let alice = account(&cloud, "alice");
    let change = |standing| MoveEntry { user: id("alice"), from: path("Old"), to: path("New"), standing };
    let by_tag = alice.move_entry(&change(Standing::File(etag(&alice, "Old").await))).await;
    assert!(matches!(by_tag, Err(DavError::PreconditionFailed)), "{by_tag:?}");
    alice.move_entry(&change(Standing::Folder)).await.expect("moved");
    let gone = alice.move_entry(&change(Standing::Folder)).await;
    assert!(matches!(gone, Err(DavError::NotFound | DavError::PreconditionFailed)), "{gone:?}");
    assert_eq!(read(&cloud, "New/x.txt"), "x");
}

#[tokio::test]
async fn what_was_deleted_comes_back_as_the_same_file() {
    let cloud = cloud().await;
    let file_id =
        i64::try_from(cloud.put("alice", "/Notes/gone.txt", "still here").expect("a file")).expect("an id");
    let alice = account(&cloud, "alice");
    let standing = Standing::File(etag(&alice, "Notes/gone.txt").await);
    let delete = DeleteEntry { user: id("alice"), path: path("Notes/gone.txt"), standing };
    let stale = Standing::File(ETag::parse("\"0\"").expect("a tag"));
    let refused = alice.delete_entry(&DeleteEntry { standing: stale, ..delete.clone() }).await;
    assert!(matches!(refused, Err(DavError::PreconditionFailed)), "{refused:?}");
    alice.delete_entry(&delete).await.expect("deleted");
    assert!(cloud.stat("alice", "Notes/gone.txt").is_none());

    let find = FindInTrash { user: id("alice"), file_id };
    let item = alice.send(&find).await.expect("a list").expect("in the trash");
    assert_eq!((item.original.as_str(), item.file_id), ("Notes/gone.txt", file_id));
    alice.send(&RestoreEntry { user: id("alice"), item }).await.expect("restored");
    let back = alice.entry(&id("alice"), &path("Notes/gone.txt")).await.expect("an entry");
    assert_eq!(back.file_id, file_id);
    assert_eq!(read(&cloud, "Notes/gone.txt"), "still here");
    assert_eq!(alice.send(&find).await.expect("a list"), None);
}

#[tokio::test]
async fn tags_are_made_assigned_read_and_taken_away() {
    let cloud = cloud().await;
    let file_id = i64::try_from(cloud.put("alice", "/t.txt", "t").expect("a file")).expect("an id");
    let alice = account(&cloud, "alice");
    let tag = alice.send(&CreateTag { name: "Reviewed & <signed>".to_owned() }).await.expect("made");
    let same = alice.send(&CreateTag { name: "REVIEWED & <SIGNED>".to_owned() }).await;
    assert!(matches!(same, Err(DavError::Conflict { status: 409 })), "{same:?}");
    let all = alice.send(&ListTags).await.expect("tags");
    assert_eq!(all.iter().map(|tag| tag.name.as_str()).collect::<Vec<_>>(), ["Reviewed & <signed>"]);
    assert!(all[0].can_assign && all[0].user_visible && all[0].user_assignable);

    alice.send(&AssignTag { file_id, tag }).await.expect("assigned");
    assert!(matches!(alice.send(&AssignTag { file_id, tag }).await, Err(DavError::PreconditionFailed)));
    assert_eq!(alice.send(&TagsOf { file_id }).await.expect("tags"), all);
    assert_eq!(cloud.tags_of("alice", "/t.txt").expect("tags"), ["Reviewed & <signed>"]);
    let unknown = alice.send(&AssignTag { file_id, tag: TagId(99) }).await;
    assert!(matches!(unknown, Err(DavError::PreconditionFailed)), "{unknown:?}");
    let hidden = account(&cloud, "bob").send(&TagsOf { file_id }).await;
    assert!(matches!(hidden, Err(DavError::NotFound)), "{hidden:?}");

    alice.send(&UnassignTag { file_id, tag }).await.expect("taken away");
    assert!(matches!(alice.send(&UnassignTag { file_id, tag }).await, Err(DavError::PreconditionFailed)));
    assert!(alice.send(&TagsOf { file_id }).await.expect("tags").is_empty());
    cloud.restrict_tags();
    let refused = alice.send(&CreateTag { name: "Mine".to_owned() }).await;
    assert!(matches!(refused, Err(DavError::Forbidden)), "{refused:?}");
}

#[tokio::test]
async fn a_share_one_may_only_read_is_not_written() {
    let cloud = cloud().await;
    cloud.put("alice", "/Shared/x.txt", "x").expect("a file");
    cloud.share("alice", "/Shared", Recipient::user("bob"), Rights::READ).expect("a share");
    let bob = account(&cloud, "bob");
    let new = Upload { user: id("bob"), ..upload("Shared/new.txt", "n", Expected::Nothing) };
    assert!(matches!(bob.upload(&new).await, Err(DavError::Forbidden)));
    let large = UploadId::new("share").expect("a name");
    let new = Upload { user: id("bob"), ..upload("Shared/new.txt", vec![1; 30], Expected::Nothing) };
    assert!(matches!(bob.upload_chunked(&new, &large, 10).await, Err(DavError::Forbidden)));
    assert!(cloud.stat("alice", "Shared/new.txt").is_none());
}

#[tokio::test]
async fn names_are_judged_by_the_servers_own_rules() {
    let cloud = cloud().await;
    let rules = account(&cloud, "alice").send(&ReadCapabilities).await.expect("capabilities").names;
    let check = |name: &str| rules.check(&FilePath::parse(name).expect("a path"));
    for fine in
        ["Report: *draft* | <1> \"2\"? #%&.pdf", ".hidden", "CON", "a ", "part", "x.parts", &"n".repeat(250)]
    {
        assert_eq!(check(fine), Ok(()), "{fine}");
    }
    assert_eq!(check("a/b\\c"), Err(NameRefusal::Character { character: '\\' }));
    assert_eq!(check("tab\there"), Err(NameRefusal::Control));
    assert_eq!(check("x/.HTACCESS"), Err(NameRefusal::Reserved { name: ".htaccess".to_owned() }));
    assert_eq!(check("up.Part"), Err(NameRefusal::Extension { extension: ".part".to_owned() }));
    assert_eq!(check(&"ä".repeat(126)), Err(NameRefusal::TooLong { bytes: 252 }));
    assert_eq!(check(""), Err(NameRefusal::Root));
}

/// What anybody outside of this crate could write by hand.
struct Bare(Verb, &'static str);

impl Operation for Bare {
    type Output = ();
    const NAME: &'static str = "test.bare";
    const MAX_BODY_BYTES: u64 = 1024;

    fn request(&self) -> Result<Request, DavError> {
        Ok(Request::new(self.0, self.1, Access::Account))
    }

    fn parse(&self, _: &Response) -> Result<(), DavError> {
        Ok(())
    }
}

#[tokio::test]
async fn no_write_is_sent_without_a_precondition() {
    let cloud = cloud().await;
    cloud.put("alice", "/a.txt", "a").expect("a file");
    let alice = account(&cloud, "alice");
    let before = cloud.request_log().len();
    let file = "remote.php/dav/files/alice/a.txt";
    for verb in [Verb::Put, Verb::Mkcol, Verb::Move, Verb::Delete] {
        let refused = alice.send(&Bare(verb, file)).await;
        assert!(
            matches!(refused, Err(DavError::Settings { what: "a write has no precondition" })),
            "{refused:?}"
        );
    }
    let weak = Standing::File(ETag::parse("W/\"1\"").expect("a tag"));
    let delete =
        DeleteEntry { user: UserId::new("alice").expect("an id"), path: path("a.txt"), standing: weak };
    assert!(matches!(alice.delete_entry(&delete).await, Err(DavError::Settings { .. })));
    assert_eq!(cloud.request_log().len(), before);
    assert_eq!(read(&cloud, "a.txt"), "a");
}
