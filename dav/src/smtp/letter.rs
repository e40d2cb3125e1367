//! A letter whose headers cannot be anything but headers.
//!
//! Every value that ends up in a header is an [`Address`], a [`MessageId`] or a [`HeaderText`], and none of them can
//! be built with a control character in it. There is no way to add a header by name. The body is text and only text.
//! Time, Message-ID and what separates the parts come from the caller, so the same letter always renders alike.

use std::time::SystemTime;

use chrono::{DateTime, Utc};
use lettre::message::header::ContentType;
use lettre::message::{Attachment, Mailbox, Message, MultiPart, SinglePart};

use crate::smtp::{Invitation, SmtpError};

/// The longest value of a header.
const MAX_HEADER_BYTES: usize = 900;
/// The longest text of a letter.
const MAX_TEXT_BYTES: usize = 4 * 1024 * 1024;
/// The most recipients of one letter.
const MAX_RECIPIENTS: usize = 200;
/// The most ancestors that a letter names.
const MAX_REFERENCES: usize = 50;

/// Why a value cannot stand in a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidHeader {
    /// A line end or another control character.
    #[error("a header's value holds a control character")]
    Control,
    /// Longer than allowed, or empty where something must be.
    #[error("a header's value is empty or too long")]
    Length,
    /// Not an address.
    #[error("the address is not one")]
    Address,
    /// Not a Message-ID.
    #[error("the Message-ID is not one")]
    MessageId,
}

/// Text that fits into a header.
#[derive(Clone, PartialEq, Eq)]
pub struct HeaderText(String);

impl HeaderText {
    /// Text without control characters, at most 900 octets.
    pub fn new(text: &str) -> Result<Self, InvalidHeader> {
        // Line and paragraph separators end lines for some readers; bidirectional overrides make one name look like
        // another.
        let forbidden = |letter: char| {
            letter.is_control()
                || matches!(letter, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        if text.chars().any(forbidden) {
            return Err(InvalidHeader::Control);
        }
        if text.len() > MAX_HEADER_BYTES {
            return Err(InvalidHeader::Length);
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A mail address, with the name of its owner if known.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    name: Option<HeaderText>,
    address: lettre::Address,
}

impl Address {
    /// `local@domain`, and a name.
    pub fn new(address: &str, name: Option<HeaderText>) -> Result<Self, InvalidHeader> {
        if address.chars().any(char::is_control) {
            return Err(InvalidHeader::Control);
        }
        let address = address.parse().map_err(|_| InvalidHeader::Address)?;
        Ok(Self { name: name.filter(|name| !name.0.trim().is_empty()), address })
    }

    /// `local@domain`.
    pub fn address(&self) -> &str {
        self.address.as_ref()
    }

    fn mailbox(&self) -> Mailbox {
        Mailbox::new(self.name.as_ref().map(|name| name.0.clone()), self.address.clone())
    }
}

/// A Message-ID, without its brackets.
#[derive(Clone, PartialEq, Eq)]
pub struct MessageId(String);

impl MessageId {
    /// `left@right` of printable ASCII.
    pub fn new(id: &str) -> Result<Self, InvalidHeader> {
        let printable = id.bytes().all(|byte| (0x21..0x7f).contains(&byte) && !b"<>\"()\\,;".contains(&byte));
        match id.split_once('@') {
            Some((left, right)) if printable && !left.is_empty() && !right.is_empty() && id.len() <= 250 => {
                Ok(Self(id.to_owned()))
            }
            _ => Err(InvalidHeader::MessageId),
        }
    }

    /// An id of our own below the sender's domain, so that it names no machine.
    pub fn unique(random: [u8; 16], sender: &Address) -> Result<Self, InvalidHeader> {
        Self::new(&format!("{}@{}", hex(&random), sender.address.domain()))
    }

    /// Without brackets.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn bracketed(&self) -> String {
        format!("<{}>", self.0)
    }
}

macro_rules! shows_nothing {
    ($($name:ident),*) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    )*};
}
shows_nothing!(HeaderText, Address, MessageId, Letter);

/// A letter.
#[derive(Clone)]
pub struct Letter {
    /// Its id.
    pub id: MessageId,
    /// When it was written.
    pub date: DateTime<Utc>,
    /// Whose it is.
    pub from: Address,
    /// To whom.
    pub to: Vec<Address>,
    /// To whom for information.
    pub cc: Vec<Address>,
    /// To whom without anybody seeing it.
    pub bcc: Vec<Address>,
    /// About what.
    pub subject: HeaderText,
    /// What it answers.
    pub in_reply_to: Option<MessageId>,
    /// The conversation it belongs to, oldest first.
    pub references: Vec<MessageId>,
    /// What it says.
    pub text: String,
    /// The invitation it carries.
    pub invitation: Option<Invitation>,
    /// Separates the parts; random, so that no text can hold it.
    pub boundary: [u8; 16],
}

impl Letter {
    /// The octets that are sent.
    pub fn to_bytes(&self) -> Result<Vec<u8>, SmtpError> {
        Ok(self.render()?.formatted())
    }

