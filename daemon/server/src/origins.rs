//! The origins of pages that may speak to the daemon: of each Nextcloud whose app is paired, and of the daemon's own page.
//!
//! What the pairing recorded is read from the database and believed for half a minute, so that a removed pairing ends here
//! as well without a restart. A page that is not known yet has it read again, but not more often than every few seconds,
//! however many ask. While the database does not answer, what was read last stays: no origin gives a right to anything, it
//! only lets a page read an answer that its token has earned. `null`, patterns and names of hosts without a scheme never
//! match: an origin is compared whole.

use axum::http::{HeaderMap, HeaderValue, header};
use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::RwLock;
use url::Url;
use voiceassist_store::Store;

/// For how long what was read is believed.
const BELIEVED: TimeDelta = TimeDelta::seconds(30);
/// Between two readings that unknown origins bring about.
const COOL_DOWN: TimeDelta = TimeDelta::seconds(5);

/// Origins by which pages are told apart.
#[derive(Debug)]
pub(crate) struct Origins {
    /// Of pages that are none of Nextcloud's: told by the configuration, the same until the end.
    own: Vec<HeaderValue>,
    paired: RwLock<Paired>,
}

#[derive(Debug, Default)]
struct Paired {
    origins: Vec<HeaderValue>,
    read: Option<DateTime<Utc>>,
}

impl Paired {
    /// Whether a look at the database would tell more than this.
    fn is_old(&self, known: bool, now: DateTime<Utc>) -> bool {
        let bound = if known { BELIEVED } else { COOL_DOWN };
        self.read.is_none_or(|at| now - at >= bound)
    }
}

impl Origins {
    /// These, and those of paired apps.
    pub(crate) fn new(own: &[String]) -> Self {
        let own = own.iter().filter_map(|origin| HeaderValue::from_str(origin).ok()).collect();
        Self { own, paired: RwLock::default() }
    }

    /// The origin as we keep it, if it is one of ours: so that what is sent back is never what a caller wrote.
    pub(crate) async fn known(
        &self,
        origin: &HeaderValue,
        store: &Store,
        now: DateTime<Utc>,
    ) -> Option<HeaderValue> {
        if let Some(own) = among(&self.own, origin) {
            return Some(own);
        }
        {
            let paired = self.paired.read().await;
            let known = among(&paired.origins, origin);
            if !paired.is_old(known.is_some(), now) {
                return known;
            }
        }
        let mut paired = self.paired.write().await;
        // Somebody else may have read it while this waited.
        if paired.is_old(among(&paired.origins, origin).is_some(), now) {
            match store.paired_apps().list().await {
                Ok(apps) => {
                    paired.origins = apps.iter().filter_map(|app| origin_of(&app.base_url)).collect();
                }
                Err(error) => tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "the pages of paired apps could not be read anew"
                ),
            }
            paired.read = Some(now);
        }
        among(&paired.origins, origin)
    }
}

/// The one value of `Origin`. `None` when there is none; several are the same as one that nobody knows.
pub(crate) fn named(headers: &HeaderMap) -> Option<HeaderValue> {
    let mut values = headers.get_all(header::ORIGIN).iter();
    let first = values.next()?;
    Some(if values.next().is_some() { HeaderValue::from_static("null") } else { first.clone() })
}

/// Whether the browser says that page and daemon share an origin. No page can write this header.
pub(crate) fn is_same(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-site").is_some_and(|site| site.as_bytes() == b"same-origin")
}

fn among(known: &[HeaderValue], origin: &HeaderValue) -> Option<HeaderValue> {
    known.iter().find(|known| *known == origin).cloned()
}

/// The origin of a server by its address. `None` where it has none that a browser would send.
fn origin_of(base_url: &str) -> Option<HeaderValue> {
    let origin = Url::parse(base_url).ok()?.origin();
    if !origin.is_tuple() {
        return None;
    }
    HeaderValue::from_str(&origin.ascii_serialization()).ok()
}

#[cfg(test)]
mod tests {
    use super::origin_of;

    #[test]
    fn the_origin_of_a_server_is_what_its_pages_are_called_by_a_browser() {
        for (address, origin) in [
            ("https://cloud.clinic.example/", Some("https://cloud.clinic.example")),
            ("https://cloud.clinic.example:443/nextcloud/", Some("https://cloud.clinic.example")),
            ("https://Cloud.Clinic.Example:8443", Some("https://cloud.clinic.example:8443")),
            ("http://[::1]:8080/", Some("http://[::1]:8080")),
            ("https://bücher.example/", Some("https://xn--bcher-kva.example")),
            ("data:text/plain,x", None),
            ("null", None),
            ("", None),
        ] {
            let found = origin_of(address);
            assert_eq!(found.as_ref().and_then(|value| value.to_str().ok()), origin, "{address}");
        }
    }
}
