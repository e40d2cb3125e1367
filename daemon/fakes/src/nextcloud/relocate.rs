//! DELETE, MOVE and COPY. Removing or renaming a received mount touches only the receiver's side; everything else
//! asks for rights on both ends. Overwriting is the default and silent, as measured.

use http::StatusCode;

use super::files::{Space, refused_by_lock, split};
use super::precondition::{self, There};
use super::reply::{Reply, add, bad_request, conflict, empty, forbidden, not_found, precondition_failed};
use super::share::Rights;
use super::site::Call;
use super::state::State;
use super::upload::{invalid_path, refused_name};
use super::view::Place;
use super::webhooks::Deed;

/// The free place something goes to.
struct Landing {
    parent: Place,
    name: String,
    /// Something had to go.
    replaced: bool,
}

pub(crate) fn delete(call: &Call, space: &Space) -> Reply {
    let mut state = call.site.state();
    let place = match departing(call, &mut state, space) {
        Ok(place) => place,
        Err(reply) => return *reply,
    };
    if !state.may_take_away(&space.user, place) {
        return forbidden("");
    }
    if !place.is_mount_root() {
        state.happened(&space.user, &Deed::Deleted, place.node, &space.path);
    }
    state.take_away(&space.user, place);
    empty(StatusCode::NO_CONTENT)
}

pub(crate) fn move_to(call: &Call, space: &Space) -> Reply {
    let mut state = call.site.state();
    let place = match departing(call, &mut state, space) {
        Ok(place) => place,
        Err(reply) => return *reply,
    };
    if !state.may_take_away(&space.user, place) {
        return forbidden("");
    }
    let landing = match landing(call, &mut state, space, place) {
        Ok(landing) => landing,
        Err(reply) => return *reply,
    };
    if place.is_mount_root() {
        if landing.parent.via.is_some() {
            return forbidden("");
        }
        state.place_mount(&space.user, place.node, landing.parent.node, &landing.name);
    } else {
        let now = state.clock.change();
        state.push_files(place.node);
        state.tree.relocate(place.node, landing.parent.node, &landing.name, now);
    }
    let arrived = destination(call, space).unwrap_or_default();
    state.happened(&space.user, &Deed::Renamed { from: &space.path }, place.node, &arrived);
    let mut reply = empty(landed(&landing));
    add(&mut reply, "oc-fileid", &state.full_id(place.node));
    if state.tree.file(place.node).is_some() {
        let etag = format!("\"{}\"", state.etag_at(&space.user, place));
        add(&mut reply, "oc-etag", &etag);
        add(&mut reply, "etag", &etag);
    }
    reply
}

pub(crate) fn copy_to(call: &Call, space: &Space) -> Reply {
    let mut state = call.site.state();
    let place = match departing(call, &mut state, space) {
        Ok(place) => place,
        Err(reply) => return *reply,
    };
    let landing = match landing(call, &mut state, space, place) {
        Ok(landing) => landing,
        Err(reply) => return *reply,
    };
    let now = state.clock.change();
    let id = state.tree.copy(place.node, landing.parent.node, &landing.name, now);
    let arrived = destination(call, space).unwrap_or_default();
    state.happened(&space.user, &Deed::Copied { source: place.node, from: &space.path }, id, &arrived);
    let mut reply = empty(landed(&landing));
    add(&mut reply, "oc-fileid", &state.full_id(id));
    reply
}

impl State {
    /// A mount can always be left; anything else needs the right.
    pub(crate) fn may_take_away(&self, user: &str, place: Place) -> bool {
        place.is_mount_root() || self.rights_at(user, place).has(Rights::DELETE)
    }

    /// Removes a node, or leaves a share.
    pub(crate) fn take_away(&mut self, user: &str, place: Place) {
        if place.is_mount_root() {
            self.leave_mount(user, place.node);
            return;
        }
        let original = self.path_of_node(place.node);
        let Some(owner) = self.owner_of_root(place.node) else { return };
        let now = self.clock.change();
        self.tree.shelve(place.node, now);
        self.bin(&owner, place.node, original, now);
        self.forget_nodes(&[place.node]);
    }
}

fn landed(landing: &Landing) -> StatusCode {
    if landing.replaced { StatusCode::NO_CONTENT } else { StatusCode::CREATED }
}

/// What is to be moved, copied or removed.
fn departing(call: &Call, state: &mut State, space: &Space) -> Result<Place, Box<Reply>> {
    let Some(place) = state.find(&space.user, &space.path) else {
        return Err(Box::new(not_found(&space.path)));
    };
    if space.path.is_empty() {
        return Err(Box::new(forbidden("")));
    }
    if let Some(reply) = refused_by_lock(state, space, place) {
        return Err(Box::new(reply));
    }
    let etag = format!("\"{}\"", state.etag_at(&space.user, place));
    let file = state.tree.file(place.node).is_some();
    precondition::check(call, if file { There::File(&etag) } else { There::Folder })?;
    precondition::check_if(call, state, space)?;
    Ok(place)
}

/// Finds where it goes and makes room there.
fn landing(call: &Call, state: &mut State, space: &Space, source: Place) -> Result<Landing, Box<Reply>> {
    let Some(destination) = destination(call, space) else {
        return Err(Box::new(bad_request("The destination header was not supplied or is not in this space")));
    };
    let Some((name, parents)) = destination.split_last() else { return Err(Box::new(forbidden(""))) };
    let parent = state.find(&space.user, parents).filter(|place| state.tree.folder(place.node).is_some());
    let Some(parent) = parent else { return Err(Box::new(conflict("The destination node is not found"))) };
    if let Some(problem) = refused_name(name) {
        return Err(Box::new(invalid_path(problem)));
    }
    if state.tree.is_within(parent.node, source.node) {
        return Err(Box::new(conflict(
            "The destination may not be part of the same subtree as the source path.",
        )));
    }
    let existing = state.child_of(&space.user, parent, name);
    if !state.rights_at(&space.user, parent).has(Rights::CREATE) && existing.is_none() {
        return Err(Box::new(forbidden("")));
    }
    if let Some(existing) = existing {
        if call.header("overwrite") == Some("F") {
            let message = "The destination node already exists, and the overwrite header is set to false";
            return Err(Box::new(precondition_failed(message, "Overwrite", None)));
        }
        if existing == source || !state.may_take_away(&space.user, existing) {
            return Err(Box::new(forbidden("")));
        }
        state.take_away(&space.user, existing);
    }
    Ok(Landing { parent, name: name.clone(), replaced: existing.is_some() })
}

/// The path in the `Destination` header.
fn destination(call: &Call, space: &Space) -> Option<Vec<String>> {
    path_of(space, call.header("destination")?)
}

/// The path below somebody's own files of an address, which may be a whole URL or only its path.
pub(crate) fn path_of(space: &Space, address: &str) -> Option<Vec<String>> {
    let path = match address.split_once("://") {
        Some((_, rest)) => rest.find('/').map(|at| &rest[at..])?,
        None => address,
    };
    let (spelled, path) = split(path.strip_prefix("/remote.php/dav")?)?;
    spelled.eq_ignore_ascii_case(&space.spelled).then_some(path)
}
