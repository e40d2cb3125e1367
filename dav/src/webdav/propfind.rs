//! PROPFIND (RFC 4918 section 9.1) with an explicit depth and named properties.
//!
//! Never "allprop": Nextcloud answers that without file id and permissions. `Prefer: return=minimal` (RFC 8144)
//! leaves out the properties an entry does not have, which makes an answer about half as long.

use std::fmt::Write as _;

use http::HeaderName;

use crate::error::DavError;
use crate::operation::{Access, Request, Verb};
use crate::xml::Namespace;

/// How far below its target a PROPFIND looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// The target alone.
    Zero,
    /// The target and its children.
    One,
    /// Everything below it, in one answer.
    Infinity,
}

impl Depth {
    fn as_str(self) -> &'static str {
        match self {
            Self::Zero => "0",
            Self::One => "1",
            Self::Infinity => "infinity",
        }
    }
}

/// The name of a property.
pub type PropertyName = (Namespace, &'static str);

/// One PROPFIND.
#[derive(Debug, Clone, Copy)]
pub struct Propfind<'a> {
    /// Percent-encoded, relative to the base URL.
    pub target: &'a str,
    /// How far to look.
    pub depth: Depth,
    /// What to ask for.
    pub properties: &'a [PropertyName],
}

impl Propfind<'_> {
    /// The request.
    pub fn request(&self) -> Result<Request, DavError> {
        let request = Request::new(Verb::Propfind, self.target, Access::Account)
            .header(HeaderName::from_static("depth"), self.depth.as_str())
            .header(HeaderName::from_static("prefer"), "return=minimal")
            .content("application/xml; charset=utf-8", self.body()?);
        Ok(request)
    }

    fn body(&self) -> Result<String, DavError> {
        let mut body = String::from(r#"<?xml version="1.0" encoding="utf-8"?><d:propfind"#);
        body.push_str(&declarations(self.properties.iter().map(|(namespace, _)| *namespace)));
        body.push_str("><d:prop>");
        for (namespace, local) in self.properties {
            let prefix = namespace
                .prefix()
                .ok_or(DavError::Settings { what: "a property of this namespace cannot be asked for" })?;
            // Writing into a String cannot fail.
            let _ = write!(body, "<{prefix}:{local}/>");
        }
        body.push_str("</d:prop></d:propfind>");
        Ok(body)
    }
}

/// Declares the prefixes of these namespaces, and always those every Nextcloud body has.
pub(crate) fn declarations(namespaces: impl Iterator<Item = Namespace>) -> String {
    let mut text = String::new();
    let mut declared = Vec::new();
    let always = [Namespace::Dav, Namespace::OwnCloud, Namespace::Nextcloud];
    for namespace in always.into_iter().chain(namespaces) {
        if let Some(prefix) = namespace.prefix().filter(|_| !declared.contains(&namespace)) {
            let _ = write!(text, r#" xmlns:{prefix}="{}""#, namespace.uri());
            declared.push(namespace);
        }
    }
    text
}
