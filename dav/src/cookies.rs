//! The cookie jar of one account.
//!
//! Every request without cookies makes the server start a session; sending them back saves it a quarter of the work.
//! A jar belongs to one client and thereby to one account: a session cookie under another account's password would
//! mix two people's rights. A server that sets more than the limit loses its jar, not our memory.

use std::sync::Mutex;

use http::{HeaderMap, HeaderValue, header::SET_COOKIE};
use reqwest::cookie::{CookieStore as _, Jar};
use url::Url;

/// The longest `Cookie` header that is sent.
const MAX_COOKIE_BYTES: usize = 8 * 1024;

#[derive(Default)]
pub(crate) struct Cookies(Mutex<Jar>);

impl Cookies {
    pub(crate) fn header(&self, url: &Url) -> Option<HeaderValue> {
        let mut value = self.jar(|jar| jar.cookies(url))?;
        value.set_sensitive(true);
        Some(value)
    }

    pub(crate) fn keep(&self, headers: &HeaderMap, url: &Url) {
        if headers.contains_key(SET_COOKIE) {
            self.jar(|jar| {
                jar.set_cookies(&mut headers.get_all(SET_COOKIE).iter(), url);
                if jar.cookies(url).is_some_and(|value| value.len() > MAX_COOKIE_BYTES) {
                    *jar = Jar::default();
                }
            });
        }
    }

    fn jar<T>(&self, work: impl FnOnce(&mut Jar) -> T) -> T {
        // A poisoned jar is still a jar: nothing is left half-written in it.
        work(&mut self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
    }
}
