//! The OCS endpoints a daemon talks to: capabilities, the account, the user directory, app passwords, shares.
//!
//! `/ocs/v2.php` tells the truth in the HTTP status; `/ocs/v1.php` answers 200 and hides it in the envelope. JSON
//! comes only when asked for, XML otherwise. Basic credentials without `OCS-APIRequest` are a 412.

use bytes::Bytes;
use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::access::{Identity, Refusal};
use super::reply::{Reply, add, escaped, json as json_reply, xml};
use super::script::User;
use super::share_api;
use super::site::{Call, decoded};
use super::state::State;

/// An OCS answer before it is wrapped.
pub(crate) struct Answer {
    pub(crate) code: u16,
    pub(crate) message: String,
    pub(crate) data: Value,
}

impl Answer {
    pub(crate) fn ok(data: Value) -> Self {
        Self { code: 200, message: "OK".to_owned(), data }
    }

    pub(crate) fn failure(code: u16, message: &str) -> Self {
        Self { code, message: message.to_owned(), data: json!([]) }
    }
}

pub(crate) fn answer(call: &Call, version: u8, below: &str, body: &Bytes) -> Reply {
    if call.site.state().maintenance {
        let failure = Answer::failure(503, "Service unavailable");
        let mut reply = wrapped(call, 2, &failure);
        add(&mut reply, "x-nextcloud-maintenance-mode", "1");
        return reply;
    }
    let credentials = call.headers.contains_key("authorization");
    if credentials && call.header("ocs-apirequest").is_none() {
        return json_reply(StatusCode::PRECONDITION_FAILED, &json!({ "message": "CSRF check failed" }));
    }
    let path = decoded(below);
    let path = path.trim_matches('/');
    if path == "cloud/capabilities" && !credentials {
        return wrapped(call, version, &Answer::ok(capabilities(false)));
    }
    let identity = match call.authenticate() {
        Ok(identity) => identity,
        Err(Refusal::Throttled) => {
            return wrapped(call, version, &Answer::failure(429, "Reached maximum delay"));
        }
        Err(_) => return wrapped(call, version, &Answer::failure(997, "Current user is not logged in")),
    };
    let answer = call.site.state().ocs(call, path, &identity, body);
    let mut reply = wrapped(call, version, &answer);
    add(&mut reply, "x-user-id", &identity.user);
    reply
}

impl State {
    fn ocs(&mut self, call: &Call, path: &str, identity: &Identity, body: &Bytes) -> Answer {
        let parts: Vec<&str> = path.split('/').collect();
        let reading = call.method == Method::GET;
        match parts.as_slice() {
            ["cloud", "capabilities"] if reading => {
                let push = self.script.notify_push.then(|| self.public_url(&call.headers));
                Answer::ok(with_push(capabilities(true), push))
            }
            ["cloud", "user"] if reading => self.record_of(&identity.user, false),
            ["cloud", "users"] if reading => self.directory(call, identity, false),
            ["cloud", "users", "details"] if reading => self.directory(call, identity, true),
            ["cloud", "users", id] if reading => self.person_for(identity, id),
            ["cloud", "users", id, "groups"] if reading => self.groups_for(identity, id),
            ["cloud", "groups"] if reading => self.groups(identity),
            ["cloud", "groups", group] | ["cloud", "groups", group, "users"] if reading => {
                self.members(identity, group)
            }
            ["core", "getapppassword"] if reading => self.app_password_for(call, identity),
            ["core", "apppassword"] if call.method == Method::DELETE => {
                if let Some(password) = &identity.app_password {
                    self.app_passwords.remove(password);
                    return Answer::ok(json!([]));
                }
                Answer::failure(403, "no app password in use")
            }
            ["apps", "webhook_listeners", "api", "v1", "webhooks", rest @ ..] => {
                self.webhook_api(&call.method, &identity.user, rest, body)
            }
            ["apps", "files_sharing", "api", "v1", "shares", rest @ ..] => {
                share_api::answer(self, call, identity, rest, body)
            }
            _ => Answer::failure(
                998,
                "Invalid query, please check the syntax. API specifications are here: \
                 http://www.freedesktop.org/wiki/Specifications/open-collaboration-services.\n",
            ),
        }
    }

    fn is_admin(&self, identity: &Identity) -> bool {
        self.user(&identity.user).is_some_and(|user| user.groups.iter().any(|group| group == "admin"))
    }

