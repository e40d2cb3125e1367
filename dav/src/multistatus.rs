//! 207 bodies (RFC 4918 section 13), read as they arrive.
//!
//! [`MultistatusParser`] takes chunks and gives one [`ResponseElement`] after another; it never holds more than one,
//! so that a listing of a whole tree costs the memory of its longest entry. Properties the server does not have come
//! in a second `propstat` with 404 and are dropped here. A body that ends early is an error, never a shorter list.
//! An href that cannot be read spoils its own element only, and is handed on as such.

use crate::error::{DavError, Malformation};
use crate::href::{Href, InvalidHref};
use crate::xml::{MAX_TOKEN_BYTES, Namespace, XmlEvent, XmlReader};

/// Properties of one response that are kept.
pub const MAX_PROPERTIES: usize = 128;
/// Names of child elements kept for one property.
pub const MAX_CHILDREN: usize = 64;
/// Text of one response, all properties together.
pub const MAX_RESPONSE_TEXT_BYTES: usize = 256 * 1024;

/// One property the server reported with a success status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Property {
    /// The namespace of its name.
    pub namespace: Namespace,
    /// Its name without prefix.
    pub local: String,
    /// All character data inside it.
    pub text: String,
    /// The elements directly inside it.
    pub children: Vec<Child>,
}

/// An element directly inside a property.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Child {
    /// The namespace of its name.
    pub namespace: Namespace,
    /// Its name without prefix.
    pub local: String,
    /// All character data inside it.
    pub text: String,
    /// Its attribute `name`.
    pub name: Option<String>,
    /// The names of the elements directly inside it.
    pub inner: Vec<(Namespace, String)>,
}

impl Property {
    /// Whether an element of this name stands directly inside it.
    pub fn has(&self, namespace: Namespace, local: &str) -> bool {
        self.children.iter().any(|child| child.namespace == namespace && child.local == local)
    }

    /// The texts of the elements `d:href` directly inside it.
    pub fn hrefs(&self) -> impl Iterator<Item = &str> {
        let hrefs =
            self.children.iter().filter(|child| child.namespace == Namespace::Dav && child.local == "href");
        hrefs.map(|child| child.text.trim()).filter(|text| !text.is_empty())
    }
}

/// One `d:response`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResponseElement {
    /// Whom it is about, or why that cannot be read.
    pub href: Result<Href, InvalidHref>,
    /// The status of the whole element, where it has one.
    pub status: Option<u16>,
    /// Properties that were found.
    pub properties: Vec<Property>,
    /// Whether some text was not UTF-8 and is therefore missing.
    pub damaged: bool,
}

impl ResponseElement {
    fn new() -> Self {
        Self { href: Err(InvalidHref::BadEscape), status: None, properties: Vec::new(), damaged: false }
    }

    /// The property of this name.
    pub fn property(&self, namespace: Namespace, local: &str) -> Option<&Property> {
        self.properties.iter().find(|property| property.namespace == namespace && property.local == local)
    }

    /// The text of a property, trimmed; `None` when it is absent or empty.
    pub fn text(&self, namespace: Namespace, local: &str) -> Option<&str> {
        self.property(namespace, local).map(|property| property.text.trim()).filter(|text| !text.is_empty())
    }
}

/// Where in the document the reader stands. The element named is the innermost open one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    Document,
    Multistatus,
    SyncToken,
    Response,
    Href,
    Status,
    Propstat,
    PropstatStatus,
    Prop,
    Property,
    /// Inside a property, `depth` elements below it.
    Value {
        depth: usize,
    },
    /// Inside an element of no interest, `depth` elements below `resume`.
    Skipped {
        depth: usize,
        resume: Place,
    },
}

/// Where a skipped element stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Multistatus,
    Response,
    Propstat,
}

impl From<Place> for At {
    fn from(place: Place) -> Self {
        match place {
            Place::Multistatus => Self::Multistatus,
            Place::Response => Self::Response,
            Place::Propstat => Self::Propstat,
        }
    }
}

/// The parser. Push a chunk, take elements until there are none, repeat, finish.
#[derive(Debug)]
pub struct MultistatusParser {
    xml: XmlReader,
    collector: Collector,
    received: u64,
}

impl Default for MultistatusParser {
    fn default() -> Self {
        Self::new()
    }
}

impl MultistatusParser {
    /// A parser at the start of a body.
    pub fn new() -> Self {
        Self { xml: XmlReader::new(), collector: Collector::new(MAX_RESPONSE_TEXT_BYTES), received: 0 }
    }

