//! PUT and MKCOL. While a body arrives the file is locked for everybody; names the measured server refuses are
//! refused with its words; checksums are stored and not verified, as there.

use std::sync::Arc;

use bytes::Bytes;
use http::StatusCode;
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;

use super::files::{Space, refused_by_lock};
use super::precondition::{self, There};
use super::reply::{
    Reply, add, bad_request, conflict, dav_error, empty, forbidden, locked, method_not_allowed, not_found,
};
use super::share::Rights;
use super::site::{Call, Site};
use super::state::State;
use super::tree::Upload;
use super::view::Place;
use super::webhooks::Deed;

/// Largest body taken; the real server streams to disk, this one keeps it in memory.
const MAX_UPLOAD: usize = 512 * 1024 * 1024;

const MAX_NAME_BYTES: usize = 250;

/// Where a write will land: the folder and name in the owner's tree, and whether something is there.
struct Target {
    parent: u64,
    name: String,
    existing: bool,
}

/// Keeps a file locked while its body arrives, even when the client goes away.
struct UploadLock {
    site: Arc<Site>,
    key: (u64, String),
}

impl Drop for UploadLock {
    fn drop(&mut self) {
        self.site.state().uploads.remove(&self.key);
    }
}

pub(crate) async fn put(call: &Call, space: &Space, body: Incoming) -> Reply {
    let (target, lock) = match admitted(call, space) {
        Ok(admitted) => admitted,
        Err(reply) => return *reply,
    };
    let content = match Limited::new(body, MAX_UPLOAD).collect().await {
        Ok(collected) => collected.to_bytes(),
        Err(_) => return bad_request("The body ended early or is too large"),
    };
    drop(lock);
    stored(call, space, &target, content)
}

pub(crate) fn mkcol(call: &Call, space: &Space) -> Reply {
    let mut state = call.site.state();
    let Some((name, parents)) = space.path.split_last() else {
        return method_not_allowed("The resource you tried to create already exists");
    };
    let existing = state.find(&space.user, &space.path).is_some();
    if let Err(reply) = precondition::check(call, there(existing)) {
        return *reply;
    }
    if existing {
        return method_not_allowed("The resource you tried to create already exists");
    }
    let parent = state.find(&space.user, parents).filter(|place| state.tree.folder(place.node).is_some());
    let Some(parent) = parent else { return conflict("Parent node does not exist") };
    if let Some(problem) = refused_name(name) {
        return invalid_path(problem);
    }
    if !state.rights_at(&space.user, parent).has(Rights::CREATE) {
        return forbidden("");
    }
    let now = state.clock.change();
    let id = state.tree.add_folder(parent.node, name, now);
    let mut reply = empty(StatusCode::CREATED);
    add(&mut reply, "oc-fileid", &state.full_id(id));
    reply
}

fn there(folder: bool) -> There<'static> {
    if folder { There::Folder } else { There::Nothing }
}