    fn directory(&self, call: &Call, identity: &Identity, details: bool) -> Answer {
        if !self.is_admin(identity) {
            return not_an_admin();
        }
        let search = query(call, "search").unwrap_or_default().to_lowercase();
        let offset = query(call, "offset").and_then(|text| text.parse().ok()).unwrap_or(0);
        let limit = query(call, "limit").and_then(|text| text.parse().ok()).unwrap_or(usize::MAX);
        let found = self.people.values().map(|person| &person.user).filter(|user| {
            user.id.to_lowercase().contains(&search) || user.display_name.to_lowercase().contains(&search)
        });
        let page = found.skip(offset).take(limit);
        if details {
            let records: serde_json::Map<String, Value> =
                page.map(|user| (user.id.clone(), self.record(user, true))).collect();
            return Answer::ok(json!({ "users": records }));
        }
        let ids: Vec<&str> = page.map(|user| user.id.as_str()).collect();
        Answer::ok(json!({ "users": ids }))
    }

    fn person_for(&self, identity: &Identity, id: &str) -> Answer {
        let admin = self.is_admin(identity);
        if admin && self.user(id).is_none() {
            return Answer::failure(404, "User does not exist");
        }
        if !admin && identity.user != id {
            return Answer { code: 998, message: String::new(), data: json!([]) };
        }
        self.record_of(id, admin)
    }

    fn groups_for(&self, identity: &Identity, id: &str) -> Answer {
        match self.user(id) {
            Some(user) if self.is_admin(identity) || identity.user == id => {
                Answer::ok(json!({ "groups": user.groups }))
            }
            _ => Answer { code: 998, message: String::new(), data: json!([]) },
        }
    }

    fn groups(&self, identity: &Identity) -> Answer {
        if !self.is_admin(identity) {
            return not_an_admin();
        }
        let users = self.people.values().map(|person| &person.user);
        let groups: std::collections::BTreeSet<&String> = users.flat_map(|user| &user.groups).collect();
        Answer::ok(json!({ "groups": groups }))
    }

    fn members(&self, identity: &Identity, group: &str) -> Answer {
        if !self.is_admin(identity) {
            return not_an_admin();
        }
        let users = self.people.values().map(|person| &person.user);
        let members: Vec<&str> = users
            .filter(|user| user.groups.iter().any(|joined| joined == group))
            .map(|user| user.id.as_str())
            .collect();
        Answer::ok(json!({ "users": members }))
    }

    fn app_password_for(&mut self, call: &Call, identity: &Identity) -> Answer {
        if identity.app_password.is_some() {
            return Answer::failure(403, "You cannot request an new apppassword with an apppassword");
        }
        let client = call.header("user-agent").unwrap_or("unknown client").to_owned();
        let password = self.mint_app_password(&identity.user, &client);
        Answer::ok(json!({ "apppassword": password }))
    }

    fn record_of(&self, id: &str, for_admin: bool) -> Answer {
        match self.user(id) {
            Some(user) => Answer::ok(self.record(user, for_admin)),
            None => Answer::failure(404, "User does not exist"),
        }
    }

    fn record(&self, user: &User, for_admin: bool) -> Value {
        let held = self.people.get(&user.id).map_or(0, |person| self.tree.size(person.root));
        let quota = match user.quota {
            Some(total) => json!({
                "free": total.saturating_sub(held), "used": held, "total": total,
                "relative": relative(held, total), "quota": total,
            }),
            None => json!({ "free": -3, "used": held, "total": -3, "relative": 0, "quota": -3 }),
        };
        let mut record = json!({
            "enabled": user.enabled, "id": user.id, "firstLoginTimestamp": 1_795_391_790,
            "lastLoginTimestamp": 1_795_391_939, "lastLogin": 1_795_391_939_000_i64, "backend": "Database",
            "subadmin": [], "quota": quota, "manager": "", "email": user.email, "additional_mail": [],
            "displayname": user.display_name, "display-name": user.display_name, "phone": "", "address": "",
            "website": "", "twitter": "", "bluesky": "", "fediverse": "", "organisation": "", "role": "",
            "headline": "", "biography": "", "profile_enabled": "1", "pronouns": "", "groups": user.groups,
            "language": "en", "locale": "", "timezone": "", "notify_email": null,
            "backendCapabilities": { "setDisplayName": true, "setPassword": true },
        });
        if for_admin {
            record["storageLocation"] = json!(format!("/var/www/nextcloud/data/{}", user.id));
        }
        record
    }
}

