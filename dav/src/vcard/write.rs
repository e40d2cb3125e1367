//! Contacts, written: new ones, and old ones with some lines changed.
//!
//! A [`CardEdit`] touches the lines it is told to and no other byte, so that pictures, labels and what other programs
//! keep survive. What comes out is read again before it is given out. A changed card gets a new `REV`, nothing else on
//! its own.

use chrono::{DateTime, Utc};

use super::read::Card;
use crate::content_edit::{EditError, LineEdit, Property};

/// Changes to one contact.
#[derive(Debug)]
pub struct CardEdit<'a> {
    card: &'a Card,
    lines: LineEdit,
}

impl<'a> CardEdit<'a> {
    /// No changes yet.
    pub fn of(card: &'a Card) -> Self {
        Self { card, lines: LineEdit::default() }
    }

    /// One property in place of all of its name.
    pub fn set(&mut self, property: &Property) {
        let rendered = property.render(self.card.lines.line_ending());
        let own: Vec<usize> = self.of_name(property.name());
        match own.split_first() {
            Some((first, further)) => {
                self.lines.replace(*first, rendered);
                for line in further {
                    self.lines.remove(*line);
                }
            }
            None => self.lines.insert(self.card.component.end, &rendered),
        }
    }

    /// A further property.
    pub fn add(&mut self, property: &Property) {
        self.lines.insert(self.card.component.end, &property.render(self.card.lines.line_ending()));
    }

    /// Another value for the one that is written like this; its types, group and label stay.
    pub fn replace_value(&mut self, name: &str, old: &str, new: &Property) -> Result<(), EditError> {
        let mut lines = self.card.lines.numbered(&self.card.component, name);
        let (index, line) =
            lines.find(|(_, line)| line.text().trim() == old.trim()).ok_or(EditError::Absent)?;
        let mut property = new.clone();
        for parameter in &line.parameters {
            for value in &parameter.values {
                property = property.with(&parameter.name, value)?;
            }
        }
        if let Some(group) = &line.group {
            property = property.grouped(group)?;
        }
        self.lines.replace(index, property.render(self.card.lines.line_ending()));
        Ok(())
    }

    /// None of this name any more.
    pub fn remove(&mut self, name: &str) {
        for line in self.of_name(name) {
            self.lines.remove(line);
        }
    }

    /// Marks the change.
    pub fn revise(&mut self, now: DateTime<Utc>) -> Result<(), EditError> {
        self.set(&Property::raw("REV", &now.format("%Y%m%dT%H%M%SZ").to_string())?);
        Ok(())
    }

    /// The changed text.
    pub fn finish(self) -> Result<String, EditError> {
        let text = self.lines.apply(&self.card.lines);
        let read = Card::read(&text).map_err(|_| EditError::Unreadable)?;
        if read.uid == self.card.uid { Ok(text) } else { Err(EditError::Unreadable) }
    }

    fn of_name(&self, name: &str) -> Vec<usize> {
        self.card.lines.numbered(&self.card.component, name).map(|(index, _)| index).collect()
    }
}

/// A new contact, in the version every server takes.
#[derive(Debug, Clone)]
pub struct CardDraft {
    /// Its identifier, never used before.
    pub uid: String,
    /// What it is called.
    pub full_name: String,
    /// Family and given name.
    pub name: (String, String),
    /// Further properties.
    pub properties: Vec<Property>,
    /// When it is made.
    pub made: DateTime<Utc>,
}

impl CardDraft {
    /// The text.
    pub fn render(&self) -> Result<String, EditError> {
        let ending = "\r\n";
        let name = Property::texts("N", ';', [self.name.0.as_str(), self.name.1.as_str(), "", "", ""])?;
        let mut text = format!("BEGIN:VCARD{ending}VERSION:3.0{ending}");
        let own = [
            Property::text("UID", &self.uid)?,
            Property::text("FN", &self.full_name)?,
            name,
            Property::raw("REV", &self.made.format("%Y%m%dT%H%M%SZ").to_string())?,
        ];
        text.extend(own.iter().chain(&self.properties).map(|property| property.render(ending)));
        text.push_str("END:VCARD\r\n");
        Card::read(&text).map_err(|_| EditError::Unreadable)?;
        Ok(text)
    }
}