fn admitted(call: &Call, space: &Space) -> Result<(Target, UploadLock), Box<Reply>> {
    let mut state = call.site.state();
    let Some((name, parents)) = space.path.split_last() else {
        return Err(Box::new(conflict("PUT is not allowed on non-files.")));
    };
    let existing = state.find(&space.user, &space.path);
    if let Some(place) = existing
        && let Some(reply) = refused_by_lock(&mut state, space, place)
    {
        return Err(Box::new(reply));
    }
    let etag = existing.map(|place| format!("\"{}\"", state.etag_at(&space.user, place)));
    let folder = existing.is_some_and(|place| state.tree.folder(place.node).is_some());
    precondition::check(call, etag.as_deref().filter(|_| !folder).map_or(there(folder), There::File))?;
    let target = match existing {
        Some(place) => overwritten(&state, space, place)?,
        None => created(&state, space, name, parents)?,
    };
    let wanted: u64 = call.header("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
    let owner = existing.map_or(space.user.as_str(), |place| state.owner_at(&space.user, place));
    if let Some(free) = state.over_quota(owner, wanted) {
        let path = space.path.join("/");
        let message = format!("Insufficient space in /{path}, {wanted} required, {free} available");
        let exception = "Sabre\\DAV\\Exception\\InsufficientStorage";
        return Err(Box::new(dav_error(StatusCode::INSUFFICIENT_STORAGE, exception, &message)));
    }
    let key = (target.parent, target.name.clone());
    if !state.uploads.insert(key.clone()) {
        return Err(Box::new(locked(&space.path)));
    }
    Ok((target, UploadLock { site: Arc::clone(&call.site), key }))
}

fn overwritten(state: &State, space: &Space, place: Place) -> Result<Target, Box<Reply>> {
    if state.tree.file(place.node).is_none() {
        return Err(Box::new(conflict("PUT is not allowed on non-files.")));
    }
    if !state.rights_at(&space.user, place).has(Rights::UPDATE) {
        return Err(Box::new(forbidden("")));
    }
    let node = state.tree.get(place.node).and_then(|node| Some((node.parent?, node.name.to_string())));
    let (parent, name) = node.ok_or_else(|| Box::new(not_found(&space.path)))?;
    Ok(Target { parent, name, existing: true })
}

fn created(state: &State, space: &Space, name: &str, parents: &[String]) -> Result<Target, Box<Reply>> {
    let parent = state.find(&space.user, parents).filter(|place| state.tree.folder(place.node).is_some());
    let Some(parent) = parent else { return Err(Box::new(not_found(parents))) };
    if let Some(problem) = refused_name(name) {
        return Err(Box::new(invalid_path(problem)));
    }
    if !state.rights_at(&space.user, parent).has(Rights::CREATE) {
        return Err(Box::new(forbidden("")));
    }
    Ok(Target { parent: parent.node, name: name.to_owned(), existing: false })
}

fn stored(call: &Call, space: &Space, target: &Target, content: Bytes) -> Reply {
    let mut state = call.site.state();
    if state.tree.folder(target.parent).is_none() {
        return not_found(&space.path);
    }
    let mtime = call.header("x-oc-mtime").and_then(|text| text.parse().ok());
    let checksum = call.header("oc-checksum").map(Into::into);
    let now = state.clock.change();
    let upload = Upload { content: content.into(), mtime, checksum };
    let id = state.tree.write(target.parent, &target.name, upload, now);
    state.happened(&space.user, &Deed::Wrote { new: !target.existing }, id, &space.path);
    let etag = format!("\"{}\"", state.etag_at(&space.user, Place { node: id, via: None }));
    let mut reply = empty(if target.existing { StatusCode::NO_CONTENT } else { StatusCode::CREATED });
    add(&mut reply, "oc-fileid", &state.full_id(id));
    add(&mut reply, "oc-etag", &etag);
    add(&mut reply, "etag", &etag);
    if mtime.is_some() {
        add(&mut reply, "x-oc-mtime", "accepted");
    }
    reply
}

/// Why the measured server would not have such a name, in its words.
pub(crate) fn refused_name(name: &str) -> Option<&'static str> {
    if name.contains('\\') {
        return Some("\"\\\" is not allowed inside a file or folder name.");
    }
    if name.chars().any(char::is_control) {
        return Some("Filename contains at least one invalid character");
    }
    if name.eq_ignore_ascii_case(".htaccess") {
        return Some("Filename is a reserved word");
    }
    match name.to_lowercase().rsplit_once('.').map(|(_, extension)| extension) {
        Some("filepart") => return Some("\".filepart\" is a forbidden file type."),
        Some("part") => return Some("\".part\" is a forbidden file type."),
        _ => {}
    }
    (name.len() > MAX_NAME_BYTES).then_some("Filename is too long")
}

pub(crate) fn invalid_path(problem: &str) -> Reply {
    let exception = "OCA\\DAV\\Connector\\Sabre\\Exception\\InvalidPath";
    dav_error(StatusCode::BAD_REQUEST, exception, problem)
}
