//! The trash below `/remote.php/dav/trashbin/{user}`.
//!
//! As measured: an item is named after what was deleted and the second it was; it keeps its file id; a restore goes
//! to the old place, to the root when the old folder is gone, and under another name when the old one is taken. Every
//! restore counts as an overwrite, so `Overwrite: F` refuses it always. Deleting an item purges it.

use bytes::Bytes;
use http::StatusCode;
use hyper::body::Incoming;

use super::access::Identity;
use super::precondition::{self, There};
use super::property::{NC, OC};
use super::propfind::{self, encode_into};
use super::reply::{
    Reply, bad_request, empty, escaped, forbidden, not_found, not_implemented, precondition_failed,
};
use super::site::{Call, collected, decoded};
use super::state::State;

/// Something in a person's trash.
#[derive(Debug, Clone)]
pub(crate) struct Trashed {
    pub(crate) node: u64,
    /// What it is called in the trash.
    pub(crate) name: String,
    /// The path it had.
    pub(crate) original: Vec<String>,
    pub(crate) deleted_at: i64,
}

pub(crate) async fn answer(call: &Call, identity: &Identity, below: &str, body: Incoming) -> Reply {
    let mut parts = below.trim_start_matches("/trashbin/").splitn(3, '/');
    let spelled = parts.next().unwrap_or_default().to_owned();
    let within = parts.next().unwrap_or_default().to_owned();
    let name = decoded(parts.next().unwrap_or_default().trim_end_matches('/'));
    if !decoded(&spelled).eq_ignore_ascii_case(&identity.user) || within != "trash" {
        return forbidden("");
    }
    match call.method.as_str() {
        "PROPFIND" if name.is_empty() => match collected(body).await {
            Ok(body) => listed(call, &identity.user, &spelled, &body),
            Err(_) => bad_request("The request is too large"),
        },
        "MOVE" if !name.is_empty() => restored(call, &identity.user, &name),
        "DELETE" if !name.is_empty() => purged(call, &identity.user, &name),
        other => not_implemented(other),
    }
}

fn listed(call: &Call, user: &str, spelled: &str, body: &Bytes) -> Reply {
    let state = call.site.state();
    let folder = format!("/remote.php/dav/trashbin/{spelled}/trash/");
    let mut resources = vec![(folder.clone(), Vec::new())];
    for item in state.people.get(user).map_or(&[][..], |person| &person.trash) {
        let mut href = folder.clone();
        encode_into(&mut href, &item.name);
        if state.tree.folder(item.node).is_some() {
            href.push('/');
        }
        let original = escaped(&item.original.join("/"));
        resources.push((
            href,
            vec![
                (NC, "trashbin-filename", escaped(item.original.last().map_or("", String::as_str))),
                (NC, "trashbin-original-location", original),
                (NC, "trashbin-deletion-time", item.deleted_at.to_string()),
                (NC, "trashbin-deleted-by-id", user.to_owned()),
                (OC, "fileid", item.node.to_string()),
                (OC, "size", state.tree.size(item.node).to_string()),
            ],
        ));
    }
    drop(state);
    propfind::plain(call, body, &resources)
}

fn restored(call: &Call, user: &str, name: &str) -> Reply {
    let mut state = call.site.state();
    let Some(item) = state.trashed(user, name) else { return not_found(&[name.to_owned()]) };
    if let Err(reply) = precondition::check(call, There::Folder) {
        return *reply;
    }
    if call.header("overwrite") == Some("F") {
        let message = "The destination node already exists, and the overwrite header is set to false";
        return precondition_failed(message, "Overwrite", None);
    }
    state.restore(user, &item);
    empty(StatusCode::CREATED)
}

fn purged(call: &Call, user: &str, name: &str) -> Reply {
    let mut state = call.site.state();
    let Some(item) = state.trashed(user, name) else { return not_found(&[name.to_owned()]) };
    state.forget_trashed(user, item.node);
    state.tree.purge(item.node);
    empty(StatusCode::NO_CONTENT)
}

impl State {
    fn trashed(&self, user: &str, name: &str) -> Option<Trashed> {
        self.people.get(user)?.trash.iter().find(|item| item.name == name).cloned()
    }

    fn forget_trashed(&mut self, user: &str, node: u64) {
        if let Some(person) = self.people.get_mut(user) {
            person.trash.retain(|item| item.node != node);
        }
    }

    /// Puts a node that was just taken out of the tree into its owner's trash.
    pub(crate) fn bin(&mut self, owner: &str, node: u64, original: Vec<String>, now: i64) {
        let Some(person) = self.people.get_mut(owner) else { return };
        let name = format!("{}.d{now}", original.last().map_or("", String::as_str));
        person.trash.push(Trashed { node, name, original, deleted_at: now });
    }

    /// Takes something out of the trash, to where it was if that is still possible.
    pub(crate) fn restore(&mut self, user: &str, item: &Trashed) {
        let Some((wanted, parents)) = item.original.split_last() else { return };
        let own = |place: &super::view::Place| place.via.is_none() && self.tree.folder(place.node).is_some();
        let parent = self.find(user, parents).filter(own).or_else(|| self.root_of(user));
        let Some(parent) = parent else { return };
        let mut name = wanted.clone();
        let mut count = 1;
        while self.child_of(user, parent, &name).is_some() {
            let again = if count == 1 { "restored".to_owned() } else { format!("restored {count}") };
            name = match wanted.rsplit_once('.') {
                Some((stem, extension)) => format!("{stem} ({again}).{extension}"),
                None => format!("{wanted} ({again})"),
            };
            count += 1;
        }
        self.forget_trashed(user, item.node);
        let now = self.clock.change();
        self.tree.unshelve(item.node, parent.node, &name, now);
    }

    /// The names from the root of its owner's tree down to a node.
    pub(crate) fn path_of_node(&self, node: u64) -> Vec<String> {
        let names = self.tree.lineage(node).filter_map(|id| Some(self.tree.get(id)?.name.to_string()));
        let mut names: Vec<String> = names.filter(|name| !name.is_empty()).collect();
        names.reverse();
        names
    }

    /// Whose tree a node is in.
    pub(crate) fn owner_of_root(&self, node: u64) -> Option<String> {
        let root = self.tree.lineage(node).last()?;
        self.people.iter().find(|(_, person)| person.root == root).map(|(id, _)| id.clone())
    }
}
