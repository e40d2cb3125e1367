//! Uploads in pieces, below `/remote.php/dav/uploads/{user}/{folder}`.
//!
//! As measured: any name is taken for a piece; `OC-Total-Length` on a piece is compared with the quota; `.file` is
//! the whole so far; the MOVE of it compares the sum with `OC-Total-Length`, its `If-Match` with the pieces and not
//! with the destination, and honours `Overwrite: F` and `If` about the destination. It ends the folder.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use http::StatusCode;
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;

use super::access::Identity;
use super::files::Space;
use super::precondition::{self, There};
use super::property::DAV;
use super::relocate::path_of;
use super::reply::{
    Reply, add, bad_request, conflict, dav_error, empty, forbidden, method_not_allowed, not_found,
    not_implemented, precondition_failed,
};
use super::share::Rights;
use super::site::{Call, collected, decoded};
use super::tree::Upload;
use super::upload::{invalid_path, refused_name};
use super::view::Place;
use super::{files, propfind};

/// Largest piece taken.
const MAX_PIECE: usize = 128 * 1024 * 1024;

/// Owner and name of a folder of pieces.
type Key = (String, String);

pub(crate) async fn answer(call: &Call, identity: &Identity, below: &str, body: Incoming) -> Reply {
    let mut parts = below.trim_start_matches("/uploads/").splitn(3, '/');
    let (spelled, folder) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let piece = decoded(parts.next().unwrap_or_default());
    if !decoded(spelled).eq_ignore_ascii_case(&identity.user) || folder.is_empty() {
        return forbidden("");
    }
    let space = Space { user: identity.user.clone(), spelled: spelled.to_owned(), path: Vec::new() };
    let key = (identity.user.clone(), decoded(folder));
    match (call.method.as_str(), piece.as_str()) {
        ("MKCOL", "") => mkcol(call, key),
        ("PROPFIND", "") => match collected(body).await {
            Ok(body) => listed(call, &space, &key, &body),
            Err(_) => bad_request("The request is too large"),
        },
        ("DELETE", "") => match call.site.state().stages.remove(&key) {
            Some(_) => empty(StatusCode::NO_CONTENT),
            None => missing(&key),
        },
        ("PUT", piece) if !piece.is_empty() => put(call, &space, &key, piece, body).await,
        ("MOVE", ".file") => assemble(call, &space, &key),
        (other, _) => not_implemented(other),
    }
}

fn missing(key: &Key) -> Reply {
    not_found(&[String::new(), key.1.clone()])
}

fn mkcol(call: &Call, key: Key) -> Reply {
    let mut state = call.site.state();
    let there = if state.stages.contains_key(&key) { There::Folder } else { There::Nothing };
    if let Err(reply) = precondition::check(call, there) {
        return *reply;
    }
    if state.stages.contains_key(&key) {
        return method_not_allowed("The resource you tried to create already exists");
    }
    state.stages.insert(key, BTreeMap::new());
    empty(StatusCode::CREATED)
}

fn listed(call: &Call, space: &Space, key: &Key, body: &Bytes) -> Reply {
    let state = call.site.state();
    let Some(pieces) = state.stages.get(key) else { return missing(key) };
    let folder = format!("/remote.php/dav/uploads/{}/{}/", space.spelled, key.1);
    let mut resources = vec![(folder.clone(), Vec::new())];
    let whole: usize = pieces.values().map(Bytes::len).sum();
    let length = |bytes: usize| vec![(DAV, "getcontentlength", bytes.to_string())];
    resources.push((format!("{folder}.file"), length(whole)));
    resources.extend(pieces.iter().map(|(name, piece)| (format!("{folder}{name}"), length(piece.len()))));
    drop(state);
    propfind::plain(call, body, &resources)
}

