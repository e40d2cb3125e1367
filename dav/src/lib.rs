//! The wire protocols spoken to a Nextcloud server, and nothing else.
//!
//! An operation is a value: it renders a [`Request`] and parses a [`Response`] without I/O, so that recorded bytes
//! test it. One [`Client`] per account sends it: size-capped, traced, with time-outs and its own cookie jar. The
//! crate schedules nothing, stores nothing, keeps no list of accounts and knows none of the other crates; it never
//! sends an account's login password, and nothing it logs or prints names a file.
//!
//! ```text
//! ListFolder, Download, ReadOwnUser …  ──request()──▶  Client ──▶ server
//!          ▲                                             │ status, headers, body under a cap
//!          └── FileEntry, OwnUser … or DavError ◀─parse()─┘
//! ```
//!
//! | module | what it implements |
//! |---|---|
//! | [`webdav`] | RFC 4918: PROPFIND, MKCOL, PUT, MOVE, DELETE, GET with RFC 9110 ranges and preconditions |
//! | [`multistatus`] | RFC 4918 section 13: 207 bodies, read as they arrive |
//! | [`files`] | Nextcloud's files space `/remote.php/dav/files/{user}/`, uploads in pieces, trash, system tags |
//! | [`precondition`] | RFC 9110 section 13 and RFC 4918 section 10: what must hold for a write |
//! | [`content`] | what is uploaded, read again as often as needed |
//! | [`collections`] | RFC 6578, RFC 6764: where calendars and contacts are, and what changed in them |
//! | [`caldav`] | RFC 4791: calendars, by kind |
//! | [`carddav`] | RFC 6352: address books, by kind |
//! | [`content_line`], [`content_edit`] | RFC 5545 section 3.1: the lines of calendars and contacts, and changing some |
//! | [`icalendar`] | RFC 5545: calendar objects, their zones and occurrences |
//! | [`vcard`] | RFC 6350, RFC 2426: contacts |
//! | [`ocs`] | Open Collaboration Services v2: status, capabilities, users, groups |
//! | [`webhooks`] | Nextcloud's webhook listeners: registration, and what they deliver |
//! | [`notify_push`] | the WebSocket of the app `notify_push` |
//! | [`links`] | addresses that open things in Nextcloud's own apps |
//! | [`login_flow`] | Nextcloud Login Flow v2 and the revocation of app passwords |
//! | [`imap`] | RFC 3501 read only, with RFC 7162 (CONDSTORE, QRESYNC), RFC 2177 (IDLE), RFC 6154 (special uses) |
//! | [`smtp`] | RFC 6409 submission, encrypted; RFC 6047 invitations by mail |
//! | [`href`] | RFC 3986 paths, decoded and in Unicode NFC |
//! | [`etag`] | RFC 9110 section 8.8.3 |
//! | [`permissions`] | the letters of `oc:permissions` |
//! | [`egress`] | which servers are reached at all; RFC 6890 for the addresses that are not |
//! | [`principal`] | RFC 3744: whether the server knows a user |
//! | [`politeness`] | RFC 9110 section 10.2.3 (`Retry-After`), RFC 6585 section 4 (429), and what Nextcloud counts |

pub mod caldav;
pub mod carddav;
pub mod client;
pub mod collections;
pub mod content;
pub mod content_edit;
pub mod content_line;
mod cookies;
pub mod credentials;
pub mod egress;
pub mod error;
pub mod etag;
pub mod files;
pub mod href;
pub mod icalendar;
pub mod imap;
pub mod links;
pub mod login_flow;
pub mod multistatus;
pub mod notify_push;
pub mod ocs;
pub mod operation;
pub mod permissions;
pub mod politeness;
pub mod precondition;
pub mod principal;
mod refusal;
mod sasl;
pub mod smtp;
pub mod transport;
pub mod user_id;
pub mod vcard;
pub mod webdav;
pub mod webhooks;
pub mod xml;

pub use client::{Client, ClientSettings, LockRetry};
pub use content::{Content, FileContent};
pub use credentials::{AppPassword, Credentials};
pub use error::{DavError, TransportKind};
pub use etag::ETag;
pub use files::{
    ByteRange, Download, Downloaded, EntryKind, FileEntry, ListFolder, Listed, NameRefusal, NameRules,
    ReadEntry, Written,
};
pub use href::FilePath;
pub use operation::{BaseUrl, InvalidBaseUrl, Operation, Request, Response};
pub use permissions::{Permission, Permissions};
pub use politeness::Politeness;
pub use precondition::{Expected, Standing};
pub use principal::FindPrincipal;
pub use transport::{Transport, TransportSettings};
pub use user_id::{InvalidUserId, UserId};
pub use webdav::Depth;
