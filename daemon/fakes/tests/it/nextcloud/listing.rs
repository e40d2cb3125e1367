//! PROPFIND: what is listed, how missing properties are told, pages, and other people's spaces.

use http::StatusCode;
use voiceassist_fakes::nextcloud::{Bulk, Fault, MissingDepth, NextcloudScript, Recipient, Rights};

use super::{SIX, clinic, clinic_with, hrefs, response_of};

const MANY: &str = "<d:propfind xmlns:d=\"DAV:\" xmlns:oc=\"http://owncloud.org/ns\" \
     xmlns:nc=\"http://nextcloud.org/ns\" xmlns:ocs=\"http://open-collaboration-services.org/ns\"><d:prop>\
     <d:resourcetype/><d:displayname/><d:getcontentlength/><d:getcontenttype/><oc:id/><oc:fileid/>\
     <oc:permissions/><oc:owner-id/><oc:owner-display-name/><oc:share-types/><oc:data-fingerprint/>\
     <oc:checksums/><nc:mount-type/><nc:is-mount-root/><nc:upload_time/><nc:contained-file-count/>\
     <nc:contained-folder-count/><nc:unheard-of/><ocs:share-permissions/></d:prop></d:propfind>";

#[tokio::test]
async fn without_a_body_the_default_properties_come_and_nothing_is_missing() {
    let clinic = clinic().await;
    let answer = clinic.alice("PROPFIND", "/").header("depth", "0").send().await;
    assert_eq!(answer.status, StatusCode::MULTI_STATUS);
    assert_eq!(answer.header("content-type"), Some("application/xml; charset=utf-8"));
    assert_eq!(answer.header("vary"), Some("Brief,Prefer"));
    let etag = clinic.etag("alice", "/");
    assert_eq!(
        answer.text(),
        format!(
            "<?xml version=\"1.0\"?>\n<d:multistatus xmlns:d=\"DAV:\" xmlns:s=\"http://sabredav.org/ns\" \
             xmlns:oc=\"http://owncloud.org/ns\" xmlns:nc=\"http://nextcloud.org/ns\"><d:response><d:href>\
             /remote.php/dav/files/alice/</d:href><d:propstat><d:prop><d:getlastmodified>Mon, 23 Nov 2026 \
             08:00:00 GMT</d:getlastmodified><d:resourcetype><d:collection/></d:resourcetype>\
             <d:quota-used-bytes>0</d:quota-used-bytes><d:quota-available-bytes>-3</d:quota-available-bytes>\
             <d:getetag>&quot;{etag}&quot;</d:getetag></d:prop><d:status>HTTP/1.1 200 OK</d:status>\
             </d:propstat></d:response></d:multistatus>"
        )
    );
}

#[tokio::test]
async fn missing_properties_stand_in_a_second_propstat_unless_the_client_wants_little() {
    let clinic = clinic().await;
    clinic.cloud.put("alice", "/Letter.pdf", "%PDF-").unwrap();
    let id = clinic.cloud.stat("alice", "/Letter.pdf").unwrap();
    let full = clinic.alice("PROPFIND", "/").header("depth", "1").body(MANY).send().await.text();

    let root = response_of(&full, "/remote.php/dav/files/alice/");
    assert!(root.contains("<d:displayname>alice</d:displayname>"));
    assert!(root.contains("<oc:permissions>RGDNVCK</oc:permissions>"));
    assert!(root.contains("<oc:owner-display-name>Alice Example</oc:owner-display-name><oc:share-types/>"));
    assert!(root.contains("<oc:data-fingerprint></oc:data-fingerprint>"));
    assert!(root.contains("<nc:contained-file-count>1</nc:contained-file-count>"));
    assert!(root.contains(
        "<x1:share-permissions xmlns:x1=\"http://open-collaboration-services.org/ns\">31</x1:share-permissions>"
    ));
    assert!(root.ends_with(
        "<d:propstat><d:prop><d:getcontentlength/><d:getcontenttype/><oc:checksums/><nc:upload_time/>\
         <nc:unheard-of/></d:prop><d:status>HTTP/1.1 404 Not Found</d:status></d:propstat>"
    ));

    let file = response_of(&full, "/remote.php/dav/files/alice/Letter.pdf");
    assert!(file.contains("<d:resourcetype/><d:displayname>Letter.pdf</d:displayname>"));
    assert!(file.contains("<d:getcontenttype>application/pdf</d:getcontenttype>"));
    assert!(file.contains(&format!("<oc:id>{:08}{}</oc:id>", id.file_id, clinic.cloud.instance_id())));
    assert!(file.contains("<oc:permissions>RGDNVW</oc:permissions>"));
    assert!(file.contains(&format!("<nc:upload_time>{}</nc:upload_time>", id.upload_time)));
    assert!(file.contains("<nc:contained-file-count/><nc:contained-folder-count/><nc:unheard-of/>"));

    for (header, value) in [("prefer", "return=minimal"), ("brief", "t")] {
        let brief = clinic.alice("PROPFIND", "/").header("depth", "1").header(header, value).body(MANY);
        let brief = brief.send().await.text();
        assert!(!brief.contains("404 Not Found"));
        assert!(brief.contains("application/pdf"));
    }
}

