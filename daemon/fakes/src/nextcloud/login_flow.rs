//! Login Flow v2: a client asks, a person says yes in a browser, the client polls an app password once.
//!
//! The page here is a bare form so that a person can really do it; tests grant through the control API. A flow
//! lives twenty minutes and is answered exactly once. Wrong passwords on the page count like any other.

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use serde_json::json;

use super::access::Refusal;
use super::reply::{Reply, add, escaped, html, json as json_reply};
use super::state::State;

/// Seconds a flow waits for its grant.
const LIFETIME: i64 = 1_200;

/// Flows kept at most; the oldest go.
const MAX_FLOWS: usize = 1_000;

const TOKEN_LENGTH: usize = 128;

/// One flow between the first request and the poll that ends it.
#[derive(Debug, Clone)]
pub(crate) struct Login {
    poll_token: String,
    flow_token: String,
    client: String,
    started: i64,
    granted: Option<Granted>,
}

#[derive(Debug, Clone)]
struct Granted {
    login_name: String,
    app_password: String,
}

impl State {
    /// Ends a flow in favour of a user; the token may be either one or the whole login URL.
    pub(crate) fn grant(&mut self, login_url_or_token: &str, user: &str, login_name: &str) -> bool {
        let token = login_url_or_token.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        let now = self.clock.now();
        let found = self.logins.iter().position(|login| {
            (login.poll_token == token || login.flow_token == token) && now - login.started <= LIFETIME
        });
        let Some(at) = found else { return false };
        let client = self.logins[at].client.clone();
        let app_password = self.mint_app_password(user, &client);
        self.logins[at].granted = Some(Granted { login_name: login_name.to_owned(), app_password });
        true
    }

    /// Answers everything below `/login/v2`; `path` is what follows it.
    pub(crate) fn login_flow(
        &mut self,
        method: &Method,
        path: &str,
        headers: &HeaderMap,
        body: &Bytes,
    ) -> Reply {
        let form = |name: &str| {
            let mut pairs = url::form_urlencoded::parse(body);
            pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
        };
        match (method.as_str(), path.trim_matches('/')) {
            ("POST", "") => self.start_login(headers),
            ("POST", "poll") => self.poll(&form("token"), headers),
            (verb, flow) => match (verb, flow.strip_prefix("flow/")) {
                ("GET", Some(token)) => self.login_page(token, ""),
                ("POST", Some(token)) => self.submit(token, &form("user"), &form("password")),
                _ => html(StatusCode::NOT_FOUND, page("Not found", "There is no such page.")),
            },
        }
    }

    fn start_login(&mut self, headers: &HeaderMap) -> Reply {
        let agent = headers.get("user-agent").and_then(|value| value.to_str().ok());
        let login = Login {
            poll_token: self.token(TOKEN_LENGTH),
            flow_token: self.token(TOKEN_LENGTH),
            client: agent.unwrap_or("unknown client").to_owned(),
            started: self.clock.now(),
            granted: None,
        };
        let base = self.public_url(headers);
        let reply = json!({
            "poll": { "token": login.poll_token, "endpoint": format!("{base}/login/v2/poll") },
            "login": format!("{base}/login/v2/flow/{}", login.flow_token),
        });
        if self.logins.len() == MAX_FLOWS {
            self.logins.remove(0);
        }
        self.logins.push(login);
        json_reply(StatusCode::OK, &reply)
    }

    fn poll(&mut self, token: &str, headers: &HeaderMap) -> Reply {
        let now = self.clock.now();
        let found = self.logins.iter().position(|login| {
            login.poll_token == token && login.granted.is_some() && now - login.started <= LIFETIME
        });
        let granted = found.and_then(|at| self.logins.remove(at).granted);
        let Some(granted) = granted else { return json_reply(StatusCode::NOT_FOUND, &json!([])) };
        let reply = json!({
            "server": self.public_url(headers),
            "loginName": granted.login_name,
            "appPassword": granted.app_password,
        });
        json_reply(StatusCode::OK, &reply)
    }

    fn login_page(&self, token: &str, problem: &str) -> Reply {
        let Some(login) = self.logins.iter().find(|login| login.flow_token == token) else {
            return html(StatusCode::FORBIDDEN, page("Access forbidden", "This request is no longer open."));
        };
        let form = format!(
            "<p><strong>{}</strong> asks for access to your files.</p>\n<p role=\"alert\">{problem}</p>\n\
             <form method=\"post\">\n\
             <p><label>Account <input name=\"user\" autocomplete=\"username\" autofocus required></label></p>\n\
             <p><label>Password <input name=\"password\" type=\"password\" autocomplete=\"current-password\" \
             required></label></p>\n<p><button type=\"submit\">Grant access</button></p>\n</form>",
            escaped(&login.client)
        );
        let status = if problem.is_empty() { StatusCode::OK } else { StatusCode::FORBIDDEN };
        let mut reply = html(status, page("Connect to your account", &form));
        add(&mut reply, "content-security-policy", "default-src 'none'; form-action 'self'");
        reply
    }

    fn submit(&mut self, token: &str, login_name: &str, password: &str) -> Reply {
        match self.check(login_name, password) {
            Ok(identity) if self.grant(token, &identity.user, login_name) => {
                html(StatusCode::OK, page("Account connected", "<p>You can close this window.</p>"))
            }
            Ok(_) => html(StatusCode::FORBIDDEN, page("Access forbidden", "This request is no longer open.")),
            Err(Refusal::Throttled) => {
                let text = "<p>Too many wrong passwords came from this address.</p>";
                html(StatusCode::TOO_MANY_REQUESTS, page("Too many requests", text))
            }
            Err(Refusal::Disabled) => self.login_page(token, "This account is disabled."),
            Err(Refusal::Wrong | Refusal::Anonymous) => self.login_page(token, "Wrong login or password."),
        }
    }
}

pub(crate) fn page(title: &str, body: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>{title}</title></head>\n\
         <body>\n<h1>{title}</h1>\n{body}\n</body>\n</html>\n"
    )
}
