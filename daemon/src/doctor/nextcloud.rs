//! Is there a Nextcloud at the address, does it accept this name, is it a version we know?

use std::time::Duration;

use voiceassist_dav::ocs::ReadStatus;
use voiceassist_dav::{
    BaseUrl, Client, ClientSettings, Credentials, DavError, Transport, TransportKind, TransportSettings,
};

use super::Finding;
use crate::config::Config;
use crate::egress;

const STEP: &str = "nextcloud";
/// The version this release was tried against.
const TESTED: u32 = 32;
/// Long enough for a slow server, short enough for a person who waits.
const PATIENCE: Duration = Duration::from_secs(15);

/// The findings, and whether accounts can be looked at.
pub(super) async fn examine(config: &Config) -> (Vec<Finding>, bool) {
    let Ok(base) = BaseUrl::parse(&config.nextcloud.base_url) else {
        return (vec![Finding::skipped(STEP, "nextcloud.base_url")], false);
    };
    let destinations = match egress::destinations(config) {
        Ok(destinations) => destinations,
        Err(error) => return (vec![Finding::failed(STEP, format!("{error:#}"))], false),
    };
    let settings = TransportSettings { destinations, ..TransportSettings::default() };
    let transport = match Transport::new(&settings) {
        Ok(transport) => transport,
        Err(error) => return (vec![Finding::failed(STEP, error.to_string())], false),
    };
    let settings = ClientSettings { request_timeout: PATIENCE, ..ClientSettings::default() };
    let status = match Client::new(&transport, base, &Credentials::Anonymous, settings) {
        Ok(client) => client.send(&ReadStatus).await,
        Err(error) => Err(error),
    };
    match status {
        Err(error) => (vec![Finding::failed(STEP, advice(&error))], false),
        Ok(status) if status.maintenance => (
            vec![Finding::failed(STEP, "is in maintenance; syncing goes on by itself when that ends")],
            false,
        ),
        Ok(status) if !status.installed => (
            vec![Finding::failed(STEP, "answers but is not set up yet; finish its installation first")],
            false,
        ),
        Ok(status) => {
            let seen = format!("{} {} answers", status.product_name, status.version_string);
            let finding = if status.version.major == TESTED {
                Finding::ok(STEP, seen)
            } else {
                Finding::warning(STEP, format!("{seen}; this release was tried with version {TESTED} only"))
            };
            (vec![finding], true)
        }
    }
}

/// What to do about an answer that was not the expected one.
pub(super) fn advice(error: &DavError) -> String {
    let advice = match error {
        DavError::Transport { kind: TransportKind::Dns, .. } => {
            "the host name does not exist; check nextcloud.base_url"
        }
        DavError::Transport { kind: TransportKind::Connect, .. } => {
            "nothing listens there; is the server up, and are the host and port right?"
        }
        DavError::Transport { kind: TransportKind::Timeout, .. } => {
            "no answer in time; is the server overloaded, or a firewall in between?"
        }
        DavError::Transport { kind: TransportKind::Tls, .. } => {
            "no safe connection; does the certificate fit the name, and does this machine trust its issuer?"
        }
        DavError::WrongHost => {
            "Nextcloud does not accept this host name; add it to trusted_domains in its config.php"
        }
        DavError::NotNextcloud { .. } => {
            "something answers there, but it is not a Nextcloud; check the path in nextcloud.base_url"
        }
        DavError::Throttled { .. } => {
            "Nextcloud has locked out this machine after wrong passwords; an administrator can end that with occ security:bruteforce:reset and should allow this machine's address"
        }
        DavError::Maintenance { .. } => {
            "Nextcloud is in maintenance; syncing goes on by itself when that ends"
        }
        DavError::Unauthorized => "the app password was taken back; the person must connect again",
        DavError::AccountDisabled => "the account is disabled in Nextcloud",
        DavError::NotOwnFiles => "the files shown are not this account's own; the person must connect again",
        _ => return error.to_string(),
    };
    format!("{error}: {advice}")
}
