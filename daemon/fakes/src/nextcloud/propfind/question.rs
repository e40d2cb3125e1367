//! What a PROPFIND asks about each resource, and how one resource is answered: found properties first, missing
//! ones in a second propstat unless the client wants little. Namespaces the server does not know get prefixes on the
//! spot, so clients must go by namespace.

use std::collections::HashMap;

use bytes::Bytes;
use quick_xml::NsReader;
use quick_xml::events::Event;
use quick_xml::name::ResolveResult;

use crate::nextcloud::property::{ALLPROP, DAV, NC, Name, OC};
use crate::nextcloud::reply::escaped;

/// Properties one request may name.
const MAX_PROPERTIES: usize = 500;

/// What is asked about each resource.
#[derive(Debug, Clone)]
pub(in crate::nextcloud) struct Question {
    names: Vec<Name>,
    /// Opening and closing tag of each, in the same order.
    tags: Vec<(String, String, String)>,
    /// Leave out what is missing.
    minimal: bool,
}

impl Question {
    pub(super) fn parse(body: &Bytes, minimal: bool) -> Result<Self, String> {
        let text = std::str::from_utf8(body).map_err(|_| "The body is not UTF-8".to_owned())?;
        if text.trim().is_empty() {
            return Ok(Self::about(Vec::new(), true));
        }
        let mut reader = NsReader::from_str(text);
        let (mut names, mut depth, mut listed) = (Vec::new(), 0_u32, false);
        loop {
            match reader.read_resolved_event().map_err(|error| format!("{error}\n on line 1"))? {
                (space, Event::Start(tag)) => {
                    depth += 1;
                    listed |= depth == 2 && tag.local_name().into_inner() == "prop";
                    if depth == 3 && listed {
                        push(&mut names, space, tag.local_name().into_inner())?;
                    }
                }
                (space, Event::Empty(tag)) => {
                    listed |= depth == 1 && tag.local_name().into_inner() == "prop";
                    if depth == 2 && listed {
                        push(&mut names, space, tag.local_name().into_inner())?;
                    }
                }
                (_, Event::End(_)) => depth = depth.saturating_sub(1),
                (_, Event::Eof) => break,
                _ => {}
            }
        }
        if depth > 0 {
            return Err("Premature end of data".to_owned());
        }
        Ok(Self::about(names, minimal || !listed))
    }

    /// No names at all means the default set, of which nothing is reported missing.
    fn about(mut names: Vec<Name>, minimal: bool) -> Self {
        if names.is_empty() {
            let default = |local: &&str| Name { namespace: DAV.to_owned(), local: (*local).to_owned() };
            names = ALLPROP.iter().map(default).collect();
        }
        let mut strangers = HashMap::new();
        let tags = names.iter().map(|name| tags(name, &mut strangers)).collect();
        Self { names, tags, minimal }
    }

    /// One response element; `value` writes a property or says that there is none.
    pub(in crate::nextcloud) fn write(
        &self,
        out: &mut String,
        href: &str,
        mut value: impl FnMut(&Name, &mut String) -> bool,
    ) {
        out.push_str("<d:response><d:href>");
        out.push_str(href);
        out.push_str("</d:href><d:propstat><d:prop>");
        let mut missing = Vec::new();
        for (name, (open, close, empty)) in self.names.iter().zip(&self.tags) {
            let before = out.len();
            out.push_str(open);
            let start = out.len();
            if !value(name, out) {
                out.truncate(before);
                missing.push(empty);
            } else if out.len() == start && is_structured(name) {
                out.truncate(before);
                out.push_str(empty);
            } else {
                out.push_str(close);
            }
        }
        out.push_str("</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat>");
        if !self.minimal && !missing.is_empty() {
            out.push_str("<d:propstat><d:prop>");
            for tag in missing {
                out.push_str(tag);
            }
            out.push_str("</d:prop><d:status>HTTP/1.1 404 Not Found</d:status></d:propstat>");
        }
        out.push_str("</d:response>");
    }
}

fn push(names: &mut Vec<Name>, space: ResolveResult<'_>, local: &str) -> Result<(), String> {
    if names.len() == MAX_PROPERTIES {
        return Err("Too many properties".to_owned());
    }
    let namespace = match space {
        ResolveResult::Bound(namespace) => namespace.0.to_owned(),
        ResolveResult::Unbound => String::new(),
        ResolveResult::Unknown(prefix) => return Err(format!("Namespace prefix {prefix} is not defined")),
    };
    names.push(Name { namespace, local: local.to_owned() });
    Ok(())
}

/// Opening, closing and empty tag. Namespaces the server does not know get a prefix where they stand.
fn tags(name: &Name, strangers: &mut HashMap<String, usize>) -> (String, String, String) {
    let local = &name.local;
    let (prefix, declared) = match name.namespace.as_str() {
        DAV => ("d".to_owned(), String::new()),
        OC => ("oc".to_owned(), String::new()),
        NC => ("nc".to_owned(), String::new()),
        other => {
            let next = strangers.len() + 1;
            let number = *strangers.entry(other.to_owned()).or_insert(next);
            (format!("x{number}"), format!(" xmlns:x{number}=\"{}\"", escaped(other)))
        }
    };
    let open = format!("<{prefix}:{local}{declared}>");
    let empty = format!("<{prefix}:{local}{declared}/>");
    (open, format!("</{prefix}:{local}>"), empty)
}

/// Properties that hold elements are written as an empty tag when they hold none.
fn is_structured(name: &Name) -> bool {
    matches!(name.local.as_str(), "resourcetype" | "tags" | "share-types" | "sharees" | "system-tags")
}
