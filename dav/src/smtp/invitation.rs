//! Invitations by mail (iMIP, RFC 6047): what is sent and what is believed.
//!
//! The iCalendar text itself is made and understood elsewhere; here it is only held against the envelope it travels
//! in. An invitation to be sent must name its method as the part that carries it will, and must come from whom it says:
//! the organizer asks and cancels, an attendee replies. One that was received says the same about itself, or
//! [`Received::sender_fits`] is false and nobody acts on it without asking. Text is bounded and never executed,
//! fetched or rendered.

use crate::smtp::Address;

/// The largest calendar that travels by mail.
pub const MAX_CALENDAR_BYTES: usize = 1024 * 1024;
/// More lines than that are not looked at.
const MAX_LINES: usize = 200_000;

/// What an invitation wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// Come, or: this has changed.
    Request,
    /// This does not take place.
    Cancel,
    /// I come, I do not, perhaps.
    Reply,
}

impl Method {
    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Request => "REQUEST",
            Self::Cancel => "CANCEL",
            Self::Reply => "REPLY",
        }
    }

    /// Reads a method; those that need no answer from us (`PUBLISH`, `COUNTER` …) are none of these.
    pub fn read(word: &str) -> Option<Self> {
        [Self::Request, Self::Cancel, Self::Reply]
            .into_iter()
            .find(|method| method.as_str().eq_ignore_ascii_case(word.trim()))
    }
}

/// Why a text is no invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidInvitation {
    /// Too large or not a calendar.
    #[error("the text is not a calendar, or too large")]
    NotACalendar,
    /// No method, two, or another than was said.
    #[error("the calendar does not name the method it is sent with")]
    Method,
    /// Not the organizer's to send, or not the attendee's.
    #[error("the sender is neither the organizer nor the attendee who replies")]
    Sender,
}

/// An invitation that may be sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Invitation {
    method: Method,
    calendar: String,
}

impl Invitation {
    /// Takes a calendar to be sent by `sender` with this method.
    pub fn new(method: Method, calendar: String, sender: &Address) -> Result<Self, InvalidInvitation> {
        let said = Envelope::read(&calendar)?;
        if said.method != Some(method) {
            return Err(InvalidInvitation::Method);
        }
        if !said.comes_from(method, sender.address()) {
            return Err(InvalidInvitation::Sender);
        }
        Ok(Self { method, calendar })
    }

    /// What it wants.
    pub fn method(&self) -> Method {
        self.method
    }

    /// The iCalendar text.
    pub fn calendar(&self) -> &str {
        &self.calendar
    }
}

impl std::fmt::Debug for Invitation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Invitation").field("method", &self.method).finish_non_exhaustive()
    }
}

/// An invitation that came by mail.
#[derive(Clone, PartialEq, Eq)]
pub struct Received {
    /// What it wants.
    pub method: Method,
    /// The iCalendar text.
    pub calendar: String,
    /// Whether it comes from whom it says: the organizer, or the attendee who replies.
    pub sender_fits: bool,
}

impl Received {
    /// Reads the calendar part of a message. `declared` is the `method` parameter of the part, if it has one;
    /// `sender` the address the message comes from.
    pub fn read(
        declared: Option<&str>,
        calendar: &str,
        sender: Option<&str>,
    ) -> Result<Self, InvalidInvitation> {
        let said = Envelope::read(calendar)?;
        let method = said.method.ok_or(InvalidInvitation::Method)?;
        // RFC 6047 section 2.4: both name the same, or it is no invitation.
        if declared.is_some_and(|declared| Method::read(declared) != Some(method)) {
            return Err(InvalidInvitation::Method);
        }
        let sender_fits = sender.is_some_and(|sender| said.comes_from(method, sender));
        Ok(Self { method, calendar: calendar.to_owned(), sender_fits })
    }
}

impl std::fmt::Debug for Received {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Received")
            .field("method", &self.method)
            .field("sender_fits", &self.sender_fits)
            .finish_non_exhaustive()
    }
}

/// What a calendar says about who sends it and why.
#[derive(Default)]
struct Envelope {
    method: Option<Method>,
    organizers: Vec<String>,
    attendees: Vec<String>,
}

