//! What refusals mean, on every part of a server that can utter them.

use std::time::Duration;

use voiceassist_dav::ocs::ReadOwnUser;
use voiceassist_dav::{DavError, FilePath, Operation as _, ReadEntry};

use crate::fixture::{mara, response};

fn on_dav(name: &str) -> DavError {
    ReadEntry { user: mara(), path: FilePath::root() }.parse(&response(name)).expect_err(name)
}

fn on_ocs(name: &str) -> DavError {
    ReadOwnUser.parse(&response(name)).expect_err(name)
}

#[test]
fn a_disabled_account_is_told_from_maintenance() {
    assert!(matches!(on_dav("disabled_account"), DavError::AccountDisabled));
    assert!(matches!(on_dav("maintenance_on_dav"), DavError::Maintenance { retry_after: None }));
    assert!(matches!(on_ocs("maintenance_on_ocs"), DavError::Maintenance { retry_after: None }));
    let web = on_ocs("maintenance_on_web");
    assert!(matches!(web, DavError::Maintenance { .. }));
    assert_eq!(web.retry_after(), Some(Duration::from_mins(2)));
}

#[test]
fn only_a_person_helps_a_stopped_account() {
    for (name, stops) in [
        ("disabled_account", true),
        ("revoked_app_password", true),
        ("maintenance_on_dav", false),
        ("throttled_on_dav", false),
    ] {
        let error = on_dav(name);
        assert_eq!((error.stops_account(), error.is_transient()), (stops, !stops), "{name}");
    }
}

#[test]
fn a_throttled_address_is_told_and_waits_are_read() {
    assert!(matches!(on_dav("throttled_on_dav"), DavError::Throttled { retry_after: None }));
    assert!(matches!(on_ocs("throttled_on_ocs"), DavError::Throttled { retry_after: None }));
    assert_eq!(on_ocs("throttled_until_a_date").retry_after(), Some(Duration::from_secs(150)));
}

#[test]
fn absence_is_believed_only_from_nextcloud() {
    assert!(matches!(on_dav("not_found"), DavError::NotFound));
    assert!(matches!(on_ocs("unknown_ocs_resource"), DavError::NotFound));
    let proxy = on_dav("not_found_by_a_proxy");
    assert!(matches!(proxy, DavError::NotNextcloud { status: 404 }) && proxy.is_transient());
}

#[test]
fn a_wrong_host_is_named_as_such() {
    assert!(matches!(on_dav("wrong_host_on_dav"), DavError::WrongHost));
    assert!(matches!(on_ocs("wrong_host_on_status"), DavError::WrongHost));
}

#[test]
fn other_refusals_are_typed() {
    assert!(matches!(on_dav("locked_by_another_put"), DavError::Locked));
    assert!(matches!(on_dav("revoked_app_password"), DavError::Unauthorized));
    assert!(matches!(on_dav("infinity_refused"), DavError::Forbidden));
    assert!(matches!(on_dav("range_beyond_the_file"), DavError::RangeNotSatisfiable));
    assert!(matches!(on_dav("quota_used_up"), DavError::InsufficientStorage));
    assert!(matches!(on_dav("precondition_failed"), DavError::PreconditionFailed));
    assert!(matches!(on_ocs("csrf_check_failed"), DavError::CsrfRefused));
    assert!(matches!(on_dav("bad_gateway"), DavError::Unavailable { status: 502, .. }));
    let DavError::Status { status: 400, exception } = on_dav("bad_request") else { panic!("a status") };
    assert_eq!(exception.as_deref(), Some("Sabre\\DAV\\Exception\\BadRequest"));
}

#[test]
fn no_error_repeats_what_the_server_wrote() {
    for name in ["locked_by_another_put", "not_found", "bad_request", "quota_used_up", "disabled_account"] {
        let error = on_dav(name);
        let printed = format!("{error} {error:?}");
        for secret in ["lockme", "t1", "gone.txt", "secret", "mara"] {
            assert!(!printed.contains(secret), "{name}: {printed}");
        }
    }
}
