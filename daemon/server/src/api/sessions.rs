//! How a session begins: somebody the daemon believes says who a person is, and the person gets a token.

pub(crate) mod vouched;
