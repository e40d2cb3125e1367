//! Reading and writing files: ids, etags and who changes when, preconditions, parts, locks, names.

use http::StatusCode;
use voiceassist_fakes::nextcloud::{Clock, Content, NextcloudScript, User};

use super::{Clinic, between, clinic, clinic_with, response_of};

fn chain(clinic: &Clinic) -> Vec<String> {
    ["/", "/t1", "/t1/a", "/t1/a/b", "/t1/a/b/c"].iter().map(|path| clinic.etag("alice", path)).collect()
}

#[tokio::test]
async fn a_write_four_levels_down_gives_every_folder_above_one_fresh_etag() {
    let clinic = clinic().await;
    clinic.cloud.mkdir("alice", "/t1/a/b/c").unwrap();
    clinic.cloud.mkdir("alice", "/Documents").unwrap();
    let (before, beside) = (chain(&clinic), clinic.etag("alice", "/Documents"));

    let put = clinic.alice("PUT", "/t1/a/b/c/f.txt").body("Hello").send().await;
    assert_eq!(put.status, StatusCode::CREATED);

    let after = chain(&clinic);
    assert!(before.iter().zip(&after).all(|(before, after)| before != after));
    assert!(after.iter().all(|etag| *etag == after[0]));
    assert_eq!(after[0].len(), 13);
    assert_eq!(clinic.etag("alice", "/Documents"), beside);
}

#[tokio::test]
async fn creating_and_overwriting_answer_201_and_204_with_id_and_etag() {
    let clinic = clinic().await;
    let created = clinic
        .alice("PUT", "/f.txt")
        .header("x-oc-mtime", "1700000000")
        .header("oc-checksum", "SHA1:0000")
        .body("Hello")
        .send()
        .await;
    assert_eq!(created.status, StatusCode::CREATED);
    assert_eq!(created.header("x-oc-mtime"), Some("accepted"));
    assert_eq!(created.header("etag"), created.header("oc-etag"));
    assert_eq!(created.header("etag").unwrap().len(), 34);
    let id = created.header("oc-fileid").unwrap().to_owned();
    assert_eq!(id.len(), 8 + clinic.cloud.instance_id().len());

    let read = clinic.alice("GET", "/f.txt").send().await;
    assert_eq!(read.header("oc-checksum"), Some("SHA1:0000"));
    assert_eq!(read.header("last-modified"), Some("Tue, 14 Nov 2023 22:13:20 GMT"));

    let overwritten = clinic.alice("PUT", "/f.txt").body("Hello2").send().await;
    assert_eq!(overwritten.status, StatusCode::NO_CONTENT);
    assert_eq!(overwritten.header("oc-fileid"), Some(id.as_str()));
    assert_ne!(overwritten.header("etag"), created.header("etag"));
    assert_eq!(clinic.alice("GET", "/f.txt").send().await.header("oc-checksum"), None);
}

#[tokio::test]
async fn two_writes_of_one_length_within_a_second_share_an_etag_and_hide_from_a_conditional_read() {
    let clinic = clinic_with(NextcloudScript::clinic().clock(Clock::held(1_795_420_800))).await;
    let first = clinic.alice("PUT", "/dose.txt").body("dose 10mg").send().await;
    let etag = first.header("etag").unwrap().to_owned();
    let root = clinic.etag("alice", "/");

    let second = clinic.alice("PUT", "/dose.txt").header("if-match", &etag).body("dose 90mg").send().await;
    assert_eq!(second.status, StatusCode::NO_CONTENT);
    assert_eq!(second.header("etag"), Some(etag.as_str()));
    assert_ne!(clinic.etag("alice", "/"), root);
    let conditional = clinic.alice("GET", "/dose.txt").header("if-none-match", &etag).send().await;
    assert_eq!(conditional.status, StatusCode::NOT_MODIFIED);
    assert_eq!(clinic.alice("GET", "/dose.txt").send().await.text(), "dose 90mg");

    clinic.cloud.advance(2);
    let third = clinic.alice("PUT", "/dose.txt").body("dose 90mg").send().await;
    assert_ne!(third.header("etag"), Some(etag.as_str()));
}

#[tokio::test]
async fn touch_same_etag_moves_the_parents_and_the_upload_time_only() {
    let clinic = clinic().await;
    clinic.cloud.put("alice", "/a/f.txt", "one").unwrap();
    let (file, folder) = (clinic.cloud.stat("alice", "/a/f.txt").unwrap(), clinic.etag("alice", "/a"));
    clinic.cloud.touch_same_etag("alice", "/a/f.txt", "two").unwrap();
    let after = clinic.cloud.stat("alice", "/a/f.txt").unwrap();
    assert_eq!((&after.etag, after.mtime, after.size), (&file.etag, file.mtime, file.size));
    assert!(after.upload_time > file.upload_time);
    assert_ne!(clinic.etag("alice", "/a"), folder);
    assert_eq!(clinic.cloud.read("alice", "/a/f.txt").unwrap(), "two");
}

