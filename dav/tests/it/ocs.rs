//! OCS answers: the envelope, paging, and what is refused.

use std::time::Duration;

use http::HeaderName;
use voiceassist_dav::ocs::{
    ListGroupMembers, ListGroups, ListUsers, ReadCapabilities, ReadOwnUser, ReadStatus, ServerVersion,
};
use voiceassist_dav::{DavError, Operation, UserId};

use crate::fixture::response;

const V32: ServerVersion = ServerVersion { major: 32, minor: 0, micro: 1 };

fn ids(ids: &[&str]) -> Vec<UserId> {
    ids.iter().map(|id| UserId::new(*id).expect("an id")).collect()
}

#[test]
fn requests_carry_the_header_that_csrf_protection_wants() {
    let request = ReadOwnUser.request().expect("a request");
    assert_eq!(request.target, "ocs/v2.php/cloud/user");
    assert_eq!(request.headers[HeaderName::from_static("ocs-apirequest")], "true");
    assert_eq!(request.headers[http::header::ACCEPT], "application/json");
}

#[test]
fn the_status_tells_a_nextcloud_from_something_else() {
    let status = ReadStatus.parse(&response("status")).expect("a status");
    assert_eq!((status.version, status.maintenance, status.installed), (V32, false, true));
    assert_eq!((status.version_string.as_str(), status.product_name.as_str()), ("32.0.1", "Clinic Cloud"));
    assert!(ReadStatus.parse(&response("status_in_maintenance")).expect("a status").maintenance);
    for name in ["status_of_something_else", "login_page_instead_of_listing"] {
        assert!(matches!(ReadStatus.parse(&response(name)), Err(DavError::NotNextcloud { .. })), "{name}");
    }
    assert!(matches!(ReadStatus.parse(&response("wrong_host_on_status")), Err(DavError::WrongHost)));
}

#[test]
fn the_own_user_gives_the_id_for_paths() {
    let user = ReadOwnUser.parse(&response("own_user")).expect("a user");
    assert_eq!((user.id.as_str(), user.display_name.as_str()), ("mara", "Mara Example"));
    assert_eq!(
        (user.email.as_deref(), user.groups.as_slice()),
        (Some("mara@example.test"), &["clinicians".to_owned()][..])
    );
    assert!(user.enabled);
    let bare = ReadOwnUser.parse(&response("own_user_without_email")).expect("a user");
    assert_eq!((bare.display_name.as_str(), bare.email, bare.language), ("a1b2-c3", None, None));
}

#[test]
fn capabilities_say_whether_they_are_all() {
    let anonymous = ReadCapabilities.parse(&response("capabilities_anonymous")).expect("capabilities");
    assert_eq!((anonymous.version, anonymous.is_complete(), anonymous.sections.len()), (V32, false, 3));
    let all = ReadCapabilities.parse(&response("capabilities")).expect("capabilities");
    assert!(all.is_complete() && all.bulk_upload && all.chunked_upload);
    assert_eq!(all.poll_interval, Some(Duration::from_mins(1)));
    assert_eq!(all.notify_push.as_deref(), Some("wss://cloud.example.test/push/ws"));
    let php = ReadCapabilities.parse(&response("capabilities_as_empty_php_list")).expect("capabilities");
    assert!(php.sections.is_empty());
}

#[test]
fn users_come_page_by_page() {
    let first = ListUsers { search: Some("m & r".to_owned()), limit: 2, offset: 0 };
    let target = first.request().expect("a request").target;
    assert_eq!(target, "ocs/v2.php/cloud/users?search=m+%26+r&limit=2&offset=0");
    let page = first.parse(&response("users")).expect("a page");
    assert_eq!(page.ids, ids(&["admin", "mara"]));
    let next = page.next.expect("a full page has a next one");
    assert_eq!((next.offset, next.search.as_deref()), (2, Some("m & r")));
    let last = ListUsers { limit: 3, ..next }.parse(&response("users")).expect("a page");
    assert_eq!(last.next, None);
    let greedy = ListUsers { search: None, limit: u32::MAX, offset: 0 }.request().expect("a request");
    assert_eq!(greedy.target, "ocs/v2.php/cloud/users?limit=1000&offset=0");
}

#[test]
fn groups_and_their_members_are_listed() {
    let page = ListGroups { search: None, limit: 2, offset: 4 }.parse(&response("groups")).expect("a page");
    assert_eq!(
        (page.ids, page.next.map(|next| next.offset)),
        (vec!["admin".to_owned(), "clinicians".to_owned()], Some(6))
    );
    let members = ListGroupMembers { group: "ward 3 & 4".to_owned() };
    assert_eq!(
        members.request().expect("a request").target,
        "ocs/v2.php/cloud/groups/ward%203%20%26%204/users"
    );
    assert_eq!(members.parse(&response("users")).expect("members"), ids(&["admin", "mara"]));
    assert!(ListGroupMembers { group: "..".to_owned() }.request().is_err());
}

#[test]
fn a_directory_is_for_administrators() {
    let list = ListUsers { search: None, limit: 10, offset: 0 };
    assert!(matches!(list.parse(&response("not_a_sub_admin")), Err(DavError::Forbidden)));
}

#[test]
fn an_envelope_that_contradicts_its_status_is_malformed() {
    assert!(matches!(ReadOwnUser.parse(&response("envelope_of_version_1")), Err(DavError::Malformed { .. })));
    assert!(matches!(
        ReadOwnUser.parse(&response("login_page_instead_of_listing")),
        Err(DavError::NotNextcloud { .. })
    ));
    assert!(matches!(ReadOwnUser.parse(&response("users")), Err(DavError::Malformed { .. })));
}
