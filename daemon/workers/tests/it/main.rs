//! The engines against a loopback Nextcloud, a real PostgreSQL and the embedded index.

mod bad_input;
mod clinic;
mod following;
mod ingesting;
mod trouble;