async fn put(call: &Call, space: &Space, key: &Key, piece: &str, body: Incoming) -> Reply {
    if !call.site.state().stages.contains_key(key) {
        return missing(key);
    }
    let wanted = ["oc-total-length", "content-length"].iter().find_map(|name| call.header(name));
    let wanted: u64 = wanted.and_then(|text| text.parse().ok()).unwrap_or(0);
    if let Some(free) = call.site.state().over_quota(&space.user, wanted) {
        let exception = "Sabre\\DAV\\Exception\\InsufficientStorage";
        let message = format!("Insufficient space in /, {wanted} required, {free} available");
        return dav_error(StatusCode::INSUFFICIENT_STORAGE, exception, &message);
    }
    let Ok(collected) = Limited::new(body, MAX_PIECE).collect().await else {
        return bad_request("The body ended early or is too large");
    };
    let mut state = call.site.state();
    let Some(pieces) = state.stages.get_mut(key) else { return missing(key) };
    let replaced = pieces.insert(piece.to_owned(), collected.to_bytes()).is_some();
    empty(if replaced { StatusCode::NO_CONTENT } else { StatusCode::CREATED })
}

fn assemble(call: &Call, space: &Space, key: &Key) -> Reply {
    let site = Arc::clone(&call.site);
    let mut state = site.state();
    let Some(pieces) = state.stages.get(key).cloned() else { return missing(key) };
    // The measured server compares these with the pieces; no client can know their etag.
    if let Err(reply) = precondition::check(call, There::Folder) {
        return *reply;
    }
    let Some(path) = call.header("destination").and_then(|header| path_of(space, header)) else {
        return bad_request("The destination header was not supplied or is not in this space");
    };
    if let Err(reply) = precondition::check_if(call, &state, space) {
        return *reply;
    }
    let Some((name, parents)) = path.split_last() else { return forbidden("") };
    let parent = state.find(&space.user, parents).filter(|place| state.tree.folder(place.node).is_some());
    let Some(parent) = parent else { return conflict("The destination node is not found") };
    let existing = state.child_of(&space.user, parent, name);
    if existing.is_some() && call.header("overwrite") == Some("F") {
        let message = "The destination node already exists, and the overwrite header is set to false";
        return precondition_failed(message, "Overwrite", None);
    }
    if let Some(problem) = refused_name(name) {
        return invalid_path(problem);
    }
    if let Some(place) = existing
        && let Some(reply) =
            files::refused_by_lock(&mut state, &Space { path: path.clone(), ..space.clone() }, place)
    {
        return reply;
    }
    let needed = if existing.is_some() { Rights::UPDATE } else { Rights::CREATE };
    if !state.rights_at(&space.user, existing.unwrap_or(parent)).has(needed) {
        return forbidden("");
    }
    let mut whole = BytesMut::new();
    for piece in pieces.values() {
        whole.extend_from_slice(piece);
    }
    let promised = call.header("oc-total-length").and_then(|text| text.parse::<usize>().ok());
    if let Some(promised) = promised.filter(|promised| *promised != whole.len()) {
        let sum = whole.len();
        return bad_request(&format!("Chunks on server do not sum up to {promised} but to {sum} bytes"));
    }
    let mtime = call.header("x-oc-mtime").and_then(|text| text.parse().ok());
    let checksum = call.header("oc-checksum").map(Into::into);
    let now = state.clock.change();
    // An existing file is written where it lies, which may be in somebody else's tree.
    let own = existing.and_then(|place| state.tree.get(place.node));
    let own = own.and_then(|node| Some((node.parent?, node.name.to_string())));
    let (parent, name) = own.unwrap_or((parent.node, name.clone()));
    let id = state.tree.write(parent, &name, Upload { content: whole.freeze().into(), mtime, checksum }, now);
    state.stages.remove(key);
    let etag = format!("\"{}\"", state.etag_at(&space.user, Place { node: id, via: None }));
    let mut reply = empty(if existing.is_some() { StatusCode::NO_CONTENT } else { StatusCode::CREATED });
    add(&mut reply, "oc-fileid", &state.full_id(id));
    add(&mut reply, "oc-etag", &etag);
    add(&mut reply, "etag", &etag);
    reply
}
