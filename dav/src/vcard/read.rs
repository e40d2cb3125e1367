//! One contact, taken apart.
//!
//! Versions 3 and 4 are read alike, and 2.1 as far as old phones still export it (bare types, quoted-printable).
//! Labels of Apple's address book (`item1.X-ABLabel`) go to what they label. A card needs something that tells whom it
//! is about; one without anything is refused. Pictures, sounds and keys are skipped unread, whatever their size; `Debug`
//! shows nobody's data.

use base64::Engine as _;

use crate::content_line::{Component, ContentLines, Format, Line, Quarantine, split_escaped, unescape};

/// The most values of one kind (numbers, addresses, members) that are read.
pub const MAX_VALUES: usize = 1_000;
/// The most types one value is given.
const MAX_TYPES: usize = 16;
/// What is skipped unread.
const BINARY: [&str; 4] = ["PHOTO", "LOGO", "SOUND", "KEY"];

/// What a card is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CardKind {
    /// A person.
    Individual,
    /// A list of people.
    Group,
    /// An organisation.
    Organization,
    /// A place or a thing.
    Location,
}

/// A value with what it is for.
#[derive(Clone, PartialEq, Eq)]
pub struct Labelled {
    /// The number or address.
    pub value: String,
    /// `TYPE`, lower case: `work`, `cell`, `fax`.
    pub types: Vec<String>,
    /// A label somebody wrote.
    pub label: Option<String>,
    /// Whether it is the preferred one.
    pub preferred: bool,
}

impl std::fmt::Debug for Labelled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Labelled({:?})", self.types)
    }
}

/// `N`.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct PersonName {
    /// Family names.
    pub family: String,
    /// Given names.
    pub given: String,
    /// Further names.
    pub additional: String,
    /// `Dr.`, `Prof.`.
    pub prefixes: String,
    /// `MD`, `PhD`.
    pub suffixes: String,
}

/// `ADR`.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct PostalAddress {
    /// Post box, further line and street.
    pub street: String,
    /// Town.
    pub locality: String,
    /// State or county.
    pub region: String,
    /// Postal code.
    pub code: String,
    /// Country.
    pub country: String,
    /// `TYPE`, lower case.
    pub types: Vec<String>,
}

/// One contact.
#[derive(Clone)]
pub struct Card {
    /// Its text, in lines.
    pub(crate) lines: ContentLines,
    /// The `VCARD`.
    pub(crate) component: Component,
    /// `VERSION` as written.
    pub version: String,
    /// `UID`.
    pub uid: Option<String>,
    /// What it is about.
    pub kind: CardKind,
    /// `FN`, or what stands for it.
    pub full_name: String,
    /// `N`.
    pub name: Option<PersonName>,
    /// `NICKNAME`.
    pub nicknames: Vec<String>,
    /// The first part of `ORG`.
    pub organization: Option<String>,
    /// Its further parts.
    pub units: Vec<String>,
    /// `TITLE`.
    pub title: Option<String>,
    /// `ROLE`.
    pub role: Option<String>,
    /// `TEL`.
    pub phones: Vec<Labelled>,
    /// `EMAIL`.
    pub emails: Vec<Labelled>,
    /// `IMPP`.
    pub messaging: Vec<Labelled>,
    /// `URL`.
    pub urls: Vec<Labelled>,
    /// `ADR`.
    pub addresses: Vec<PostalAddress>,
    /// `CATEGORIES`.
    pub categories: Vec<String>,
    /// `NOTE`.
    pub note: Option<String>,
    /// `BDAY` as written.
    pub birthday: Option<String>,
    /// Identifiers of a group's members.
    pub members: Vec<String>,
    /// `REV` as written.
    pub revision: Option<String>,
    /// Whether there is a picture, which is not kept.
    pub has_photo: bool,
}

impl std::fmt::Debug for Card {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Card")
            .field("kind", &self.kind)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

impl Card {
    /// Reads bytes.
    pub fn read_bytes(bytes: &[u8]) -> Result<Self, Quarantine> {
        Self::only(&ContentLines::read_bytes(bytes, Format::VCard)?)
    }

    /// Reads a text with one card.
    pub fn read(text: &str) -> Result<Self, Quarantine> {
        Self::only(&ContentLines::read(text, Format::VCard)?)
    }

