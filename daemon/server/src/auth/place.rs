//! What kind of place and browser a session is at, coarse enough to name nobody.
//!
//! A person recognises "Firefox on Linux, local network" as theirs; an address or a full user agent would point at a
//! desk. Everything comes from closed lists, so nothing a caller writes is kept.

use std::net::IpAddr;

/// An address that nobody told.
pub(crate) const UNKNOWN: &str = "unknown";

/// Names of browsers in user agents and for people; the first that is found counts, because most call themselves
/// several.
const BROWSERS: [(&str, &str); 8] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
];

/// Systems in the same way.
const SYSTEMS: [(&str, &str); 7] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
];

/// The kind of browser, as `Firefox on Linux`.
pub(crate) fn agent(user_agent: &str) -> String {
    let find = |list: &[(&str, &'static str)]| {
        list.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
    };
    match (find(&BROWSERS), find(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => UNKNOWN.to_owned(),
    }
}

/// The kind of place: `this_machine`, `local_network` or `internet`.
pub(crate) fn address(address: IpAddr) -> &'static str {
    match address.to_canonical() {
        address if address.is_loopback() => "this_machine",
        IpAddr::V4(v4) if v4.is_private() || v4.is_link_local() || is_shared(v4.octets()) => "local_network",
        IpAddr::V6(v6) if v6.is_unique_local() || v6.is_unicast_link_local() => "local_network",
        _ => "internet",
    }
}

/// Addresses that providers share among their customers (RFC 6598), and clinics use inside.
fn is_shared(octets: [u8; 4]) -> bool {
    octets[0] == 100 && octets[1] & 0xc0 == 64
}

#[cfg(test)]
mod tests {
    use super::{address, agent};

    #[test]
    fn a_place_is_told_by_its_kind_and_nothing_a_caller_writes_is_kept() {
        for (text, kind) in [
            ("127.0.0.1", "this_machine"),
            ("::ffff:127.0.0.1", "this_machine"),
            ("10.20.30.40", "local_network"),
            ("100.64.3.4", "local_network"),
            ("fd00::17", "local_network"),
            ("203.0.113.9", "internet"),
            ("2001:db8::1", "internet"),
        ] {
            assert_eq!(address(text.parse().expect("an address")), kind, "{text}");
        }
        for (text, kind) in [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 \
                 Safari/537.36 Edg/139.0.0.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                 Version/18.0 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            ("curl/8.1 of Mrs. Larkin", "unknown"),
            ("", "unknown"),
        ] {
            assert_eq!(agent(text), kind, "{text}");
        }
    }
}
