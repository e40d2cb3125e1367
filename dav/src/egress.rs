//! Where the program may connect to: the one place that makes HTTP clients, and the list of servers that may be reached.
//!
//! Every HTTP connection the program opens is opened by a client made here, and a line to a mail server goes only to
//! addresses that were asked for here. Both know a list of [`Destinations`]: a host that is not on it is not even looked up, and what a name stands for is judged before
//! anything is connected: all of its addresses must be of the kind that was expected, and the connection goes to exactly
//! those, so an answer that changes between two look-ups changes nothing. Addresses of the link (`169.254/16` and
//! `fe80::/10`, where clouds keep their metadata), multicast and unspecified ones are never reached by a name; loopback
//! only by a host that says so itself. No redirect is followed, no proxy is taken from the environment, no `Referer` is
//! sent. In tests the list is as explicit as in production: it is named by whoever makes the client.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use futures::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const POOL_IDLE_TIMEOUT: Duration = Duration::from_mins(1);
/// Addresses of one name that are looked at; a name with more is refused.
const MAX_ADDRESSES: usize = 64;
/// Destinations of one program.
const MAX_DESTINATIONS: usize = 10_000;

/// Which addresses a destination's name may stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Those of the Internet.
    Public,
    /// Those of the Internet, and of networks of a house (RFC 1918, RFC 4193, RFC 6598): a clinic's own servers.
    House,
}

/// Why an address is not reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EgressError {
    /// Nobody configured it.
    #[error("the server is not among the configured destinations")]
    NotConfigured,
    /// It is no address of a server.
    #[error("the address is not one of a server")]
    NoServer,
    /// Its name stands for nothing, or could not be looked up.
    #[error("the server's name does not resolve")]
    Unresolved,
    /// Its name stands for an address it should not stand for.
    #[error("the server's name stands for an address that is not allowed for it")]
    ForbiddenAddress,
    /// More than a program needs.
    #[error("there are too many destinations")]
    TooMany,
    /// The client cannot be made.
    #[error("the HTTP client cannot be built from these settings")]
    Settings,
}

/// How a client connects.
#[derive(Debug, Clone)]
pub struct HttpSettings {
    /// Sent with every request.
    pub user_agent: String,
    /// How long a connection may take.
    pub connect_timeout: Duration,
    /// Certificates to trust besides the system's.
    pub extra_roots: Vec<reqwest::Certificate>,
    /// Whether to speak HTTP/1.1 only, for connections that turn into something else.
    pub http1_only: bool,
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            user_agent: concat!("VoiceAssist/", env!("CARGO_PKG_VERSION")).to_owned(),
            connect_timeout: DEFAULT_CONNECT_TIMEOUT,
            extra_roots: Vec::new(),
            http1_only: false,
        }
    }
}

