//! "What is Dr. Smith's number?", "Who works at St. Mary's?"
//!
//! When two people match a name, one question is asked back; a list is given to who asks for one. Somebody who is known from events
//! alone has no card to cite, and is told as such.

use voiceassist_model::{CitedKind, CollectionObjectId, ItemCitation, Outcome};
use voiceassist_store::Page;
use voiceassist_store::collections::CollectionClass;
use voiceassist_store::contacts::Reach as Way;

use super::saying::Voice;
use super::wish::{Reach, What, Wish};
use super::{Answer, Choice, Desk, MAX_OPTIONS, MAX_SHOWN, Meant, OwnError, Somebody};
use crate::people::{AddressBook, Person, Source};

/// People that are read.
const MAX_READ: u32 = 50;
/// How much better the first must match than the second to be the one who is meant.
const CLEARLY: f32 = 0.2;

impl Desk<'_> {
    pub(super) async fn person(&self, wish: &Wish) -> Result<Option<Answer>, OwnError> {
        let What::Person { wants, list } = wish.what else { return Ok(None) };
        let Some(said) = wish.with.as_deref() else { return Ok(None) };
        let (found, total) = self.found(said, wish.somebody.as_ref()).await?;
        let voice = &self.voice;
        if found.is_empty() {
            return if wish.tentative { Ok(None) } else { self.nobody(said).await.map(Some) };
        }
        let mut answer = Answer::default();
        if list && found.len() > 1 && wish.then.is_none() {
            let count = Voice::count(total, voice.say("person", "Person"), voice.say("people", "Personen"));
            let who = voice.quoted(said);
            answer.note(if voice.german {
                format!("{count} zu {who}:")
            } else {
                format!("{count} for {who}:")
            });
            for person in found.iter().skip(wish.skip).take(MAX_SHOWN) {
                self.tell(person, wants, &mut answer);
            }
            if total > wish.skip + MAX_SHOWN {
                answer.note(voice.more(total - wish.skip - MAX_SHOWN));
            }
            return Ok(Some(answer));
        }
        let Some(one) = clear(&found) else { return Ok(Some(self.ask_person(wish, &found))) };
        let known = somebody(one);
        if let Some(then) = &wish.then {
            return self.and_then(one, known, then, wants).await.map(Some);
        }
        self.tell(one, wants, &mut answer);
        answer.talk.person = Some(known);
        let looked = self.looked_at(CollectionClass::AddressBook).await?;
        self.say_looked(&mut answer, &looked, false);
        Ok(Some(answer))
    }

    /// Somebody, and what else was asked of them.
    async fn and_then(
        &self,
        one: &Person,
        known: Somebody,
        then: &Wish,
        wants: Reach,
    ) -> Result<Answer, OwnError> {
        let mut answer = Answer::default();
        self.tell(one, if wants == Reach::All { Reach::Work } else { wants }, &mut answer);
        let mut next = Wish {
            with: Some(known.name.clone()),
            somebody: Some(known.clone()),
            tentative: false,
            ..then.clone()
        };
        next.german = self.voice.german;
        let second = match &next.what {
            What::Mail(_) => self.mail(&next).await?,
            What::Next { .. } => self.next(&next).await?,
            What::Person { wants, .. } => {
                self.tell(one, *wants, &mut answer);
                None
            }
            _ => None,
        };
        if let Some(second) = second {
            answer.parts.extend(second.parts);
            answer.steps.extend(second.steps);
        }
        // What they wrote may be in a document as well.
        if let (What::Mail(_), Some(about)) = (&next.what, &next.about) {
            answer.documents = Some(format!("{about} {}", known.name));
        }
        answer.talk.person = Some(known);
        answer.talk.wish = Some(next);
        Ok(answer)
    }

    /// The one who is meant; with more than one, none.
    pub(super) async fn meant(&self, wish: &Wish) -> Result<Result<Option<Somebody>, Answer>, OwnError> {
        if let Some(known) = &wish.somebody {
            return Ok(Ok(Some(known.clone())));
        }
        let Some(said) = wish.with.as_deref() else { return Ok(Ok(None)) };
        let (found, _) = self.found(said, None).await?;
        Ok(match (found.is_empty(), clear(&found)) {
            (true, _) => Ok(None),
            (false, Some(one)) => Ok(Some(somebody(one))),
            (false, None) => Err(self.ask_person(wish, &found)),
        })
    }

    /// Everybody these words may mean.
    pub(super) async fn candidates(&self, said: &str) -> Result<Vec<Somebody>, OwnError> {
        let (found, _) = self.found(said, None).await?;
        Ok(found.iter().take(MAX_OPTIONS).map(somebody).collect())
    }

    /// People who match, best first; of somebody who is known only they.
    async fn found(&self, said: &str, known: Option<&Somebody>) -> Result<(Vec<Person>, usize), OwnError> {
        let book = AddressBook::of(self.store, self.account);
        let found = book.people(Some(said), &Page::first(MAX_READ)).await?.people;
        let people = match known {
            Some(known) => found.items.into_iter().filter(|person| is_same(person, known)).collect(),
            None => found.items,
        };
        let total = people.len();
        Ok((people, total))
    }

    fn ask_person(&self, wish: &Wish, found: &[Person]) -> Answer {
        let choices: Vec<Choice> = found
            .iter()
            .take(MAX_OPTIONS)
            .map(|person| Choice { label: label(person), meant: Meant::Person(somebody(person)) })
            .collect();
        self.ask(wish.clone(), self.voice.say("Whom do you mean", "Wer ist gemeint"), "person", choices)
    }

    async fn nobody(&self, said: &str) -> Result<Answer, OwnError> {
        let mut answer = Answer { outcome: Some(Outcome::NotFound), ..Answer::default() };
        let who = self.voice.quoted(said);
        answer.note(if self.voice.german {
            format!("In den Adressbüchern und Terminen ist niemand zu {who}.")
        } else {
            format!("Nobody in your address books and appointments matches {who}.")
        });
        let looked = self.looked_at(CollectionClass::AddressBook).await?;
        self.say_looked(&mut answer, &looked, true);
        Ok(answer)
    }

    /// One person in a sentence.
    fn tell(&self, person: &Person, wants: Reach, answer: &mut Answer) {
        let voice = &self.voice;
        let name = &person.name;
        let phones = |fax: bool| -> Vec<Way> {
            person
                .phones
                .iter()
                .filter(|phone| phone.types.iter().any(|kind| kind == "fax") == fax)
                .cloned()
                .collect()
        };
        let said = match wants {
            Reach::Phone => self.ways(voice.say("phone", "Telefon"), &phones(false)),
            Reach::Fax => self.ways("Fax", &phones(true)),
            Reach::Mail => self.ways("E-Mail", &person.emails),
            Reach::Address => person.addresses.join("; "),
            Reach::Work => work(person),
            Reach::All => {
                let parts = [
                    work(person),
                    self.ways(voice.say("phone", "Telefon"), &phones(false)),
                    self.ways("E-Mail", &person.emails),
                    person.addresses.join("; "),
                ];
                parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ")
            }
        };
        let text = if said.is_empty() {
            let what = match wants {
                Reach::Phone => voice.say("no phone number", "keine Telefonnummer"),
                Reach::Fax => voice.say("no fax number", "keine Faxnummer"),
                Reach::Mail => voice.say("no mail address", "keine E-Mail-Adresse"),
                Reach::Address => voice.say("no address", "keine Anschrift"),
                Reach::Work | Reach::All => voice.say("nothing more", "nichts weiter"),
            };
            let other =
                if wants == Reach::Phone { self.ways("E-Mail", &person.emails) } else { String::new() };
            let other = if other.is_empty() { other } else { format!("; {other}") };
            format!("{name}: {what} {}{other}.", voice.say("is known", "bekannt"))
        } else {
            format!("{name}: {said}.")
        };
        match cited(person) {
            Some(item) => answer.fact(text, item),
            // Known from events alone: there is no card to open.
            None => answer.note(text),
        }
    }

    /// `phone +49 30 … (work), … (mobile)`.
    fn ways(&self, name: &str, ways: &[Way]) -> String {
        if ways.is_empty() {
            return String::new();
        }
        let one = |way: &Way| {
            let kinds: Vec<&str> = way
                .label
                .as_deref()
                .into_iter()
                .chain(way.types.iter().map(|kind| self.kind(kind)).filter(|kind| !kind.is_empty()))
                .collect();
            if kinds.is_empty() { way.value.clone() } else { format!("{} ({})", way.value, kinds.join(", ")) }
        };
        format!("{name} {}", ways.iter().map(one).collect::<Vec<_>>().join(", "))
    }

    fn kind<'k>(&self, kind: &'k str) -> &'k str {
        match kind {
            "cell" => self.voice.say("mobile", "mobil"),
            "work" => self.voice.say("work", "dienstlich"),
            "home" => self.voice.say("home", "privat"),
            "voice" | "internet" | "pref" | "other" | "fax" => "",
            other => other,
        }
    }
}

