//! `If-Match` and `If-None-Match` as the measured server applies them to writes, with its words.
//! A file's etag can stay the same over different content there, and so it can here: a matching `If-Match` is no
//! proof that nothing was lost.

use super::reply::{Reply, precondition_failed};
use super::site::Call;

/// Refuses a write whose preconditions do not hold; `etag` is the quoted etag of what is there, if anything is.
pub(crate) fn check(call: &Call, etag: Option<&str>) -> Result<(), Box<Reply>> {
    if let Some(wanted) = call.header("if-match") {
        let problem = match etag {
            None => Some("An If-Match header was specified and the resource did not exist"),
            Some(etag) if names(wanted, etag) => None,
            Some(_) => Some("An If-Match header was specified, but none of the specified ETags matched."),
        };
        if let Some(problem) = problem {
            return Err(Box::new(precondition_failed(problem, "If-Match", etag)));
        }
    }
    if let Some(unwanted) = call.header("if-none-match")
        && etag.is_some_and(|etag| names(unwanted, etag))
    {
        let problem = "An If-None-Match header was specified, but the ETag matched (or * was specified).";
        return Err(Box::new(precondition_failed(problem, "If-None-Match", None)));
    }
    Ok(())
}

/// Whether a list of etags, or `*`, covers this one.
pub(crate) fn names(list: &str, etag: &str) -> bool {
    list.trim() == "*" || list.split(',').any(|item| item.trim() == etag)
}
