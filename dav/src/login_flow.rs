//! Login Flow v2: a person grants an app password in their browser, and it is revoked when no longer wanted.
//!
//! [`StartLogin`] gives an address for the person and a token for us; [`PollLogin`] says `Pending` until the person
//! has agreed, then `Granted` exactly once, then `Pending` again. A flow lives 20 minutes. The server builds every
//! address it returns from the request's host or its own settings, and a forged one would hand the token to somebody
//! else: hence we poll at the configured base URL only and never at the endpoint we are told, and keep talking to
//! the configured server whatever `server` says. [`Granted::reported_server`] is there to warn with, not to use.
//! The login address is for the browser and is only checked to be a web address.

use std::fmt;

use http::StatusCode;
use http::header::USER_AGENT;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use url::Url;

use crate::credentials::AppPassword;
use crate::error::DavError;
use crate::ocs;
use crate::operation::{Access, Operation, Request, Response, Verb};
use crate::refusal::refusal;

const MAX_LOGIN_BODY_BYTES: u64 = 64 * 1024;
/// The longest token, name or password that is accepted.
const MAX_FIELD_BYTES: usize = 4096;
/// How much of a device name is kept.
const MAX_DEVICE_NAME_CHARS: usize = 120;

/// Starts a login.
#[derive(Debug, Clone)]
pub struct StartLogin {
    /// What the app password is called in the person's list of devices, such as "Assistant on ward 3".
    pub device_name: String,
}

/// A login that waits for its person.
#[derive(Debug, Clone)]
pub struct StartedLogin {
    /// What the person opens.
    pub login_url: Url,
    /// What to poll with.
    pub token: PollToken,
}

/// The secret of one running login.
#[derive(Clone)]
pub struct PollToken(SecretString);

impl PollToken {
    /// A token that was kept while the program restarted.
    pub fn restored(token: SecretString) -> Self {
        Self(token)
    }

    /// The token, for the store that seals it.
    pub fn secret(&self) -> &SecretString {
        &self.0
    }
}

impl fmt::Debug for PollToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PollToken")
    }
}

/// Asks whether the person has agreed.
#[derive(Debug, Clone)]
pub struct PollLogin {
    /// The token of the login.
    pub token: PollToken,
}

/// The answer to a poll.
#[derive(Debug, Clone)]
pub enum LoginPoll {
    /// Not yet, or not any more.
    Pending,
    /// The person agreed.
    Granted(Granted),
}

/// What was granted.
#[derive(Debug, Clone)]
pub struct Granted {
    /// The credentials from now on.
    pub app_password: AppPassword,
    /// Where the server believes to be. Show it when its origin is not the configured one; do not use it.
    pub reported_server: Option<Url>,
}

/// Revokes the app password the client authenticates with.
#[derive(Debug, Clone, Copy)]
pub struct RevokeAppPassword;

#[derive(Deserialize)]
struct WireStart {
    poll: WirePoll,
    login: String,
}

#[derive(Deserialize)]
struct WirePoll {
    token: SecretString,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireGranted {
    server: String,
    login_name: String,
    app_password: SecretString,
}

impl Operation for StartLogin {
    type Output = StartedLogin;
    const NAME: &'static str = "login_flow.start";
    const MAX_BODY_BYTES: u64 = MAX_LOGIN_BODY_BYTES;

    fn request(&self) -> Result<Request, DavError> {
        let printable = |letter: &char| matches!(letter, ' '..='~');
        let name: String = self.device_name.chars().filter(printable).take(MAX_DEVICE_NAME_CHARS).collect();
        if name.trim().is_empty() {
            return Err(DavError::Settings {
                what: "the device name of a login has no printable ASCII letter",
            });
        }
        Request::new(Verb::Post, "index.php/login/v2", Access::Anyone).header_text(USER_AGENT, name.trim())
    }

    fn parse(&self, response: &Response) -> Result<StartedLogin, DavError> {
        let wire: WireStart = json(response)?;
        let login_url = Url::parse(&wire.login).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let login_url =
            login_url.ok_or_else(|| DavError::protocol("the login address is not a web address"))?;
        Ok(StartedLogin { login_url, token: PollToken(usable(wire.poll.token)?) })
    }
}

impl Operation for PollLogin {
    type Output = LoginPoll;
    const NAME: &'static str = "login_flow.poll";
    const MAX_BODY_BYTES: u64 = MAX_LOGIN_BODY_BYTES;

    fn request(&self) -> Result<Request, DavError> {
        let form = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("token", self.token.0.expose_secret())
            .finish();
        Ok(Request::new(Verb::Post, "index.php/login/v2/poll", Access::Anyone)
            .content("application/x-www-form-urlencoded", form))
    }

    fn parse(&self, response: &Response) -> Result<LoginPoll, DavError> {
        if response.status == StatusCode::NOT_FOUND && response.is_type("application/json") {
            return Ok(LoginPoll::Pending);
        }
        let wire: WireGranted = json(response)?;
        if wire.login_name.is_empty() || wire.login_name.len() > MAX_FIELD_BYTES {
            return Err(DavError::protocol("the granted login name is not usable"));
        }
        let app_password = AppPassword::granted(wire.login_name, usable(wire.app_password)?);
        Ok(LoginPoll::Granted(Granted { app_password, reported_server: Url::parse(&wire.server).ok() }))
    }
}

impl Operation for RevokeAppPassword {
    type Output = ();
    const NAME: &'static str = "login_flow.revoke";
    const MAX_BODY_BYTES: u64 = MAX_LOGIN_BODY_BYTES;

    fn request(&self) -> Result<Request, DavError> {
        Ok(ocs::request(Verb::Delete, "ocs/v2.php/core/apppassword", Access::Account))
    }

    fn parse(&self, response: &Response) -> Result<(), DavError> {
        ocs::data::<serde::de::IgnoredAny>(response).map(|_| ())
    }
}

fn json<T: serde::de::DeserializeOwned>(response: &Response) -> Result<T, DavError> {
    if response.status != StatusCode::OK || !response.is_type("application/json") {
        return Err(refusal(response));
    }
    serde_json::from_slice(&response.body).map_err(|error| DavError::json(&error))
}

fn usable(secret: SecretString) -> Result<SecretString, DavError> {
    let text = secret.expose_secret();
    let fits =
        !text.is_empty() && text.len() <= MAX_FIELD_BYTES && text.bytes().all(|byte| byte.is_ascii_graphic());
    if fits { Ok(secret) } else { Err(DavError::protocol("the granted secret is not usable")) }
}
