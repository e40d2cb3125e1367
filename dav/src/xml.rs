//! XML from a server, read as its bytes arrive.
//!
//! [`XmlReader`] takes chunks cut anywhere and gives events. It finds where one token ends, lets quick-xml take
//! apart exactly that token, and holds no more than one token and the open element names, so a body of any length is
//! read in constant memory. Names are resolved to their namespace URI; prefixes mean nothing. A document type is refused
//! before anything in it is looked at, hence there are no entities beyond the five of XML itself. Depth and token
//! length are limited; mismatched tags, unbound prefixes and a second root are errors.

use std::borrow::Cow;
use std::ops::Range;

use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{NamespaceResolver, QName, ResolveResult};
use quick_xml::reader::Reader;

/// The deepest nesting that is read; a multi-status body needs eight.
pub const MAX_DEPTH: usize = 32;
/// The longest single tag, text run or comment.
pub const MAX_TOKEN_BYTES: usize = 64 * 1024;
/// The longest tag with its attributes.
pub const MAX_TAG_BYTES: usize = 4 * 1024;

/// Why XML is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum XmlError {
    /// `<!DOCTYPE` or another declaration.
    #[error("a document type declaration is not accepted")]
    Doctype,
    /// Deeper than [`MAX_DEPTH`].
    #[error("elements are nested deeper than {MAX_DEPTH}")]
    TooDeep,
    /// Longer than [`MAX_TOKEN_BYTES`] or [`MAX_TAG_BYTES`].
    #[error("a token is longer than its limit")]
    TokenTooLong,
    /// A name, an attribute or an entity that is not XML.
    #[error("a token is not well-formed")]
    Syntax,
    /// An end tag that closes another element, or none.
    #[error("an end tag does not match")]
    Mismatch,
    /// A prefix without a namespace.
    #[error("a namespace prefix is not declared")]
    UnboundPrefix,
    /// Markup that is not UTF-8, or a declaration of another encoding.
    #[error("the document is not UTF-8")]
    Encoding,
    /// Text or a second element outside of the root.
    #[error("content stands outside of the root element")]
    OutsideRoot,
    /// The document ended inside an element.
    #[error("the document is not complete")]
    Incomplete,
}

/// The namespaces this crate speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Namespace {
    /// `DAV:`
    Dav,
    /// `http://owncloud.org/ns`
    OwnCloud,
    /// `http://nextcloud.org/ns`
    Nextcloud,
    /// `http://nextcloud.com/ns`, which Nextcloud's calendars use besides the other
    NextcloudCom,
    /// `http://sabredav.org/ns`
    Sabre,
    /// `urn:ietf:params:xml:ns:caldav`
    CalDav,
    /// `urn:ietf:params:xml:ns:carddav`
    CardDav,
    /// `http://calendarserver.org/ns/`
    CalendarServer,
    /// `http://apple.com/ns/ical/`
    Apple,
    /// Any other, or none.
    Other,
}

impl Namespace {
    const KNOWN: [Self; 9] = [
        Self::Dav,
        Self::OwnCloud,
        Self::Nextcloud,
        Self::NextcloudCom,
        Self::Sabre,
        Self::CalDav,
        Self::CardDav,
        Self::CalendarServer,
        Self::Apple,
    ];

    /// The prefix we write for it; none for those that are never asked for.
    pub fn prefix(self) -> Option<&'static str> {
        match self {
            Self::Dav => Some("d"),
            Self::OwnCloud => Some("oc"),
            Self::Nextcloud => Some("nc"),
            Self::NextcloudCom => Some("ncc"),
            Self::CalDav => Some("cal"),
            Self::CardDav => Some("card"),
            Self::CalendarServer => Some("cs"),
            Self::Apple => Some("a"),
            Self::Sabre | Self::Other => None,
        }
    }

    /// The URI; `Other` has none.
    pub fn uri(self) -> &'static str {
        match self {
            Self::Dav => "DAV:",
            Self::OwnCloud => "http://owncloud.org/ns",
            Self::Nextcloud => "http://nextcloud.org/ns",
            Self::NextcloudCom => "http://nextcloud.com/ns",
            Self::Sabre => "http://sabredav.org/ns",
            Self::CalDav => "urn:ietf:params:xml:ns:caldav",
            Self::CardDav => "urn:ietf:params:xml:ns:carddav",
            Self::CalendarServer => "http://calendarserver.org/ns/",
            Self::Apple => "http://apple.com/ns/ical/",
            Self::Other => "",
        }
    }

    fn of_uri(uri: &str) -> Self {
        Self::KNOWN.into_iter().find(|known| known.uri() == uri).unwrap_or(Self::Other)
    }
}