    pub(crate) fn render(&self) -> Result<Message, SmtpError> {
        let recipients = self.to.len() + self.cc.len() + self.bcc.len();
        if recipients == 0 || recipients > MAX_RECIPIENTS {
            return Err(SmtpError::Letter("it has no recipient, or too many"));
        }
        if self.text.len() > MAX_TEXT_BYTES || self.text.contains('\0') {
            return Err(SmtpError::Letter("its text is too long or holds a zero octet"));
        }
        let mut builder = Message::builder()
            .message_id(Some(self.id.bracketed()))
            .date(SystemTime::from(self.date))
            .from(self.from.mailbox())
            .subject(self.subject.0.clone());
        for (addresses, add) in [
            (&self.to, lettre::message::MessageBuilder::to as fn(_, Mailbox) -> _),
            (&self.cc, lettre::message::MessageBuilder::cc),
            (&self.bcc, lettre::message::MessageBuilder::bcc),
        ] {
            for address in addresses {
                builder = add(builder, address.mailbox());
            }
        }
        if let Some(answered) = &self.in_reply_to {
            builder = builder.in_reply_to(answered.bracketed());
        }
        let from = self.references.len().saturating_sub(MAX_REFERENCES);
        if !self.references.is_empty() {
            let ids: Vec<String> = self.references[from..].iter().map(MessageId::bracketed).collect();
            builder = builder.references(ids.join(" "));
        }
        let plain = SinglePart::plain(self.text.clone());
        let message = match &self.invitation {
            None => builder.singlepart(plain),
            Some(invitation) => builder.multipart(self.parts(plain, invitation)?),
        };
        message.map_err(|_| SmtpError::Letter("its parts do not fit together"))
    }

    /// Text and invitation as alternatives, and the invitation once more as a file for programs that know no other
    /// way (RFC 6047 section 2.4 and what programs do).
    fn parts(&self, plain: SinglePart, invitation: &Invitation) -> Result<MultiPart, SmtpError> {
        let of_calendar = |text: &str| {
            ContentType::parse(text).map_err(|_| SmtpError::Letter("its invitation has no content type"))
        };
        let method = invitation.method().as_str();
        let calendar = SinglePart::builder()
            .header(of_calendar(&format!("text/calendar; charset=UTF-8; method={method}"))?)
            .body(invitation.calendar().to_owned());
        let file = Attachment::new("invite.ics".to_owned())
            .body(invitation.calendar().to_owned(), of_calendar("application/ics")?);
        let boundary = hex(&self.boundary);
        let alternative =
            MultiPart::alternative().boundary(format!("a{boundary}")).singlepart(plain).singlepart(calendar);
        Ok(MultiPart::mixed().boundary(format!("m{boundary}")).multipart(alternative).singlepart(file))
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