/// Everything the recorded session asked for, in its order.
const RECORDED: &str = "d:resourcetype d:getetag d:getlastmodified d:getcontentlength d:getcontenttype \
     d:displayname d:creationdate d:quota-available-bytes d:quota-used-bytes d:sync-token d:supportedlock \
     d:lockdiscovery oc:id oc:fileid oc:permissions oc:size oc:checksums oc:owner-id oc:owner-display-name \
     oc:favorite oc:comments-unread oc:tags oc:downloadURL oc:share-types oc:data-fingerprint nc:has-preview \
     nc:mount-type nc:is-mount-root nc:is-encrypted nc:creation_time nc:upload_time nc:metadata_etag nc:note \
     nc:sharees nc:share-attributes nc:contained-folder-count nc:contained-file-count nc:hidden nc:lock \
     nc:lock-owner nc:system-tags nc:reminder-due-date nc:download-url-expiration nc:rich-workspace nc:acl-enabled";

fn missing_of(listing: &str, href: &str) -> String {
    let missing = response_of(listing, href).split("<d:propstat><d:prop>").nth(2).unwrap();
    let missing = missing.split("</d:prop>").next().unwrap();
    missing.trim_start_matches('<').trim_end_matches("/>").replace("/><", " ")
}

#[tokio::test]
async fn the_same_properties_are_missing_as_in_the_recording() {
    let clinic = clinic().await;
    clinic.cloud.put("bob", "/Letter.pdf", "%PDF-").unwrap();
    clinic.cloud.mkdir("alice", "/shared-folder").unwrap();
    clinic.cloud.put("alice", "/single.txt", "single").unwrap();
    for path in ["/shared-folder", "/single.txt"] {
        clinic.cloud.share("alice", path, Recipient::user("bob"), Rights::READ).unwrap();
    }
    let names = format!("<{}/>", RECORDED.split_whitespace().collect::<Vec<_>>().join("/><"));
    let body = format!(
        "<d:propfind xmlns:d=\"DAV:\" xmlns:oc=\"http://owncloud.org/ns\" \
         xmlns:nc=\"http://nextcloud.org/ns\"><d:prop>{names}</d:prop></d:propfind>"
    );
    let listing = clinic.bob("PROPFIND", "/").header("depth", "1").body(body).send().await.text();
    let base = "/remote.php/dav/files/bob/";
    let folder = "d:getcontentlength d:getcontenttype d:sync-token d:supportedlock d:lockdiscovery oc:checksums \
         oc:downloadURL nc:is-encrypted nc:upload_time nc:metadata_etag NOTE nc:lock nc:lock-owner \
         nc:download-url-expiration nc:rich-workspace nc:acl-enabled";
    let file = "d:quota-available-bytes d:quota-used-bytes d:sync-token d:supportedlock d:lockdiscovery \
         oc:checksums nc:is-encrypted nc:metadata_etag NOTE nc:contained-folder-count nc:contained-file-count \
         nc:lock nc:lock-owner nc:download-url-expiration nc:rich-workspace nc:acl-enabled";
    assert_eq!(missing_of(&listing, base), folder.replace("NOTE", "nc:note"));
    assert_eq!(missing_of(&listing, &format!("{base}Letter.pdf")), file.replace("NOTE", "nc:note"));
    assert_eq!(missing_of(&listing, &format!("{base}shared-folder/")), folder.replace("NOTE ", ""));
    assert_eq!(missing_of(&listing, &format!("{base}single.txt")), file.replace("NOTE ", ""));
}

