//! What is said to a mail server to sign in: the client's message of each mechanism, in base64, in one place.
//!
//! PLAIN (RFC 4616), OAUTHBEARER (RFC 7628) and XOAUTH2, the form in which Google and Microsoft published it before the
//! RFC. Refused are names and secrets that hold what separates them, because they would be read as something else. The
//! octets are wiped when they are dropped; nothing here prints them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

/// What OAUTHBEARER and XOAUTH2 put between their parts.
const SEPARATOR: char = '\u{1}';

/// The answer to a refused OAUTHBEARER, after which the server ends the attempt (RFC 7628 section 3.2.3).
pub(crate) const GIVE_UP: &str = "AQ==";

/// `\0name\0password`.
pub(crate) fn plain(login_name: &str, password: &SecretString) -> Option<Zeroizing<String>> {
    let password = password.expose_secret();
    if login_name.contains('\0') || password.contains('\0') {
        return None;
    }
    Some(encoded(format!("\0{login_name}\0{password}")))
}

/// `user=name^Aauth=Bearer token^A^A`.
pub(crate) fn xoauth2(login_name: &str, token: &SecretString) -> Option<Zeroizing<String>> {
    let token = bearer(login_name, token)?;
    Some(encoded(format!("user={login_name}{SEPARATOR}auth=Bearer {token}{SEPARATOR}{SEPARATOR}")))
}

/// `n,a=name,^Ahost=server^Aport=143^Aauth=Bearer token^A^A`.
pub(crate) fn oauth_bearer(
    login_name: &str,
    host: &str,
    port: u16,
    token: &SecretString,
) -> Option<Zeroizing<String>> {
    let token = bearer(login_name, token)?;
    // A comma ends the name (RFC 5801 section 4).
    let name = login_name.replace('=', "=3D").replace(',', "=2C");
    Some(encoded(format!(
        "n,a={name},{SEPARATOR}host={host}{SEPARATOR}port={port}{SEPARATOR}auth=Bearer {token}{SEPARATOR}{SEPARATOR}"
    )))
}

/// The token, if it can be sent: tokens are of visible ASCII (RFC 6750 section 2.1).
fn bearer<'a>(login_name: &str, token: &'a SecretString) -> Option<&'a str> {
    let token = token.expose_secret();
    let fits = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
    (fits && !login_name.contains([SEPARATOR, '\0'])).then_some(token)
}

fn encoded(message: String) -> Zeroizing<String> {
    let message = Zeroizing::new(message);
    Zeroizing::new(STANDARD.encode(message.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::{SecretString, oauth_bearer, plain, xoauth2};

    fn secret(text: &str) -> SecretString {
        SecretString::from(text)
    }

    #[test]
    fn messages_are_the_published_ones() {
        // RFC 4616 section 4, RFC 7628 section 4.1, and Google's "OAuth 2.0 Mechanism".
        let said = plain("tim", &secret("tanstaaftanstaaf")).expect("sent");
        assert_eq!(said.as_str(), "AHRpbQB0YW5zdGFhZnRhbnN0YWFm");
        let said = oauth_bearer(
            "user@example.com",
            "server.example.com",
            143,
            &secret("vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg=="),
        );
        assert_eq!(
            said.expect("sent").as_str(),
            "bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9MTQzAWF1dGg9QmVhcmVyIHZGOWRmd\
             DRxbVRjMk52YjNSbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB"
        );
        let said = xoauth2("someuser@example.com", &secret("ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg"));
        assert_eq!(
            said.expect("sent").as_str(),
            "dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52YjNSbGNrQmhkSFJoZG1semRHRX\
             VZMjl0Q2cBAQ=="
        );
    }

    #[test]
    fn what_would_be_read_as_something_else_is_not_sent() {
        for (name, token) in
            [("a\u{1}b", "t"), ("a", "t u"), ("a", "t\u{1}"), ("a", ""), ("a", "t\r\n"), ("a", "ü")]
        {
            assert!(xoauth2(name, &secret(token)).is_none(), "{name:?} {token:?}");
            assert!(oauth_bearer(name, "h", 1, &secret(token)).is_none(), "{name:?} {token:?}");
        }
        assert!(plain("a\0b", &secret("p")).is_none() && plain("a", &secret("p\0")).is_none());
        let (odd, quoted) =
            (oauth_bearer("a,b=c", "h", 1, &secret("t")), oauth_bearer("a=2Cb=3Dc", "h", 1, &secret("t")));
        assert_ne!(odd.expect("sent"), quoted.expect("sent"), "a comma in a name is not one that ends it");
    }
}
