//! Signing in at a provider: the code flow of `OpenID` Connect with PKCE (RFC 7636), nonce, state and issuer (RFC 9207).
//!
//! One provider is configured, and nobody else is believed: what it says of itself must name exactly that issuer, its
//! endpoints must be on servers the daemon may reach, and its tokens are checked against the keys it publishes and a short
//! list of algorithms. Nothing of the browser's is trusted but the two secrets that were given out when it began. The
//! provider's access token is not kept: the ID token says who it is, and that is all we want to know. What the provider
//! publishes is remembered for minutes ([`published`]); while it is away, what is known holds for an hour at most.

mod claims;
mod published;

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use url::Url;
use voiceassist_dav::egress::Destinations;
use voiceassist_model::{Clock, InstanceId};
use voiceassist_store::sessions::Proof;
use voiceassist_store::sign_ins::{Begun, Expected};

use self::claims::Reader;
use self::published::Published;

/// The longest code that is passed on, in bytes.
const MAX_CODE_BYTES: usize = 4_096;

/// What is known of the provider beforehand.
#[derive(Clone, Debug)]
pub struct ProviderSettings {
    /// As it calls itself, to the letter.
    pub issuer: String,
    /// What it calls us.
    pub client_id: String,
    /// How we prove that; none for a public client, which PKCE protects alone.
    pub client_secret: Option<SecretString>,
    /// The page that people come back to.
    pub redirect_uri: Url,
    /// The claim that is Nextcloud's user id.
    pub user_claim: String,
    /// The claim that lists groups.
    pub groups_claim: String,
    /// What is asked for.
    pub scopes: Vec<String>,
    /// Classes that a fresh sign-in is asked to be of.
    pub step_up_acr: Vec<String>,
    /// The Nextcloud whose people sign in.
    pub instance: InstanceId,
}

/// Why somebody could not sign in.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// It does not answer, or not as a provider does.
    #[error("asking the sign-in provider for its {what}")]
    Unavailable {
        /// What was asked for.
        what: &'static str,
        /// Why, if something of ours knows it.
        source: Option<Box<dyn std::error::Error + Send + Sync>>,
    },
    /// It answered, and what it said is not believed. The word is for the audit log.
    #[error("the sign-in is not believed: {0}")]
    Refused(&'static str),
}

/// Somebody the provider knows.
#[derive(Clone, Debug)]
pub struct Identified {
    /// Who says so.
    pub issuer: String,
    /// What the provider calls them.
    pub subject: String,
    /// What it calls its session.
    pub session: Option<String>,
    /// Nextcloud's user id, as the claim has it.
    pub user_id: String,
    /// Their groups.
    pub groups: Vec<String>,
    /// How they proved who they are.
    pub proof: Proof,
}

/// Somebody signed out at the provider.
#[derive(Clone, Debug)]
pub struct SignedOut {
    /// The number of the token, which counts once.
    pub jti: String,
    /// Who.
    pub subject: Option<String>,
    /// Of which of its sessions.
    pub session: Option<String>,
    /// Until when the token would be believed.
    pub ends_at: DateTime<Utc>,
}

/// The provider.
pub struct Provider {
    settings: ProviderSettings,
    http: reqwest::Client,
    published: Published,
    clock: Arc<dyn Clock>,
}

/// What the token endpoint answers; the access token is of no use to us.
#[derive(Deserialize)]
struct Tokens {
    id_token: SecretString,
}

impl Provider {
    /// A provider that is reached with this client, on these servers. Nothing is asked yet.
    pub fn new(
        settings: ProviderSettings,
        http: reqwest::Client,
        destinations: Destinations,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let published = Published::new(&settings.issuer, http.clone(), destinations, Arc::clone(&clock));
        Self { settings, http, published, clock }
    }

    /// What was configured.
    pub fn settings(&self) -> &ProviderSettings {
        &self.settings
    }

    /// Where the browser goes. With `step_up` the person is asked to prove anew who they are.
    pub async fn authorization_url(&self, begun: &Begun, step_up: bool) -> Result<Url, ProviderError> {
        let mut url = self.published.metadata().await?.authorization_endpoint.clone();
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(begun.verifier.expose_secret()));
        let settings = &self.settings;
        {
            let mut query = url.query_pairs_mut();
            query
                .append_pair("response_type", "code")
                .append_pair("client_id", &settings.client_id)
                .append_pair("redirect_uri", settings.redirect_uri.as_str())
                .append_pair("scope", &settings.scopes.join(" "))
                .append_pair("state", begun.state.expose_secret())
                .append_pair("nonce", begun.nonce.expose_secret())
                .append_pair("code_challenge", &challenge)
                .append_pair("code_challenge_method", "S256");
            if step_up {
                query.append_pair("prompt", "login").append_pair("max_age", "0");
                if !settings.step_up_acr.is_empty() {
                    query.append_pair("acr_values", &settings.step_up_acr.join(" "));
                }
            }
        }
        Ok(url)
    }

    /// Who came back with this code. `issuer` is what the address they came back with says (`iss`).
    pub async fn identify(
        &self,
        code: &str,
        issuer: Option<&str>,
        expected: &Expected,
    ) -> Result<Identified, ProviderError> {
        let metadata = self.published.metadata().await?;
        let named = issuer.map(|issuer| issuer == self.settings.issuer);
        if named == Some(false) || (named.is_none() && metadata.names_itself) {
            return Err(ProviderError::Refused("another_issuer"));
        }
        if code.is_empty() || code.len() > MAX_CODE_BYTES {
            return Err(ProviderError::Refused("no_code"));
        }
        let tokens = self.redeem(&metadata.token_endpoint, code, expected).await?;
        let claims = self.reader().id_token(tokens.id_token.expose_secret(), &expected.nonce).await?;
        claims.identified(&self.settings)
    }

    /// Who signed out, if the provider says so.
    pub async fn signed_out(&self, logout_token: &str) -> Result<SignedOut, ProviderError> {
        self.reader().logout_token(logout_token).await
    }

    fn reader(&self) -> Reader<'_> {
        Reader { settings: &self.settings, published: &self.published, now: self.clock.now() }
    }

    /// The code, for an ID token. A code is good once, and only with the verifier that only we know.
    async fn redeem(&self, endpoint: &Url, code: &str, expected: &Expected) -> Result<Tokens, ProviderError> {
        let what = "tokens";
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", self.settings.redirect_uri.as_str()),
            ("code_verifier", expected.verifier.expose_secret()),
        ];
        let mut request = self.http.post(endpoint.clone()).timeout(published::PATIENCE);
        match &self.settings.client_secret {
            Some(secret) => {
                let spelled =
                    |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
                let (id, secret) = (spelled(&self.settings.client_id), spelled(secret.expose_secret()));
                let proof = format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")));
                request = request.header(reqwest::header::AUTHORIZATION, proof);
            }
            None => form.push(("client_id", &self.settings.client_id)),
        }
        let answer =
            request.header(reqwest::header::ACCEPT, "application/json").form(&form).send().await.map_err(
                |error| ProviderError::Unavailable { what, source: Some(Box::new(error.without_url())) },
            )?;
        let status = answer.status();
        let body = published::bounded(answer, what).await?;
        if status == reqwest::StatusCode::BAD_REQUEST {
            return Err(ProviderError::Refused("code_refused"));
        }
        if !status.is_success() {
            return Err(ProviderError::Unavailable { what, source: None });
        }
        serde_json::from_slice(&body).map_err(|_| ProviderError::Refused("no_id_token"))
    }
}

impl std::fmt::Debug for Provider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Provider").finish_non_exhaustive()
    }
}