#[tokio::test]
async fn depth_decides_how_far_the_listing_goes() {
    let clinic = clinic().await;
    clinic.cloud.put("alice", "/a/b/f.txt", "x").unwrap();
    clinic.cloud.put("alice", "/z.txt", "x").unwrap();
    let list = |depth: &'static str| clinic.alice("PROPFIND", "/").header("depth", depth).body(SIX).send();
    let base = "/remote.php/dav/files/alice/";
    let names = |parts: &[&str]| parts.iter().map(|part| format!("{base}{part}")).collect::<Vec<_>>();
    assert_eq!(hrefs(&list("0").await), names(&[""]));
    assert_eq!(hrefs(&list("1").await), names(&["", "a/", "z.txt"]));
    assert_eq!(hrefs(&list("infinity").await), names(&["", "a/", "a/b/", "a/b/f.txt", "z.txt"]));
    let unsaid = clinic.alice("PROPFIND", "/").body(SIX).send().await;
    assert_eq!(hrefs(&unsaid), names(&["", "a/", "z.txt"]));
}

#[tokio::test]
async fn a_missing_depth_can_mean_what_the_standard_says() {
    let clinic = clinic_with(NextcloudScript::clinic().missing_depth(MissingDepth::Infinity)).await;
    clinic.cloud.put("alice", "/a/b/f.txt", "x").unwrap();
    assert_eq!(hrefs(&clinic.alice("PROPFIND", "/").body(SIX).send().await).len(), 4);
}

#[tokio::test]
async fn a_path_that_is_not_there_is_404_and_broken_xml_400() {
    let clinic = clinic().await;
    let missing = clinic.alice("PROPFIND", "/x/y").header("depth", "0").send().await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    assert!(missing.text().contains("File with name /x/y could not be located"));
    for body in ["<broken", "<d:propfind xmlns:d=\"DAV:\"><d:prop>", "<p:propfind/><"] {
        let broken = clinic.alice("PROPFIND", "/").header("depth", "0").body(body).send().await;
        assert_eq!(broken.status, StatusCode::BAD_REQUEST, "{body}");
    }
}

#[tokio::test]
async fn pages_cover_the_listing_without_overlap() {
    let clinic = clinic().await;
    for number in 0..25 {
        clinic.cloud.put("alice", &format!("/names/{number:02}.txt"), "n").unwrap();
    }
    let page = |offset: usize, token: Option<String>| {
        let mut ask =
            clinic.alice("PROPFIND", "/names/").header("depth", "1").header("x-nc-paginate", "true");
        ask = ask.header("x-nc-paginate-count", "10").header("x-nc-paginate-offset", &offset.to_string());
        if let Some(token) = token {
            ask = ask.header("x-nc-paginate-token", &token);
        }
        ask.body(SIX).send()
    };
    let first = page(0, None).await;
    assert_eq!(first.header("x-nc-paginate-total"), Some("26"));
    let token = first.header("x-nc-paginate-token").unwrap().to_owned();
    let mut all = hrefs(&first);
    assert_eq!(all.len(), 10);
    for offset in [10, 20] {
        let next = page(offset, Some(token.clone())).await;
        assert_eq!(next.header("x-nc-paginate-total"), None);
        all.extend(hrefs(&next));
    }
    let whole = clinic.alice("PROPFIND", "/names/").header("depth", "1").body(SIX).send().await;
    assert_eq!(all, hrefs(&whole));
}

