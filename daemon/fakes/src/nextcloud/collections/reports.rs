//! The REPORTs about a collection: what changed, and many objects at once.

use std::fmt::Write as _;

use bytes::Bytes;
use http::StatusCode;
use quick_xml::Reader;
use quick_xml::events::Event;

use super::properties::{CALDAV, CARDDAV};
use super::{Collection, ObjectTrouble, TOKEN};
use crate::nextcloud::propfind::{CLOSING, OPENING, encode_into};
use crate::nextcloud::reply::{Reply, bad_request, dav_error_with, escaped, xml};
use crate::nextcloud::site::decoded;

/// What a REPORT asks.
#[derive(Debug, Default)]
struct Asked {
    name: String,
    token: String,
    limit: Option<usize>,
    hrefs: Vec<String>,
    data: bool,
}

impl Asked {
    fn parse(body: &Bytes) -> Option<Self> {
        let text = std::str::from_utf8(body).ok()?;
        let mut reader = Reader::from_str(text);
        let (mut asked, mut inside) = (Self::default(), String::new());
        loop {
            match reader.read_event().ok()? {
                Event::Start(tag) | Event::Empty(tag) => {
                    tag.local_name().into_inner().clone_into(&mut inside);
                    if asked.name.is_empty() {
                        asked.name.clone_from(&inside);
                    }
                    asked.data |= inside == "calendar-data" || inside == "address-data";
                }
                Event::Text(text) => {
                    let text = quick_xml::escape::unescape(&text).ok()?.trim().to_owned();
                    match inside.as_str() {
                        "sync-token" => asked.token.push_str(&text),
                        "nresults" => asked.limit = text.parse().ok(),
                        "href" => asked.hrefs.push(decoded(&text)),
                        _ => {}
                    }
                }
                Event::End(_) => inside.clear(),
                Event::Eof => return Some(asked),
                _ => {}
            }
        }
    }
}

pub(super) fn answer(collection: &Collection, base: &str, body: &Bytes) -> Reply {
    let Some(asked) = Asked::parse(body) else { return bad_request("The body is not a REPORT") };
    match asked.name.as_str() {
        "sync-collection" => changes(collection, base, &asked),
        "calendar-multiget" | "addressbook-multiget" => multiget(collection, base, &asked),
        _ => bad_request("This REPORT is not answered here"),
    }
}

fn changes(collection: &Collection, base: &str, asked: &Asked) -> Reply {
    let contacts = collection.kind.holds_contacts();
    if asked.token.is_empty() {
        return first(collection, base, asked, 0);
    }
    let number = asked.token.strip_prefix(TOKEN);
    if let Some((from, _)) =
        number.and_then(|text| text.strip_prefix("init_")).and_then(|text| text.split_once('_'))
    {
        return first(collection, base, asked, from.parse().unwrap_or(0));
    }
    let Some(since) = number.and_then(|text| text.parse::<u64>().ok()) else {
        let exception = "Sabre\\DAV\\Exception\\InvalidSyncToken";
        let message = "Invalid or unknown sync token";
        return dav_error_with(StatusCode::FORBIDDEN, exception, message, "<d:valid-sync-token/>");
    };
    let mut last: Vec<(&str, bool)> = Vec::new();
    for (_, name, gone) in collection.log.iter().filter(|(number, ..)| *number > since) {
        last.retain(|(other, _)| other != name);
        last.push((name, *gone));
    }
    let mut out = OPENING.to_owned();
    let limit = asked.limit.unwrap_or(usize::MAX);
    let cut = last.len() > limit;
    for (name, gone) in last.into_iter().take(limit) {
        element(&mut out, base, name, collection, gone, asked.data);
    }
    if collection.stray {
        let _ = write!(
            out,
            "<d:response><d:href>/remote.php/dav/calendars/somebody/else/x.ics</d:href><d:status>HTTP/1.1 404 Not Found</d:status></d:response>"
        );
    }
    if cut && contacts {
        truncated(&mut out, base);
        let _ = write!(out, "<d:sync-token>{}</d:sync-token>{CLOSING}", escaped(&asked.token));
    } else {
        let _ = write!(out, "<d:sync-token>{}</d:sync-token>{CLOSING}", collection.token());
    }
    xml(StatusCode::MULTI_STATUS, out)
}

