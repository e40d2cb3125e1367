//! PROPFIND: reads what is asked, then writes the multistatus while walking the tree.
//!
//! The walk keeps only the places still to visit and takes the lock for one chunk at a time, so a listing of
//! many thousand entries is streamed in little memory and other requests go on meanwhile.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use futures::stream::{self, StreamExt};
use quick_xml::NsReader;
use quick_xml::events::Event;
use quick_xml::name::ResolveResult;

pub(super) use self::question::Question;
use super::files::{Space, unsupported_report};
use super::property::{DAV, Entry};
use super::reply::{Reply, add, bad_request, locked, multistatus, not_found};
use super::script::MissingDepth;
use super::site::{Call, Site};
use super::state::State;
use super::synthetic;
use super::view::Place;

mod question;

/// XML written between two looks at the lock.
pub(super) const CHUNK: usize = 64 * 1024;

pub(super) const OPENING: &str = "<?xml version=\"1.0\"?>\n<d:multistatus xmlns:d=\"DAV:\" \
     xmlns:s=\"http://sabredav.org/ns\" xmlns:oc=\"http://owncloud.org/ns\" xmlns:nc=\"http://nextcloud.org/ns\">";
pub(super) const CLOSING: &str = "</d:multistatus>";

/// A walk through a tree, as far as it has come.
struct Walk {
    site: Arc<Site>,
    user: String,
    question: Question,
    /// Places still to write, the next one last: place, href, name, levels below it still wanted.
    pending: Vec<Step>,
    skip: usize,
    left: usize,
    /// Tell every entry twice.
    repeat: bool,
    opened: bool,
    closed: bool,
}

struct Step {
    place: Place,
    href: String,
    name: String,
    levels: u32,
    listed: bool,
}

pub(crate) fn answer(call: &Call, space: Space, body: &Bytes) -> Reply {
    let question = match Question::parse(body, minimal(call)) {
        Ok(question) => question,
        Err(problem) => return bad_request(&problem),
    };
    let mut state = call.site.state();
    if let Some(tree) = state.synthetic.get(&space.user).copied() {
        let entries = call.truncate_listing.unwrap_or(usize::MAX);
        return synthetic::answer(tree, space.user, &space.path, question, call.header("depth"), entries);
    }
    let Some(place) = state.find(&space.user, &space.path) else { return not_found(&space.path) };
    if state.locks.contains_key(&place.node) && state.meets_lock(place) {
        return locked(&space.path);
    }
    let levels = levels(call, state.script.missing_depth);
    let folder = state.tree.folder(place.node).is_some();
    let name = space.path.last().cloned().unwrap_or_else(|| space.user.clone());
    let mut href = format!("/remote.php/dav/files/{}", space.spelled);
    for segment in &space.path {
        href.push('/');
        encode_into(&mut href, segment);
    }
    if folder {
        href.push('/');
    }
    let first = Step { place, href, name, levels, listed: false };
    let paging = Paging::wanted(call);
    let token = paging.first_page().then(|| (state.token(32), count(&state, &space.user, place, levels)));
    drop(state);
    let walk = Walk {
        site: Arc::clone(&call.site),
        user: space.user,
        question,
        pending: vec![first],
        skip: paging.offset,
        left: paging.count.min(call.truncate_listing.unwrap_or(usize::MAX)),
        repeat: call.repeat_entries,
        opened: false,
        closed: false,
    };
    let mut reply = multistatus(stream::unfold(walk, next_chunk).boxed());
    if paging.on {
        add(&mut reply, "x-nc-paginate", "true");
    }
    if let Some((token, total)) = token {
        add(&mut reply, "x-nc-paginate-token", &token);
        add(&mut reply, "x-nc-paginate-total", &total.to_string());
    }
    reply
}

/// Another person's space: one collection about which nothing is told.
pub(crate) fn bare(spelled: &str, body: &Bytes, call: &Call) -> Reply {
    let question = match Question::parse(body, minimal(call) || body.is_empty()) {
        Ok(question) => question,
        Err(problem) => return bad_request(&problem),
    };
    let mut out = OPENING.to_owned();
    let href = format!("/remote.php/dav/files/{spelled}/");
    question.write(&mut out, &href, |name, out| {
        let known = name.namespace == DAV && name.local == "resourcetype";
        if known {
            out.push_str("<d:collection/>");
        }
        known
    });
    out.push_str(CLOSING);
    multistatus(stream::iter([Ok(Bytes::from(out))]).boxed())
}

/// A property as namespace, name and XML value.
pub(crate) type PlainProperty = (&'static str, &'static str, String);

