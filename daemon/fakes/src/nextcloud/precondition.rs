//! `If-Match`, `If-None-Match` and `If` as the measured server applies them to writes, with its words.
//! A file's etag can stay the same over different content there, and so it can here: a matching `If-Match` is no
//! proof that nothing was lost.

use super::files::Space;
use super::relocate::path_of;
use super::reply::{Reply, bad_request, not_found, precondition_failed};
use super::site::Call;
use super::state::State;

/// What a precondition is about.
#[derive(Debug, Clone, Copy)]
pub(crate) enum There<'a> {
    Nothing,
    /// A file with its quoted etag.
    File(&'a str),
    /// A folder. The measured server never compares the etag of one: only `*` matches it.
    Folder,
}

/// Refuses a write whose preconditions do not hold.
pub(crate) fn check(call: &Call, there: There<'_>) -> Result<(), Box<Reply>> {
    let covers = |list: &str| match there {
        There::Nothing => false,
        There::File(etag) => names(list, etag),
        There::Folder => list.trim() == "*",
    };
    if let Some(wanted) = call.header("if-match") {
        let problem = match there {
            There::Nothing => Some("An If-Match header was specified and the resource did not exist"),
            _ if covers(wanted) => None,
            _ => Some("An If-Match header was specified, but none of the specified ETags matched."),
        };
        if let Some(problem) = problem {
            let etag = if let There::File(etag) = there { Some(etag) } else { None };
            return Err(Box::new(precondition_failed(problem, "If-Match", etag)));
        }
    }
    if call.header("if-none-match").is_some_and(covers) {
        let problem = "An If-None-Match header was specified, but the ETag matched (or * was specified).";
        return Err(Box::new(precondition_failed(problem, "If-None-Match", None)));
    }
    Ok(())
}

/// Refuses a request whose `If` header (one tagged list with one etag) does not hold for the file it names.
pub(crate) fn check_if(call: &Call, state: &State, space: &Space) -> Result<(), Box<Reply>> {
    let Some(header) = call.header("if") else { return Ok(()) };
    let parts = header.strip_prefix('<').and_then(|rest| rest.split_once("> (["));
    let parts = parts.and_then(|(uri, rest)| Some((uri, rest.strip_suffix("])")?)));
    let Some((uri, etag)) = parts else {
        return Err(Box::new(bad_request("The If header of this shape is not understood")));
    };
    let Some(path) = path_of(space, uri) else { return Err(Box::new(not_found(&space.path))) };
    let Some(place) = state.find(&space.user, &path) else { return Err(Box::new(not_found(&path))) };
    let current = format!("\"{}\"", state.etag_at(&space.user, place));
    if state.tree.file(place.node).is_some() && etag == current {
        return Ok(());
    }
    let message = format!(
        "Failed to find a valid token/etag combination for files/{}/{}",
        space.spelled,
        path.join("/")
    );
    Err(Box::new(precondition_failed(&message, "If", None)))
}

/// Whether a list of etags, or `*`, covers this one.
pub(crate) fn names(list: &str, etag: &str) -> bool {
    list.trim() == "*" || list.split(',').any(|item| item.trim() == etag)
}