/// Looks a name up.
pub type Lookup = Arc<dyn Fn(String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> + Send + Sync>;

/// The servers that may be reached. Clones share the list.
#[derive(Clone)]
pub struct Destinations {
    list: Arc<RwLock<List>>,
    lookup: Lookup,
}

#[derive(Debug)]
struct List {
    /// Whether servers can still be added by whoever names one as their own.
    open: bool,
    /// By host, as a resolver sees it.
    hosts: BTreeMap<String, Reach>,
    /// Scheme, host and port.
    origins: BTreeSet<String>,
    /// Hosts that take lines of mail protocols, in small letters.
    mail_servers: BTreeSet<String>,
}

impl Destinations {
    /// These servers and no others.
    pub fn only<'u>(servers: impl IntoIterator<Item = (&'u Url, Reach)>) -> Result<Self, EgressError> {
        let list = Self::named_by_clients();
        for (url, reach) in servers {
            list.add(url, reach)?;
        }
        list.write().open = false;
        Ok(list)
    }

    /// The servers that clients are made for, as they are made: for programs whose servers nobody lists beforehand.
    pub fn named_by_clients() -> Self {
        let list = List {
            open: true,
            hosts: BTreeMap::new(),
            origins: BTreeSet::new(),
            mail_servers: BTreeSet::new(),
        };
        Self { list: Arc::new(RwLock::new(list)), lookup: Arc::new(|name| Box::pin(look_up(name))) }
    }

    /// The same list, on which these mail servers are too, by name or address. They may stand in a clinic's network.
    #[must_use]
    pub fn with_mail_servers<'h>(self, hosts: impl IntoIterator<Item = &'h str>) -> Self {
        self.write().mail_servers.extend(hosts.into_iter().map(bare_host));
        self
    }

    /// Where a line to a mail server may go: all addresses of its name, or none if one of them is not allowed. The
    /// caller connects to these and does not look the name up again.
    pub async fn mail_server(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, EgressError> {
        let host = bare_host(host);
        let known = {
            let list = self.read();
            list.open || list.mail_servers.contains(&host)
        };
        if !known {
            return Err(EgressError::NotConfigured);
        }
        self.judged(&host, port, Reach::House).await
    }

    /// All addresses of a host, or none if one of them is not allowed.
    async fn judged(&self, host: &str, port: u16, reach: Reach) -> Result<Vec<SocketAddr>, EgressError> {
        let host = bare_host(host);
        let addresses = match host.parse() {
            Ok(address) => vec![address],
            Err(_) => (self.lookup)(host.clone()).await.map_err(|_| EgressError::Unresolved)?,
        };
        let named_loopback = is_loopback_name(&host);
        let allowed = |address: &IpAddr| is_allowed(*address, reach, named_loopback);
        if addresses.is_empty() {
            return Err(EgressError::Unresolved);
        }
        if addresses.len() > MAX_ADDRESSES || !addresses.iter().all(allowed) {
            return Err(EgressError::ForbiddenAddress);
        }
        Ok(addresses.into_iter().map(|address| SocketAddr::new(address, port)).collect())
    }

    /// The same with another way to look names up.
    #[must_use]
    pub fn looking_up_with(self, lookup: Lookup) -> Self {
        Self { lookup, ..self }
    }

    /// A client for this server: it must be on the list, or the list is open.
    pub(crate) fn admit(&self, server: &Url) -> Result<(), EgressError> {
        match self.check(server) {
            Err(EgressError::NotConfigured) if self.read().open => self.add(server, Reach::House),
            outcome => outcome,
        }
    }

    /// Whether a request may go to this address.
    pub fn check(&self, url: &Url) -> Result<(), EgressError> {
        let origin = origin(url)?;
        if self.read().origins.contains(&origin) { Ok(()) } else { Err(EgressError::NotConfigured) }
    }

    /// Whether a server is on the list and its name stands for proper addresses now: for libraries that make their own
    /// connections, before they make the first.
    pub async fn check_addresses(&self, url: &Url) -> Result<(), EgressError> {
        self.check(url)?;
        let host = url.host_str().ok_or(EgressError::NoServer)?;
        let port = url.port_or_known_default().ok_or(EgressError::NoServer)?;
        let reach = self.read().hosts.get(host).copied().ok_or(EgressError::NotConfigured)?;
        self.judged(host, port, reach).await.map(drop)
    }

    /// A client that reaches the servers of this list only.
    pub fn client(&self, settings: &HttpSettings) -> Result<reqwest::Client, EgressError> {
        let builder = reqwest::Client::builder()
            .user_agent(&settings.user_agent)
            .connect_timeout(settings.connect_timeout)
            .pool_idle_timeout(POOL_IDLE_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .no_proxy()
            .dns_resolver(Arc::new(self.clone()))
            .tls_certs_merge(settings.extra_roots.clone());
        let builder = if settings.http1_only { builder.http1_only() } else { builder };
        builder.build().map_err(|_| EgressError::Settings)
    }

    fn add(&self, url: &Url, reach: Reach) -> Result<(), EgressError> {
        let origin = origin(url)?;
        let host = url.host_str().ok_or(EgressError::NoServer)?.to_owned();
        let mut list = self.write();
        if list.origins.len() >= MAX_DESTINATIONS {
            return Err(EgressError::TooMany);
        }
        list.origins.insert(origin);
        // Two servers on one host: the stricter expectation holds.
        let reach = list.hosts.get(&host).map_or(reach, |known| (*known).min(reach));
        list.hosts.insert(host, reach);
        Ok(())
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, List> {
        self.list.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, List> {
        self.list.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// The addresses of a name, if it is on the list and all of them may be reached.
    async fn addresses(self, name: String) -> Result<Vec<SocketAddr>, EgressError> {
        let reach = self.read().hosts.get(&name).copied().ok_or(EgressError::NotConfigured)?;
        self.judged(&name, 0, reach).await
    }
}

impl Resolve for Destinations {
    fn resolve(&self, name: Name) -> Resolving {
        let (destinations, name) = (self.clone(), name.as_str().to_ascii_lowercase());
        Box::pin(async move {
            let addresses = destinations.addresses(name).await?;
            let addresses: Addrs = Box::new(addresses.into_iter());
            Ok(addresses)
        })
    }
}

impl std::fmt::Debug for Destinations {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Destinations").field("servers", &self.read().origins.len()).finish_non_exhaustive()
    }
}

async fn look_up(name: String) -> io::Result<Vec<IpAddr>> {
    Ok(tokio::net::lookup_host((name.as_str(), 0)).await?.map(|address| address.ip()).collect())
}

/// Scheme, host and port of an HTTP server. Credentials in an address are refused: they end up where addresses go.
fn origin(url: &Url) -> Result<String, EgressError> {
    let plain = url.username().is_empty() && url.password().is_none();
    let is_server = matches!(url.scheme(), "http" | "https") && url.has_host();
    if plain && is_server { Ok(url.origin().ascii_serialization()) } else { Err(EgressError::NoServer) }
}

/// A host as it is compared: small letters, an IPv6 address without brackets.
fn bare_host(host: &str) -> String {
    host.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase()
}

fn is_loopback_name(name: &str) -> bool {
    if let Ok(address) = name.parse::<IpAddr>() {
        return address.is_loopback();
    }
    match Host::parse(name) {
        Ok(Host::Domain(domain)) => {
            let domain = domain.trim_end_matches('.');
            domain == "localhost" || domain.ends_with(".localhost")
        }
        Ok(Host::Ipv4(address)) => address.is_loopback(),
        Ok(Host::Ipv6(address)) => address.is_loopback(),
        Err(_) => false,
    }
}

/// Whether a name may stand for this address.
pub fn is_allowed(address: IpAddr, reach: Reach, named_loopback: bool) -> bool {
    match embedded(address) {
        IpAddr::V4(v4) if v4.is_loopback() => named_loopback,
        IpAddr::V6(v6) if v6.is_loopback() => named_loopback,
        IpAddr::V4(v4) if is_of_a_house_v4(v4) => reach == Reach::House,
        IpAddr::V6(v6) if v6.is_unique_local() => reach == Reach::House,
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

/// The IPv4 address that an IPv6 address carries: mapped, compatible, NAT64 (RFC 6052) and 6to4 (RFC 3056).
fn embedded(address: IpAddr) -> IpAddr {
    let IpAddr::V6(v6) = address else { return address };
    let segments = v6.segments();
    let v4 = |high: u16, low: u16| {
        let bytes = (u32::from(high) << 16) | u32::from(low);
        IpAddr::V4(Ipv4Addr::from_bits(bytes))
    };
    let (head, high, low) = (&segments[..6], segments[6], segments[7]);
    match head {
        [0, 0, 0, 0, 0, 0xffff] | [0x64, 0xff9b, 0, 0, 0, 0] => v4(high, low),
        [0, 0, 0, 0, 0, 0] if high != 0 => v4(high, low),
        [0x2002, first, second, ..] => v4(*first, *second),
        _ => address,
    }
}

/// RFC 1918, and the addresses that providers share (RFC 6598).
fn is_of_a_house_v4(address: Ipv4Addr) -> bool {
    let [a, b, ..] = address.octets();
    address.is_private() || (a == 100 && (64..128).contains(&b))
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = a == 0
        || address.is_link_local()
        || address.is_multicast()
        || address.is_broadcast()
        || address.is_documentation()
        || a >= 240
        || (a == 198 && (b == 18 || b == 19))
        || (a == 192 && b == 0 && c == 0);
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    let special = address.is_unspecified()
        || address.is_multicast()
        || address.is_unicast_link_local()
        // Site-local, documentation, discard-only, NAT64 of one's own, Teredo.
        || (a & 0xffc0) == 0xfec0
        || (a == 0x2001 && b == 0xdb8)
        || a == 0x100
        || (a == 0x64 && b == 0xff9b)
        || (a == 0x2001 && b == 0);
    !special
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::{Destinations, EgressError, Reach, is_allowed};

    #[test]
    fn addresses_are_reached_only_by_names_that_may_stand_for_them() {
        let never = [
            "169.254.169.254", "169.254.0.1", "0.0.0.0", "0.1.2.3", "224.0.0.1", "255.255.255.255",
            "240.0.0.1", "192.0.0.1", "198.18.0.1", "192.0.2.7", "::", "fe80::1", "ff02::1", "fec0::1",
            "2001:db8::1", "100::1", "2001::1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe",
            "2002:a9fe:a9fe::1", "64:ff9b:1::1",
        ];
        let house = [
            "10.0.0.5", "172.16.0.1", "172.31.255.254", "192.168.1.1", "100.64.0.1", "fd00::1", "fc00::1",
            "::ffff:10.0.0.5", "64:ff9b::a00:5", "2002:a00:5::1", "::10.0.0.5",
        ];
        let loopback = ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "2002:7f00:1::1"];
        let public = [
            "9.9.9.9", "172.32.0.1", "100.128.0.1", "192.169.0.1", "2620:fe::fe", "::ffff:9.9.9.9",
            "2002:909:909::1",
        ];
        let check = |addresses: &[&str], reach: Reach, named: bool, expected: bool| {
            for text in addresses {
                let address: IpAddr = text.parse().unwrap();
                assert_eq!(is_allowed(address, reach, named), expected, "{text} {reach:?} {named}");
            }
        };
        for reach in [Reach::Public, Reach::House] {
            check(&never, reach, true, false);
            check(&loopback, reach, false, false);
            check(&loopback, reach, true, true);
            check(&public, reach, false, true);
        }
        check(&house, Reach::Public, false, false);
        check(&house, Reach::House, false, true);
    }

    #[test]
    fn a_server_that_is_not_on_the_list_is_refused_whatever_its_spelling() {
        let url = |text: &str| text.parse().unwrap();
        let list = Destinations::only([(&url("https://cloud.example"), Reach::House)]).unwrap();
        for same in ["https://cloud.example/a?b", "https://CLOUD.example:443/"] {
            assert_eq!(list.check(&url(same)), Ok(()), "{same}");
        }
        for other in [
            "http://cloud.example",
            "https://cloud.example:8443",
            "https://cloud.example.evil.test",
            "https://evil.test",
            "https://127.0.0.1",
            "https://2130706433",
            "https://0x7f.1",
            "https://cloud.example.",
            "https://[::1]",
            "https://xn--clud-4na.example",
        ] {
            assert_eq!(list.check(&url(other)), Err(EgressError::NotConfigured), "{other}");
        }
        for nothing in [
            "https://user@cloud.example",
            "https://user:pass@cloud.example",
            "file:///etc/passwd",
            "ftp://cloud.example",
        ] {
            assert_eq!(list.check(&url(nothing)), Err(EgressError::NoServer), "{nothing}");
        }
        assert_eq!(
            list.admit(&url("https://evil.test")),
            Err(EgressError::NotConfigured),
            "the list is closed"
        );
    }

    #[tokio::test]
    async fn a_line_of_mail_goes_to_a_listed_server_with_proper_addresses_and_nowhere_else() {
        let lookup = |name: String| {
            let addresses: Vec<IpAddr> = match name.as_str() {
                "mail.clinic.example" => vec!["10.0.0.25".parse().unwrap()],
                "clouds.example" => vec!["9.9.9.9".parse().unwrap(), "169.254.169.254".parse().unwrap()],
                "rebound.example" => vec!["127.0.0.1".parse().unwrap()],
                _ => Vec::new(),
            };
            Box::pin(async move { Ok(addresses) }) as futures::future::BoxFuture<'static, _>
        };
        let list = Destinations::only([])
            .unwrap()
            .with_mail_servers([
                "Mail.Clinic.Example", "clouds.example", "rebound.example", "gone.example", "127.0.0.1",
                "[::1]", "169.254.169.254",
            ])
            .looking_up_with(std::sync::Arc::new(lookup));
        let asked = async |host: &str| list.mail_server(host, 993).await;
        let at = |text: &str| Ok(vec![text.parse().unwrap()]);
        assert_eq!(asked("MAIL.clinic.example").await, at("10.0.0.25:993"));
        assert_eq!(asked("127.0.0.1").await, at("127.0.0.1:993"));
        assert_eq!(asked("::1").await, at("[::1]:993"));
        assert_eq!(asked("clouds.example").await, Err(EgressError::ForbiddenAddress));
        assert_eq!(asked("rebound.example").await, Err(EgressError::ForbiddenAddress));
        assert_eq!(asked("169.254.169.254").await, Err(EgressError::ForbiddenAddress));
        assert_eq!(asked("gone.example").await, Err(EgressError::Unresolved));
        assert_eq!(asked("other.example").await, Err(EgressError::NotConfigured));
    }
}