/// Resources that lie in no tree: hrefs with the properties each has.
pub(crate) fn plain(call: &Call, body: &Bytes, resources: &[(String, Vec<PlainProperty>)]) -> Reply {
    let question = match Question::parse(body, minimal(call)) {
        Ok(question) => question,
        Err(problem) => return bad_request(&problem),
    };
    let mut out = OPENING.to_owned();
    for (href, properties) in resources {
        question.write(&mut out, href, |name, out| {
            let value = properties
                .iter()
                .find(|(namespace, local, _)| name.namespace == *namespace && name.local == *local);
            if let Some((_, _, value)) = value {
                out.push_str(value);
            }
            value.is_some()
        });
    }
    out.push_str(CLOSING);
    multistatus(stream::iter([Ok(Bytes::from(out))]).boxed())
}

/// A REPORT that is not answered in the files space: all but `oc:filter-files`.
pub(crate) fn report(body: &Bytes) -> Reply {
    let text = String::from_utf8_lossy(body);
    let mut reader = NsReader::from_str(&text);
    loop {
        match reader.read_resolved_event() {
            Ok((ResolveResult::Bound(namespace), Event::Start(tag) | Event::Empty(tag))) => {
                let local: &str = tag.local_name().into_inner();
                return unsupported_report(&format!("{{{}}}{local}", namespace.0));
            }
            Ok((_, Event::Eof)) | Err(_) => return bad_request("The body is not a REPORT"),
            Ok(_) => {}
        }
    }
}

// === impl Walk ===

async fn next_chunk(mut walk: Walk) -> Option<(io::Result<Bytes>, Walk)> {
    if walk.closed {
        return None;
    }
    let mut out = String::with_capacity(CHUNK + 4096);
    if !walk.opened {
        out.push_str(OPENING);
        walk.opened = true;
    }
    let site = Arc::clone(&walk.site);
    {
        let state = site.state();
        while out.len() < CHUNK && walk.left > 0 {
            let Some(step) = walk.pending.pop() else { break };
            walk.visit(&state, &step, &mut out);
        }
    }
    if walk.pending.is_empty() || walk.left == 0 {
        out.push_str(CLOSING);
        walk.closed = true;
    }
    Some((Ok(out.into()), walk))
}

impl Walk {
    fn visit(&mut self, state: &State, step: &Step, out: &mut String) {
        // What vanished since it was noted is left out, as a real server would.
        if state.tree.get(step.place.node).is_none() {
            return;
        }
        if self.skip > 0 {
            self.skip -= 1;
        } else {
            self.left -= 1;
            let entry =
                Entry { state, user: &self.user, place: step.place, name: &step.name, listed: step.listed };
            for _ in 0..=usize::from(self.repeat) {
                self.question.write(out, &step.href, |name, out| entry.write(name, out));
            }
        }
        if step.levels == 0 {
            return;
        }
        let levels = step.levels.saturating_sub(u32::from(step.levels != u32::MAX));
        for (name, place) in state.children_of(&self.user, step.place).into_iter().rev() {
            let mut href = step.href.clone();
            encode_into(&mut href, &name);
            if state.tree.folder(place.node).is_some() {
                href.push('/');
            }
            self.pending.push(Step { place, href, name: name.into(), levels, listed: true });
        }
    }
}

/// What the paging headers ask for.
struct Paging {
    on: bool,
    offset: usize,
    count: usize,
    continued: bool,
}

impl Paging {
    fn wanted(call: &Call) -> Self {
        let number = |name: &str| call.header(name).and_then(|text| text.parse::<usize>().ok());
        if call.header("x-nc-paginate") != Some("true") {
            return Self { on: false, offset: 0, count: usize::MAX, continued: false };
        }
        Self {
            on: true,
            offset: number("x-nc-paginate-offset").unwrap_or(0),
            count: number("x-nc-paginate-count").unwrap_or(100),
            continued: call.header("x-nc-paginate-token").is_some(),
        }
    }

    fn first_page(&self) -> bool {
        self.on && !self.continued
    }
}

/// Entries of a whole answer.
fn count(state: &State, user: &str, place: Place, levels: u32) -> usize {
    if levels == 0 {
        return 1;
    }
    let below = levels.saturating_sub(u32::from(levels != u32::MAX));
    let children = state.children_of(user, place);
    1 + children.into_iter().map(|(_, place)| count(state, user, place, below)).sum::<usize>()
}

fn levels(call: &Call, missing: MissingDepth) -> u32 {
    match (call.header("depth"), missing) {
        (Some("0"), _) => 0,
        (Some("infinity"), _) | (None, MissingDepth::Infinity) => u32::MAX,
        _ => 1,
    }
}

fn minimal(call: &Call) -> bool {
    let prefers = call.header("prefer").is_some_and(|value| value.contains("return=minimal"));
    prefers || call.header("brief").is_some_and(|value| value.eq_ignore_ascii_case("t"))
}

/// Percent-encodes a segment as the measured server does: lower-case digits, colon left bare.
pub(crate) fn encode_into(out: &mut String, segment: &str) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for byte in segment.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~():@".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(char::from(DIGITS[usize::from(byte >> 4)]));
            out.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
    }
}
