//! Who organises, who comes, and what they answered (RFC 5545 sections 3.8.4.1 and 3.8.4.3).
//!
//! Addresses are given without `mailto:` and keep their spelling; comparing ignores case. Nobody is invented: a line
//! without an address is left out. The parameters this type does not know stay in the object's text.

use crate::content_line::Line;

/// What somebody answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Participation {
    /// Nothing yet.
    NeedsAction,
    /// Comes.
    Accepted,
    /// Does not come.
    Declined,
    /// May come.
    Tentative,
    /// Somebody else comes instead.
    Delegated,
    /// Anything else.
    Other,
}

impl Participation {
    /// Reads a `PARTSTAT`.
    pub fn parse(text: &str) -> Self {
        match text.to_ascii_uppercase().as_str() {
            "NEEDS-ACTION" => Self::NeedsAction,
            "ACCEPTED" => Self::Accepted,
            "DECLINED" => Self::Declined,
            "TENTATIVE" => Self::Tentative,
            "DELEGATED" => Self::Delegated,
            _ => Self::Other,
        }
    }

    /// As `PARTSTAT` writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NeedsAction | Self::Other => "NEEDS-ACTION",
            Self::Accepted => "ACCEPTED",
            Self::Declined => "DECLINED",
            Self::Tentative => "TENTATIVE",
            Self::Delegated => "DELEGATED",
        }
    }
}

/// One person, room or group.
#[derive(Clone, PartialEq, Eq)]
pub struct Attendee {
    /// Without `mailto:`.
    pub address: String,
    /// `CN`.
    pub name: Option<String>,
    /// `ROLE`, upper case; `REQ-PARTICIPANT` when it is not said.
    pub role: String,
    /// `CUTYPE`, upper case; `INDIVIDUAL` when it is not said.
    pub kind: String,
    /// `PARTSTAT`.
    pub participation: Participation,
    /// Whether an answer is asked for.
    pub rsvp: bool,
}

impl std::fmt::Debug for Attendee {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Attendee({:?})", self.participation)
    }
}

impl Attendee {
    /// Reads an `ATTENDEE` or `ORGANIZER` line.
    pub fn read(line: &Line) -> Option<Self> {
        let address = address(&line.value).or_else(|| line.parameter("EMAIL").map(str::to_owned))?;
        let upper = |name: &str, default: &str| {
            line.parameter(name).filter(|text| !text.is_empty()).unwrap_or(default).to_ascii_uppercase()
        };
        Some(Self {
            address,
            name: line.parameter("CN").map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()),
            role: upper("ROLE", "REQ-PARTICIPANT"),
            kind: upper("CUTYPE", "INDIVIDUAL"),
            participation: line
                .parameter("PARTSTAT")
                .map_or(Participation::NeedsAction, Participation::parse),
            rsvp: line.parameter("RSVP").is_some_and(|text| text.eq_ignore_ascii_case("TRUE")),
        })
    }

    /// Whether this is the person with that address.
    pub fn has_address(&self, address: &str) -> bool {
        self.address.eq_ignore_ascii_case(address.trim())
    }
}

/// The address of a `CAL-ADDRESS` value.
pub(crate) fn address(value: &str) -> Option<String> {
    let value = value.trim();
    let bare = match value.get(..7) {
        Some(scheme) if scheme.eq_ignore_ascii_case("mailto:") => value.get(7..)?.trim(),
        _ => value,
    };
    (!bare.is_empty()).then(|| bare.to_owned())
}
