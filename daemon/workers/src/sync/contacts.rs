//! What a contact says, in the form of the mirror.
//!
//! The text is kept without pictures, sounds and keys, whatever the server sends along. Pure: a card in, a note out.

use voiceassist_dav::content_line::Quarantine;
use voiceassist_dav::vcard::{Card, CardKind, Labelled, PostalAddress};
use voiceassist_store::collections::objects::ReadObject;
use voiceassist_store::contacts::{Note, Reach};

use super::calendars::{NOTHING, cut};

/// Letters of anything that are kept for answers.
const MAX_WORDS: usize = 1_000;
/// Numbers, addresses or words of one kind that are.
const MAX_VALUES: usize = 50;

/// Reads a card: the text that is kept, and what it says; otherwise a code that says why it is put aside.
pub fn read(text: &str) -> Result<(String, ReadObject), &'static str> {
    let card = Card::read(text).map_err(Quarantine::code)?;
    let name = card.name.clone().unwrap_or_default();
    let note = Note {
        uid: word(card.uid.as_deref()),
        kind: kind(card.kind).to_owned(),
        name: cut(&card.full_name, MAX_WORDS),
        family: cut(&name.family, MAX_WORDS),
        given: cut(&name.given, MAX_WORDS),
        prefixes: cut(&name.prefixes, MAX_WORDS),
        suffixes: cut(&name.suffixes, MAX_WORDS),
        nicknames: words(&card.nicknames),
        organization: word(card.organization.as_deref()),
        units: words(&card.units),
        title: word(card.title.as_deref()),
        role: word(card.role.as_deref()),
        phones: reaches(&card.phones),
        emails: reaches(&card.emails),
        addresses: card.addresses.iter().take(MAX_VALUES).map(line).collect(),
        categories: words(&card.categories),
        note: word(card.note.as_deref()),
        birthday: word(card.birthday.as_deref()),
    };
    // A tree of strings and numbers always serialises.
    let note = serde_json::to_string(&note).unwrap_or_else(|_| NOTHING.to_owned());
    Ok((card.without_binaries(), ReadObject { note, ..ReadObject::default() }))
}

const fn kind(kind: CardKind) -> &'static str {
    match kind {
        CardKind::Individual => "individual",
        CardKind::Group => "group",
        CardKind::Organization => "organization",
        CardKind::Location => "location",
    }
}

fn word(text: Option<&str>) -> Option<String> {
    text.map(|text| cut(text, MAX_WORDS))
}

fn words(texts: &[String]) -> Vec<String> {
    texts.iter().take(MAX_VALUES).map(|text| cut(text, MAX_WORDS)).collect()
}

fn reaches(values: &[Labelled]) -> Vec<Reach> {
    let reach = |value: &Labelled| Reach {
        value: cut(&value.value, MAX_WORDS),
        types: words(&value.types),
        label: word(value.label.as_deref()),
        preferred: value.preferred,
    };
    values.iter().take(MAX_VALUES).map(reach).collect()
}

/// An address in one line.
fn line(address: &PostalAddress) -> String {
    let town = [address.code.as_str(), address.locality.as_str()].join(" ");
    let parts = [address.street.as_str(), town.trim(), address.region.as_str(), address.country.as_str()];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    cut(&parts.join(", "), MAX_WORDS)
}

#[cfg(test)]
mod tests {
    use voiceassist_store::contacts::Note;

    fn note(text: &str) -> Note {
        serde_json::from_str(&super::read(text).expect("a card").1.note).expect("a note")
    }

    #[test]
    fn a_card_keeps_its_numbers_and_loses_its_picture() {
        let card = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:k-1\r\nFN:Dr. Maren Holt\r\nN:Holt;Maren;;Dr.;MD\r\n\
                    ORG:Vennhollow Hospital;Cardiology\r\nTITLE:Consultant\r\nTEL;TYPE=WORK,VOICE:+1 555 0100\r\n\
                    TEL;TYPE=CELL;PREF=1:+1 555 0101\r\nEMAIL;TYPE=WORK:m.holt@vennhollow.example\r\n\
                    ADR;TYPE=WORK:;;1 Mill Lane;Venn;;12345;Utopia\r\nPHOTO;ENCODING=b;TYPE=JPEG:AAAA\r\nEND:VCARD\r\n";
        let (kept, _) = super::read(card).expect("a card");
        assert!(!kept.contains("PHOTO") && kept.contains("TEL;TYPE=CELL"), "{kept}");
        let note = note(card);
        assert_eq!(
            (note.family.as_str(), note.given.as_str(), note.prefixes.as_str()),
            ("Holt", "Maren", "Dr.")
        );
        assert_eq!(note.units, ["Cardiology"]);
        assert_eq!(note.phones.iter().map(|phone| phone.preferred).collect::<Vec<_>>(), [false, true]);
        assert_eq!(note.addresses, ["1 Mill Lane, 12345 Venn, Utopia"]);
    }

    #[test]
    fn what_is_no_card_is_put_aside_with_a_reason() {
        assert_eq!(super::read("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n").err(), Some("nothing_expected"));
        assert!(super::read("").is_err());
    }
}
