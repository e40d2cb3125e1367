//! The address a request comes from.
//!
//! The peer of the connection, unless that is a proxy whose word is believed: then the last address of `X-Forwarded-For`
//! that is not such a proxy. What stands before it was written by the caller and counts for nothing. The address is
//! used for limits only; it is neither logged nor kept.

use std::net::IpAddr;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName};
use axum::middleware::Next;
use axum::response::Response;

use crate::state::AppState;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The other end of the connection; [`crate::serve`] puts it into every request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// Whoever asks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Caller(pub(crate) IpAddr);

/// Finds the caller's address for whoever wants to know.
pub(crate) async fn find(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    if let Some(Peer(peer)) = request.extensions().get().copied() {
        let caller = behind(peer, request.headers(), state.trusted_proxies());
        request.extensions_mut().insert(Caller(caller));
    }
    next.run(request).await
}

fn behind(peer: IpAddr, headers: &HeaderMap, trusted: &[IpAddr]) -> IpAddr {
    let is_trusted = |address: &IpAddr| trusted.contains(&address.to_canonical());
    if !is_trusted(&peer) {
        return peer;
    }
    let values: Vec<&str> =
        headers.get_all(FORWARDED_FOR).iter().filter_map(|value| value.to_str().ok()).collect();
    let hops = values.iter().flat_map(|value| value.split(',')).map(str::trim).rev();
    let mut caller = peer;
    for hop in hops {
        let Ok(address) = hop.parse() else { break };
        caller = address;
        if !is_trusted(&address) {
            break;
        }
    }
    caller
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use axum::http::{HeaderMap, HeaderValue};

    use super::{FORWARDED_FOR, behind};

    #[test]
    fn only_the_word_of_trusted_proxies_counts() {
        let address = |text: &str| -> IpAddr { text.parse().expect("an address") };
        let trusted = [address("127.0.0.1"), address("10.0.0.2")];
        for (peer, forwarded, caller) in [
            ("203.0.113.9", vec!["198.51.100.7"], "203.0.113.9"),
            ("127.0.0.1", vec![], "127.0.0.1"),
            ("127.0.0.1", vec!["198.51.100.7"], "198.51.100.7"),
            ("::ffff:127.0.0.1", vec!["198.51.100.7"], "198.51.100.7"),
            ("127.0.0.1", vec!["1.1.1.1, 198.51.100.7"], "198.51.100.7"),
            ("127.0.0.1", vec!["1.1.1.1", "198.51.100.7, 10.0.0.2"], "198.51.100.7"),
            ("127.0.0.1", vec!["198.51.100.7, nonsense, 10.0.0.2"], "10.0.0.2"),
            ("127.0.0.1", vec!["nonsense"], "127.0.0.1"),
        ] {
            let mut headers = HeaderMap::new();
            for value in &forwarded {
                headers.append(FORWARDED_FOR, HeaderValue::from_static(value));
            }
            assert_eq!(behind(address(peer), &headers, &trusted), address(caller), "{peer} {forwarded:?}");
        }
    }
}
