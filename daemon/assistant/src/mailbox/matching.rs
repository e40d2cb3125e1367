//! Whether a letter is one of those that are asked for, as far as that is sealed.
//!
//! People are compared by their addresses where these are known, and else by the words of names and addresses. Words of
//! a text must each begin a word of the letter: its subject, its people, its own text, or what is attached. What it only
//! quotes does not count: that was written, and is found, elsewhere.

use std::collections::HashSet;

use voiceassist_rag::extract::MailNote;
use voiceassist_rag::extract::mail::Person;
use voiceassist_store::StoreError;
use voiceassist_store::mail::StoredLetter;

use super::{MAX_ADDRESSES, MailRequest, text};
use crate::people::fold::words;
use crate::people::matching::telling;

/// Where somebody stands in a letter.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Part {
    /// Who wrote it.
    From,
    /// Who got it, directly or for information.
    To,
    /// Either.
    #[default]
    Any,
}

/// Somebody in a letter.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Who {
    /// Where.
    pub part: Part,
    /// By these addresses; any of them.
    pub addresses: Vec<String>,
    /// Or by all of these words, in one name with its address.
    pub words: Option<String>,
}

voiceassist_model::debug_without_text!(Who { part; });

impl Who {
    /// Somebody as they are typed: an address is compared whole, anything else by its words.
    pub fn named(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.contains('@') && !text.trim().contains(char::is_whitespace) {
            Self { addresses: vec![text], ..Self::default() }
        } else {
            Self { words: Some(text), ..Self::default() }
        }
    }
}

/// What is looked for, folded once.
pub(super) struct Wanted {
    part: Part,
    addresses: HashSet<String>,
    names: Vec<String>,
    is_about_somebody: bool,
    words: Vec<String>,
    attachments: Option<bool>,
}

impl Wanted {
    pub(super) fn of(request: &MailRequest) -> Self {
        let who = request.who.clone().unwrap_or_default();
        let addresses: HashSet<String> =
            who.addresses.iter().take(MAX_ADDRESSES).map(|one| one.trim().to_lowercase()).collect();
        Self {
            part: who.part,
            names: who.words.as_deref().map(telling).unwrap_or_default(),
            is_about_somebody: request.who.is_some(),
            addresses,
            words: request.words.as_deref().map(words).unwrap_or_default(),
            attachments: request.attachments,
        }
    }

    /// Whether texts have to be read.
    pub(super) const fn reads_texts(&self) -> bool {
        !self.words.is_empty()
    }

    /// Whether every letter is one of them.
    pub(super) const fn is_all(&self) -> bool {
        !self.is_about_somebody && self.words.is_empty() && self.attachments.is_none()
    }

    /// What a letter says about itself, if it is one of them.
    pub(super) fn matches(&self, stored: &StoredLetter) -> Result<Option<MailNote>, StoreError> {
        let note = text::note(stored)?;
        let fits = self.is_by(&note)
            && self.attachments.is_none_or(|wanted| wanted != note.attachments.is_empty())
            && self.says(stored, &note)?;
        Ok(fits.then_some(note))
    }

    fn is_by(&self, note: &MailNote) -> bool {
        if !self.is_about_somebody {
            return true;
        }
        let from = matches!(self.part, Part::From | Part::Any).then_some(&note.from);
        let to = matches!(self.part, Part::To | Part::Any).then_some([&note.to, &note.cc]);
        from.into_iter().chain(to.into_iter().flatten()).flatten().any(|person| self.is(person))
    }

    fn is(&self, person: &Person) -> bool {
        let address = person.address.as_deref().unwrap_or_default().to_lowercase();
        if self.addresses.contains(&address) {
            return true;
        }
        if self.names.is_empty() {
            return false;
        }
        let there: Vec<String> =
            words(person.name.as_deref().unwrap_or_default()).into_iter().chain(words(&address)).collect();
        self.names.iter().all(|wanted| begins(wanted, &there))
    }

    fn says(&self, stored: &StoredLetter, note: &MailNote) -> Result<bool, StoreError> {
        if self.words.is_empty() {
            return Ok(true);
        }
        let mut there = words(&note.subject);
        for person in note.from.iter().chain(&note.to).chain(&note.cc) {
            there.extend(words(person.name.as_deref().unwrap_or_default()));
            there.extend(words(person.address.as_deref().unwrap_or_default()));
        }
        for attachment in &note.attachments {
            there.extend(words(&attachment.name));
        }
        for page in text::pages(stored)? {
            there.extend(words(&text::unquoted(&page)));
        }
        Ok(self.words.iter().all(|wanted| begins(wanted, &there)))
    }
}

/// Whether a word begins one of these; of a plural its singular as well.
fn begins(wanted: &str, there: &[String]) -> bool {
    let singular = wanted.strip_suffix('s').filter(|rest| rest.chars().count() >= 4);
    there.iter().any(|own| own.starts_with(wanted) || singular == Some(own.as_str()))
}