/// What somebody does and where.
fn work(person: &Person) -> String {
    let parts: Vec<&str> = person
        .title
        .as_deref()
        .or(person.role.as_deref())
        .into_iter()
        .chain(person.units.iter().map(String::as_str))
        .chain(person.organization.as_deref())
        .filter(|part| !part.is_empty())
        .collect();
    parts.join(", ")
}

fn label(person: &Person) -> String {
    let work = work(person);
    if !work.is_empty() {
        return format!("{} ({work})", person.name);
    }
    match person.emails.first() {
        Some(email) => format!("{} ({})", person.name, email.value),
        None => person.name.clone(),
    }
}

/// The first, if nobody else matches nearly as well.
fn clear(found: &[Person]) -> Option<&Person> {
    match found {
        [] => None,
        [only] => Some(only),
        [first, second, ..] => {
            // Somebody who was only met is no reason to ask about somebody with a card.
            let is_card =
                |person: &Person| person.known_from.iter().any(|known| known.source != Source::History);
            let clearly = first.score - second.score >= CLEARLY || is_card(first) && !is_card(second);
            clearly.then_some(first)
        }
    }
}

fn somebody(person: &Person) -> Somebody {
    Somebody {
        name: person.name.clone(),
        contact: person.known_from.iter().find_map(|known| known.contact).map(CollectionObjectId::as_uuid),
        addresses: person.emails.iter().map(|email| email.value.clone()).collect(),
    }
}

fn is_same(person: &Person, known: &Somebody) -> bool {
    let contact = |id: uuid::Uuid| {
        person.known_from.iter().filter_map(|one| one.contact).any(|own| own.as_uuid() == id)
    };
    match known.contact {
        Some(id) => contact(id),
        None => person.emails.iter().any(|email| known.addresses.contains(&email.value)),
    }
}

fn cited(person: &Person) -> Option<ItemCitation> {
    let card = person.known_from.iter().find(|known| known.contact.is_some())?;
    Some(ItemCitation {
        kind: CitedKind::Contact,
        id: card.contact?.as_uuid(),
        title: person.name.clone(),
        link: card.link.clone(),
    })
}
