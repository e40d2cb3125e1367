//! Cards of one person, joined for an answer.
//!
//! Two cards are one person's when they share an address of mail or a number and a word of the name, or when the whole
//! name and the place of work are the same, or when one of the two of the same name says nothing that could contradict.
//! An address alone is not enough: a department has one, and a family a number.

use std::collections::HashMap;

use voiceassist_store::contacts::Reach;

use super::Person;
use super::fold::words;
use super::matching::digits_of;

/// Digits from the end by which numbers are compared, whatever stands before them.
const COMPARED_DIGITS: usize = 8;
/// Shorter numbers are extensions, which many people have.
const MIN_DIGITS: usize = 7;

/// Everybody once.
pub(super) fn joined(mut found: Vec<Person>) -> Vec<Person> {
    // The most trusted first: what they say stands.
    found.sort_by_key(|person| person.known_from.first().map(|known| known.source));
    let mut people: Vec<(Person, Vec<String>)> = Vec::new();
    let mut by_trait: HashMap<String, Vec<usize>> = HashMap::new();
    for person in found {
        let name = name_of(&person);
        let traits = traits(&person, &name);
        let candidates = traits.iter().filter_map(|one| by_trait.get(one)).flatten().copied();
        let same = candidates
            .filter(|at| {
                people.get(*at).is_some_and(|(own, own_name)| is_same(own, own_name, &person, &name))
            })
            .min();
        let at = if let Some(at) = same {
            if let Some((own, _)) = people.get_mut(at) {
                join(own, person);
            }
            at
        } else {
            people.push((person, name));
            people.len() - 1
        };
        for one in traits {
            let known = by_trait.entry(one).or_default();
            if !known.contains(&at) {
                known.push(at);
            }
        }
    }
    people
        .into_iter()
        .map(|(mut person, _)| {
            // Of two spellings of a number the one that can be called from everywhere.
            person.phones.sort_by_key(|phone| !phone.value.trim_start().starts_with('+'));
            tidy(&mut person.phones, |value| number(value).unwrap_or_else(|| digits_of(value)));
            tidy(&mut person.emails, str::to_lowercase);
            person
        })
        .collect()
}

/// The words of a name in any order, without titles of one letter's meaning.
fn name_of(person: &Person) -> Vec<String> {
    let mut name = words(&person.name);
    name.retain(|word| !matches!(word.as_str(), "dr" | "prof" | "md" | "phd" | "med" | "mr" | "mrs" | "ms"));
    name.sort_unstable();
    name
}

/// What two cards of one person have in common.
fn traits(person: &Person, name: &[String]) -> Vec<String> {
    let mut traits = vec![format!("n {}", name.join(" "))];
    traits.extend(person.emails.iter().map(|email| format!("e {}", email.value.to_lowercase())));
    traits
        .extend(person.phones.iter().filter_map(|phone| number(&phone.value)).map(|end| format!("t {end}")));
    traits
}

fn number(value: &str) -> Option<String> {
    let digits = digits_of(value);
    let end = digits.len().saturating_sub(COMPARED_DIGITS);
    (digits.len() >= MIN_DIGITS).then(|| digits.get(end..).unwrap_or_default().to_owned())
}

fn is_same(one: &Person, one_name: &[String], other: &Person, other_name: &[String]) -> bool {
    if one.kind != other.kind {
        return false;
    }
    let emails = |person: &Person| -> Vec<String> {
        person.emails.iter().map(|email| email.value.to_lowercase()).collect()
    };
    let (own, others) = (emails(one), emails(other));
    let numbers = |person: &Person| -> Vec<String> {
        person.phones.iter().filter_map(|phone| number(&phone.value)).collect()
    };
    let (own_numbers, other_numbers) = (numbers(one), numbers(other));
    let reach = own.iter().any(|email| others.contains(email))
        || own_numbers.iter().any(|number| other_numbers.contains(number));
    if reach && one_name.iter().any(|word| other_name.contains(word)) {
        return true;
    }
    if one_name != other_name || one_name.len() < 2 {
        return false;
    }
    let place = |person: &Person| person.organization.as_deref().map(words);
    match (place(one), place(other)) {
        (Some(one), Some(other)) => one == other,
        _ => own.is_empty() || others.is_empty(),
    }
}

