//! What happens to every request, in this order: an id, its address, the access log, security headers, the dress of
//! failures, what is left of a quota, the page that asks, the limits. None of it looks into a body, and none of it decides who may do what.

pub(crate) mod bounds;
pub(crate) mod caller;
pub(crate) mod cors;
pub(crate) mod edited;
pub(crate) mod rate_headers;
pub(crate) mod request_id;
pub(crate) mod request_log;
pub(crate) mod security_headers;
