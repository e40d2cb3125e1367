//! The Login Flow: what is sent, what is believed, and where the token goes.

use secrecy::{ExposeSecret as _, SecretString};
use voiceassist_dav::login_flow::{LoginPoll, PollLogin, PollToken, RevokeAppPassword, StartLogin};
use voiceassist_dav::{DavError, Operation as _};

use crate::fixture::response;

fn start() -> StartLogin {
    StartLogin { device_name: "VoiceAssist on ward 3 \u{1F600}\r\nX: y".to_owned() }
}

fn poll() -> PollLogin {
    PollLogin { token: PollToken::restored(SecretString::from("Y0U7 &=")) }
}

#[test]
fn the_device_name_becomes_the_user_agent() {
    let request = start().request().expect("a request");
    assert_eq!((request.verb.as_str(), request.target.as_str()), ("POST", "index.php/login/v2"));
    assert_eq!(request.headers[http::header::USER_AGENT], "VoiceAssist on ward 3 X: y");
    assert!(StartLogin { device_name: "\u{fc}\n".to_owned() }.request().is_err());
}

#[test]
fn polling_ignores_the_endpoint_the_server_names() {
    let started = start().parse(&response("login_started")).expect("a login");
    assert_eq!(started.login_url.as_str(), "http://cloud.example.test/login/v2/flow/0HcoXMKSQAnrhmPC");
    let request = PollLogin { token: started.token }.request().expect("a request");
    assert_eq!(request.target, "index.php/login/v2/poll");
    assert_eq!(request.body, "token=Y0U7KZO2hiXougP6");
    assert_eq!(poll().request().expect("a request").body, "token=Y0U7+%26%3D");
}

#[test]
fn a_login_address_is_a_web_address() {
    assert!(matches!(start().parse(&response("login_url_is_javascript")), Err(DavError::Malformed { .. })));
}

#[test]
fn a_poll_is_pending_until_it_is_granted() {
    assert!(matches!(poll().parse(&response("login_pending")).expect("an answer"), LoginPoll::Pending));
    let LoginPoll::Granted(granted) = poll().parse(&response("login_granted")).expect("an answer") else {
        panic!("the login is granted");
    };
    assert_eq!(granted.app_password.login_name(), "mara@example.test");
    assert_eq!(granted.app_password.secret().expose_secret(), "W9dsU6c6IV5O4h19");
    assert_eq!(granted.reported_server.expect("an address").as_str(), "http://elsewhere.example.test/");
}

#[test]
fn a_proxys_404_is_not_a_pending_login() {
    assert!(matches!(poll().parse(&response("not_found_by_a_proxy")), Err(DavError::NotNextcloud { .. })));
}

#[test]
fn an_app_password_can_be_revoked() {
    let request = RevokeAppPassword.request().expect("a request");
    assert_eq!((request.verb.as_str(), request.target.as_str()), ("DELETE", "ocs/v2.php/core/apppassword"));
    RevokeAppPassword.parse(&response("revoked")).expect("revoked");
    assert!(matches!(
        RevokeAppPassword.parse(&response("revoked_app_password")),
        Err(DavError::Unauthorized)
    ));
}
