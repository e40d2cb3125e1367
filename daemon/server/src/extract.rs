//! What a handler may ask of a request.
//!
//! A handler takes typed values and never the raw request. Authorisation is one of these values: a handler that takes
//! a [`principal::Reader`] can only be reached by somebody who may read, and gets at the store and the assistant
//! through it alone.

pub(crate) mod json;
pub(crate) mod page;
pub(crate) mod parameters;
pub(crate) mod principal;
