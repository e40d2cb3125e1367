//! Who is asking: Basic credentials against account and app passwords, the brute-force guard, session cookies.
//!
//! As measured: eleven wrong passwords are answered 401, from then on everybody who shows credentials gets 429,
//! right ones included, until an administrator resets it. A disabled account is a 503 on DAV. Cookies carry no
//! rights here; they only show whether a client keeps them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::{AUTHORIZATION, COOKIE, HOST, SET_COOKIE};
use http::{HeaderMap, HeaderValue, StatusCode};

use super::reply::{Reply, add, dav_error, xml};
use super::state::{State, TOLERATED_FAILURES};

/// What every refused Basic login ends with.
const ATTEMPTS: &str = "No public access to this resource., AppAPIAuth has not passed, This request is not for \
     a federated calendar, ";

/// A person the server believes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) user: String,
    /// The app password used, if it was one.
    pub(crate) app_password: Option<String>,
}

/// Why it does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    Anonymous,
    Wrong,
    Throttled,
    Disabled,
}

impl State {
    /// Checks the credentials of a request and counts a failure.
    pub(crate) fn authenticate(&mut self, headers: &HeaderMap) -> Result<Identity, Refusal> {
        let Some((login, password)) = basic(headers) else { return Err(Refusal::Anonymous) };
        self.check(&login, &password)
    }

    /// Checks a login name and a password, account's or app's.
    pub(crate) fn check(&mut self, login: &str, password: &str) -> Result<Identity, Refusal> {
        if self.failures >= TOLERATED_FAILURES {
            return Err(Refusal::Throttled);
        }
        let identity = self.by_login(login).and_then(|user| {
            let by_app = self.app_passwords.get(password).is_some_and(|entry| entry.user == user.id);
            let app_password = by_app.then(|| password.to_owned());
            let known = by_app || user.password == password;
            known.then(|| Identity { user: user.id.clone(), app_password })
        });
        let Some(identity) = identity else {
            self.failures += 1;
            return Err(Refusal::Wrong);
        };
        if self.user(&identity.user).is_some_and(|user| !user.enabled) {
            return Err(Refusal::Disabled);
        }
        Ok(identity)
    }

    /// The user id a request claims, believed or not; scripted faults are matched with it.
    pub(crate) fn claimed_user(&self, headers: &HeaderMap) -> Option<String> {
        let (login, _) = basic(headers)?;
        self.by_login(&login).map(|user| user.id.clone())
    }

    /// Whether the request brings back a session cookie of this server.
    pub(crate) fn knows_session(&self, headers: &HeaderMap) -> bool {
        let prefix = format!("{}=session-", self.script.instance_id);
        cookies(headers).any(|cookie| {
            let number = cookie.strip_prefix(&prefix).and_then(|number| number.parse::<u64>().ok());
            number.is_some_and(|number| number <= self.sessions)
        })
    }

    /// Starts a session: four cookies, two of them the same for everybody.
    pub(crate) fn start_session(&mut self, reply: &mut Reply) {
        self.sessions += 1;
        let (number, instance) = (self.sessions, self.script.instance_id.clone());
        set_cookie(
            reply,
            &format!("oc_sessionPassphrase=passphrase-{number}; path=/; HttpOnly; SameSite=Lax"),
        );
        same_site_cookies(reply);
        set_cookie(reply, &format!("{instance}=session-{number}; path=/; HttpOnly; SameSite=Lax"));
    }

    /// Whether the server answers to the host the client used.
    pub(crate) fn trusts(&self, headers: &HeaderMap) -> bool {
        let host = host(headers);
        let name = host.rsplit_once(':').map_or(host.as_str(), |(name, _)| name);
        self.script.trusted_hosts.iter().any(|trusted| trusted.eq_ignore_ascii_case(name))
    }

    /// What URLs made for this client start with.
    pub(crate) fn public_url(&self, headers: &HeaderMap) -> String {
        self.script.overwrite_url.clone().unwrap_or_else(|| format!("http://{}", host(headers)))
    }
}

/// The two cookies even the status page sets.
pub(crate) fn same_site_cookies(reply: &mut Reply) {
    for kind in ["lax", "strict"] {
        let cookie = format!(
            "nc_sameSiteCookie{kind}=true; path=/; httponly;expires=Fri, 31-Dec-2100 23:59:59 GMT; SameSite={kind}"
        );
        set_cookie(reply, &cookie);
    }
}

/// How DAV says no.
pub(crate) fn refused_on_dav(refusal: Refusal, headers: &HeaderMap) -> Reply {
    let missing = "No 'Authorization: Basic' header found. Either the client didn't send one, or the server is \
         misconfigured";
    let bearer = "No 'Authorization: Bearer' header found. Either the client didn't send one, or the server is \
         mis-configured";
    let ajax = headers.get("x-requested-with").is_some_and(|value| value == "XMLHttpRequest");
    let message = match refusal {
        Refusal::Throttled => return throttled_on_dav(),
        Refusal::Disabled => {
            let message = "OC\\User\\DisabledUserException: Account disabled";
            let exception = "Sabre\\DAV\\Exception\\ServiceUnavailable";
            return dav_error(StatusCode::SERVICE_UNAVAILABLE, exception, message);
        }
        Refusal::Anonymous if ajax => "Cannot authenticate over ajax calls".to_owned(),
        Refusal::Anonymous => format!("{ATTEMPTS}{missing}, {bearer}, {missing}"),
        Refusal::Wrong => {
            let wrong = "Username or password was incorrect";
            format!("{ATTEMPTS}{wrong}, {bearer}, {wrong}")
        }
    };
    let exception = "Sabre\\DAV\\Exception\\NotAuthenticated";
    let mut reply = dav_error(StatusCode::UNAUTHORIZED, exception, &message);
    let challenge =
        if ajax { "DummyBasic realm=\"Nextcloud\"" } else { "Basic realm=\"Nextcloud\", charset=\"UTF-8\"" };
    add(&mut reply, "www-authenticate", challenge);
    reply
}

fn throttled_on_dav() -> Reply {
    let text = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
         <d:error xmlns:d=\"DAV:\" xmlns:s=\"http://sabredav.org/ns\" xmlns:o=\"http://owncloud.org/ns\">\n  \
         <s:exception>OCA\\DAV\\Connector\\Sabre\\Exception\\TooManyRequests</s:exception>\n  \
         <s:message/>\n  <o:hint xmlns:o=\"o:\">too many requests</o:hint>\n</d:error>\n";
    xml(StatusCode::TOO_MANY_REQUESTS, text.to_owned())
}

pub(crate) fn host(headers: &HeaderMap) -> String {
    headers.get(HOST).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (login, password) = decoded.split_once(':')?;
    Some((login.to_owned(), password.to_owned()))
}

fn cookies(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let values = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(';')).map(str::trim)
}

fn set_cookie(reply: &mut Reply, cookie: &str) {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        reply.headers_mut().append(SET_COOKIE, value);
    }
}
