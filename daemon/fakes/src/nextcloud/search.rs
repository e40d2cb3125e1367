//! SEARCH on the DAV root (RFC 5323), for one kind of question: where are the files with these ids?
//!
//! As measured, the answer names what the asker sees now, through whichever mount, in no promised order, and leaves
//! out the rest without a word. Other conditions are answered with 400, because nothing here would evaluate them.

use bytes::Bytes;
use futures::stream::{self, StreamExt};
use http::StatusCode;
use quick_xml::Reader;
use quick_xml::events::Event;

use super::propfind::{CLOSING, OPENING};
use super::reply::{Reply, bad_request, dav_error, escape_into, multistatus};
use super::site::{Call, decoded};
use super::state::State;
use super::view::Place;

pub(crate) fn answer(call: &Call, user: &str, body: &Bytes) -> Reply {
    let Some(question) = Question::read(body) else {
        return bad_request("Only searches for oc:fileid are scripted here");
    };
    let owner = decoded(question.scope.trim_start_matches("/files/").trim_end_matches('/'));
    if !owner.eq_ignore_ascii_case(user) {
        let message = "Search is only supported on directories";
        return dav_error(StatusCode::INTERNAL_SERVER_ERROR, "InvalidArgumentException", message);
    }
    let state = call.site.state();
    let mut out = OPENING.to_owned();
    if let Some(root) = state.root_of(user) {
        let href = format!("/remote.php/dav/files/{owner}");
        state.each_below(user, root, &href, &mut |place, href| {
            if question.ids.contains(&place.node) {
                write_hit(&state, user, place, href, &mut out);
            }
        });
    }
    out.push_str(CLOSING);
    multistatus(stream::iter([Ok(Bytes::from(out))]).boxed())
}

struct Question {
    scope: String,
    ids: Vec<u64>,
}

impl Question {
    /// `None` for anything but an "or" of equalities on the file id.
    fn read(body: &Bytes) -> Option<Self> {
        let text = std::str::from_utf8(body).ok()?;
        let mut reader = Reader::from_str(text);
        let mut open: Vec<String> = Vec::new();
        let mut question = Self { scope: String::new(), ids: Vec::new() };
        loop {
            match reader.read_event().ok()? {
                Event::Start(tag) => open.push(tag.local_name().into_inner().to_owned()),
                Event::Empty(tag) => {
                    let compares = open.iter().any(|element| element == "where");
                    if compares && tag.local_name().into_inner() != "fileid" {
                        return None;
                    }
                }
                Event::End(_) => {
                    open.pop();
                }
                Event::Text(text) => match open.last().map(String::as_str) {
                    Some("href") => question.scope = text.to_string(),
                    Some("literal") => question.ids.push(text.trim().parse().ok()?),
                    _ => {}
                },
                Event::Eof => break,
                _ => {}
            }
        }
        (question.scope.starts_with("/files/") && !question.ids.is_empty()).then_some(question)
    }
}

fn write_hit(state: &State, user: &str, place: Place, href: &str, out: &mut String) {
    out.push_str("<d:response><d:href>");
    escape_into(out, href);
    if state.tree.folder(place.node).is_some() {
        out.push('/');
    }
    let etag = state.etag_at(user, place);
    out.push_str("</d:href><d:propstat><d:prop><oc:fileid>");
    out.push_str(&place.node.to_string());
    out.push_str("</oc:fileid><d:getetag>&quot;");
    out.push_str(&etag);
    out.push_str("&quot;</d:getetag></d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>");
}