    fn only(lines: &ContentLines) -> Result<Self, Quarantine> {
        let mut cards = lines.roots.iter().filter(|root| root.name == "VCARD");
        let component = cards.next().cloned().ok_or(Quarantine::NothingExpected)?;
        if cards.next().is_some() {
            return Err(Quarantine::SeveralIdentities);
        }
        let mut card = CardReader { lines, component: &component }.read();
        if card.full_name.is_empty() {
            card.full_name = card.stand_in().ok_or(Quarantine::NoContent)?;
        }
        Ok(card)
    }

    /// The text as it came.
    pub fn as_str(&self) -> &str {
        self.lines.as_str()
    }

    /// The card without pictures, sounds and keys: what a mirror keeps.
    pub fn without_binaries(&self) -> String {
        let ending = self.component.end;
        (0..self.lines.lines().len())
            .filter(|index| {
                *index > ending
                    || self.lines.line(*index).is_none_or(|line| !BINARY.contains(&line.name.as_str()))
            })
            .map(|index| self.lines.raw(index))
            .collect()
    }

    fn stand_in(&self) -> Option<String> {
        let name = self.name.as_ref().map(|name| {
            [&name.prefixes, &name.given, &name.additional, &name.family, &name.suffixes]
                .into_iter()
                .filter(|part| !part.is_empty())
                .map(String::as_str)
                .collect::<Vec<_>>()
                .join(" ")
        });
        let first = |values: &[Labelled]| values.first().map(|value| value.value.clone());
        name.into_iter()
            .chain(self.nicknames.first().cloned())
            .chain(self.organization.clone())
            .chain(first(&self.emails))
            .chain(first(&self.phones))
            .find(|text| !text.is_empty())
    }
}

struct CardReader<'a> {
    lines: &'a ContentLines,
    component: &'a Component,
}

impl<'a> CardReader<'a> {
    fn read(&self) -> Card {
        let organization: Vec<String> =
            self.first("ORG").map(|line| structured(line, ';')).unwrap_or_default();
        let mut organization = organization.into_iter().filter(|part| !part.is_empty());
        Card {
            lines: self.lines.clone(),
            component: self.component.clone(),
            version: self.text("VERSION").unwrap_or_default(),
            uid: self.text("UID"),
            kind: self.kind(),
            full_name: self.text("FN").unwrap_or_default(),
            name: self.first("N").map(person_name).filter(|name| *name != PersonName::default()),
            nicknames: self.list("NICKNAME"),
            organization: organization.next(),
            units: organization.collect(),
            title: self.text("TITLE"),
            role: self.text("ROLE"),
            phones: self.labelled("TEL", |value| value.strip_prefix("tel:").unwrap_or(value)),
            emails: self.labelled("EMAIL", |value| value.strip_prefix("mailto:").unwrap_or(value)),
            messaging: self.labelled("IMPP", |value| value),
            urls: self.labelled("URL", |value| value),
            addresses: self
                .all("ADR")
                .map(postal_address)
                .filter(|own| *own != PostalAddress::default())
                .collect(),
            categories: self.list("CATEGORIES"),
            note: self.text("NOTE"),
            birthday: self.text("BDAY"),
            members: self.members(),
            revision: self.text("REV"),
            has_photo: self.first("PHOTO").is_some(),
        }
    }

