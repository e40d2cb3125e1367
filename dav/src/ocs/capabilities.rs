//! What the server and its apps offer.
//!
//! Without a login only a few sections are told ([`Capabilities::is_complete`]); ask with an account. What is not
//! read here is not used: the answer is a forest that every app adds to, and no shape in it is promised.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use super::status::ServerVersion;
use super::{MAX_OCS_BODY_BYTES, data, request};
use crate::error::DavError;
use crate::files::NameRules;
use crate::operation::{Access, Operation, Request, Response, Verb};

/// The longest pause between polls that is taken over from a server.
const MAX_POLL_INTERVAL: Duration = Duration::from_hours(1);

/// Asks for the capabilities.
#[derive(Debug, Clone, Copy)]
pub struct ReadCapabilities;

/// The capabilities in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capabilities {
    /// The server's version.
    pub version: ServerVersion,
    /// The names of all sections.
    pub sections: Vec<String>,
    /// How often the server wishes to be asked for changes.
    pub poll_interval: Option<Duration>,
    /// Whether many small files may be sent in one request.
    pub bulk_upload: bool,
    /// Whether a large file may be sent in pieces.
    pub chunked_upload: bool,
    /// Which names of files and folders it stores.
    pub names: NameRules,
    /// The WebSocket that tells of changes, where that app is set up.
    pub notify_push: Option<String>,
}

impl Capabilities {
    /// Whether this is what an account sees, and not the little that everybody is told.
    pub fn is_complete(&self) -> bool {
        self.sections.iter().any(|section| section == "core")
    }
}

#[derive(Deserialize)]
struct Wire {
    version: Version,
    #[serde(default)]
    capabilities: Value,
}

#[derive(Deserialize)]
struct Version {
    major: u32,
    minor: u32,
    micro: u32,
}

impl Operation for ReadCapabilities {
    type Output = Capabilities;
    const NAME: &'static str = "ocs.read_capabilities";
    const MAX_BODY_BYTES: u64 = MAX_OCS_BODY_BYTES;

    fn request(&self) -> Result<Request, DavError> {
        Ok(request(Verb::Get, "ocs/v2.php/cloud/capabilities", Access::Anyone))
    }

    fn parse(&self, response: &Response) -> Result<Capabilities, DavError> {
        let Wire { version, capabilities } = data(response)?;
        let at = |pointer: &str| capabilities.pointer(pointer);
        let poll_interval = at("/core/pollinterval").and_then(Value::as_u64).map(Duration::from_secs);
        Ok(Capabilities {
            version: ServerVersion { major: version.major, minor: version.minor, micro: version.micro },
            sections: capabilities.as_object().map(|all| all.keys().cloned().collect()).unwrap_or_default(),
            poll_interval: poll_interval.map(|interval| interval.min(MAX_POLL_INTERVAL)),
            bulk_upload: at("/dav/bulkupload").is_some(),
            chunked_upload: at("/dav/chunking").is_some(),
            names: NameRules::read(at("/files")),
            notify_push: at("/notify_push/endpoints/websocket").and_then(Value::as_str).map(str::to_owned),
        })
    }
}
