//! What a response means.
//!
//! One function, [`Response::read`], turns the parts of a response into a value. What it cannot make sense of is
//! [`Response::Unreadable`], which the session counts; what is well-formed and of no interest is [`Response::Other`].
//! Of the text that people are meant to read nothing is kept.

use chrono::{DateTime, Utc};

use crate::imap::token::{self, Value};
use crate::imap::uids::UidSet;
use crate::imap::wire::Part;
use crate::imap::{Capabilities, Flag};

/// How a command ended, or what the server says about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Done.
    Ok,
    /// Not done.
    No,
    /// Not understood.
    Bad,
    /// The connection ends.
    Bye,
    /// Signed in already.
    PreAuth,
}

/// The response codes that change what we do (RFC 3501, 5530, 7162).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Code {
    /// Capabilities.
    Capability(Capabilities),
    /// The folder's epoch.
    UidValidity(u32),
    /// The UID that the next message will have at least.
    UidNext(u32),
    /// The highest mod-sequence.
    HighestModSeq(u64),
    /// The folder has no mod-sequences.
    NoModSeq,
    /// The folder closed; what follows belongs to the next.
    Closed,
    /// Wrong name or secret.
    AuthenticationFailed,
    /// Trouble on the server's side.
    Unavailable,
    /// The folder is not there or not ours.
    NoFolder,
    /// Anything else.
    Other,
}

/// One FETCH response.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FetchData {
    /// The sequence number.
    pub sequence: u32,
    /// The UID.
    pub uid: Option<u32>,
    /// Flags.
    pub flags: Option<Vec<Flag>>,
    /// The mod-sequence.
    pub mod_seq: Option<u64>,
    /// The size in octets as the server counts it.
    pub size: Option<u64>,
    /// When it arrived.
    pub internal_date: Option<DateTime<Utc>>,
    /// A section of the body: header fields or a piece of the whole.
    pub header: Option<Vec<u8>>,
    /// The body or a piece of it; `Some(None)` when it was longer than what was asked for.
    pub body: Option<Option<Vec<u8>>>,
}

/// One response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Response {
    /// The end of a command.
    Tagged {
        /// Of which command.
        tag: String,
        /// How.
        status: Status,
        /// And what about it.
        code: Option<Code>,
    },
    /// A status of the server or the folder.
    Status {
        /// Which.
        status: Status,
        /// And what about it.
        code: Option<Code>,
    },
    /// The server waits for more.
    Continue(Vec<u8>),
    /// CAPABILITY.
    Capability(Capabilities),
    /// ENABLED.
    Enabled(Vec<String>),
    /// One folder of a listing: attributes, delimiter, name as the server spells it.
    List {
        /// `\NoSelect`, `\Drafts` …
        attributes: Vec<String>,
        /// Between the levels of the hierarchy.
        delimiter: Option<char>,
        /// The name; `None` when it is not UTF-8.
        name: Option<String>,
    },
    /// SEARCH or ESEARCH.
    Search(UidSet),
    /// So many messages are in the folder.
    Exists(u32),
    /// The message with this sequence number is gone.
    Expunge(u32),
    /// The messages with these UIDs are gone.
    Vanished {
        /// Said in answer to a question about the past; otherwise it happens now.
        earlier: bool,
        /// Which.
        uids: UidSet,
    },
    /// FETCH.
    Fetch(FetchData),
    /// Well-formed and of no interest.
    Other,
    /// Not to be understood.
    Unreadable,
}

impl Response {
    /// Reads a response.
    pub(crate) fn read(parts: Vec<Part>) -> Self {
        let Some(Part::Text(first)) = parts.first() else { return Self::Unreadable };
        if let Some(rest) = first.strip_prefix(b"+") {
            return Self::Continue(rest.strip_prefix(b" ").unwrap_or(rest).to_vec());
        }
        let line = String::from_utf8_lossy(first);
        let mut words = line.splitn(3, ' ');
        let (tag, second) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let rest = words.next().unwrap_or_default();
        if let Some(status) = status(second) {
            let code = code(rest);
            return match tag {
                "*" => Self::Status { status, code },
                tag => Self::Tagged { tag: tag.to_owned(), status, code },
            };
        }
        if tag != "*" {
            return Self::Unreadable;
        }
        drop(line);
        token::values(parts).and_then(|values| untagged(&values)).unwrap_or(Self::Unreadable)
    }
}

fn status(word: &str) -> Option<Status> {
    [
        ("OK", Status::Ok),
        ("NO", Status::No),
        ("BAD", Status::Bad),
        ("BYE", Status::Bye),
        ("PREAUTH", Status::PreAuth),
    ]
    .into_iter()
    .find_map(|(name, status)| word.eq_ignore_ascii_case(name).then_some(status))
}