/// A parameter of the query string.
pub(crate) fn query(call: &Call, name: &str) -> Option<String> {
    let pairs = url::form_urlencoded::parse(call.query.as_deref()?.as_bytes());
    pairs.into_iter().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

fn not_an_admin() -> Answer {
    Answer::failure(403, "Logged in account must be at least a sub admin")
}

/// Percent with two decimals, as the quota record has it.
fn relative(held: u64, total: u64) -> f64 {
    if total == 0 {
        return 0.0;
    }
    (held as f64 / total as f64 * 10_000.0).round() / 100.0
}

fn wrapped(call: &Call, version: u8, answer: &Answer) -> Reply {
    let ok = answer.code == 200;
    let status = match (answer.code, version) {
        (997, _) => StatusCode::UNAUTHORIZED,
        (_, 1) => StatusCode::OK,
        (998, _) => StatusCode::NOT_FOUND,
        (code, _) => StatusCode::from_u16(code).unwrap_or(StatusCode::OK),
    };
    let code = if ok && version == 1 { 100 } else { answer.code };
    let word = if ok { "ok" } else { "failure" };
    let mut meta = json!({ "status": word, "statuscode": code, "message": answer.message });
    if version == 1 {
        meta["totalitems"] = json!("");
        meta["itemsperpage"] = json!("");
    }
    let asked = call.header("accept").is_some_and(|accept| accept.contains("json"));
    if asked || query(call, "format").as_deref() == Some("json") {
        return json_reply(status, &json!({ "ocs": { "meta": meta, "data": answer.data } }));
    }
    let (meta, data) = (element("meta", &meta), element("data", &answer.data));
    xml(status, format!("<?xml version=\"1.0\"?>\n<ocs>\n{meta}{data}</ocs>\n"))
}

/// The XML form of an OCS answer; lists become `element`s.
fn element(name: &str, value: &Value) -> String {
    let name = if name.starts_with(|first: char| first.is_ascii_digit()) { "element" } else { name };
    let inside = match value {
        Value::Object(fields) => fields.iter().map(|(key, value)| element(key, value)).collect(),
        Value::Array(items) => items.iter().map(|item| element("element", item)).collect(),
        Value::String(text) => escaped(text),
        Value::Bool(on) => if *on { "1" } else { "" }.to_owned(),
        Value::Null => String::new(),
        Value::Number(number) => number.to_string(),
    };
    if inside.is_empty() { format!("<{name}/>\n") } else { format!("<{name}>{inside}</{name}>\n") }
}

/// The section of the app `notify_push`, where it is set up.
fn with_push(mut capabilities: Value, base: Option<String>) -> Value {
    if let Some(base) = base {
        let socket = format!("{}{}", base.replacen("http", "ws", 1), super::push::PATH);
        capabilities["capabilities"]["notify_push"] = json!({
            "type": ["files", "activities", "notifications"],
            "endpoints": { "websocket": socket, "pre_auth": format!("{base}/apps/notify_push/pre_auth") },
        });
    }
    capabilities
}

fn capabilities(signed_in: bool) -> Value {
    let mut found = json!({
        "bruteforce": { "delay": 0, "allow-listed": false },
        "app_api": { "version": "32.0.0" },
        "theming": { "name": "Nextcloud", "productName": "Nextcloud", "color": "#00679e" },
    });
    if signed_in {
        found["core"] =
            json!({ "pollinterval": 60, "webdav-root": "remote.php/webdav", "reference-api": true });
        found["files"] = json!({
            "blacklisted_files": [".htaccess"], "forbidden_filenames": [".htaccess"],
            "forbidden_filename_basenames": [], "forbidden_filename_characters": ["\\", "/"],
            "forbidden_filename_extensions": [".filepart", ".part"], "bigfilechunking": false,
            "windows_compatible_filenames": false, "comments": false, "undelete": false, "versioning": false,
        });
        found["dav"] = json!({ "absence-supported": true });
        found["files_sharing"] = json!({
            "api_enabled": true, "resharing": true, "group_sharing": true, "default_permissions": 31,
            "public": { "enabled": false }, "user": { "send_mail": false }, "group": { "enabled": true },
        });
        found["provisioning_api"] = json!({ "version": "1.22.0" });
    }
    json!({
        "version": { "major": 32, "minor": 0, "micro": 1, "string": "32.0.1", "edition": "",
                     "extendedSupport": false },
        "capabilities": found,
    })
}
