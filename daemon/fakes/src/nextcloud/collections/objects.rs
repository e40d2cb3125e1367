//! Requests about principals, homes, collections and single objects.

use bytes::Bytes;
use http::{Method, StatusCode};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;

use super::properties::{boxes, of, principal};
use super::{CollectionKey, ObjectTrouble, reports};
use crate::nextcloud::access::Identity;
use crate::nextcloud::precondition::{There, check};
use crate::nextcloud::property::DAV;
use crate::nextcloud::propfind::{PlainProperty, encode_into, plain};
use crate::nextcloud::reply::{
    Reply, add, bad_request, dav_error, empty, forbidden, not_implemented, with_body,
};
use crate::nextcloud::site::{Call, decoded};
use crate::nextcloud::state::State;

/// The largest object and the largest list of hrefs.
const MAX_BODY: usize = 24 * 1024 * 1024;

/// Answers what lies below `/remote.php/dav` and is about calendars, contacts or people; `None` for everything else.
pub(crate) async fn answer(
    call: &Call,
    identity: &Identity,
    below: &str,
    body: Incoming,
) -> Result<Reply, Incoming> {
    let path = decoded(below);
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let (books, rest) = match segments.as_slice() {
        [] if call.method.as_str() == "PROPFIND" => (None, &[][..]),
        ["principals", "users", rest @ ..] => (None, rest),
        ["calendars", rest @ ..] => (Some(false), rest),
        ["addressbooks", "users", rest @ ..] => (Some(true), rest),
        _ => return Err(body),
    };
    let Ok(body) = Limited::new(body, MAX_BODY).collect().await.map(http_body_util::Collected::to_bytes)
    else {
        return Ok(bad_request("The body is too large"));
    };
    Ok(match (books, rest) {
        (None, []) => person(call, &identity.user, &body),
        (None, [id, ..]) => person(call, id, &body),
        (Some(_), [user, ..]) if *user != identity.user => not_here(user),
        (Some(books), [user]) => home(call, user, books, &body),
        (Some(books), [user, name]) => {
            collection(call, &((*user).to_owned(), books, (*name).to_owned()), &body)
        }
        (Some(books), [user, name, object]) => {
            single(call, &identity.user, &((*user).to_owned(), books, (*name).to_owned()), object, &body)
        }
        _ => not_here("node"),
    })
}

fn not_here(name: &str) -> Reply {
    let message = format!("Node with name '{name}' could not be found");
    dav_error(StatusCode::NOT_FOUND, "Sabre\\DAV\\Exception\\NotFound", &message)
}

/// As measured: whoever is signed in learns whether somebody exists, disabled ones included.
fn person(call: &Call, id: &str, body: &Bytes) -> Reply {
    let Some(mail) = call.site.state().user(id).map(|user| user.email.clone()) else {
        let message = format!("Principal with name {id} not found");
        return dav_error(StatusCode::NOT_FOUND, "Sabre\\DAV\\Exception\\NotFound", &message);
    };
    plain(call, body, &[(call.path.clone(), principal(id, mail.as_deref()))])
}

fn base(key: &CollectionKey) -> String {
    let mut base = home_base(&key.0, key.1);
    encode_into(&mut base, &key.2);
    base.push('/');
    base
}

fn home_base(user: &str, books: bool) -> String {
    let mut base = String::from(if books {
        "/remote.php/dav/addressbooks/users/"
    } else {
        "/remote.php/dav/calendars/"
    });
    encode_into(&mut base, user);
    base.push('/');
    base
}

fn home(call: &Call, user: &str, books: bool, body: &Bytes) -> Reply {
    if call.method.as_str() != "PROPFIND" {
        return not_implemented(call.method.as_str());
    }
    let folder: Vec<PlainProperty> = vec![(DAV, "resourcetype", "<d:collection/>".to_owned())];
    let mut resources = vec![(home_base(user, books), folder)];
    let state = call.site.state();
    for (key, collection) in &state.collections {
        if key.0 == user && key.1 == books {
            resources.push((base(key), of(collection)));
        }
    }
    drop(state);
    if !books {
        resources.extend(
            boxes().into_iter().map(|(name, own)| (format!("{}{name}/", home_base(user, books)), own)),
        );
    }
    if call.header("depth") == Some("0") {
        resources.truncate(1);
    }
    plain(call, body, &resources)
}

