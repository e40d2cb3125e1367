//! The real router on loopback, over a real database and a real index.
//!
//! Callers are ordinary HTTP clients; nothing is called behind the router's back except to set the stage.

#[path = "../../../assistant/tests/it/clinic.rs"]
mod clinic;
mod conversations;
mod documents;
mod health;
mod openapi;
mod problems;
mod search;
mod shutdown;
mod sign_in;
mod stage;
mod tokens;
