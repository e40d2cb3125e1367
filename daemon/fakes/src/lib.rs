//! The outside world on 127.0.0.1: servers that speak the real protocols over real sockets and hold scripted
//! state, so that the daemon is tested and demonstrated without any of the things it talks to.
//!
//! Nothing here depends on the crates whose tests use it: a mistake of a client cannot hide in its own mirror.
//! Everything is synthetic, listens on loopback only and keeps secrets in plain text; real data does not belong
//! here. What a real server was measured to do is imitated even where it is odd.

pub mod chat;
pub mod corpus;
pub mod mail;
pub mod nextcloud;
pub mod postgres;
pub mod provider;
pub mod proxy;
pub mod recorder;
pub mod redis;