#[tokio::test]
async fn a_write_without_its_folder_is_404_and_onto_a_folder_409() {
    let clinic = clinic().await;
    clinic.cloud.mkdir("alice", "/t1/a").unwrap();
    let lost = clinic.alice("PUT", "/t1/none/f.txt").body("x").send().await;
    assert_eq!(lost.status, StatusCode::NOT_FOUND);
    assert!(lost.text().contains("<s:message>File with name /t1/none could not be located</s:message>"));
    let onto = clinic.alice("PUT", "/t1/a").body("x").send().await;
    assert_eq!(onto.status, StatusCode::CONFLICT);
    assert!(onto.text().contains("PUT is not allowed on non-files."));
}

#[tokio::test]
async fn folders_are_made_once_and_only_below_folders() {
    let clinic = clinic().await;
    let made = clinic.alice("MKCOL", "/t1").send().await;
    assert_eq!(made.status, StatusCode::CREATED);
    assert!(made.header("oc-fileid").is_some());
    assert_eq!(clinic.alice("MKCOL", "/t1").send().await.status, StatusCode::METHOD_NOT_ALLOWED);
    let orphan = clinic.alice("MKCOL", "/nope/sub").send().await;
    assert_eq!(orphan.status, StatusCode::CONFLICT);
    assert!(orphan.text().contains("Parent node does not exist"));
}

