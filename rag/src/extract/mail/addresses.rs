//! People in headers.
//!
//! A name is what the message says and proves nothing. Names and addresses are cleaned of control characters and
//! bounded; a list of ten thousand recipients is kept as its first hundreds.

use mail_parser::Address;
use serde::{Deserialize, Serialize};

use crate::extract::normalise;

/// People kept of one header.
const MAX_PEOPLE: usize = 500;
/// People written on the page.
const MAX_SHOWN: usize = 30;
const MAX_NAME_CHARS: usize = 200;
const MAX_ADDRESS_CHARS: usize = 320;

/// Somebody in a header.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The name, if one is given.
    pub name: Option<String>,
    /// The address, in lower case behind the `@`.
    pub address: Option<String>,
}

pub(super) fn people(address: Option<&Address<'_>>) -> Vec<Person> {
    let Some(address) = address else { return Vec::new() };
    let mut people = Vec::new();
    for found in address.iter().take(MAX_PEOPLE * 4) {
        let person = Person {
            name: found.name().map(|name| clean(name, MAX_NAME_CHARS)).filter(|name| !name.is_empty()),
            address: found.address().map(lower_domain).filter(|address| !address.is_empty()),
        };
        if (person.name.is_some() || person.address.is_some()) && !people.contains(&person) {
            people.push(person);
        }
        if people.len() >= MAX_PEOPLE {
            break;
        }
    }
    people
}

/// People on one line.
pub(super) fn line(people: &[Person]) -> String {
    let mut shown: Vec<String> = people.iter().take(MAX_SHOWN).map(one).collect();
    if people.len() > MAX_SHOWN {
        shown.push(format!("and {} more", people.len() - MAX_SHOWN));
    }
    shown.join(", ")
}

fn one(person: &Person) -> String {
    match (&person.name, &person.address) {
        (Some(name), Some(address)) if name != address => format!("{name} <{address}>"),
        (_, Some(address)) => address.clone(),
        (Some(name), None) => name.clone(),
        (None, None) => String::new(),
    }
}

pub(super) fn lower_domain(address: &str) -> String {
    let address = clean(address, MAX_ADDRESS_CHARS);
    match address.rsplit_once('@') {
        Some((local, domain)) => format!("{local}@{}", domain.to_lowercase()),
        None => address,
    }
}

fn clean(text: &str, limit: usize) -> String {
    // Overrides of the reading direction make one name look like another.
    let shown: String = text
        .chars()
        .filter(|letter| !matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
        .collect();
    normalise::inline(&shown).chars().take(limit).collect()
}