#[tokio::test]
async fn another_persons_space_is_one_bare_collection() {
    let clinic = clinic().await;
    clinic.cloud.put("alice", "/single.txt", "x").unwrap();
    for (user, password) in [("bob", clinic.bob_password()), ("admin", "admin-password")] {
        let path = "/remote.php/dav/files/alice/";
        let listed = clinic.raw("PROPFIND", path).basic(user, password).header("depth", "1").send().await;
        assert_eq!(listed.status, StatusCode::MULTI_STATUS);
        assert!(listed.text().ends_with(
            "<d:response><d:href>/remote.php/dav/files/alice/</d:href><d:propstat><d:prop><d:resourcetype>\
             <d:collection/></d:resourcetype></d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat>\
             </d:response></d:multistatus>"
        ));
        let asked =
            clinic.raw("PROPFIND", path).basic(user, password).header("depth", "1").body(SIX).send().await;
        assert!(asked.text().contains("<d:getetag/><oc:fileid/><oc:permissions/>"));
        let file = "/remote.php/dav/files/alice/single.txt";
        let read = clinic.raw("GET", file).basic(user, password).send().await;
        assert_eq!(read.status, StatusCode::NOT_FOUND);
        assert!(read.text().contains("File not found: single.txt in 'alice'"));
        let write = clinic.raw("PUT", "/remote.php/dav/files/alice/x.txt").basic(user, password).body("x");
        let write = write.send().await;
        assert_eq!(write.status, StatusCode::FORBIDDEN);
        assert!(write.text().contains("Permission denied to create file (filename x.txt)"));
    }
}

#[tokio::test]
async fn ones_own_id_in_other_letters_works_and_is_echoed() {
    let clinic = clinic().await;
    clinic.cloud.put("alice", "/f.txt", "x").unwrap();
    let path = "/remote.php/dav/files/ALICE/";
    let listed = clinic.raw("PROPFIND", path).basic("alice", clinic.alice_password()).header("depth", "1");
    let listed = listed.body(SIX).send().await;
    assert_eq!(hrefs(&listed), [path.to_owned(), format!("{path}f.txt")]);
    assert!(listed.text().contains("<oc:fileid>"));
}

#[tokio::test]
async fn ten_thousand_files_come_in_one_streamed_answer() {
    let clinic = clinic().await;
    let bulk = Bulk { folders: 500, files_per_folder: 20, file_bytes: 700 };
    clinic.cloud.populate("alice", "/tree", bulk).unwrap();
    let answer = clinic.alice("PROPFIND", "/").header("depth", "infinity").body(SIX).send().await;
    let listed = hrefs(&answer);
    assert_eq!(listed.len(), 1 + 1 + 500 + 10_000);
    assert_eq!(listed.iter().collect::<std::collections::HashSet<_>>().len(), listed.len());
    assert_eq!(answer.header("content-length"), None);
    let recorded = clinic.cloud.request_log().all();
    assert_eq!(recorded.last().unwrap().body_bytes, answer.body.len() as u64);
}

#[tokio::test]
async fn a_fault_can_end_a_listing_in_good_form() {
    let clinic = clinic().await;
    let bulk = Bulk { folders: 3, files_per_folder: 3, file_bytes: 1 };
    clinic.cloud.populate("alice", "/", bulk).unwrap();
    clinic.cloud.fault(Fault::on("PROPFIND").truncate_listing(1));
    let list = || clinic.alice("PROPFIND", "/").header("depth", "infinity").body(SIX).send();
    let short = list().await;
    assert_eq!(hrefs(&short).len(), 1);
    assert!(short.text().ends_with("</d:multistatus>"));
    assert_eq!(hrefs(&list().await).len(), 13);
}

#[tokio::test]
async fn the_data_fingerprint_tells_of_a_restored_backup() {
    let clinic = clinic().await;
    clinic.cloud.set_data_fingerprint("0cc175b9");
    let answer = clinic.alice("PROPFIND", "/").header("depth", "0").body(MANY).send().await.text();
    assert!(answer.contains("<oc:data-fingerprint>0cc175b9</oc:data-fingerprint>"));
}
