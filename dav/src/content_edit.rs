//! Changing some lines of a text and leaving all others as they are, byte for byte.
//!
//! A [`Property`] is one line in the making: its value is escaped by the constructor that made it, its parameters are
//! quoted as RFC 5545 and RFC 6868 want, and it is folded at 75 octets between characters. What could end a line early
//! (a control character in a value, a name that is none) is refused, so that no text of anybody's can smuggle in a line
//! of its own. [`LineEdit`] replaces, removes and inserts whole lines.

use std::collections::BTreeMap;

use crate::content_line::{ContentLines, Line};

/// The longest line in octets, its ending left out (RFC 5545 section 3.1).
const FOLD_OCTETS: usize = 75;

/// Why a change is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// A control character where none may be.
    #[error("a value holds a control character")]
    ControlCharacter,
    /// Not the name of a property or parameter.
    #[error("a property or parameter name is not one")]
    Name,
    /// What is to be changed is not there.
    #[error("what is to be changed is not in the object")]
    Absent,
    /// What is written would not be read again.
    #[error("the change would make the object unreadable")]
    Unreadable,
}

/// One line in the making.
#[derive(Clone, PartialEq, Eq)]
pub struct Property {
    group: Option<String>,
    name: String,
    parameters: Vec<(String, Vec<String>)>,
    value: String,
}

impl std::fmt::Debug for Property {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Property({})", self.name)
    }
}

impl Property {
    /// A property with a TEXT value, which is escaped.
    pub fn text(name: &str, text: &str) -> Result<Self, EditError> {
        Self::raw(name, &escape(text)?)
    }

    /// A property whose value is several texts between these separators.
    pub fn texts<'a>(
        name: &str,
        separator: char,
        texts: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, EditError> {
        let escaped: Result<Vec<_>, _> = texts.into_iter().map(escape).collect();
        Self::raw(name, &escaped?.join(&separator.to_string()))
    }

    /// A property whose value is written as it stands.
    pub fn raw(name: &str, value: &str) -> Result<Self, EditError> {
        check_name(name)?;
        if value.chars().any(|letter| letter.is_control() && letter != '\t') {
            return Err(EditError::ControlCharacter);
        }
        Ok(Self {
            group: None,
            name: name.to_ascii_uppercase(),
            parameters: Vec::new(),
            value: value.to_owned(),
        })
    }

    /// The line as it was read, to be changed in part.
    pub fn like(line: &Line) -> Self {
        let parameters = line.parameters.iter();
        Self {
            group: line.group.clone(),
            name: line.name.clone(),
            parameters: parameters
                .map(|parameter| (parameter.name.clone(), parameter.values.clone()))
                .collect(),
            value: line.value.clone(),
        }
    }

    /// In a group of a vCard.
    pub fn grouped(mut self, group: &str) -> Result<Self, EditError> {
        check_name(group)?;
        self.group = Some(group.to_owned());
        Ok(self)
    }

    /// With a parameter, in place of one of the same name.
    pub fn with(mut self, name: &str, value: &str) -> Result<Self, EditError> {
        check_name(name)?;
        if value.chars().any(|letter| letter.is_control() && letter != '\n' && letter != '\t') {
            return Err(EditError::ControlCharacter);
        }
        let name = name.to_ascii_uppercase();
        match self.parameters.iter_mut().find(|(own, _)| *own == name) {
            Some((_, values)) => *values = vec![value.to_owned()],
            None => self.parameters.push((name, vec![value.to_owned()])),
        }
        Ok(self)
    }

    /// Without a parameter.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.parameters.retain(|(own, _)| !own.eq_ignore_ascii_case(name));
        self
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The line, folded.
    pub(crate) fn render(&self, ending: &str) -> String {
        let mut line = String::new();
        if let Some(group) = &self.group {
            line.push_str(group);
            line.push('.');
        }
        line.push_str(&self.name);
        for (name, values) in &self.parameters {
            let values: Vec<_> = values.iter().map(|value| quoted(value)).collect();
            line.push(';');
            line.push_str(name);
            line.push('=');
            line.push_str(&values.join(","));
        }
        line.push(':');
        line.push_str(&self.value);
        fold(&line, ending)
    }
}

