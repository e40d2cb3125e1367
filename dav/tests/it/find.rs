//! Where files are, by their ids: the question's bytes, the measured answer, and journeys on a loopback Nextcloud.

use voiceassist_dav::files::{FindByIds, MAX_FIND_IDS};
use voiceassist_dav::{DavError, Operation as _};
use voiceassist_fakes::nextcloud::{Nextcloud, NextcloudScript, Recipient, Rights};

use crate::fixture::{mara, response};
use crate::nextcloud::{account, id};

fn asked(ids: &[i64]) -> FindByIds {
    FindByIds { user: mara(), ids: ids.to_vec() }
}

#[test]
fn one_question_names_every_id_and_the_askers_own_files() {
    let request = asked(&[7, 8]).request().expect("a request");
    let body = std::str::from_utf8(&request.body).expect("text");
    assert_eq!((request.verb.as_str(), request.target.as_str()), ("SEARCH", "remote.php/dav/"));
    assert!(body.contains("<d:href>/files/mara</d:href>"));
    assert_eq!(body.matches("<d:literal>").count(), 2);
}

#[test]
fn a_question_about_nothing_or_too_much_is_not_sent() {
    assert!(matches!(asked(&[]).request(), Err(DavError::Settings { .. })));
    let too_many: Vec<i64> = (1..).take(MAX_FIND_IDS + 1).collect();
    assert!(matches!(asked(&too_many).request(), Err(DavError::Settings { .. })));
}

#[test]
fn what_the_answer_names_is_seen_and_nothing_else() {
    let found = asked(&[11064, 11066, 522]).parse(&response("found_by_ids")).expect("an answer");
    let seen: Vec<(i64, &str)> = found.iter().map(|hit| (hit.file_id, hit.path.as_str())).collect();
    assert_eq!(
        seen,
        [(522, "Private"), (11064, "Cardiology Team/a.txt")],
        "an id not asked about is not believed"
    );
}

#[test]
fn a_page_for_people_or_half_an_answer_is_no_answer() {
    assert!(asked(&[1]).parse(&response("login_page_instead_of_listing")).is_err());
    assert!(matches!(
        asked(&[1]).parse(&response("truncated_between_entries")),
        Err(DavError::Truncated { .. })
    ));
    assert!(matches!(asked(&[1]).parse(&response("revoked_app_password")), Err(DavError::Unauthorized)));
}

#[tokio::test]
async fn a_file_is_found_where_each_person_has_it_until_they_may_not_see_it() {
    let cloud = Nextcloud::start(NextcloudScript::default()).await.expect("a loopback Nextcloud");
    let plan = u64_id(cloud.put("alice", "/Ward/plan.txt", "synthetic").expect("a file"));
    let own = u64_id(cloud.put("bob", "/a b&c/nöte.txt", "synthetic").expect("a file"));
    let bob = account(&cloud, "bob");
    let question = FindByIds { user: id("bob"), ids: vec![plan, own, 999_999] };
    let paths = async |question: &FindByIds| {
        let mut paths: Vec<String> = bob
            .send(question)
            .await
            .expect("an answer")
            .iter()
            .map(|hit| hit.path.as_str().to_owned())
            .collect();
        paths.sort();
        paths
    };
    assert_eq!(paths(&question).await, ["a b&c/nöte.txt"]);

    let share = cloud.share("alice", "/Ward", Recipient::user("bob"), Rights::READ).expect("a share");
    assert_eq!(paths(&question).await, ["Ward/plan.txt", "a b&c/nöte.txt"]);
    cloud.unshare(share).expect("the share is gone");
    assert_eq!(paths(&question).await, ["a b&c/nöte.txt"]);

    let foreign = FindByIds { user: id("alice"), ids: vec![plan] };
    assert!(bob.send(&foreign).await.is_err(), "only one's own files are searched");
}

fn u64_id(id: u64) -> i64 {
    i64::try_from(id).expect("a file id")
}
