//! How a loopback Nextcloud is set up before it starts: people, clock, name, quirks.
//! Nothing here is read from the environment; two servers with the same script behave the same.

use std::fmt;
use std::sync::Arc;

/// When the scripted world begins: an ordinary Monday morning.
const BEGINNING: i64 = 1_795_420_800;

/// Seconds that pass at each change under a ticking clock; two, so that two changes never share a second.
const TICK: i64 = 2;

/// One account.
#[derive(Debug, Clone)]
pub struct User {
    pub(crate) id: String,
    pub(crate) login: Option<String>,
    pub(crate) display_name: String,
    pub(crate) email: Option<String>,
    pub(crate) password: String,
    pub(crate) groups: Vec<String>,
    pub(crate) enabled: bool,
    pub(crate) quota: Option<u64>,
}

impl User {
    /// An enabled account without groups; the password is `<id>-password`.
    pub fn new(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            login: None,
            display_name: id.to_owned(),
            email: None,
            password: format!("{id}-password"),
            groups: Vec::new(),
            enabled: true,
            quota: None,
        }
    }

    /// Name shown to people.
    #[must_use]
    pub fn display_name(mut self, name: &str) -> Self {
        name.clone_into(&mut self.display_name);
        self
    }

    /// E-mail address, which also logs in.
    #[must_use]
    pub fn email(mut self, address: &str) -> Self {
        self.email = Some(address.to_owned());
        self
    }

    /// Another name to log in with, as directories have them.
    #[must_use]
    pub fn login(mut self, name: &str) -> Self {
        self.login = Some(name.to_owned());
        self
    }

    /// Password of the account.
    #[must_use]
    pub fn password(mut self, password: &str) -> Self {
        password.clone_into(&mut self.password);
        self
    }

    /// Joins a group; `admin` makes an administrator.
    #[must_use]
    pub fn group(mut self, group: &str) -> Self {
        self.groups.push(group.to_owned());
        self
    }

    /// Bytes the account may hold; unlimited otherwise.
    #[must_use]
    pub fn quota(mut self, bytes: u64) -> Self {
        self.quota = Some(bytes);
        self
    }

    /// Switched off.
    #[must_use]
    pub fn disabled(mut self) -> Self {
        self.enabled = false;
        self
    }

    pub(crate) fn answers_to(&self, login: &str) -> bool {
        self.id.eq_ignore_ascii_case(login)
            || self.login.as_deref().is_some_and(|name| name.eq_ignore_ascii_case(login))
            || self.email.as_deref().is_some_and(|address| address.eq_ignore_ascii_case(login))
    }
}

/// What the server takes for the present.
#[derive(Clone)]
pub enum Clock {
    /// Moves on by two seconds at each change; the default.
    Ticking(i64),
    /// Stands still until told to advance, so that writes can share a second.
    Held(i64),
    /// Asks a function for the Unix time, as the demonstration does.
    Following(Arc<dyn Fn() -> i64 + Send + Sync>),
}

impl Clock {
    /// Starts at a Unix time and moves on at each change.
    pub fn ticking(start: i64) -> Self {
        Self::Ticking(start)
    }

    /// Starts at a Unix time and stands still.
    pub fn held(start: i64) -> Self {
        Self::Held(start)
    }

    /// Follows a function.
    pub fn following(now: impl Fn() -> i64 + Send + Sync + 'static) -> Self {
        Self::Following(Arc::new(now))
    }

    pub(crate) fn now(&self) -> i64 {
        match self {
            Self::Ticking(now) | Self::Held(now) => *now,
            Self::Following(now) => now(),
        }
    }

    /// What an answer's `Date` says: between two changes, where time moves on with them.
    pub(crate) fn told(&self) -> i64 {
        match self {
            Self::Ticking(now) => *now + TICK / 2,
            Self::Held(_) | Self::Following(_) => self.now(),
        }
    }

    /// The time of a change.
    pub(crate) fn change(&mut self) -> i64 {
        if let Self::Ticking(now) = self {
            *now += TICK;
        }
        self.now()
    }

    pub(crate) fn advance(&mut self, seconds: i64) {
        if let Self::Ticking(now) | Self::Held(now) = self {
            *now += seconds;
        }
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Clock({})", self.now())
    }
}

/// What a PROPFIND without a `Depth` header means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MissingDepth {
    /// As measured.
    One,
    /// As RFC 4918 has it.
    Infinity,
}

/// The set-up of one server.
#[derive(Debug, Clone)]
pub struct NextcloudScript {
    pub(crate) users: Vec<User>,
    pub(crate) instance_id: String,
    pub(crate) missing_depth: MissingDepth,
    pub(crate) seed: u64,
    pub(crate) clock: Clock,
    pub(crate) trusted_hosts: Vec<String>,
    pub(crate) port: u16,
    pub(crate) overwrite_url: Option<String>,
    pub(crate) strict: bool,
    pub(crate) notify_push: bool,
}

impl Default for NextcloudScript {
    fn default() -> Self {
        Self::clinic()
    }
}

impl NextcloudScript {
    /// Nobody.
    pub fn empty() -> Self {
        Self {
            users: Vec::new(),
            instance_id: "ocloopback01".to_owned(),
            missing_depth: MissingDepth::One,
            seed: 1,
            clock: Clock::Ticking(BEGINNING),
            trusted_hosts: vec!["127.0.0.1".to_owned(), "localhost".to_owned()],
            port: 0,
            overwrite_url: None,
            strict: false,
            notify_push: false,
        }
    }

    /// Alice and Bob, who are clinicians, Carol, who is not, and an administrator.
    pub fn clinic() -> Self {
        let person =
            |id: &str, name: &str| User::new(id).display_name(name).email(&format!("{id}@example.test"));
        Self::empty()
            .user(User::new("admin").group("admin"))
            .user(person("alice", "Alice Example").group("clinicians"))
            .user(person("bob", "Bob Example").group("clinicians"))
            .user(person("carol", "Carol Example"))
    }

    /// Adds an account.
    #[must_use]
    pub fn user(mut self, user: User) -> Self {
        self.users.push(user);
        self
    }

    /// The instance id, part of `oc:id` and the name of the session cookie.
    #[must_use]
    pub fn instance_id(mut self, id: &str) -> Self {
        id.clone_into(&mut self.instance_id);
        self
    }

    /// What a missing `Depth` means.
    #[must_use]
    pub fn missing_depth(mut self, meaning: MissingDepth) -> Self {
        self.missing_depth = meaning;
        self
    }

    /// Seed of tokens and app passwords.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// What the server takes for the present.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Another host name the server answers to; 127.0.0.1 and localhost always work.
    #[must_use]
    pub fn trusted_host(mut self, host: &str) -> Self {
        self.trusted_hosts.push(host.to_owned());
        self
    }

    /// A fixed port.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// What URLs made by the server start with, instead of the host of the request.
    #[must_use]
    pub fn overwrite_url(mut self, url: &str) -> Self {
        self.overwrite_url = Some(url.trim_end_matches('/').to_owned());
        self
    }

    /// With the app `notify_push` and its service.
    #[must_use]
    pub fn notify_push(mut self) -> Self {
        self.notify_push = true;
        self
    }

    /// Panics when the server is dropped while a scripted fault or lock was never met.
    #[must_use]
    pub fn strict(mut self) -> Self {
        self.strict = true;
        self
    }
}
