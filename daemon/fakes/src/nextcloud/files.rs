//! The files space below `/remote.php/dav/files/{user}`: which verb does what, in what order it is checked.
//!
//! Reading another person's space is not an error on the measured server: PROPFIND shows one bare collection,
//! GET finds nothing, writes are forbidden. One's own id in another letter case works and is echoed as sent.

use http::{Method, StatusCode};
use hyper::body::Incoming;

use super::access::Identity;
use super::reply::{
    DAV_CLASSES, FILES_METHODS, Reply, add, bad_request, dav_error, dav_error_with, empty, forbidden, locked,
    not_implemented,
};
use super::site::{Call, collected, decoded};
use super::state::State;
use super::view::{Place, segments};
use super::{download, propfind, relocate, search, stage, tagged, tags, trash, upload};

/// Whose tree, under which spelling, and where in it.
#[derive(Debug, Clone)]
pub(crate) struct Space {
    /// User id of the person asking, who owns the tree.
    pub(crate) user: String,
    /// The segment of the URL, still encoded.
    pub(crate) spelled: String,
    pub(crate) path: Vec<String>,
}

/// Answers everything below `/remote.php/dav`.
pub(crate) async fn answer(call: &Call, identity: &Identity, below: &str, body: Incoming) -> Reply {
    if call.method.as_str() == "SEARCH" && below.trim_matches('/').is_empty() {
        return match collected(body).await {
            Ok(body) => search::answer(call, &identity.user, &body),
            Err(_) => bad_request("The request is too large"),
        };
    }
    if below.starts_with("/uploads/") {
        return stage::answer(call, identity, below, body).await;
    }
    if below.starts_with("/trashbin/") {
        return trash::answer(call, identity, below, body).await;
    }
    if below.starts_with("/systemtags") {
        return tags::answer(call, identity, below, body).await;
    }
    let Some((spelled, path)) = split(below) else { return outside(call, below) };
    let owner = decoded(&spelled);
    if !owner.eq_ignore_ascii_case(&identity.user) {
        return foreign(call, &spelled, &path, body).await;
    }
    let space = Space { user: identity.user.clone(), spelled, path };
    match call.method.as_str() {
        "PROPFIND" => match collected(body).await {
            Ok(body) => propfind::answer(call, space, &body),
            Err(_) => bad_request("The request is too large"),
        },
        "GET" | "HEAD" => download::answer(call, &space),
        "PUT" => upload::put(call, &space, body).await,
        "MKCOL" => upload::mkcol(call, &space),
        "DELETE" => relocate::delete(call, &space),
        "MOVE" => relocate::move_to(call, &space),
        "COPY" => relocate::copy_to(call, &space),
        "OPTIONS" => options(),
        "REPORT" => match collected(body).await {
            Ok(body) => tagged::answer(call, &space, &body),
            Err(_) => bad_request("The request is too large"),
        },
        other => not_implemented(other),
    }
}

impl State {
    /// Whether a request meets a lock: one scripted for the node, or an upload in progress.
    pub(crate) fn meets_lock(&mut self, place: Place) -> bool {
        if let Some(times) = self.locks.get_mut(&place.node) {
            *times -= 1;
            if *times == 0 {
                self.locks.remove(&place.node);
            }
            return true;
        }
        let node = self.tree.get(place.node);
        let key = node.and_then(|node| Some((node.parent?, node.name.to_string())));
        key.is_some_and(|key| self.uploads.contains(&key))
    }
}

/// Answers for a place that is there but locked.
pub(crate) fn refused_by_lock(state: &mut State, space: &Space, place: Place) -> Option<Reply> {
    state.meets_lock(place).then(|| locked(&space.path))
}

/// The user segment and the path of a URL below the files space.
pub(crate) fn split(below: &str) -> Option<(String, Vec<String>)> {
    let rest = below.strip_prefix("/files/")?;
    let (spelled, path) = rest.split_once('/').unwrap_or((rest, ""));
    if spelled.is_empty() {
        return None;
    }
    Some((spelled.to_owned(), segments(&decoded(path))))
}

fn outside(call: &Call, below: &str) -> Reply {
    if call.method == Method::OPTIONS {
        return options();
    }
    let first = below.split('/').find(|part| !part.is_empty()).unwrap_or_default();
    let message = format!("File not found: {} in 'root'", decoded(first));
    dav_error(StatusCode::NOT_FOUND, "Sabre\\DAV\\Exception\\NotFound", &message)
}

async fn foreign(call: &Call, spelled: &str, path: &[String], body: Incoming) -> Reply {
    let owner = decoded(spelled);
    if call.site.state().user(&owner).is_none() {
        let message = format!("Principal with name {owner} not found");
        return dav_error(StatusCode::NOT_FOUND, "Sabre\\DAV\\Exception\\NotFound", &message);
    }
    let Ok(body) = collected(body).await else { return bad_request("The request is too large") };
    let last = path.last().map_or("", String::as_str);
    match call.method.as_str() {
        "PROPFIND" if path.is_empty() => propfind::bare(spelled, &body, call),
        "PUT" | "MKCOL" => forbidden(&format!("Permission denied to create file (filename {last})")),
        "OPTIONS" => options(),
        _ => {
            let first = path.first().map_or("", String::as_str);
            let message = format!("File not found: {first} in '{owner}'");
            dav_error(StatusCode::NOT_FOUND, "Sabre\\DAV\\Exception\\NotFound", &message)
        }
    }
}

fn options() -> Reply {
    let mut reply = empty(StatusCode::OK);
    add(&mut reply, "allow", FILES_METHODS);
    add(&mut reply, "dav", DAV_CLASSES);
    add(&mut reply, "ms-author-via", "DAV");
    add(&mut reply, "accept-ranges", "bytes");
    reply
}

/// A REPORT nobody answers here; `sync-collection` among them.
pub(crate) fn unsupported_report(name: &str) -> Reply {
    let exception = "Sabre\\DAV\\Exception\\ReportNotSupported";
    let message = format!("The {name} REPORT is not supported on this url.");
    dav_error_with(StatusCode::UNSUPPORTED_MEDIA_TYPE, exception, &message, "<d:supported-report/>")
}