/// One step through a document.
#[derive(Debug, PartialEq, Eq)]
pub enum XmlEvent<'a> {
    /// An element begins.
    Start {
        /// The namespace its prefix is bound to.
        namespace: Namespace,
        /// Its name without prefix.
        local: &'a str,
    },
    /// The innermost open element ends.
    End,
    /// Character data of the innermost open element; one run may come in several events.
    Text(Cow<'a, str>),
    /// Character data that is not UTF-8.
    UnreadableText,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TokenKind {
    Text,
    Tag,
    CData,
    Comment,
    Instruction,
}

/// Where the scan for the end of the current token stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scan {
    Text,
    Open,
    Bang,
    Tag {
        quote: Option<u8>,
    },
    /// Inside markup that ends with a run of `mark` and `>`; `seen` of them have just been met.
    Until {
        kind: TokenKind,
        mark: u8,
        needed: u8,
        seen: u8,
    },
}

/// The reader. See the module documentation.
#[derive(Debug)]
pub struct XmlReader {
    buffer: Vec<u8>,
    /// Begin of the current token in `buffer`.
    start: usize,
    /// First byte not yet scanned.
    scanned: usize,
    scan: Scan,
    names: String,
    /// Begin of each open element's qualified name in `names`.
    open: Vec<usize>,
    namespaces: NamespaceResolver,
    /// An empty element was started and its end is still to be told.
    empty_pending: bool,
    root_seen: bool,
    at_document_start: bool,
    max_token_bytes: usize,
    /// The attribute `name` of the element that began last.
    name_attribute: Option<String>,
}

impl Default for XmlReader {
    fn default() -> Self {
        Self::new()
    }
}

impl XmlReader {
    /// A reader at the start of a document.
    pub fn new() -> Self {
        Self::with_token_limit(MAX_TOKEN_BYTES)
    }

    /// A reader that takes longer runs of text, for bodies that hold whole objects.
    pub fn with_token_limit(max_token_bytes: usize) -> Self {
        Self {
            max_token_bytes,
            name_attribute: None,
            buffer: Vec::new(),
            start: 0,
            scanned: 0,
            scan: Scan::Text,
            names: String::new(),
            open: Vec::new(),
            namespaces: NamespaceResolver::default(),
            empty_pending: false,
            root_seen: false,
            at_document_start: true,
        }
    }

    /// Takes the next bytes. Read all events before pushing more: the buffer then holds one unfinished token.
    pub fn push(&mut self, chunk: &[u8]) {
        self.buffer.drain(..self.start);
        self.scanned -= self.start;
        self.start = 0;
        self.buffer.extend_from_slice(chunk);
    }