/// Quoted where it must be, RFC 6868 applied.
fn quoted(value: &str) -> String {
    let encoded = value.replace('^', "^^").replace('\n', "^n").replace('"', "^'");
    if encoded.contains([':', ';', ',']) { format!("\"{encoded}\"") } else { encoded }
}

fn check_name(name: &str) -> Result<(), EditError> {
    let legal = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if legal { Ok(()) } else { Err(EditError::Name) }
}

/// A text as a TEXT value.
pub(crate) fn escape(text: &str) -> Result<String, EditError> {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.replace("\r\n", "\n").chars() {
        match letter {
            '\n' => escaped.push_str("\\n"),
            '\\' | ';' | ',' => {
                escaped.push('\\');
                escaped.push(letter);
            }
            control if control.is_control() && control != '\t' => return Err(EditError::ControlCharacter),
            other => escaped.push(other),
        }
    }
    Ok(escaped)
}

/// Broken into lines of at most 75 octets.
pub(crate) fn fold(line: &str, ending: &str) -> String {
    let mut folded = String::with_capacity(line.len() + line.len() / FOLD_OCTETS * 3 + ending.len());
    let mut octets = 0;
    for letter in line.chars() {
        if octets + letter.len_utf8() > FOLD_OCTETS {
            folded.push_str(ending);
            folded.push(' ');
            octets = 1;
        }
        folded.push(letter);
        octets += letter.len_utf8();
    }
    folded.push_str(ending);
    folded
}

/// Lines to be replaced, removed and inserted.
#[derive(Debug, Clone, Default)]
pub(crate) struct LineEdit {
    replaced: BTreeMap<usize, String>,
    inserted: BTreeMap<usize, String>,
}

impl LineEdit {
    /// This text instead of a line.
    pub(crate) fn replace(&mut self, line: usize, text: String) {
        self.replaced.insert(line, text);
    }

    /// Nothing instead of a line.
    pub(crate) fn remove(&mut self, line: usize) {
        self.replaced.insert(line, String::new());
    }

    /// This text before a line, after what was inserted there already.
    pub(crate) fn insert(&mut self, before: usize, text: &str) {
        self.inserted.entry(before).or_default().push_str(text);
    }

    /// The changed text.
    pub(crate) fn apply(&self, lines: &ContentLines) -> String {
        let mut text = String::with_capacity(lines.as_str().len() + 512);
        for index in 0..lines.lines().len() {
            if let Some(inserted) = self.inserted.get(&index) {
                text.push_str(inserted);
            }
            match self.replaced.get(&index) {
                Some(replaced) => text.push_str(replaced),
                None => text.push_str(lines.raw(index)),
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_can_smuggle_in_a_line() {
        assert_eq!(Property::raw("SUMMARY", "a\r\nATTENDEE:b").err(), Some(EditError::ControlCharacter));
        assert_eq!(Property::text("SUMMARY", "a\rb").err(), Some(EditError::ControlCharacter));
        assert_eq!(Property::raw("SUMMARY:x\r\nY", "a").err(), Some(EditError::Name));
        let line = Property::text("SUMMARY", "a\r\nb;c").map(|property| property.render("\r\n"));
        assert_eq!(line.as_deref(), Ok("SUMMARY:a\\nb\\;c\r\n"));
        let named = Property::raw("ATTENDEE", "mailto:a@example.test")
            .and_then(|line| line.with("CN", "A \"B\";\nC"));
        assert_eq!(
            named.map(|line| line.render("\n")).as_deref(),
            Ok("ATTENDEE;CN=\"A ^'B^';^nC\":mailto:a@example.test\n")
        );
    }

    #[test]
    fn folds_fall_between_characters() {
        let folded = fold(&format!("SUMMARY:{}", "ü".repeat(80)), "\r\n");
        assert!(folded.lines().all(|line| line.len() <= FOLD_OCTETS));
        assert_eq!(folded.replace("\r\n ", ""), format!("SUMMARY:{}\r\n", "ü".repeat(80)));
    }
}