impl Envelope {
    fn read(calendar: &str) -> Result<Self, InvalidInvitation> {
        let start = calendar.trim_start_matches('\u{feff}').trim_start();
        let is_calendar = start.get(..15).is_some_and(|head| head.eq_ignore_ascii_case("BEGIN:VCALENDAR"));
        if !is_calendar || calendar.len() > MAX_CALENDAR_BYTES || calendar.contains('\0') {
            return Err(InvalidInvitation::NotACalendar);
        }
        let unfolded = calendar.replace("\r\n", "\n").replace("\n ", "").replace("\n\t", "");
        let (mut said, mut methods) = (Self::default(), 0);
        for line in unfolded.lines().take(MAX_LINES) {
            let (name, rest) = line.split_at(line.find([':', ';']).unwrap_or(line.len()));
            match name.to_ascii_uppercase().as_str() {
                "METHOD" => {
                    methods += 1;
                    said.method = rest.split_once(':').and_then(|(_, value)| Method::read(value));
                }
                "ORGANIZER" => said.organizers.extend(mail_addresses(rest)),
                "ATTENDEE" => said.attendees.extend(mail_addresses(rest)),
                _ => {}
            }
        }
        if methods > 1 { Err(InvalidInvitation::Method) } else { Ok(said) }
    }

    fn comes_from(&self, method: Method, sender: &str) -> bool {
        let theirs = match method {
            Method::Request | Method::Cancel => &self.organizers,
            // A reply speaks for one attendee alone.
            Method::Reply if self.attendees.len() > 1 => return false,
            Method::Reply => &self.attendees,
        };
        theirs.iter().any(|address| address.eq_ignore_ascii_case(sender.trim()))
    }
}

/// The address of a property's value, and of the one who sends on its behalf (`SENT-BY`).
fn mail_addresses(rest: &str) -> Vec<String> {
    let lower = rest.to_ascii_lowercase();
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = lower[from..].find("mailto:") {
        let start = from + at + "mailto:".len();
        let end = lower[start..].find(['"', ';', ',', '?', ' ']).map_or(lower.len(), |end| start + end);
        // Only the value and SENT-BY say who it is; other parameters may name anybody.
        let before = &lower[..from + at];
        if before.ends_with(':') || before.ends_with("sent-by=\"") || before.ends_with("sent-by=") {
            found.push(rest[start..end].to_owned());
        }
        from = end;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{InvalidInvitation, Invitation, Method, Received};
    use crate::smtp::Address;

    fn calendar(method: &str, extra: &str) -> String {
        format!(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\nUID:1\r\n\
             ORGANIZER;CN=\"Mara: mailto:eve@example.test\":mailto:mara@exam\r\n ple.test\r\n{extra}END:VEVENT\r\n\
             END:VCALENDAR\r\n"
        )
    }

    fn address(text: &str) -> Address {
        Address::new(text, None).expect(text)
    }

    #[test]
    fn only_the_organizer_asks_and_cancels() {
        let asks =
            |from: &str| Invitation::new(Method::Request, calendar("REQUEST", ""), &address(from)).err();
        assert_eq!(asks("Mara@Example.test"), None);
        assert_eq!(asks("eve@example.test"), Some(InvalidInvitation::Sender));
        let cancels = Invitation::new(Method::Cancel, calendar("REQUEST", ""), &address("mara@example.test"));
        assert_eq!(cancels.err(), Some(InvalidInvitation::Method));
    }

    #[test]
    fn a_reply_speaks_for_one_attendee() {
        let one = "ATTENDEE;PARTSTAT=ACCEPTED:mailto:paul@example.test\r\n";
        let two = format!("{one}ATTENDEE:mailto:eve@example.test\r\n");
        let replies = |extra: &str, from| {
            Invitation::new(Method::Reply, calendar("REPLY", extra), &address(from)).err()
        };
        assert_eq!(replies(one, "paul@example.test"), None);
        assert_eq!(replies(one, "mara@example.test"), Some(InvalidInvitation::Sender));
        assert_eq!(replies(&two, "paul@example.test"), Some(InvalidInvitation::Sender));
    }

    #[test]
    fn what_was_received_is_held_against_its_sender_and_its_envelope() {
        let text = calendar("REQUEST", "");
        let read = |declared, sender| Received::read(declared, &text, sender);
        assert!(read(Some("request"), Some("mara@example.test")).expect("an invitation").sender_fits);
        assert!(!read(None, Some("eve@example.test")).expect("an invitation").sender_fits);
        assert!(!read(None, None).expect("an invitation").sender_fits);
        assert_eq!(read(Some("CANCEL"), None).err(), Some(InvalidInvitation::Method));
        let twice = text.replace("VERSION:2.0", "METHOD:CANCEL");
        assert_eq!(Received::read(None, &twice, None).err(), Some(InvalidInvitation::Method));
        for text in ["", "BEGIN:VCARD\r\n", "hello", &calendar("PUBLISH", "")[..20]] {
            assert!(Received::read(None, text, None).is_err(), "{text}");
        }
    }
}
