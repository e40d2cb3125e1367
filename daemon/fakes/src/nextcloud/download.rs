//! GET and HEAD: content with its etag, parts of it, "not modified", and the empty page of a folder.
//! A folder is answered 200 with nothing in it, so a GET proves no file; that is measured, not a mistake here.

use std::ops::Range;

use http::{Method, StatusCode};

use super::files::{Space, refused_by_lock};
use super::precondition::{self, There};
use super::property::{http_date, media_type};
use super::reply::{Reply, add, dav_error, empty, not_found, streamed};
use super::site::Call;
use super::tree::Kind;

pub(crate) fn answer(call: &Call, space: &Space) -> Reply {
    let mut state = call.site.state();
    let Some(place) = state.find(&space.user, &space.path) else { return not_found(&space.path) };
    if let Some(reply) = refused_by_lock(&mut state, space, place) {
        return reply;
    }
    let etag = format!("\"{}\"", state.etag_at(&space.user, place));
    let Some(node) = state.tree.get(place.node) else { return not_found(&space.path) };
    let Kind::File(file) = &node.kind else { return empty(StatusCode::OK) };
    if call.header("if-none-match").is_some_and(|known| precondition::names(known, &etag)) {
        let mut reply = empty(StatusCode::NOT_MODIFIED);
        add(&mut reply, "etag", &etag);
        return reply;
    }
    if call.header("if-match").is_some()
        && let Err(refused) = precondition::check(call, There::File(&etag))
    {
        return *refused;
    }
    let (content, checksum) = (file.content.clone(), file.checksum.clone());
    let last_modified = http_date(node.mtime);
    let name = space.path.last().map_or_else(|| node.name.to_string(), Clone::clone);
    drop(state);

    let range = match wanted_range(call.header("range"), content.len()) {
        Ok(range) => range,
        Err(start) => return unsatisfiable(start, content.len(), &etag, &last_modified),
    };
    let sent = range.clone().unwrap_or(0..content.len());
    let status = if range.is_some() { StatusCode::PARTIAL_CONTENT } else { StatusCode::OK };
    let media_type = labelled(media_type(&name));
    let mut reply = if call.method == Method::HEAD {
        let mut reply = empty(status);
        add(&mut reply, "content-type", &media_type);
        reply
    } else {
        streamed(status, &media_type, content.stream(sent.clone()))
    };
    add(&mut reply, "content-length", &(sent.end - sent.start).to_string());
    if range.is_some() {
        let last = sent.end.saturating_sub(1);
        add(&mut reply, "content-range", &format!("bytes {}-{last}/{}", sent.start, content.len()));
    }
    add(&mut reply, "etag", &etag);
    add(&mut reply, "oc-etag", &etag);
    add(&mut reply, "last-modified", &last_modified);
    if let Some(checksum) = checksum {
        add(&mut reply, "oc-checksum", &checksum);
    }
    add(&mut reply, "x-accel-buffering", "no");
    add(&mut reply, "content-disposition", &disposition(&name));
    reply
}

/// The part asked for; `Err` with the start when there is no such part.
fn wanted_range(header: Option<&str>, len: u64) -> Result<Option<Range<u64>>, u64> {
    let Some((first, last)) = header.and_then(|text| text.strip_prefix("bytes=")?.split_once('-')) else {
        return Ok(None);
    };
    match (first.trim().parse::<u64>(), last.trim().parse::<u64>()) {
        (Ok(first), _) if first >= len => Err(first),
        (Ok(first), Ok(last)) => Ok(Some(first..last.saturating_add(1).clamp(first, len))),
        (Ok(first), Err(_)) => Ok(Some(first..len)),
        (Err(_), Ok(tail)) => Ok(Some(len.saturating_sub(tail)..len)),
        (Err(_), Err(_)) => Ok(None),
    }
}

fn unsatisfiable(start: u64, len: u64, etag: &str, last_modified: &str) -> Reply {
    let exception = "Sabre\\DAV\\Exception\\RequestedRangeNotSatisfiable";
    let message = format!("The start offset ({start}) exceeded the size of the entity ({len})");
    let mut reply = dav_error(StatusCode::RANGE_NOT_SATISFIABLE, exception, &message);
    add(&mut reply, "etag", etag);
    add(&mut reply, "last-modified", last_modified);
    reply
}

fn labelled(media_type: &str) -> String {
    if media_type.starts_with("text/") {
        format!("{media_type};charset=UTF-8")
    } else {
        media_type.to_owned()
    }
}

fn disposition(name: &str) -> String {
    let encoded = percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC);
    let plain: String = name.chars().filter(|letter| letter.is_ascii_graphic() && *letter != '"').collect();
    format!("attachment; filename*=UTF-8''{encoded}; filename=\"{plain}\"")
}
