//! What the provider says of itself, and the keys it signs with, as it publishes them (`OpenID` Connect Discovery).
//!
//! Both are remembered for minutes and read again when they are older. A key that is not among those known has them read
//! again once, because providers change keys under running sign-ins; how often that happens is bounded, so that forged
//! tokens cannot make us a nuisance. While the provider is away, what is known is used until it is an hour old, and after
//! that nobody is believed. Refused: an issuer that is not the configured one to the letter, and endpoints on servers the
//! daemon may not reach.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::jwk::{Jwk, PublicKeyUse};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::sync::Mutex;
use url::Url;
use voiceassist_dav::egress::Destinations;
use voiceassist_model::Clock;

use super::ProviderError;

/// Until a request to the provider is given up.
pub(super) const PATIENCE: Duration = Duration::from_secs(8);
/// The longest answer of a provider, in bytes.
const MAX_ANSWER_BYTES: usize = 256 * 1024;
/// What is known is read again when it is older than this.
const FRESH: TimeDelta = TimeDelta::minutes(10);
/// And not used any more when it is older than this.
const USABLE: TimeDelta = TimeDelta::hours(1);
/// Between two looks that unknown keys, or a provider in trouble, bring about.
const COOL_DOWN: TimeDelta = TimeDelta::seconds(30);

/// What the provider says of itself.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Metadata {
    issuer: String,
    pub(super) authorization_endpoint: Url,
    pub(super) token_endpoint: Url,
    jwks_uri: Url,
    /// Whether the address people come back with says who answers.
    #[serde(rename = "authorization_response_iss_parameter_supported", default)]
    pub(super) names_itself: bool,
}

/// The keys as published, of whatever kinds.
#[derive(Deserialize)]
struct KeySet {
    keys: Vec<serde_json::Value>,
}

/// The provider's own pages, as remembered.
pub(super) struct Published {
    issuer: String,
    http: reqwest::Client,
    destinations: Destinations,
    clock: Arc<dyn Clock>,
    /// One look at a time; whoever waits finds what the one before has found.
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    metadata: Option<(Arc<Metadata>, DateTime<Utc>)>,
    keys: Option<(Vec<Jwk>, DateTime<Utc>)>,
    /// When a look was last tried, whatever came of it.
    keys_tried_at: Option<DateTime<Utc>>,
    metadata_tried_at: Option<DateTime<Utc>>,
}

impl Published {
    pub(super) fn new(
        issuer: &str,
        http: reqwest::Client,
        destinations: Destinations,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { issuer: issuer.to_owned(), http, destinations, clock, known: Mutex::default() }
    }

    pub(super) async fn metadata(&self) -> Result<Arc<Metadata>, ProviderError> {
        let mut known = self.known.lock().await;
        self.metadata_in(&mut known).await
    }

    /// The key of this name; without a name the only one there is.
    pub(super) async fn key(&self, name: Option<&str>) -> Result<Jwk, ProviderError> {
        let mut known = self.known.lock().await;
        let now = self.clock.now();
        let tried = known.keys_tried_at.is_some_and(|at| now - at < COOL_DOWN);
        let age = known.keys.as_ref().map(|(_, at)| now - *at);
        let missing = known.keys.as_ref().is_none_or(|(keys, _)| find(keys, name).is_none());
        if (missing || age.is_none_or(|age| age > FRESH)) && !tried {
            known.keys_tried_at = Some(now);
            match self.read_keys(&mut known).await {
                Ok(keys) => known.keys = Some((keys, now)),
                Err(error) if age.is_none_or(|age| age > USABLE) => return Err(error),
                Err(_) => tracing::warn!("the provider's keys could not be read anew; those known are used"),
            }
        }
        match &known.keys {
            Some((keys, at)) if now - *at <= USABLE => {
                find(keys, name).cloned().ok_or(ProviderError::Refused("unknown_key"))
            }
            _ => Err(ProviderError::Unavailable { what: "keys", source: None }),
        }
    }