fn code(text: &str) -> Option<Code> {
    let inside = text.trim_start().strip_prefix('[')?.split_once(']')?.0;
    let (name, argument) = inside.split_once(' ').unwrap_or((inside, ""));
    let first = argument.split(' ').next().unwrap_or_default();
    Some(match name.to_ascii_uppercase().as_str() {
        "CAPABILITY" => Code::Capability(Capabilities::new(argument.split_ascii_whitespace())),
        "UIDVALIDITY" => Code::UidValidity(first.parse().ok()?),
        "UIDNEXT" => Code::UidNext(first.parse().ok()?),
        "HIGHESTMODSEQ" => Code::HighestModSeq(first.parse().ok()?),
        "NOMODSEQ" => Code::NoModSeq,
        "CLOSED" => Code::Closed,
        "AUTHENTICATIONFAILED" | "AUTHORIZATIONFAILED" | "EXPIRED" => Code::AuthenticationFailed,
        "UNAVAILABLE" | "INUSE" | "LIMIT" | "SERVERBUG" => Code::Unavailable,
        "NONEXISTENT" | "NOPERM" | "TRYCREATE" => Code::NoFolder,
        _ => Code::Other,
    })
}

/// What stands after `*`.
fn untagged(values: &[Value]) -> Option<Response> {
    let values = values.get(1..)?;
    let first = values.first()?;
    if let Some(number) = first.number::<u32>() {
        return numbered(number, values.get(1..)?);
    }
    let rest = &values[1..];
    Some(match first.word()?.to_ascii_uppercase().as_str() {
        "CAPABILITY" => Response::Capability(Capabilities::new(rest.iter().filter_map(Value::word))),
        "ENABLED" => {
            Response::Enabled(rest.iter().filter_map(Value::word).map(str::to_ascii_uppercase).collect())
        }
        "LIST" => list(rest)?,
        "SEARCH" => {
            // A server that knows mod-sequences may end the list with one.
            Response::Search(rest.iter().map_while(Value::number::<u32>).collect())
        }
        "ESEARCH" => esearch(rest)?,
        "VANISHED" => vanished(rest)?,
        _ => Response::Other,
    })
}

fn numbered(number: u32, rest: &[Value]) -> Option<Response> {
    Some(match rest.first()?.word()?.to_ascii_uppercase().as_str() {
        "EXISTS" => Response::Exists(number),
        "EXPUNGE" => Response::Expunge(number),
        "FETCH" => Response::Fetch(fetch(number, rest.get(1)?.list()?)?),
        _ => Response::Other,
    })
}

fn list(rest: &[Value]) -> Option<Response> {
    let [attributes, delimiter, name, ..] = rest else { return None };
    let attributes = attributes.list()?.iter().filter_map(Value::word).map(str::to_owned).collect();
    let delimiter = if delimiter.is_nil() { None } else { delimiter.word()?.chars().next() };
    let name = match name {
        Value::Atom(name) => Some(name.clone()),
        Value::Text(bytes) => String::from_utf8(bytes.clone()).ok(),
        _ => None,
    };
    Some(Response::List { attributes, delimiter, name })
}

/// `(TAG "x") UID ALL 1:4,9`; without matches there is no `ALL`.
fn esearch(rest: &[Value]) -> Option<Response> {
    let at = rest.iter().position(|value| value.word().is_some_and(|word| word.eq_ignore_ascii_case("ALL")));
    match at {
        Some(at) => Some(Response::Search(UidSet::parse(rest.get(at + 1)?.word()?)?)),
        None => Some(Response::Search(UidSet::default())),
    }
}

fn vanished(rest: &[Value]) -> Option<Response> {
    match rest {
        [Value::List(_), uids, ..] => {
            Some(Response::Vanished { earlier: true, uids: UidSet::parse(uids.word()?)? })
        }
        [uids, ..] => Some(Response::Vanished { earlier: false, uids: UidSet::parse(uids.word()?)? }),
        [] => None,
    }
}

fn fetch(sequence: u32, items: &[Value]) -> Option<FetchData> {
    let mut data = FetchData { sequence, ..FetchData::default() };
    let mut items = items.iter();
    while let Some(name) = items.next() {
        let name = name.word()?.to_ascii_uppercase();
        let value = items.next()?;
        match name.as_str() {
            "UID" => data.uid = Some(value.number::<u32>().filter(|uid| *uid > 0)?),
            "FLAGS" => {
                data.flags = Some(value.list()?.iter().filter_map(Value::word).map(Flag::read).collect());
            }
            "MODSEQ" => data.mod_seq = value.list()?.first()?.number(),
            "RFC822.SIZE" => data.size = value.number(),
            // A date that cannot be read is no reason to lose the message.
            "INTERNALDATE" => data.internal_date = value.word().and_then(date),
            _ if name.starts_with("BODY[HEADER") => data.header = bytes(value),
            _ if name.starts_with("BODY[]") => {
                data.body = match value {
                    Value::Oversize(_) => Some(None),
                    value if value.is_nil() => None,
                    value => bytes(value).map(Some),
                };
            }
            _ => {}
        }
    }
    Some(data)
}