/// Everything, or a page of it where an address book is cut.
fn first(collection: &Collection, base: &str, asked: &Asked, from: usize) -> Reply {
    let contacts = collection.kind.holds_contacts();
    if asked.limit.is_some() && !contacts {
        let exception = "OCA\\DAV\\Exception\\UnsupportedLimitOnInitialSyncException";
        let extra = "<d:number-of-matches-within-limits/>";
        return dav_error_with(StatusCode::INSUFFICIENT_STORAGE, exception, "", extra);
    }
    let page = asked.limit.or(collection.page).unwrap_or(usize::MAX);
    let mut out = OPENING.to_owned();
    // The measured server repeats the last object of a page on the next one.
    let skipped = from.saturating_sub(usize::from(from > 0));
    let names: Vec<&String> = collection.objects.keys().skip(skipped).take(page.saturating_add(1)).collect();
    let more = names.len() > page;
    for name in names.iter().take(page) {
        element(&mut out, base, name, collection, false, asked.data);
    }
    if more {
        truncated(&mut out, base);
        let next = (skipped + page).max(from + 1);
        let _ = write!(out, "<d:sync-token>{TOKEN}init_{next}_{}</d:sync-token>", collection.number);
    } else {
        let _ = write!(out, "<d:sync-token>{}</d:sync-token>", collection.token());
    }
    out.push_str(CLOSING);
    xml(StatusCode::MULTI_STATUS, out)
}

fn truncated(out: &mut String, base: &str) {
    let _ = write!(
        out,
        "<d:response><d:href>{base}</d:href><d:status>HTTP/1.1 507 Insufficient Storage</d:status></d:response>"
    );
}

fn element(out: &mut String, base: &str, name: &str, collection: &Collection, gone: bool, data: bool) {
    out.push_str("<d:response><d:href>");
    out.push_str(base);
    encode_into(out, name);
    out.push_str("</d:href>");
    match collection.objects.get(name) {
        Some(object) if !gone => {
            let _ = write!(out, "<d:propstat><d:prop><d:getetag>{}</d:getetag>", escaped(&object.etag));
            if data {
                let (prefix, namespace, local) = if collection.kind.holds_contacts() {
                    ("card", CARDDAV, "address-data")
                } else {
                    ("cal", CALDAV, "calendar-data")
                };
                let text = escaped(&object.text).replace('\r', "&#13;");
                let text = if object.trouble == Some(ObjectTrouble::BrokenXml) {
                    "&nosuch;".to_owned()
                } else {
                    text
                };
                let _ =
                    write!(out, "<{prefix}:{local} xmlns:{prefix}=\"{namespace}\">{text}</{prefix}:{local}>");
            }
            out.push_str("</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat>");
        }
        _ => out.push_str("<d:status>HTTP/1.1 404 Not Found</d:status>"),
    }
    out.push_str("</d:response>");
}

/// What a server says when it trips over something it keeps.
pub(super) fn failed() -> Reply {
    dav_error_with(StatusCode::INTERNAL_SERVER_ERROR, "UnicodeDecodeError", "", "")
}

fn multiget(collection: &Collection, base: &str, asked: &Asked) -> Reply {
    let mut out = OPENING.to_owned();
    let folder = decoded(base);
    let asked_for = asked.hrefs.iter().filter_map(|href| href.strip_prefix(&folder));
    let mut troubles = asked_for.filter_map(|name| collection.objects.get(name)?.trouble);
    if troubles.any(|trouble| trouble == ObjectTrouble::Fails) {
        return failed();
    }
    for href in &asked.hrefs {
        let Some(name) = href.strip_prefix(&folder) else { continue };
        let there = collection.objects.get(name);
        if there.is_some_and(|object| object.trouble != Some(ObjectTrouble::Omitted)) {
            element(&mut out, base, name, collection, false, true);
        }
    }
    out.push_str(CLOSING);
    xml(StatusCode::MULTI_STATUS, out)
}
