//! What administrators see and do over HTTP: how things are, what is configured, and another try for what failed.
//!
//! Numbers, codes and, where somebody has to be helped, user ids; nothing of what anybody keeps, asks or is told. No role
//! reaches content of others here. Who may use it is the policy's to say; what changes something may ask for a fresh
//! sign-in, and is in the audit log before it is done.

pub(crate) mod change_limits;
pub(crate) mod end_sessions;
pub(crate) mod failures;
pub(crate) mod limits;
pub(crate) mod overview;
pub(crate) mod people;
pub(crate) mod phi_policy;
pub(crate) mod providers;
pub(crate) mod roles;
pub(crate) mod test_provider;