#[tokio::test]
async fn preconditions_are_refused_with_the_name_of_the_header() {
    let clinic = clinic().await;
    clinic.cloud.put("alice", "/f.txt", "x2").unwrap();
    let etag = format!("\"{}\"", clinic.etag("alice", "/f.txt"));
    for (method, path, header, value, message) in [
        ("PUT", "/f.txt", "If-Match", "\"deadbeef\"", "none of the specified ETags matched."),
        ("PUT", "/f.txt", "If-None-Match", "*", "(or * was specified)."),
        ("PUT", "/new.txt", "If-Match", "*", "the resource did not exist"),
        ("DELETE", "/f.txt", "If-Match", "\"deadbeef\"", "none of the specified ETags matched."),
        ("MOVE", "/f.txt", "If-Match", "\"deadbeef\"", "none of the specified ETags matched."),
    ] {
        let ask = clinic.alice(method, path).header("destination", "/remote.php/dav/files/alice/g.txt");
        let refused = ask.header(header, value).body("x").send().await;
        assert_eq!(refused.status, StatusCode::PRECONDITION_FAILED, "{method} {header}");
        let text = refused.text();
        assert!(text.contains(message), "{text}");
        assert!(text.contains(&format!("<s:header>{header}</s:header>")), "{text}");
    }
    let kept = clinic.alice("PUT", "/f.txt").header("if-match", &etag).body("x3").send().await;
    assert_eq!(kept.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn content_comes_whole_in_parts_or_not_at_all() {
    let clinic = clinic().await;
    clinic.cloud.put("alice", "/f.txt", "x2").unwrap();
    let whole = clinic.alice("GET", "/f.txt").send().await;
    assert_eq!((whole.status, whole.text().as_str()), (StatusCode::OK, "x2"));
    assert_eq!(whole.header("content-type"), Some("text/plain;charset=UTF-8"));
    assert_eq!(whole.header("content-length"), Some("2"));
    assert_eq!(whole.header("etag"), whole.header("oc-etag"));
    assert!(whole.header("content-disposition").unwrap().starts_with("attachment; filename*=UTF-8''f"));

    let head = clinic.alice("HEAD", "/f.txt").send().await;
    assert_eq!((head.header("content-length"), head.body.len()), (Some("2"), 0));

    let part = clinic.alice("GET", "/f.txt").header("range", "bytes=1-1").send().await;
    assert_eq!((part.status, part.text().as_str()), (StatusCode::PARTIAL_CONTENT, "2"));
    assert_eq!(part.header("content-range"), Some("bytes 1-1/2"));
    let tail = clinic.alice("GET", "/f.txt").header("range", "bytes=-1").send().await;
    assert_eq!(tail.text(), "2");

    let beyond = clinic.alice("GET", "/f.txt").header("range", "bytes=100-").send().await;
    assert_eq!(beyond.status, StatusCode::RANGE_NOT_SATISFIABLE);
    assert!(beyond.text().contains("The start offset (100) exceeded the size of the entity (2)"));

    let etag = whole.header("etag").unwrap();
    let same = clinic.alice("GET", "/f.txt").header("if-none-match", etag).send().await;
    assert_eq!((same.status, same.header("etag")), (StatusCode::NOT_MODIFIED, Some(etag)));
}

#[tokio::test]
async fn a_read_of_a_folder_is_an_empty_page() {
    let clinic = clinic().await;
    clinic.cloud.mkdir("alice", "/t1").unwrap();
    let folder = clinic.alice("GET", "/t1/").send().await;
    assert_eq!((folder.status, folder.body.len()), (StatusCode::OK, 0));
    assert_eq!(folder.header("content-type"), Some("text/html; charset=UTF-8"));
}

#[tokio::test]
async fn a_move_keeps_id_and_etag_and_changes_both_parents() {
    let clinic = clinic().await;
    clinic.cloud.put("alice", "/from/f.txt", "x").unwrap();
    clinic.cloud.mkdir("alice", "/to/deep").unwrap();
    let file = clinic.cloud.stat("alice", "/from/f.txt").unwrap();
    let before = ["/", "/from", "/to", "/to/deep"].map(|path| clinic.etag("alice", path));
    let target = format!("{}/remote.php/dav/files/alice/to/deep/g%20%c3%a9.txt", clinic.cloud.base_url());
    let moved = clinic.alice("MOVE", "/from/f.txt").header("destination", &target).send().await;
    assert_eq!(moved.status, StatusCode::CREATED);
    assert_eq!(moved.header("etag"), Some(format!("\"{}\"", file.etag).as_str()));
    let after = clinic.cloud.stat("alice", "/to/deep/g é.txt").unwrap();
    assert_eq!((after.file_id, after.etag), (file.file_id, file.etag));
    let changed = ["/", "/from", "/to", "/to/deep"].map(|path| clinic.etag("alice", path));
    assert!(before.iter().zip(&changed).all(|(before, after)| before != after));
    assert!(clinic.cloud.stat("alice", "/from/f.txt").is_none());
}

#[tokio::test]
async fn a_renamed_folder_changes_nothing_inside() {
    let clinic = clinic().await;
    clinic.cloud.put("alice", "/a/b/f.txt", "x").unwrap();
    let before = ["/a", "/a/b", "/a/b/f.txt"].map(|path| clinic.cloud.stat("alice", path).unwrap());
    let moved =
        clinic.alice("MOVE", "/a").header("destination", "/remote.php/dav/files/alice/z").send().await;
    assert_eq!((moved.status, moved.header("etag")), (StatusCode::CREATED, None));
    let after = ["/z", "/z/b", "/z/b/f.txt"].map(|path| clinic.cloud.stat("alice", path).unwrap());
    assert_eq!(before, after);
}

#[tokio::test]
async fn a_copy_has_a_new_id_and_the_old_etag() {
    let clinic = clinic().await;
    clinic.cloud.put("alice", "/f.txt", "x").unwrap();
    let copied = clinic.alice("COPY", "/f.txt").header("destination", "/remote.php/dav/files/alice/g.txt");
    let copied = copied.send().await;
    assert_eq!((copied.status, copied.header("etag")), (StatusCode::CREATED, None));
    let (source, copy) =
        (clinic.cloud.stat("alice", "/f.txt").unwrap(), clinic.cloud.stat("alice", "/g.txt").unwrap());
    assert_eq!(copied.header("oc-fileid").unwrap()[..8].parse::<u64>().unwrap(), copy.file_id);
    assert_ne!(source.file_id, copy.file_id);
    assert_eq!(source.etag, copy.etag);
}

#[tokio::test]
async fn moving_onto_something_replaces_it_unless_told_not_to() {
    let clinic = clinic().await;
    clinic.cloud.put("alice", "/f.txt", "new").unwrap();
    clinic.cloud.put("alice", "/g.txt", "old").unwrap();
    let onto = |overwrite: &str| {
        let ask = clinic.alice("MOVE", "/f.txt").header("destination", "/remote.php/dav/files/alice/g.txt");
        ask.header("overwrite", overwrite).send()
    };
    let refused = onto("F").await;
    assert_eq!(refused.status, StatusCode::PRECONDITION_FAILED);
    assert!(refused.text().contains("<s:header>Overwrite</s:header>"));
    assert_eq!(onto("T").await.status, StatusCode::NO_CONTENT);
    assert_eq!(clinic.cloud.read("alice", "/g.txt").unwrap(), "new");

    let missing = clinic.alice("MOVE", "/nothere").header("destination", "/remote.php/dav/files/alice/x");
    assert_eq!(missing.send().await.status, StatusCode::NOT_FOUND);
    let nowhere = clinic.alice("MOVE", "/g.txt").header("destination", "/remote.php/dav/files/alice/zz/yy/x");
    let nowhere = nowhere.send().await;
    assert_eq!(nowhere.status, StatusCode::CONFLICT);
    assert!(nowhere.text().contains("The destination node is not found"));
}

#[tokio::test]
async fn a_folder_cannot_be_moved_into_itself() {
    let clinic = clinic().await;
    clinic.cloud.mkdir("alice", "/a/b").unwrap();
    let inward = clinic.alice("MOVE", "/a").header("destination", "/remote.php/dav/files/alice/a/b/c");
    assert_eq!(inward.send().await.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn what_is_deleted_is_gone_and_the_root_knows() {
    let clinic = clinic().await;
    clinic.cloud.put("alice", "/a/f.txt", "x").unwrap();
    let root = clinic.etag("alice", "/");
    assert_eq!(clinic.alice("DELETE", "/a").send().await.status, StatusCode::NO_CONTENT);
    let again = clinic.alice("DELETE", "/a").send().await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
    assert!(again.text().contains("<s:exception>Sabre\\DAV\\Exception\\NotFound</s:exception>"));
    assert_ne!(clinic.etag("alice", "/"), root);
    assert_eq!(clinic.cloud.stat("alice", "/").unwrap().size, 0);
}

#[tokio::test]
async fn sizes_add_up_to_the_root() {
    let clinic = clinic().await;
    clinic.cloud.put("alice", "/a/f.txt", "12345").unwrap();
    clinic.cloud.put("alice", "/a/b/g.txt", "123").unwrap();
    clinic.cloud.put("alice", "/a/f.txt", "1").unwrap();
    clinic.cloud.copy("alice", "/a", "/c").unwrap();
    clinic.cloud.rename("alice", "/c/b", "/d").unwrap();
    let size = |path: &str| clinic.cloud.stat("alice", path).unwrap().size;
    assert_eq!([size("/a"), size("/c"), size("/d"), size("/")], [4, 1, 3, 8]);
}

#[tokio::test]
async fn a_scripted_lock_refuses_so_many_requests() {
    let clinic = clinic().await;
    clinic.cloud.put("alice", "/f.txt", "x").unwrap();
    clinic.cloud.lock("alice", "/f.txt", 2).unwrap();
    let refused = clinic.alice("GET", "/f.txt").send().await;
    assert_eq!(refused.status, StatusCode::LOCKED);
    let text = refused.text();
    assert!(text.contains("OCA\\DAV\\Connector\\Sabre\\Exception\\FileLocked"), "{text}");
    assert!(text.contains("&quot;/f.txt&quot; is locked, existing lock on file: exclusive"), "{text}");
    assert_eq!(clinic.alice("PUT", "/f.txt").body("y").send().await.status, StatusCode::LOCKED);
    assert_eq!(clinic.alice("GET", "/f.txt").send().await.status, StatusCode::OK);
    assert_eq!(clinic.cloud.unconsumed_faults(), 0);
}

#[tokio::test]
async fn a_file_is_locked_while_its_body_arrives() {
    use tokio::io::AsyncWriteExt;
    let clinic = clinic().await;
    clinic.cloud.put("alice", "/f.txt", "x").unwrap();
    let mut slow = tokio::net::TcpStream::connect(clinic.addr()).await.unwrap();
    let encoded = base64::Engine::encode(
        &base64::engine::general_purpose::STANDARD,
        format!("alice:{}", clinic.alice_password()),
    );
    let head = format!(
        "PUT /remote.php/dav/files/alice/f.txt HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Basic {encoded}\r\n\
         Content-Length: 10\r\n\r\nhalf "
    );
    slow.write_all(head.as_bytes()).await.unwrap();
    while clinic.alice("GET", "/f.txt").send().await.status != StatusCode::LOCKED {
        tokio::task::yield_now().await;
    }
    assert_eq!(clinic.alice("DELETE", "/f.txt").send().await.status, StatusCode::LOCKED);
    drop(slow);
    while clinic.alice("GET", "/f.txt").send().await.status == StatusCode::LOCKED {
        tokio::task::yield_now().await;
    }
    assert_eq!(clinic.alice("GET", "/f.txt").send().await.text(), "x");
}

#[tokio::test]
async fn a_full_account_refuses_before_it_stores() {
    let script = NextcloudScript::clinic().user(User::new("dora").quota(4));
    let clinic = clinic_with(script).await;
    let put = clinic.raw("PUT", "/remote.php/dav/files/dora/q.bin").basic("dora", "dora-password");
    let refused = put.body("12345").send().await;
    assert_eq!(refused.status, StatusCode::INSUFFICIENT_STORAGE);
    assert!(refused.text().contains("Insufficient space in /q.bin, 5 required, 4 available"));
    assert!(clinic.cloud.stat("dora", "/q.bin").is_none());
}

#[tokio::test]
async fn odd_names_are_kept_composed_and_forbidden_ones_refused() {
    let clinic = clinic().await;
    let put = |name: &'static str| clinic.alice("PUT", name).body("n").send();
    for name in ["/sp%20ace.txt", "/a:b.txt", "/pct%2541.txt", "/Case.txt", "/case.txt", "/amp%26.txt"] {
        assert_eq!(put(name).await.status, StatusCode::CREATED, "{name}");
    }
    for (name, message) in [
        ("/back%5cslash.txt", "is not allowed inside a file or folder name."),
        ("/tab%09.txt", "Filename contains at least one invalid character"),
        ("/.htaccess", "Filename is a reserved word"),
        ("/x.part", "\".part\" is a forbidden file type."),
    ] {
        let refused = put(name).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{name}");
        assert!(refused.text().contains("Exception\\InvalidPath"));
        assert!(refused.text().replace("&quot;", "\"").contains(message), "{}", refused.text());
    }
    assert_eq!(put("/u%cc%88.txt").await.status, StatusCode::CREATED);
    let names = "<propfind xmlns=\"DAV:\"><prop><displayname/></prop></propfind>";
    let listing = clinic.alice("PROPFIND", "/").header("depth", "1").body(names).send().await.text();
    response_of(&listing, "/remote.php/dav/files/alice/%c3%bc.txt");
    response_of(&listing, "/remote.php/dav/files/alice/a:b.txt");
    let amp = response_of(&listing, "/remote.php/dav/files/alice/amp%26.txt");
    assert!(amp.contains("<d:displayname>amp&amp;.txt</d:displayname>"));
    response_of(&listing, "/remote.php/dav/files/alice/pct%2541.txt");
}

#[tokio::test]
async fn content_may_be_a_pattern_a_function_or_a_file_on_disk() {
    let clinic = clinic().await;
    let disk = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(disk.path(), "0123456789").unwrap();
    clinic.cloud.put("alice", "/disk.bin", Content::file(disk.path()).unwrap()).unwrap();
    clinic
        .cloud
        .put("alice", "/made.bin", Content::generated(200_000, |offset| b"abc"[(offset % 3) as usize]))
        .unwrap();
    clinic.cloud.put("alice", "/p1.txt", Content::Pattern { len: 500, seed: 1 }).unwrap();
    clinic.cloud.put("alice", "/p2.txt", Content::Pattern { len: 500, seed: 2 }).unwrap();
    let part = clinic.alice("GET", "/disk.bin").header("range", "bytes=2-4").send().await;
    assert_eq!(part.text(), "234");
    assert_eq!(clinic.alice("GET", "/disk.bin").send().await.text(), "0123456789");
    let made = clinic.alice("GET", "/made.bin").send().await;
    assert_eq!((made.body.len(), &made.body[..4]), (200_000, &b"abca"[..]));
    let end = clinic.alice("GET", "/made.bin").header("range", "bytes=199998-").send().await;
    assert_eq!(end.text(), "ab");
    let (one, two) =
        (clinic.alice("GET", "/p1.txt").send().await, clinic.alice("GET", "/p2.txt").send().await);
    assert_eq!((one.body.len(), two.body.len()), (500, 500));
    assert_ne!(one.body, two.body);
}

#[tokio::test]
async fn methods_nobody_serves_are_501_and_reports_415() {
    let clinic = clinic().await;
    let lock = clinic.alice("LOCK", "/").send().await;
    assert_eq!(lock.status, StatusCode::NOT_IMPLEMENTED);
    assert!(lock.text().contains("willing to handle this LOCK method"));
    let body = "<d:sync-collection xmlns:d=\"DAV:\"><d:sync-token/></d:sync-collection>";
    let report = clinic.alice("REPORT", "/").body(body).send().await;
    assert_eq!(report.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(
        between(&report.text(), "<s:message>", "</s:message>"),
        Some("The {DAV:}sync-collection REPORT is not supported on this url.")
    );
    let options = clinic.alice("OPTIONS", "/").send().await;
    assert!(options.header("dav").unwrap().contains("nc-paginate"));
}
