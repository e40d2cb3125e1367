//! `/status.php`: whether there is a Nextcloud at all, and whether it works.
//!
//! It needs no login and answers 200 in maintenance mode too, so it is the probe to tell a server under maintenance
//! from a dead one. The product name is themed; what makes an answer Nextcloud's is its shape.

use http::StatusCode;
use serde::Deserialize;

use crate::error::DavError;
use crate::operation::{Access, Operation, Request, Response, Verb};
use crate::refusal::refusal;

/// Asks for the server's status.
#[derive(Debug, Clone, Copy)]
pub struct ReadStatus;

/// What a server says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerStatus {
    /// Whether it was set up.
    pub installed: bool,
    /// Whether it is in maintenance mode.
    pub maintenance: bool,
    /// Whether an upgrade waits for its administrator.
    pub needs_db_upgrade: bool,
    /// Its version.
    pub version: ServerVersion,
    /// Its version as it prints it.
    pub version_string: String,
    /// Its name, as themed.
    pub product_name: String,
}

/// A version of Nextcloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ServerVersion {
    /// 32 of 32.0.1.
    pub major: u32,
    /// 0 of 32.0.1.
    pub minor: u32,
    /// 1 of 32.0.1.
    pub micro: u32,
}

impl ServerVersion {
    fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.split('.').map(str::parse::<u32>);
        let major = numbers.next()?.ok()?;
        let mut next = || numbers.next().and_then(Result::ok).unwrap_or(0);
        Some(Self { major, minor: next(), micro: next() })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    installed: bool,
    maintenance: bool,
    #[serde(default)]
    needs_db_upgrade: bool,
    version: String,
    versionstring: String,
    #[serde(default)]
    productname: String,
}

impl Operation for ReadStatus {
    type Output = ServerStatus;
    const NAME: &'static str = "ocs.read_status";
    const MAX_BODY_BYTES: u64 = 16 * 1024;

    fn request(&self) -> Result<Request, DavError> {
        Ok(Request::new(Verb::Get, "status.php", Access::Anyone))
    }

    fn parse(&self, response: &Response) -> Result<ServerStatus, DavError> {
        if response.status != StatusCode::OK {
            return Err(refusal(response));
        }
        let foreign = DavError::NotNextcloud { status: response.status.as_u16() };
        let Ok(wire) = serde_json::from_slice::<Wire>(&response.body) else { return Err(foreign) };
        let Some(version) = ServerVersion::parse(&wire.version) else { return Err(foreign) };
        Ok(ServerStatus {
            installed: wire.installed,
            maintenance: wire.maintenance,
            needs_db_upgrade: wire.needs_db_upgrade,
            version,
            version_string: wire.versionstring,
            product_name: wire.productname,
        })
    }
}
