//! The verbs of RFC 4918 and RFC 9110 in use, as values.
//!
//! They know headers and bodies, not what Nextcloud keeps where; that is [`crate::files`]. A [`Depth`] is always
//! written out: without the header a server may read "infinity" (the RFC) or "1" (Nextcloud 32).

mod delete;
mod get;
mod mkcol;
mod move_to;
mod propfind;
mod put;

pub use self::delete::Delete;
pub use self::get::{ByteRange, Get};
pub(crate) use self::get::{FileHead, GetAnswer, http_date};
pub use self::mkcol::Mkcol;
pub use self::move_to::Move;
pub use self::propfind::{Depth, PropertyName, Propfind};
pub(crate) use self::put::{Put, with_modified};