fn collection(call: &Call, key: &CollectionKey, body: &Bytes) -> Reply {
    let mut state = call.site.state();
    let Some(collection) = state.collection(key) else { return not_here(&key.2) };
    match call.method.as_str() {
        "REPORT" => reports::answer(collection, &base(key), body),
        "PROPFIND" => {
            let mut resources = vec![(base(key), of(collection))];
            for (name, object) in &collection.objects {
                let mut href = base(key);
                encode_into(&mut href, name);
                let own = vec![
                    (DAV, "getetag", super::super::reply::escaped(&object.etag)),
                    (DAV, "resourcetype", String::new()),
                ];
                resources.push((href, own));
            }
            drop(state);
            if call.header("depth") == Some("0") {
                resources.truncate(1);
            }
            plain(call, body, &resources)
        }
        other => not_implemented(other),
    }
}

fn single(call: &Call, actor: &str, key: &CollectionKey, name: &str, body: &Bytes) -> Reply {
    let mut state = call.site.state();
    let Some(collection) = state.collection(key) else { return not_here(&key.2) };
    let there = collection.objects.get(name).map(|object| object.etag.clone());
    let read_only = collection.read_only;
    match call.method {
        Method::GET => match collection.objects.get(name) {
            Some(object) if object.trouble == Some(ObjectTrouble::Fails) => reports::failed(),
            Some(object) => {
                let media = if key.1 { "text/vcard; charset=utf-8" } else { "text/calendar; charset=utf-8" };
                let mut reply = with_body(StatusCode::OK, media, object.text.clone());
                add(&mut reply, "etag", &object.etag);
                add(&mut reply, "oc-etag", &object.etag);
                reply
            }
            None => not_here(name),
        },
        Method::PUT | Method::DELETE if read_only => forbidden("This collection is read-only"),
        Method::PUT => {
            let known = there.as_deref().map_or(There::Nothing, There::File);
            match check(call, known) {
                Ok(()) => {
                    let reply = put(&mut state, key, name, body, there.is_some());
                    if reply.status().is_success() {
                        let what = if there.is_some() { "Updated" } else { "Created" };
                        state.happened_in(actor, what, key, name);
                    }
                    reply
                }
                Err(refusal) => *refusal,
            }
        }
        Method::DELETE => {
            let Some(etag) = there else { return not_here(name) };
            match check(call, There::File(&etag)) {
                Ok(()) => {
                    collection.delete(name);
                    state.happened_in(actor, "MovedToTrash", key, name);
                    empty(StatusCode::NO_CONTENT)
                }
                Err(refusal) => *refusal,
            }
        }
        _ => not_implemented(call.method.as_str()),
    }
}

fn put(state: &mut State, key: &CollectionKey, name: &str, body: &Bytes, replaces: bool) -> Reply {
    let wanted = if key.1 { "BEGIN:VCARD" } else { "BEGIN:VCALENDAR" };
    let text = match std::str::from_utf8(body) {
        Ok(text) if text.starts_with(wanted) => text.to_owned(),
        _ => {
            let exception = "Sabre\\DAV\\Exception\\UnsupportedMediaType";
            return dav_error(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                exception,
                "This resource only supports valid data.",
            );
        }
    };
    let Some(collection) = state.collection(key) else { return not_here(&key.2) };
    let own = uid(&text);
    if collection
        .objects
        .iter()
        .any(|(other, object)| other != name && own.is_some() && uid(&object.text) == own)
    {
        return bad_request("Calendar object with uid already exists in this calendar collection.");
    }
    // Whoever is invited gets a status of their own, and the object is no longer what was sent.
    let invites = !key.1 && text.contains("\nATTENDEE") && text.contains("\nORGANIZER");
    let stored = if invites && !text.contains("SCHEDULE-STATUS") {
        text.replace(";RSVP=TRUE", ";RSVP=TRUE;SCHEDULE-STATUS=1.1")
    } else {
        text.clone()
    };
    let changed = stored != text;
    let etag = collection.put(name, stored);
    let mut reply = empty(if replaces { StatusCode::NO_CONTENT } else { StatusCode::CREATED });
    if !changed {
        add(&mut reply, "etag", &etag);
        add(&mut reply, "oc-etag", &etag);
    }
    reply
}

fn uid(text: &str) -> Option<&str> {
    text.lines().find_map(|line| line.trim_end().strip_prefix("UID:"))
}