/// Adds what a less trusted card says.
fn join(into: &mut Person, from: Person) {
    into.score = into.score.max(from.score);
    into.met = into.met.max(from.met);
    into.organization = into.organization.take().or(from.organization);
    into.title = into.title.take().or(from.title);
    into.role = into.role.take().or(from.role);
    into.phones.extend(from.phones);
    into.emails.extend(from.emails);
    for (own, others) in [
        (&mut into.units, from.units),
        (&mut into.addresses, from.addresses),
        (&mut into.categories, from.categories),
    ] {
        for one in others {
            if !own.contains(&one) {
                own.push(one);
            }
        }
    }
    into.known_from.extend(from.known_from);
}

/// Each value once, the preferred ones first.
fn tidy(values: &mut Vec<Reach>, key: impl Fn(&str) -> String) {
    values.sort_by_key(|value| !value.preferred);
    let mut seen = Vec::new();
    values.retain(|value| {
        let key = key(&value.value);
        let new = !seen.contains(&key);
        seen.push(key);
        new
    });
}

#[cfg(test)]
mod tests {
    use voiceassist_model::CollectionObjectId;
    use voiceassist_store::contacts::Reach;

    use super::super::{Known, Person, Source};
    use super::joined;

    fn person(
        id: u128,
        name: &str,
        organization: Option<&str>,
        email: Option<&str>,
        phone: Option<&str>,
    ) -> Person {
        let reach = |value: &str| Reach { value: value.to_owned(), ..Reach::default() };
        let contact = Some(CollectionObjectId::from_uuid(uuid::Uuid::from_u128(id)));
        Person {
            name: name.to_owned(),
            kind: "individual".to_owned(),
            organization: organization.map(str::to_owned),
            units: Vec::new(),
            title: None,
            role: None,
            phones: phone.map(reach).into_iter().collect(),
            emails: email.map(reach).into_iter().collect(),
            addresses: Vec::new(),
            categories: Vec::new(),
            known_from: vec![Known {
                contact,
                source: if id == 1 { Source::Own } else { Source::Colleague },
                link: None,
            }],
            met: 0,
            score: 1.0,
        }
    }

    #[test]
    fn cards_of_one_person_are_one_entry_that_knows_both() {
        let own = person(1, "Anna Smith", None, Some("a.smith@clinic.example"), Some("+49 30 5550142"));
        let colleague = person(
            2,
            "Smith, Anna (Dr.)",
            Some("Clinic"),
            Some("A.Smith@clinic.example"),
            Some("030 555 01 42"),
        );
        let people = joined(vec![colleague, own]);
        assert_eq!(people.len(), 1);
        assert_eq!(people[0].name, "Anna Smith", "the own card's name stands");
        assert_eq!(people[0].organization.as_deref(), Some("Clinic"));
        assert_eq!((people[0].emails.len(), people[0].known_from.len()), (1, 2));
        let phones: Vec<&str> = people[0].phones.iter().map(|phone| phone.value.as_str()).collect();
        assert_eq!(phones, ["+49 30 5550142"], "two spellings of one number are one");
    }

    #[test]
    fn people_who_may_be_two_stay_two() {
        let desk = |id, name| person(id, name, Some("Clinic"), Some("cardiology@clinic.example"), None);
        assert_eq!(
            joined(vec![desk(1, "Anna Smith"), desk(2, "Berta Jones")]).len(),
            2,
            "a department has one address"
        );
        let one = person(1, "Anna Smith", Some("Clinic"), Some("a@one.example"), None);
        let other = person(2, "Anna Smith", Some("Hospital"), Some("a@two.example"), None);
        assert_eq!(joined(vec![one, other]).len(), 2, "another place of work is another person");
        let extension = |id, name| person(id, name, None, None, Some("4711"));
        assert_eq!(joined(vec![extension(1, "Anna Smith"), extension(2, "Anna Jones")]).len(), 2);
    }
}