    /// A parser for a body whose elements hold whole objects of at most this many bytes.
    pub fn with_object_limit(bytes: usize) -> Self {
        // Escaped, a byte takes up to six: `&quot;`, `&#13;`.
        let xml = XmlReader::with_token_limit(bytes.saturating_mul(6).max(MAX_TOKEN_BYTES));
        Self { xml, collector: Collector::new(bytes.saturating_add(MAX_RESPONSE_TEXT_BYTES)), received: 0 }
    }

    /// The `d:sync-token` of the whole body, once it was read.
    pub fn sync_token(&self) -> Option<&str> {
        self.collector.sync_token.as_deref()
    }

    /// Takes the next bytes of the body.
    pub fn push(&mut self, chunk: &[u8]) {
        self.received = self.received.saturating_add(chunk.len() as u64);
        self.xml.push(chunk);
    }

    /// The next element, or `None` until more bytes come.
    pub fn next_response(&mut self) -> Result<Option<ResponseElement>, DavError> {
        while let Some(event) = self.xml.next_event()? {
            let begins = matches!(event, XmlEvent::Start { .. });
            if let Some(response) = self.collector.take(event)? {
                return Ok(Some(response));
            }
            if begins {
                self.collector.name(self.xml.name_attribute());
            }
        }
        Ok(None)
    }

    /// Bytes of the body held back at present, whatever its length.
    pub fn held_bytes(&self) -> usize {
        self.xml.held_bytes() + self.collector.text_bytes
    }

    /// Confirms that the body was whole.
    pub fn finish(&self) -> Result<(), DavError> {
        self.xml.finish().map_err(|_| DavError::Truncated { received: self.received, expected: None })
    }
}

#[derive(Debug)]
struct Collector {
    at: At,
    response: ResponseElement,
    text: String,
    href_seen: bool,
    /// Properties of the propstat that is open; its status comes after them.
    pending: Vec<Property>,
    pending_status: Option<u16>,
    text_bytes: usize,
    max_text_bytes: usize,
    sync_token: Option<String>,
}

impl Collector {
    fn new(max_text_bytes: usize) -> Self {
        Self {
            max_text_bytes,
            sync_token: None,
            at: At::Document,
            response: ResponseElement::new(),
            text: String::new(),
            href_seen: false,
            pending: Vec::new(),
            pending_status: None,
            text_bytes: 0,
        }
    }

    fn take(&mut self, event: XmlEvent<'_>) -> Result<Option<ResponseElement>, DavError> {
        match event {
            XmlEvent::Start { namespace, local } => self.start(namespace, local).map(|()| None),
            XmlEvent::End => self.end(),
            XmlEvent::Text(text) => self.text(&text).map(|()| None),
            XmlEvent::UnreadableText => {
                self.response.damaged = true;
                Ok(None)
            }
        }
    }

    fn start(&mut self, namespace: Namespace, local: &str) -> Result<(), DavError> {
        let dav = |name: &str| namespace == Namespace::Dav && local == name;
        self.at = match self.at {
            At::Document if dav("multistatus") => At::Multistatus,
            At::Document => return Err(DavError::protocol("the body is not a multi-status")),
            At::Multistatus if dav("response") => {
                self.begin_response();
                At::Response
            }
            At::Multistatus if dav("sync-token") => self.leaf(At::SyncToken),
            At::Multistatus => At::Skipped { depth: 0, resume: Place::Multistatus },
            At::Response if dav("href") => self.leaf(At::Href),
            At::Response if dav("status") => self.leaf(At::Status),
            At::Response if dav("propstat") => {
                self.pending.clear();
                self.pending_status = None;
                At::Propstat
            }
            At::Response => At::Skipped { depth: 0, resume: Place::Response },
            At::Propstat if dav("prop") => At::Prop,
            At::Propstat if dav("status") => self.leaf(At::PropstatStatus),
            At::Propstat => At::Skipped { depth: 0, resume: Place::Propstat },
            At::Prop => self.begin_property(namespace, local)?,
            At::Property => {
                if let Some(property) =
                    self.pending.last_mut().filter(|open| open.children.len() < MAX_CHILDREN)
                {
                    property.children.push(Child {
                        namespace,
                        local: local.to_owned(),
                        text: String::new(),
                        name: None,
                        inner: Vec::new(),
                    });
                }
                At::Value { depth: 0 }
            }
            At::Value { depth } => {
                if depth == 0
                    && let Some(child) = self.open_child().filter(|child| child.inner.len() < MAX_CHILDREN)
                {
                    child.inner.push((namespace, local.to_owned()));
                }
                At::Value { depth: depth + 1 }
            }
            At::Skipped { depth, resume } => At::Skipped { depth: depth + 1, resume },
            At::Href | At::Status | At::PropstatStatus | At::SyncToken => {
                return Err(DavError::protocol("an element stands where only text may"));
            }
        };
        Ok(())
    }