    async fn metadata_in(&self, known: &mut Known) -> Result<Arc<Metadata>, ProviderError> {
        let now = self.clock.now();
        let age = known.metadata.as_ref().map(|(_, at)| now - *at);
        let tried = known.metadata_tried_at.is_some_and(|at| now - at < COOL_DOWN);
        // Without anything known every sign-in asks, so that one works as soon as the provider is back.
        if age.is_none_or(|age| age > USABLE || (age > FRESH && !tried)) {
            known.metadata_tried_at = Some(now);
            match self.read_metadata().await {
                Ok(metadata) => known.metadata = Some((Arc::new(metadata), now)),
                Err(error) if age.is_none_or(|age| age > USABLE) => return Err(error),
                Err(_) => {
                    tracing::warn!("the provider's description could not be read anew; that known is used");
                }
            }
        }
        let metadata = known.metadata.as_ref().map(|(metadata, _)| Arc::clone(metadata));
        metadata.ok_or(ProviderError::Unavailable { what: "description", source: None })
    }

    async fn read_metadata(&self) -> Result<Metadata, ProviderError> {
        let what = "description";
        let address = format!("{}/.well-known/openid-configuration", self.issuer.trim_end_matches('/'));
        let address = Url::parse(&address)
            .map_err(|error| ProviderError::Unavailable { what, source: Some(Box::new(error)) })?;
        let metadata: Metadata = self.get(address, what).await?;
        if metadata.issuer != self.issuer {
            return Err(ProviderError::Unavailable { what, source: None });
        }
        for endpoint in [&metadata.token_endpoint, &metadata.jwks_uri] {
            self.destinations
                .check(endpoint)
                .map_err(|error| ProviderError::Unavailable { what, source: Some(Box::new(error)) })?;
        }
        Ok(metadata)
    }

    async fn read_keys(&self, known: &mut Known) -> Result<Vec<Jwk>, ProviderError> {
        let metadata = self.metadata_in(known).await?;
        let set: KeySet = self.get(metadata.jwks_uri.clone(), "keys").await?;
        // Kinds that are not known here are passed over (RFC 7517, section 5): they cannot have signed what we accept.
        let known = set.keys.into_iter().filter_map(|key| serde_json::from_value::<Jwk>(key).ok());
        let signs =
            |key: &Jwk| key.common.public_key_use.as_ref().is_none_or(|it| *it == PublicKeyUse::Signature);
        Ok(known.filter(signs).collect())
    }

    async fn get<T: DeserializeOwned>(&self, address: Url, what: &'static str) -> Result<T, ProviderError> {
        let unavailable = |source| ProviderError::Unavailable { what, source };
        let answer = self.http.get(address).timeout(PATIENCE).send().await;
        let answer = answer.map_err(|error| unavailable(Some(Box::new(error.without_url()))))?;
        if !answer.status().is_success() {
            return Err(unavailable(None));
        }
        let body = bounded(answer, what).await?;
        serde_json::from_slice(&body).map_err(|error| unavailable(Some(Box::new(error))))
    }
}

fn find<'k>(keys: &'k [Jwk], name: Option<&str>) -> Option<&'k Jwk> {
    match (name, keys) {
        (Some(name), keys) => keys.iter().find(|key| key.common.key_id.as_deref() == Some(name)),
        (None, [only]) => Some(only),
        (None, _) => None,
    }
}

/// The body, if it is not too long.
pub(super) async fn bounded(
    mut answer: reqwest::Response,
    what: &'static str,
) -> Result<Vec<u8>, ProviderError> {
    let mut body = Vec::new();
    loop {
        let piece = answer.chunk().await;
        let piece = piece.map_err(|error| ProviderError::Unavailable {
            what,
            source: Some(Box::new(error.without_url())),
        })?;
        let Some(piece) = piece else { return Ok(body) };
        if body.len() + piece.len() > MAX_ANSWER_BYTES {
            return Err(ProviderError::Unavailable { what, source: None });
        }
        body.extend_from_slice(&piece);
    }
}