    /// The next event, or `None` until more bytes come.
    pub fn next_event(&mut self) -> Result<Option<XmlEvent<'_>>, XmlError> {
        if self.empty_pending {
            self.empty_pending = false;
            self.close();
            return Ok(Some(XmlEvent::End));
        }
        loop {
            let Some((kind, range)) = self.next_token()? else { return Ok(None) };
            match kind {
                TokenKind::Comment
                    if self.buffer.get(range.clone()).is_some_and(|token| token.starts_with(b"<!--")) => {}
                TokenKind::Comment => return Err(XmlError::Syntax),
                TokenKind::Instruction => self.check_declaration(range)?,
                TokenKind::Text if self.open.is_empty() => self.check_blank(range)?,
                TokenKind::Text => return text(self.buffer.get(range).unwrap_or_default()).map(Some),
                TokenKind::CData => return self.cdata(range).map(Some),
                TokenKind::Tag => return self.tag(range).map(Some),
            }
        }
    }

    /// The attribute `name` of the element that began last, as CalDAV's component lists need it.
    pub fn name_attribute(&self) -> Option<&str> {
        self.name_attribute.as_deref()
    }

    /// Bytes held back: at most one chunk and one unfinished token.
    pub fn held_bytes(&self) -> usize {
        self.buffer.len() + self.names.len()
    }

    /// Confirms that the document is complete.
    pub fn finish(&self) -> Result<(), XmlError> {
        let rest = self.buffer.get(self.start..).unwrap_or_default();
        let blank = self.scan == Scan::Text && rest.iter().all(u8::is_ascii_whitespace);
        let complete = self.root_seen && self.open.is_empty() && !self.empty_pending && blank;
        if complete { Ok(()) } else { Err(XmlError::Incomplete) }
    }

    // === tokens ===

    fn next_token(&mut self) -> Result<Option<(TokenKind, Range<usize>)>, XmlError> {
        while let Some(&byte) = self.buffer.get(self.scanned) {
            if self.scan == Scan::Text && byte != b'<' {
                self.skip_text()?;
                continue;
            }
            if self.scan == Scan::Text && self.scanned > self.start {
                return Ok(Some((TokenKind::Text, self.take_token())));
            }
            self.scanned += 1;
            let ended = self.step(byte)?;
            let limit =
                if matches!(self.scan, Scan::Tag { .. }) { MAX_TAG_BYTES } else { self.max_token_bytes };
            self.check_length(limit)?;
            if let Some(kind) = ended {
                self.scan = Scan::Text;
                return Ok(Some((kind, self.take_token())));
            }
        }
        Ok(None)
    }

    /// Moves over character data at once; it is what most of a listing consists of.
    fn skip_text(&mut self) -> Result<(), XmlError> {
        let rest = self.buffer.get(self.scanned..).unwrap_or_default();
        self.scanned += rest.iter().position(|byte| *byte == b'<').unwrap_or(rest.len());
        self.check_length(self.max_token_bytes)
    }

    fn check_length(&self, limit: usize) -> Result<(), XmlError> {
        if self.scanned - self.start > limit { Err(XmlError::TokenTooLong) } else { Ok(()) }
    }

    fn take_token(&mut self) -> Range<usize> {
        let range = self.start..self.scanned;
        self.start = self.scanned;
        range
    }

    /// Moves the scan over one byte; the kind of token that ended with it, if any.
    fn step(&mut self, byte: u8) -> Result<Option<TokenKind>, XmlError> {
        self.scan = match (self.scan, byte) {
            (Scan::Text, _) => Scan::Open,
            (Scan::Open, b'!') => Scan::Bang,
            (Scan::Open, b'?') => {
                Scan::Until { kind: TokenKind::Instruction, mark: b'?', needed: 1, seen: 0 }
            }
            (Scan::Open, b'>' | b'<') | (Scan::Tag { quote: None }, b'<') => return Err(XmlError::Syntax),
            (Scan::Open, _) => Scan::Tag { quote: None },
            (Scan::Bang, b'-') => Scan::Until { kind: TokenKind::Comment, mark: b'-', needed: 2, seen: 0 },
            (Scan::Bang, b'[') => Scan::Until { kind: TokenKind::CData, mark: b']', needed: 2, seen: 0 },
            (Scan::Bang, _) => return Err(XmlError::Doctype),
            (Scan::Tag { quote: None }, b'>') => return Ok(Some(TokenKind::Tag)),
            (Scan::Tag { quote: None }, b'"' | b'\'') => Scan::Tag { quote: Some(byte) },
            (Scan::Tag { quote: Some(open) }, _) if open == byte => Scan::Tag { quote: None },
            (Scan::Tag { quote }, _) => Scan::Tag { quote },
            (Scan::Until { kind, needed, seen, .. }, b'>') if seen >= needed => {
                // `<!-->` and `<!--->` are not comments: the opening needs its own dashes.
                return if self.scanned - self.start < shortest(kind) {
                    Err(XmlError::Syntax)
                } else {
                    Ok(Some(kind))
                };
            }
            (Scan::Until { kind, mark, needed, seen }, _) => {
                let seen = if byte == mark { seen.saturating_add(1) } else { 0 };
                Scan::Until { kind, mark, needed, seen }
            }
        };
        Ok(None)
    }

    // === events ===

    fn tag(&mut self, range: Range<usize>) -> Result<XmlEvent<'_>, XmlError> {
        let token = self.buffer.get(range).unwrap_or_default();
        let token = std::str::from_utf8(token).map_err(|_| XmlError::Encoding)?;
        let inner =
            token.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).ok_or(XmlError::Syntax)?;
        if let Some(name) = inner.strip_prefix('/') {
            let opened = self.open.last().and_then(|at| self.names.get(*at..)).ok_or(XmlError::Mismatch)?;
            if opened != name.trim_ascii_end() {
                return Err(XmlError::Mismatch);
            }
            self.close();
            return Ok(XmlEvent::End);
        }
        let (content, empty) = inner.strip_suffix('/').map_or((inner, false), |content| (content, true));
        let name = content.split(|letter: char| letter.is_ascii_whitespace()).next().unwrap_or_default();
        if !is_name(name) {
            return Err(XmlError::Syntax);
        }
        if self.open.is_empty() && self.root_seen {
            return Err(XmlError::OutsideRoot);
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(XmlError::TooDeep);
        }
        let start = BytesStart::from_content(content, name.len());
        check_attributes(&start)?;
        self.name_attribute = start
            .try_get_attribute("name")
            .ok()
            .flatten()
            .and_then(|attribute| unescape(&attribute.value).map(Cow::into_owned).ok());
        self.namespaces.push(&start).map_err(|_| XmlError::UnboundPrefix)?;
        self.root_seen = true;
        self.at_document_start = false;
        self.empty_pending = empty;
        let begin = self.names.len();
        self.names.push_str(name);
        self.open.push(begin);
        let namespace = match self.namespaces.resolve_element(QName(name)).0 {
            ResolveResult::Bound(uri) => Namespace::of_uri(uri.0),
            ResolveResult::Unbound => Namespace::Other,
            ResolveResult::Unknown(_) => return Err(XmlError::UnboundPrefix),
        };
        let name = self.names.get(begin..).unwrap_or_default();
        let local = name.split_once(':').map_or(name, |(_, local)| local);
        if local.is_empty() { Err(XmlError::Syntax) } else { Ok(XmlEvent::Start { namespace, local }) }
    }

    fn close(&mut self) {
        if let Some(begin) = self.open.pop() {
            self.names.truncate(begin);
            self.namespaces.pop();
        }
    }

    fn cdata(&self, range: Range<usize>) -> Result<XmlEvent<'_>, XmlError> {
        if self.open.is_empty() {
            return Err(XmlError::OutsideRoot);
        }
        let token = self.buffer.get(range).unwrap_or_default();
        let inner = token.strip_prefix(b"<![CDATA[").and_then(|rest| rest.strip_suffix(b"]]>"));
        let inner = inner.ok_or(XmlError::Syntax)?;
        Ok(std::str::from_utf8(inner)
            .map_or(XmlEvent::UnreadableText, |text| XmlEvent::Text(Cow::Borrowed(text))))
    }

    fn check_blank(&mut self, range: Range<usize>) -> Result<(), XmlError> {
        let token = self.buffer.get(range).unwrap_or_default();
        let first = std::mem::replace(&mut self.at_document_start, false);
        let token = if first { token.strip_prefix(b"\xef\xbb\xbf").unwrap_or(token) } else { token };
        if token.iter().all(u8::is_ascii_whitespace) { Ok(()) } else { Err(XmlError::OutsideRoot) }
    }

    /// A declaration may only name UTF-8; other instructions are skipped.
    fn check_declaration(&mut self, range: Range<usize>) -> Result<(), XmlError> {
        self.at_document_start = false;
        let token = self.buffer.get(range).unwrap_or_default();
        let token = std::str::from_utf8(token).map_err(|_| XmlError::Encoding)?;
        match Reader::from_str(token).read_event() {
            Ok(Event::Decl(declaration)) => match declaration.encoding() {
                None => Ok(()),
                Some(Ok(name)) if name.eq_ignore_ascii_case("utf-8") => Ok(()),
                Some(_) => Err(XmlError::Encoding),
            },
            Ok(Event::PI(_)) => Ok(()),
            _ => Err(XmlError::Syntax),
        }
    }
}