fn bytes(value: &Value) -> Option<Vec<u8>> {
    match value {
        Value::Text(bytes) => Some(bytes.clone()),
        _ => None,
    }
}

fn date(text: &str) -> Option<DateTime<Utc>> {
    let date = DateTime::parse_from_str(text.trim_start(), "%d-%b-%Y %H:%M:%S %z").ok()?;
    Some(date.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use super::{Code, FetchData, Response, Status};
    use crate::imap::uids::UidSet;
    use crate::imap::wire::Part;
    use crate::imap::{Capabilities, Flag};

    fn read(text: &str) -> Response {
        Response::read(vec![Part::Text(text.as_bytes().to_vec())])
    }

    fn uids(text: &str) -> UidSet {
        UidSet::parse(text).expect(text)
    }

    #[test]
    fn responses_mean_what_the_standards_say() {
        let list = |attributes: &[&str], delimiter, name: &str| Response::List {
            attributes: attributes.iter().map(|attribute| (*attribute).to_owned()).collect(),
            delimiter,
            name: Some(name.to_owned()),
        };
        for (text, expected) in [
            ("* 172 EXISTS", Response::Exists(172)),
            ("* 3 EXPUNGE", Response::Expunge(3)),
            ("* VANISHED 405,407:410", Response::Vanished { earlier: false, uids: uids("405,407:410") }),
            ("* VANISHED (EARLIER) 41,43:116", Response::Vanished { earlier: true, uids: uids("41,43:116") }),
            ("* SEARCH 2 84 882 (MODSEQ 917162500)", Response::Search(uids("2,84,882"))),
            ("* SEARCH", Response::Search(UidSet::default())),
            ("* ESEARCH (TAG \"A285\") UID ALL 4:5,10", Response::Search(uids("4:5,10"))),
            ("* ESEARCH (TAG \"A285\") UID", Response::Search(UidSet::default())),
            (
                "* LIST (\\HasNoChildren \\Drafts) \"/\" Drafts",
                list(&["\\HasNoChildren", "\\Drafts"], Some('/'), "Drafts"),
            ),
            ("* list () nil \"a b\"", list(&[], None, "a b")),
            ("* CAPABILITY IMAP4rev1 idle", Response::Capability(Capabilities::new(["IMAP4REV1", "IDLE"]))),
            ("* FLAGS (\\Answered)", Response::Other),
            (
                "* OK [HIGHESTMODSEQ 715194045007] Highest",
                Response::Status { status: Status::Ok, code: Some(Code::HighestModSeq(715_194_045_007)) },
            ),
            (
                "a3 NO [AUTHENTICATIONFAILED] no [x] {3}",
                Response::Tagged {
                    tag: "a3".to_owned(),
                    status: Status::No,
                    code: Some(Code::AuthenticationFailed),
                },
            ),
            ("+ idling", Response::Continue(b"idling".to_vec())),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn a_fetch_is_read_in_any_order_and_with_what_it_has() {
        let expected = FetchData {
            sequence: 4,
            uid: Some(8),
            flags: Some(vec![Flag::Seen, Flag::Keyword("$Label1".to_owned())]),
            mod_seq: Some(9),
            size: Some(44),
            internal_date: "1996-07-17T09:44:25Z".parse().ok(),
            ..FetchData::default()
        };
        for text in [
            "* 4 FETCH (UID 8 FLAGS (\\Seen $Label1) MODSEQ (9) RFC822.SIZE 44 INTERNALDATE \"17-Jul-1996 02:44:25 -0700\")",
            "* 4 fetch (INTERNALDATE \"17-Jul-1996 02:44:25 -0700\" X-UNKNOWN (a (b)) rfc822.size 44 modseq (9) flags (\\seen $Label1) uid 8)",
        ] {
            assert_eq!(read(text), Response::Fetch(expected.clone()), "{text}");
        }
        assert!(matches!(
            read("* 1 FETCH (UID 3 INTERNALDATE \"yesterday\")"),
            Response::Fetch(FetchData { internal_date: None, uid: Some(3), .. })
        ));
    }

    #[test]
    fn what_cannot_be_understood_is_said_to_be_so() {
        for text in [
            "", "*", "* 4 FETCH (UID", "* 4 FETCH (UID 0)", "* VANISHED 1:*", "hello", "* LIST x",
            "* 4 FETCH",
        ] {
            assert_eq!(read(text), Response::Unreadable, "{text}");
        }
    }
}
