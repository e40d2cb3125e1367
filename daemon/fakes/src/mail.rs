//! Mail servers on loopback: [`imap`], scripted and with faults, and [`smtp`], a sink that keeps what it was handed.
//!
//! Both speak over real sockets, in the clear or encrypted with a certificate for `localhost` whose authority is
//! [`AUTHORITY_PEM`] and nobody else's. The key beside it is in the open and good for nothing else.

pub mod imap;
pub mod smtp;
mod tls;

pub use tls::AUTHORITY_PEM;

/// How a server's line is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encryption {
    /// Not at all.
    None,
    /// From the first octet.
    Implicit,
    /// When asked for by STARTTLS.
    StartTls,
}