    fn all(&self, name: &'a str) -> impl Iterator<Item = &'a Line> {
        self.lines.named(self.component, name).take(MAX_VALUES)
    }

    fn first(&self, name: &'a str) -> Option<&'a Line> {
        self.all(name).next()
    }

    fn text(&self, name: &'a str) -> Option<String> {
        self.first(name)
            .map(|line| unescape(&decoded(line, &line.value)).trim().to_owned())
            .filter(|text| !text.is_empty())
    }

    fn list(&self, name: &'a str) -> Vec<String> {
        let values = self.all(name).flat_map(|line| structured(line, ','));
        values.filter(|value| !value.is_empty()).take(MAX_VALUES).collect()
    }

    fn kind(&self) -> CardKind {
        let kind = self.text("KIND").or_else(|| self.text("X-ADDRESSBOOKSERVER-KIND"));
        match kind.map(|kind| kind.to_ascii_lowercase()).as_deref() {
            Some("group") => CardKind::Group,
            Some("org" | "organization") => CardKind::Organization,
            Some("location" | "device" | "application" | "thing") => CardKind::Location,
            _ => {
                let company =
                    self.text("X-ABSHOWAS").is_some_and(|shown| shown.eq_ignore_ascii_case("COMPANY"));
                if company { CardKind::Organization } else { CardKind::Individual }
            }
        }
    }

    fn labelled(&self, name: &'a str, strip: impl Fn(&str) -> &str) -> Vec<Labelled> {
        self.all(name)
            .filter_map(|line| {
                let value = unescape(&decoded(line, &line.value));
                let value = strip(value.trim()).trim().to_owned();
                let types = types(line);
                let preferred = line.parameter("PREF").is_some_and(|text| text == "1")
                    || types.iter().any(|kind| kind == "pref");
                let types = types.into_iter().filter(|kind| kind != "pref" && kind != "internet").collect();
                (!value.is_empty()).then(|| Labelled { value, types, label: self.label(line), preferred })
            })
            .collect()
    }

    fn label(&self, line: &Line) -> Option<String> {
        let group = line.group.as_deref()?;
        let mut labels = self.lines.named(self.component, "X-ABLABEL");
        let label =
            labels.find(|label| label.group.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(group)))?;
        let text = label.text();
        let text = text.strip_prefix("_$!<").and_then(|text| text.strip_suffix(">!$_")).unwrap_or(&text);
        (!text.trim().is_empty()).then(|| text.trim().to_owned())
    }

    fn members(&self) -> Vec<String> {
        let lines = self.all("MEMBER").chain(self.all("X-ADDRESSBOOKSERVER-MEMBER"));
        lines
            .map(|line| line.value.trim().trim_start_matches("urn:uuid:").to_owned())
            .filter(|member| !member.is_empty())
            .take(MAX_VALUES)
            .collect()
    }
}

fn types(line: &Line) -> Vec<String> {
    line.all("TYPE")
        .flat_map(|value| value.split(','))
        .map(|kind| kind.trim().to_ascii_lowercase())
        .filter(|kind| !kind.is_empty() && kind != "quoted-printable" && kind != "base64")
        .take(MAX_TYPES)
        .collect()
}

/// The unescaped parts of a value.
fn structured(line: &Line, separator: char) -> Vec<String> {
    let value = decoded(line, &line.value);
    split_escaped(&value, separator).into_iter().map(|part| unescape(part).trim().to_owned()).collect()
}

fn person_name(line: &Line) -> PersonName {
    let mut parts = structured(line, ';').into_iter().map(|part| part.replace(',', " "));
    let mut next = || parts.next().unwrap_or_default();
    PersonName { family: next(), given: next(), additional: next(), prefixes: next(), suffixes: next() }
}

fn postal_address(line: &Line) -> PostalAddress {
    let parts = structured(line, ';');
    let part = |index: usize| parts.get(index).cloned().unwrap_or_default();
    let street = [part(0), part(1), part(2)].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
    PostalAddress {
        street: street.join(", "),
        locality: part(3),
        region: part(4),
        code: part(5),
        country: part(6),
        types: if parts.iter().all(String::is_empty) { Vec::new() } else { types(line) },
    }
}

/// The value with its transfer encoding undone.
fn decoded(line: &Line, value: &str) -> String {
    let encoding = line.parameter("ENCODING").map(str::to_ascii_uppercase);
    let bare = line.all("TYPE").any(|kind| kind.eq_ignore_ascii_case("QUOTED-PRINTABLE"));
    let latin = line.parameter("CHARSET").is_some_and(|name| {
        name.eq_ignore_ascii_case("ISO-8859-1") || name.eq_ignore_ascii_case("WINDOWS-1252")
    });
    let bytes = match encoding.as_deref() {
        Some("QUOTED-PRINTABLE") => quoted_printable(value),
        Some("B" | "BASE64") => match base64::engine::general_purpose::STANDARD.decode(value.trim()) {
            Ok(bytes) => bytes,
            Err(_) => return value.to_owned(),
        },
        _ if bare => quoted_printable(value),
        _ => return value.to_owned(),
    };
    if latin {
        bytes.into_iter().map(char::from).collect()
    } else {
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

fn quoted_printable(value: &str) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(value.len());
    let mut bytes = value.as_bytes();
    while let Some((first, rest)) = bytes.split_first() {
        let escaped = rest.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let escaped = escaped.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes = match (*first, escaped) {
            (b'=', Some(byte)) => {
                decoded.push(byte);
                rest.get(2..).unwrap_or_default()
            }
            (byte, _) => {
                decoded.push(byte);
                rest
            }
        };
    }
    decoded
}
