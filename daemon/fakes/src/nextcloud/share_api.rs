//! The share API: make, list, show and remove shares with accounts and groups.
//! Public links, mail and federated shares are refused, because nothing here would honour them.

use bytes::Bytes;
use http::Method;
use serde_json::{Value, json};

use super::access::Identity;
use super::ocs::{Answer, query};
use super::property::media_type;
use super::share::{Recipient, Rights, Share};
use super::site::Call;
use super::state::State;
use super::view::segments;

pub(crate) fn answer(state: &mut State, call: &Call, who: &Identity, rest: &[&str], body: &Bytes) -> Answer {
    let id = rest.first().and_then(|text| text.parse::<u64>().ok());
    match (call.method.as_str(), id) {
        ("POST", None) => create(state, who, body),
        ("GET", None) => list(state, call, who),
        ("GET", Some(id)) => match state.shares.get(&id).filter(|share| state.concerns(share, &who.user)) {
            Some(share) => Answer::ok(json!([state.share_record(share, &who.user)])),
            None => Answer::failure(404, "Wrong share ID, share does not exist"),
        },
        ("DELETE", Some(id)) => remove(state, who, id),
        _ if call.method == Method::PUT => Answer::failure(405, "Changing shares is not scripted here"),
        _ => Answer::failure(404, "Wrong share ID, share does not exist"),
    }
}

fn create(state: &mut State, who: &Identity, body: &Bytes) -> Answer {
    let field = |name: &str| {
        let mut pairs = url::form_urlencoded::parse(body);
        pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    };
    let path = segments(&field("path").unwrap_or_default());
    let Some(place) = state.find(&who.user, &path) else {
        return Answer::failure(404, "Wrong path, file/folder does not exist");
    };
    let with = field("shareWith").unwrap_or_default();
    let recipient = match field("shareType").as_deref() {
        Some("0") if state.user(&with).is_some() => Recipient::User(with),
        Some("0") => return Answer::failure(404, "Please specify a valid account to share with"),
        Some("1") => Recipient::Group(with),
        _ => return Answer::failure(400, "Unknown share type"),
    };
    let held = state.rights_at(&who.user, place);
    if !held.has(Rights::SHARE) {
        return Answer::failure(404, "You are not allowed to share it");
    }
    let wanted = field("permissions").and_then(|text| text.parse().ok()).map_or(Rights::ALL, Rights);
    let owner = state.owner_at(&who.user, place).to_owned();
    let rights = wanted.only(held).with(Rights::READ);
    let id = state.add_share(&who.user, &owner, place.node, recipient, rights);
    match state.shares.get(&id) {
        Some(share) => Answer::ok(state.share_record(share, &who.user)),
        None => Answer::failure(404, "Share does not exist"),
    }
}

fn list(state: &State, call: &Call, who: &Identity) -> Answer {
    let received = query(call, "shared_with_me").as_deref() == Some("true");
    let only =
        query(call, "path").map(|path| state.find(&who.user, &segments(&path)).map(|place| place.node));
    let chosen = state.shares.values().filter(|share| {
        let mine = share.sharer == who.user || share.owner == who.user;
        let here = only.is_none_or(|node| node == Some(share.node));
        here && if received { !mine && state.concerns(share, &who.user) } else { mine }
    });
    let records: Vec<Value> = chosen.map(|share| state.share_record(share, &who.user)).collect();
    Answer::ok(json!(records))
}

fn remove(state: &mut State, who: &Identity, id: u64) -> Answer {
    let Some(share) = state.shares.get(&id).filter(|share| state.concerns(share, &who.user)) else {
        return Answer::failure(404, "Wrong share ID, share does not exist");
    };
    if share.sharer == who.user || share.owner == who.user {
        state.remove_share(id);
    } else {
        let node = share.node;
        state.leave_mount(&who.user, node);
    }
    Answer::ok(json!([]))
}

impl State {
    fn concerns(&self, share: &Share, user: &str) -> bool {
        let received = match &share.with {
            Recipient::User(id) => id == user,
            Recipient::Group(group) => self.user(user).is_some_and(|user| user.groups.contains(group)),
        };
        share.sharer == user || share.owner == user || (received && !share.left.contains(user))
    }

    fn share_record(&self, share: &Share, viewer: &str) -> Value {
        let name_of =
            |id: &str| self.user(id).map_or_else(|| id.to_owned(), |user| user.display_name.clone());
        let node = self.tree.get(share.node);
        let folder = self.tree.folder(share.node).is_some();
        let mount = self.mount(viewer, share.node);
        let path = match mount {
            Some(mount) => format!("/{}", mount.name),
            None => self.path_of(share.node),
        };
        let (kind, with) = match &share.with {
            Recipient::User(id) => (0, id),
            Recipient::Group(id) => (1, id),
        };
        let name = node.map_or("", |node| &node.name);
        json!({
            "id": share.id.to_string(), "share_type": kind, "uid_owner": share.sharer,
            "displayname_owner": name_of(&share.sharer), "permissions": share.rights.0,
            "can_edit": mount.is_none(), "can_delete": true, "stime": share.created, "parent": null,
            "expiration": null, "token": null, "uid_file_owner": share.owner, "note": "", "label": "",
            "displayname_file_owner": name_of(&share.owner), "path": path,
            "item_type": if folder { "folder" } else { "file" },
            "item_permissions": if folder { 31 } else { 27 },
            "is-mount-root": mount.is_some(), "mount-type": if mount.is_some() { "shared" } else { "" },
            "mimetype": if folder { "httpd/unix-directory" } else { media_type(name) }, "has_preview": false,
            "storage_id": format!("home::{}", share.owner), "storage": 6, "item_source": share.node,
            "file_source": share.node, "file_parent": node.and_then(|node| node.parent),
            "file_target": format!("/{name}"), "item_size": self.tree.size(share.node),
            "item_mtime": node.map(|node| node.mtime), "share_with": with, "share_with_displayname": name_of(with),
            "mail_send": 0, "hide_download": 0, "attributes": null,
        })
    }

    /// The path in the owner's tree.
    fn path_of(&self, node: u64) -> String {
        let names: Vec<&str> = self
            .tree
            .lineage(node)
            .filter_map(|id| self.tree.get(id))
            .filter(|node| node.parent.is_some())
            .map(|node| &*node.name)
            .collect();
        names.iter().rev().fold(String::new(), |path, name| path + "/" + name)
    }
}
