//! REPORT `oc:filter-files`, for one kind of question: what of the asker's files carries this system tag?
//!
//! As measured: folders come without a slash at their end, nothing found is one empty element, a tag that does not exist
//! is 412, and a REPORT of any other kind is refused. Rules other than one system tag are answered with 400, because
//! nothing here would evaluate them.

use bytes::Bytes;
use http::StatusCode;
use quick_xml::NsReader;
use quick_xml::events::Event;

use super::files::Space;
use super::propfind::{OPENING, report};
use super::reply::{Reply, bad_request, dav_error, escape_into, not_found, xml};
use super::site::Call;
use super::state::State;
use super::view::Place;

pub(crate) fn answer(call: &Call, space: &Space, body: &Bytes) -> Reply {
    let text = String::from_utf8_lossy(body);
    if !text.contains("filter-files") {
        return report(body);
    }
    let Some(tag) = wanted(&text) else {
        return bad_request("Only rules about one system tag are scripted here");
    };
    let state = call.site.state();
    if !state.tags.contains_key(&tag) {
        let exception = "Sabre\\DAV\\Exception\\PreconditionFailed";
        return dav_error(StatusCode::PRECONDITION_FAILED, exception, "Cannot filter by non-existing tag");
    }
    let Some(top) = state.find(&space.user, &space.path) else { return not_found(&space.path) };
    let mut found = String::new();
    let href = format!("/remote.php/dav/files/{}", space.spelled);
    state.each_below(&space.user, top, &href, &mut |place, href| {
        if state.tagged.contains(&(place.node, tag)) {
            write_hit(&state, place, href, &mut found);
        }
    });
    let body = if found.is_empty() {
        format!("{}/>\n", OPENING.trim_end_matches('>'))
    } else {
        format!("{OPENING}\n{found}</d:multistatus>\n")
    };
    let mut reply = xml(StatusCode::MULTI_STATUS, body);
    reply.headers_mut().remove("vary");
    reply
}

/// The number in the only rule.
fn wanted(text: &str) -> Option<u64> {
    let mut reader = NsReader::from_str(text);
    let (mut rules, mut inside, mut tag) = (0, false, None);
    loop {
        match reader.read_event().ok()? {
            Event::Start(element) => match element.local_name().into_inner() {
                "filter-rules" => inside = true,
                "systemtag" if inside => rules += 1,
                _ if inside => return None,
                _ => {}
            },
            Event::Text(text) if inside && rules == 1 && tag.is_none() => tag = text.trim().parse().ok(),
            Event::End(element) if element.local_name().into_inner() == "filter-rules" => inside = false,
            Event::Eof => break,
            _ => {}
        }
    }
    tag.filter(|_| rules == 1)
}

fn write_hit(state: &State, place: Place, href: &str, out: &mut String) {
    out.push_str(" <d:response>\n  <d:href>");
    escape_into(out, href);
    out.push_str("</d:href>\n  <d:propstat>\n   <d:prop>\n    <oc:fileid>");
    out.push_str(&place.node.to_string());
    out.push_str("</oc:fileid>\n    ");
    out.push_str(if state.tree.folder(place.node).is_some() {
        "<d:resourcetype><d:collection/></d:resourcetype>"
    } else {
        "<d:resourcetype/>"
    });
    out.push_str(
        "\n   </d:prop>\n   <d:status>HTTP/1.1 200 OK</d:status>\n  </d:propstat>\n </d:response>\n",
    );
}
