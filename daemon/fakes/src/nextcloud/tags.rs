//! System tags: `/remote.php/dav/systemtags/` and `/remote.php/dav/systemtags-relations/files/{id}/`.
//!
//! As measured: names are unique whatever their case (409), a second assignment is 409 unless the request asked for
//! absence (412), a tag nobody made is 412 without a named header, a file the person does not see is 404.

use bytes::Bytes;
use http::StatusCode;
use hyper::body::Incoming;
use serde_json::Value;

use super::access::Identity;
use super::precondition::{self, There};
use super::property::OC;
use super::propfind;
use super::reply::{
    Reply, add, bad_request, conflict, dav_error, empty, escaped, forbidden, not_implemented,
};
use super::site::{Call, collected};
use super::state::State;
use super::view::Place;

/// One resource of an answer.
type Resource = (String, Vec<(&'static str, &'static str, String)>);

pub(crate) async fn answer(call: &Call, identity: &Identity, below: &str, body: Incoming) -> Reply {
    let Ok(body) = collected(body).await else { return bad_request("The request is too large") };
    let parts: Vec<&str> = below.split('/').filter(|part| !part.is_empty()).collect();
    match (call.method.as_str(), parts.as_slice()) {
        ("PROPFIND", ["systemtags"]) => all(call, &body),
        ("POST", ["systemtags"]) => created(call, identity, &body),
        (method, ["systemtags-relations", "files", file, rest @ ..]) => {
            let file = file.parse().ok().filter(|file| call.site.state().sees(&identity.user, *file));
            let Some(file) = file else {
                let exception = "Sabre\\DAV\\Exception\\NotFound";
                return dav_error(
                    StatusCode::NOT_FOUND,
                    exception,
                    "Entity does not exist or is not available",
                );
            };
            let tag = rest.first().and_then(|tag| tag.parse().ok());
            match (method, tag) {
                ("PROPFIND", None) => of_file(call, file, &body),
                ("PUT", Some(tag)) => assigned(call, file, tag),
                ("DELETE", Some(tag)) => unassigned(call, file, tag),
                (other, _) => not_implemented(other),
            }
        }
        (other, _) => not_implemented(other),
    }
}

fn all(call: &Call, body: &Bytes) -> Reply {
    let state = call.site.state();
    let root = "/remote.php/dav/systemtags/";
    let tags = state.tags.iter().map(|(id, name)| resource(format!("{root}{id}/"), *id, name));
    let resources: Vec<Resource> = std::iter::once((root.to_owned(), Vec::new())).chain(tags).collect();
    drop(state);
    propfind::plain(call, body, &resources)
}

fn of_file(call: &Call, file: u64, body: &Bytes) -> Reply {
    let state = call.site.state();
    let root = format!("/remote.php/dav/systemtags-relations/files/{file}/");
    let tags = state.tags_of(file).map(|(id, name)| resource(format!("{root}{id}"), id, name));
    let resources: Vec<Resource> = std::iter::once((root.clone(), Vec::new())).chain(tags).collect();
    drop(state);
    propfind::plain(call, body, &resources)
}

fn resource(href: String, id: u64, name: &str) -> Resource {
    let yes = || "true".to_owned();
    let properties = vec![
        (OC, "id", id.to_string()),
        (OC, "display-name", escaped(name)),
        (OC, "user-visible", yes()),
        (OC, "user-assignable", yes()),
        (OC, "can-assign", yes()),
    ];
    (href, properties)
}

fn created(call: &Call, identity: &Identity, body: &Bytes) -> Reply {
    let mut state = call.site.state();
    let wanted: Value = serde_json::from_slice(body).unwrap_or_default();
    let Some(name) = wanted["name"].as_str() else { return bad_request("Missing \"name\" attribute") };
    let admin =
        state.user(&identity.user).is_some_and(|user| user.groups.iter().any(|group| group == "admin"));
    if state.tags_are_restricted && !admin {
        return forbidden("You don’t have permissions to create tags");
    }
    if state.tags.values().any(|tag| tag.to_lowercase() == name.to_lowercase()) {
        return conflict("Tag already exists");
    }
    let id = state.make_tag(name);
    let mut reply = empty(StatusCode::CREATED);
    add(&mut reply, "content-location", &format!("/remote.php/dav/systemtags/{id}"));
    reply
}

fn assigned(call: &Call, file: u64, tag: u64) -> Reply {
    let mut state = call.site.state();
    let there = if state.tagged.contains(&(file, tag)) { There::Folder } else { There::Nothing };
    if let Err(reply) = precondition::check(call, there) {
        return *reply;
    }
    if !state.tags.contains_key(&tag) {
        let exception = "Sabre\\DAV\\Exception\\PreconditionFailed";
        let message = format!("Tag with id {tag} does not exist, cannot assign");
        return dav_error(StatusCode::PRECONDITION_FAILED, exception, &message);
    }
    if !state.tagged.insert((file, tag)) {
        return conflict("PUT is not allowed on non-files.");
    }
    empty(StatusCode::CREATED)
}

fn unassigned(call: &Call, file: u64, tag: u64) -> Reply {
    let mut state = call.site.state();
    let there = if state.tagged.contains(&(file, tag)) { There::Folder } else { There::Nothing };
    if let Err(reply) = precondition::check(call, there) {
        return *reply;
    }
    if !state.tagged.remove(&(file, tag)) {
        let exception = "Sabre\\DAV\\Exception\\NotFound";
        let message = format!("Tag with id {tag} not present for object {file}");
        return dav_error(StatusCode::NOT_FOUND, exception, &message);
    }
    empty(StatusCode::NO_CONTENT)
}

impl State {
    /// Number and name of each tag of a node.
    pub(crate) fn tags_of(&self, node: u64) -> impl Iterator<Item = (u64, &str)> {
        let tags = self.tagged.range((node, 0)..=(node, u64::MAX));
        tags.filter_map(|(_, tag)| Some((*tag, self.tags.get(tag)?.as_str())))
    }

    /// Makes a tag; its number.
    pub(crate) fn make_tag(&mut self, name: &str) -> u64 {
        let id = self.tags.last_key_value().map_or(1, |(id, _)| id + 1);
        self.tags.insert(id, name.to_owned());
        id
    }

    /// Whether a node is anywhere in the person's view.
    fn sees(&self, user: &str, node: u64) -> bool {
        let Some(root) = self.root_of(user) else { return false };
        let through = |place: Place| self.tree.is_within(node, place.node);
        let mounts = self.people.get(user).map_or(&[][..], |person| &person.mounts);
        !self.tree.is_away(node)
            && (through(root) || mounts.iter().any(|mount| through(Place { node: mount.node, via: None })))
    }
}