    fn end(&mut self) -> Result<Option<ResponseElement>, DavError> {
        self.at = match self.at {
            At::Document | At::Multistatus => At::Document,
            At::Response => {
                self.at = At::Multistatus;
                return self.end_response().map(Some);
            }
            At::SyncToken => {
                self.sync_token = Some(self.text.trim().to_owned()).filter(|token| !token.is_empty());
                At::Multistatus
            }
            At::Href => self.end_href()?,
            At::Status => {
                self.response.status = status_code(&self.text);
                At::Response
            }
            At::PropstatStatus => {
                self.pending_status = status_code(&self.text);
                At::Propstat
            }
            At::Propstat => {
                if self.pending_status.is_some_and(|status| (200..300).contains(&status)) {
                    self.response.properties.append(&mut self.pending);
                }
                At::Response
            }
            At::Prop => At::Propstat,
            At::Property => At::Prop,
            At::Value { depth: 0 } => At::Property,
            At::Value { depth } => At::Value { depth: depth - 1 },
            At::Skipped { depth: 0, resume } => resume.into(),
            At::Skipped { depth, resume } => At::Skipped { depth: depth - 1, resume },
        };
        Ok(None)
    }

    fn text(&mut self, text: &str) -> Result<(), DavError> {
        let target = match self.at {
            At::Href | At::Status | At::PropstatStatus | At::SyncToken => &mut self.text,
            At::Property | At::Value { .. } => match self.pending.last_mut() {
                Some(property) => {
                    if matches!(self.at, At::Value { .. })
                        && let Some(child) = property.children.last_mut()
                    {
                        child.text.push_str(text);
                    }
                    &mut property.text
                }
                None => return Ok(()),
            },
            _ => return Ok(()),
        };
        self.text_bytes += text.len();
        if self.text_bytes > self.max_text_bytes {
            return Err(DavError::TooLarge { limit: self.max_text_bytes as u64 });
        }
        target.push_str(text);
        Ok(())
    }

    /// The element directly inside the open property that began last.
    fn open_child(&mut self) -> Option<&mut Child> {
        self.pending.last_mut()?.children.last_mut()
    }

    /// Notes the attribute `name` of the element that has just begun.
    fn name(&mut self, name: Option<&str>) {
        if self.at == (At::Value { depth: 0 })
            && let Some(name) = name
            && let Some(child) = self.open_child()
        {
            child.name = Some(name.to_owned());
        }
    }

    fn begin_response(&mut self) {
        self.response = ResponseElement::new();
        self.href_seen = false;
        self.text_bytes = 0;
    }

    fn leaf(&mut self, at: At) -> At {
        self.text.clear();
        at
    }

    fn begin_property(&mut self, namespace: Namespace, local: &str) -> Result<At, DavError> {
        if self.pending.len() + self.response.properties.len() >= MAX_PROPERTIES {
            return Err(DavError::protocol("a response has too many properties"));
        }
        self.pending.push(Property {
            namespace,
            local: local.to_owned(),
            text: String::new(),
            children: Vec::new(),
        });
        Ok(At::Property)
    }

    fn end_href(&mut self) -> Result<At, DavError> {
        if self.href_seen {
            return Err(DavError::protocol("a response has two hrefs"));
        }
        self.href_seen = true;
        // Text that was not UTF-8 never reached the buffer: what is there is not the href.
        let damaged = self.response.damaged;
        self.response.href = if damaged { Err(InvalidHref::NotUtf8) } else { Href::parse(self.text.trim()) };
        Ok(At::Response)
    }

    fn end_response(&mut self) -> Result<ResponseElement, DavError> {
        if !self.href_seen {
            return Err(DavError::Malformed { source: Malformation::Protocol("a response has no href") });
        }
        Ok(std::mem::replace(&mut self.response, ResponseElement::new()))
    }
}

/// The code of a status line such as `HTTP/1.1 404 Not Found`.
fn status_code(line: &str) -> Option<u16> {
    line.split_ascii_whitespace().nth(1)?.parse().ok()
}
