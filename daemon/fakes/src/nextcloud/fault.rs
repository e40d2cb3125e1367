//! Scripted trouble: the next requests that match are answered badly, late, partly or not at all.
//! A fault is used up by the requests it strikes, so a test can ask whether all of it was met.
//! Trouble below HTTP (resets, throttled lines) is the business of `proxy`.

use std::time::Duration;

use super::state::State;

/// One piece of trouble, for the next `times` requests that match.
#[derive(Debug, Clone)]
pub struct Fault {
    method: Option<String>,
    path: Option<String>,
    user: Option<String>,
    depth: Option<String>,
    times: u32,
    /// Matching requests that pass before the first one is struck.
    skip: u32,
    effect: Effect,
}

/// What happens to a request that was struck.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Effect {
    Status(u16),
    Delay(Duration),
    CutAfter(u64),
    Hang,
    Silence,
    TruncateListing(usize),
    RepeatEntries,
    Redirect(String),
}

impl Fault {
    /// Strikes requests with this method.
    pub fn on(method: &str) -> Self {
        Self { method: Some(method.to_owned()), ..Self::any() }
    }

    /// Strikes every request.
    pub fn any() -> Self {
        let effect = Effect::Status(500);
        Self { method: None, path: None, user: None, depth: None, times: 1, skip: 0, effect }
    }

    /// Only where the decoded path contains this.
    #[must_use]
    pub fn path(mut self, part: &str) -> Self {
        self.path = Some(part.to_owned());
        self
    }

    /// Only with the credentials of this user id.
    #[must_use]
    pub fn user(mut self, id: &str) -> Self {
        self.user = Some(id.to_owned());
        self
    }

    /// Only with this `Depth` header.
    #[must_use]
    pub fn depth(mut self, depth: &str) -> Self {
        self.depth = Some(depth.to_owned());
        self
    }

    /// How many requests; one otherwise.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = times;
        self
    }

    /// Lets this many matching requests pass first.
    #[must_use]
    pub fn skip(mut self, requests: u32) -> Self {
        self.skip = requests;
        self
    }

    /// Answers with this status and an HTML page, as gateways do; 500 otherwise.
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        self.effect = Effect::Status(status);
        self
    }

    /// Waits, then answers as usual.
    #[must_use]
    pub fn delay(mut self, delay: Duration) -> Self {
        self.effect = Effect::Delay(delay);
        self
    }

    /// Breaks the connection off after so many bytes of the body.
    #[must_use]
    pub fn cut_after(mut self, bytes: u64) -> Self {
        self.effect = Effect::CutAfter(bytes);
        self
    }

    /// Never answers.
    #[must_use]
    pub fn hang(mut self) -> Self {
        self.effect = Effect::Hang;
        self
    }

    /// Does what was asked and never says so.
    #[must_use]
    pub fn silent(mut self) -> Self {
        self.effect = Effect::Silence;
        self
    }

    /// Ends a PROPFIND answer in good form after so many entries, as if the rest were gone.
    #[must_use]
    pub fn truncate_listing(mut self, entries: usize) -> Self {
        self.effect = Effect::TruncateListing(entries);
        self
    }

    /// Tells every entry of a PROPFIND answer twice in a row.
    #[must_use]
    pub fn repeat_entries(mut self) -> Self {
        self.effect = Effect::RepeatEntries;
        self
    }

    /// Sends the client elsewhere.
    #[must_use]
    pub fn redirect(mut self, location: &str) -> Self {
        self.effect = Effect::Redirect(location.to_owned());
        self
    }

    fn strikes(&self, method: &str, path: &str, user: Option<&str>, depth: Option<&str>) -> bool {
        self.method.as_deref().is_none_or(|wanted| wanted == method)
            && self.path.as_deref().is_none_or(|part| path.contains(part))
            && self.user.as_deref().is_none_or(|wanted| user == Some(wanted))
            && self.depth.as_deref().is_none_or(|wanted| depth == Some(wanted))
    }
}

impl State {
    /// The trouble this request meets, which is then used up once.
    pub(crate) fn strike(
        &mut self,
        method: &str,
        path: &str,
        user: Option<&str>,
        depth: Option<&str>,
    ) -> Option<Effect> {
        let at = self.faults.iter().position(|fault| fault.strikes(method, path, user, depth))?;
        let fault = &mut self.faults[at];
        if fault.skip > 0 {
            fault.skip -= 1;
            return None;
        }
        fault.times = fault.times.saturating_sub(1);
        let effect = fault.effect.clone();
        if fault.times == 0 {
            self.faults.remove(at);
        }
        Some(effect)
    }

    /// Requests that scripted faults and locks still wait for.
    pub(crate) fn unmet(&self) -> usize {
        let faults = self.faults.iter().map(|fault| fault.times as usize).sum::<usize>();
        faults + self.locks.values().map(|times| *times as usize).sum::<usize>()
    }
}
