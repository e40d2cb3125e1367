//! `IMAP4rev1` (RFC 3501), read only: how a mailbox is looked at without changing anything in it.
//!
//! A [`Connection`] becomes a [`Session`] by signing in, a session opens one folder at a time ([`Opened`]) with EXAMINE,
//! and everything is asked there: a page of messages newest first ([`Opened::page`]), what changed since a mod-sequence
//! ([`Opened::changed_since`]), which UIDs of a range are left ([`Opened::present`]), a body in pieces
//! ([`Opened::body`]), and whether anything happens ([`Opened::idle`]). Bodies are peeked at: nothing is marked as read.
//!
//! What a server sends is bounded before it is kept: the text of a response by [`wire::MAX_TEXT_BYTES`], a literal by
//! what was asked for, nesting by [`token::MAX_DEPTH`]. A response that cannot be understood is skipped and counted,
//! never guessed at; a caller that saw one must not conclude that anything is absent. Nothing here retries, schedules
//! or stores, nothing logs a line of the protocol, and no error repeats what the server wrote.
//!
//! | module | what it implements |
//! |---|---|
//! | [`connect`] | implicit TLS (RFC 8314), STARTTLS (RFC 2595), plain on loopback when told so by name |
//! | [`wire`] | lines and literals (RFC 3501 section 4.3, LITERAL+ of RFC 7888) |
//! | [`token`], [`response`] | the grammar of responses, with ESEARCH (RFC 4731) and VANISHED (RFC 7162) |
//! | [`login`] | LOGIN, AUTHENTICATE PLAIN (RFC 4616), OAUTHBEARER (RFC 7628) and XOAUTH2, SASL-IR (RFC 4959) |
//! | [`mail_connection`] | where a mailbox is and how to sign in, in one value |
//! | [`folders`] | LIST with special uses (RFC 6154), and which folders are taken unless the person says otherwise |
//! | [`folder_name`] | modified UTF-7 (RFC 3501 section 5.1.3) |
//! | [`open`] | EXAMINE with CONDSTORE and QRESYNC (RFC 7162) |
//! | [`fetch`] | pages, changes, bodies |
//! | [`uids`] | sets of UIDs as ranges |
//! | [`idle`] | IDLE (RFC 2177) |

pub mod capability;
mod command;
pub mod connect;
mod error;
pub mod fetch;
pub mod folder_name;
pub mod folders;
pub mod idle;
pub mod login;
pub mod mail_connection;
pub mod open;
pub mod response;
mod session;
pub mod token;
pub mod uids;
pub mod wire;

pub use capability::Capabilities;
pub use connect::{Connection, Endpoint, ImapSettings, Security, TlsTrust};
pub use error::ImapError;
pub use fetch::{Answers, Body, Change, Fetched, Flag, Page, Summary};
pub use folder_name::FolderName;
pub use folders::{Folder, Folders, Role};
pub use idle::Woken;
pub use login::MailCredentials;
pub use mail_connection::MailConnection;
pub use open::Opened;
pub use session::Session;
pub use uids::UidSet;
