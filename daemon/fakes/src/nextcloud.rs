//! A Nextcloud on loopback, made to be told what to do.
//!
//! It speaks what a real 32.0.1 was measured to speak: WebDAV files with stable ids, etags that propagate to the
//! root (and file etags that lie when two writes share a second), shares as mounts with the owner's ids, OCS,
//! Login Flow v2, webhook listeners and push sockets, a brute-force guard that stops everybody, maintenance, disabled accounts. State lives in memory
//! behind one lock; tests and requests change it through the same functions.
//!
//! It knows none of our crates, so a mistake of the client cannot hide in its own mirror. It has no versions,
//! public links or trash of calendars; it must never hold real data.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::recorder::Recorder;

mod access;
mod collections;
mod content;
mod control;
mod download;
mod fault;
mod files;
mod login_flow;
mod metered;
mod ocs;
mod precondition;
mod property;
mod propfind;
mod push;
mod relocate;
mod reply;
mod script;
mod search;
mod share;
mod share_api;
mod site;
mod stage;
mod state;
mod synthetic;
mod tagged;
mod tags;
mod team;
mod trash;
mod tree;
mod upload;
mod view;
mod webhooks;

pub use collections::{CollectionKind, ObjectTrouble};
pub use content::Content;
pub use control::{Bulk, ControlError, Stat};
pub use fault::Fault;
pub use script::{Clock, MissingDepth, NextcloudScript, User};
pub use share::{Recipient, Rights};
pub use synthetic::Synthetic;
pub use webhooks::{Delivered, Weather, WebhookWorker};

use self::site::Site;
use self::state::State;

/// A running server; clones share it, and it stops when the last one is dropped.
#[derive(Debug, Clone)]
pub struct Nextcloud {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    site: Arc<Site>,
    address: SocketAddr,
    server: Mutex<Option<JoinHandle<()>>>,
    strict: bool,
}

impl Nextcloud {
    /// Starts a server on 127.0.0.1.
    pub async fn start(script: NextcloudScript) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, script.port)).await?;
        let address = listener.local_addr()?;
        let strict = script.strict;
        let site = Arc::new(Site::new(State::new(script)));
        let server = tokio::spawn(site::serve(listener, Arc::clone(&site)));
        let server = Mutex::new(Some(server));
        Ok(Self { inner: Arc::new(Inner { site, address, server, strict }) })
    }

    /// Where it listens, for instance `http://127.0.0.1:40123`.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.inner.address)
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.inner.address
    }

    /// What it was asked.
    pub fn request_log(&self) -> &Recorder {
        &self.inner.site.recorder
    }

    /// Stops listening and drops every connection; the state stays.
    pub async fn stop(&self) {
        self.inner.site.state().push.hang_up();
        let running = self.inner.server.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(server) = running {
            server.abort();
            // An aborted task ends with an error that says so.
            let _ = server.await;
        }
    }

    /// Listens again on the same port with the same state.
    pub async fn start_again(&self) -> io::Result<()> {
        self.stop().await;
        let listener = TcpListener::bind(self.inner.address).await?;
        let server = tokio::spawn(site::serve(listener, Arc::clone(&self.inner.site)));
        *self.inner.server.lock().unwrap_or_else(PoisonError::into_inner) = Some(server);
        Ok(())
    }

    /// Stops and starts again; live connections die.
    pub async fn restart(&self) -> io::Result<()> {
        self.stop().await;
        self.start_again().await
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        if let Some(server) = self.server.lock().unwrap_or_else(PoisonError::into_inner).take() {
            server.abort();
        }
        self.site.state().push.hang_up();
        let unmet = self.site.state().unmet();
        assert!(
            !self.strict || unmet == 0 || std::thread::panicking(),
            "{unmet} scripted faults or locks were never met"
        );
    }
}
