//! What carries a tag: the question's bytes, measured answers, and a journey on a loopback Nextcloud.

use voiceassist_dav::files::{ListTagged, ListTags, TagCarrier, TagId};
use voiceassist_dav::{DavError, Operation as _};
use voiceassist_fakes::nextcloud::{Nextcloud, NextcloudScript, Recipient, Rights};

use crate::fixture::{mara, response};
use crate::nextcloud::{account, id};

fn question() -> ListTagged {
    ListTagged { user: mara(), tag: TagId(2) }
}

#[test]
fn the_question_is_about_one_tag_in_the_askers_own_files() {
    let request = question().request().expect("a request");
    assert_eq!((request.verb.as_str(), request.target.as_str()), ("REPORT", "remote.php/dav/files/mara/"));
    let body = std::str::from_utf8(&request.body).expect("text");
    assert!(body.contains("<oc:filter-rules><oc:systemtag>2</oc:systemtag></oc:filter-rules>"));
}

#[test]
fn a_folder_is_told_by_its_type_and_not_by_its_path() {
    let carriers = question().parse(&response("tag_carriers")).expect("an answer");
    let of = |file_id, is_folder| TagCarrier { file_id, is_folder };
    assert_eq!(carriers, [of(132, true), of(394, false)]);
}

#[test]
fn nothing_and_a_tag_nobody_knows_are_both_no_carriers() {
    for answer in ["tag_carried_by_nothing", "tag_unknown"] {
        assert_eq!(question().parse(&response(answer)).expect("an answer"), []);
    }
}

#[test]
fn what_cannot_be_read_whole_is_no_answer() {
    for answer in ["tag_carrier_without_file_id", "login_page_instead_of_listing"] {
        assert!(question().parse(&response(answer)).is_err(), "{answer}");
    }
    assert!(matches!(
        question().parse(&response("truncated_between_entries")),
        Err(DavError::Truncated { .. } | DavError::Malformed { .. })
    ));
}

#[tokio::test]
async fn each_person_is_told_of_carriers_in_their_own_view() {
    let cloud = Nextcloud::start(NextcloudScript::default()).await.expect("a loopback Nextcloud");
    cloud.put("alice", "/Ward/plan.txt", "synthetic").expect("a file");
    cloud.put("alice", "/own.txt", "synthetic").expect("a file");
    cloud.share("alice", "/Ward", Recipient::user("bob"), Rights::READ).expect("shared");
    cloud.tag("alice", "/Ward/plan.txt", "no-ai").expect("tagged");
    cloud.tag("alice", "/own.txt", "no-ai").expect("tagged");
    let carriers = async |user: &str| {
        let client = account(&cloud, user);
        let tags = client.send(&ListTags).await.expect("tags");
        let tag = tags.iter().find(|tag| tag.name == "no-ai").expect("the tag").id;
        let question = ListTagged { user: id(user), tag };
        client.send(&question).await.expect("an answer").len()
    };
    assert_eq!(carriers("alice").await, 2);
    assert_eq!(carriers("bob").await, 1);
    assert_eq!(carriers("carol").await, 0);
    cloud.untag("alice", "/Ward/plan.txt", "no-ai").expect("untagged");
    assert_eq!(carriers("bob").await, 0);
}