/// The shortest markup of a kind, so that its opening is not taken for its end.
fn shortest(kind: TokenKind) -> usize {
    match kind {
        TokenKind::Comment => "<!---->".len(),
        TokenKind::CData => "<![CDATA[]]>".len(),
        TokenKind::Instruction => "<?x?>".len(),
        TokenKind::Text | TokenKind::Tag => 0,
    }
}

fn text(token: &[u8]) -> Result<XmlEvent<'_>, XmlError> {
    let Ok(token) = std::str::from_utf8(token) else { return Ok(XmlEvent::UnreadableText) };
    unescape(token).map(XmlEvent::Text).map_err(|_| XmlError::Syntax)
}

/// Whether the text may name an element, prefix included. What XML allows in names beyond ASCII is not checked.
fn is_name(text: &str) -> bool {
    let legal = |byte: u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b':') || !byte.is_ascii()
    };
    let first = text.bytes().next();
    first.is_some_and(|first| !first.is_ascii_digit() && !matches!(first, b'-' | b'.'))
        && text.bytes().all(legal)
}

fn check_attributes(start: &BytesStart<'_>) -> Result<(), XmlError> {
    for attribute in start.attributes() {
        attribute.map_err(|_| XmlError::Syntax)?;
    }
    Ok(())
}
