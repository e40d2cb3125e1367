//! What happens to every request, in this order: an id, the access log, security headers, the dress of failures, the
//! limits. None of it looks into a body, and none of it decides who may do what.

pub(crate) mod bounds;
pub(crate) mod request_id;
pub(crate) mod request_log;
pub(crate) mod security_headers;
