//! Names for groups of media types, as people call them.
//!
//! A name stands for a closed list; whatever has no name is asked for by its media type itself.

/// A name and what it stands for.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// The stable name.
    pub name: &'static str,
    /// Its media types; `image/*` is a family.
    pub media_types: &'static [&'static str],
}

/// Every name.
pub const KINDS: &[Kind] = &[
    Kind { name: "pdf", media_types: &["application/pdf"] },
    Kind {
        name: "word",
        media_types: &[
            "application/msword",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.template",
            "application/vnd.oasis.opendocument.text",
            "application/vnd.oasis.opendocument.text-template",
            "application/rtf",
            "text/rtf",
        ],
    },
    Kind {
        name: "sheet",
        media_types: &[
            "application/vnd.ms-excel",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "application/vnd.oasis.opendocument.spreadsheet",
            "text/csv",
            "text/tab-separated-values",
        ],
    },
    Kind {
        name: "slides",
        media_types: &[
            "application/vnd.ms-powerpoint",
            "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            "application/vnd.oasis.opendocument.presentation",
        ],
    },
    Kind {
        name: "text",
        media_types: &[
            "text/plain", "text/markdown", "text/x-markdown", "text/html", "application/xhtml+xml",
            "application/epub+zip",
        ],
    },
    Kind { name: "image", media_types: &["image/*"] },
    Kind { name: "mail", media_types: &["message/rfc822", "application/vnd.ms-outlook"] },
    Kind { name: "event", media_types: &["text/calendar"] },
    Kind { name: "contact", media_types: &["text/vcard", "text/x-vcard"] },
];

/// The names, for whoever asked for another.
pub(super) fn names() -> String {
    KINDS.iter().map(|kind| kind.name).collect::<Vec<_>>().join(", ")
}

/// What some people call a kind, because a source has that name.
const ALSO: &[(&str, &str)] = &[("message", "mail"), ("calendar", "event")];

/// The media types a word stands for; `None` when it is neither a name nor a media type.
pub(super) fn media_types(name: &str) -> Option<Vec<String>> {
    let name = ALSO.iter().find(|(also, _)| *also == name).map_or(name, |(_, kind)| *kind);
    if let Some(kind) = KINDS.iter().find(|kind| kind.name == name) {
        return Some(kind.media_types.iter().map(|media_type| (*media_type).to_owned()).collect());
    }
    let (family, rest) = name.split_once('/')?;
    // The letters of RFC 6838, section 4.2.
    let is_word = |text: &str| {
        (1..=127).contains(&text.len())
            && text.chars().all(|letter| letter.is_ascii_alphanumeric() || "!#$&-^_.+".contains(letter))
    };
    (is_word(family) && (rest == "*" || is_word(rest))).then(|| vec![name.to_owned()])
}
