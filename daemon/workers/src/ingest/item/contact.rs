//! A contact as one would read it out: who it is, what they do and where, and how they are reached.

use voiceassist_dav::links::Links;
use voiceassist_model::{Reason, Source};
use voiceassist_rag::extract::BlockKind;
use voiceassist_store::contacts::{Note, Reach};
use voiceassist_store::items::{About, ItemFacts};

use super::Written;
use super::sheet::Sheet;

/// RFC 6350.
const MIME: &str = "text/vcard";

pub(super) fn write(note: &str, location: &str, links: &Links) -> Result<Written, Reason> {
    let note: Note = serde_json::from_str(note).map_err(|_| Reason::Internal)?;
    let title = title(&note);
    let mut sheet = Sheet::default();
    sheet.add(BlockKind::Heading(1), &title);
    let whole = [&note.prefixes, &note.given, &note.family, &note.suffixes].map(String::as_str);
    let whole = whole.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    let organization = note.organization.iter().chain(&note.units).cloned().collect::<Vec<_>>().join(", ");
    let said = |word: &Option<String>| word.clone().unwrap_or_default();
    sheet.lines(&[
        ("Name", if whole == title { String::new() } else { whole.clone() }),
        ("Also called", note.nicknames.join(", ")),
        ("Organisation", organization),
        ("Title", said(&note.title)),
        ("Role", said(&note.role)),
        ("Phone", reaches(&note.phones)),
        ("E-mail", reaches(&note.emails)),
        ("Address", note.addresses.join("; ")),
        ("Birthday", said(&note.birthday)),
        ("Categories", note.categories.join(", ")),
    ]);
    sheet.paragraphs(&said(&note.note));
    let mut people = vec![title.clone(), whole];
    people.extend(note.nicknames);
    people.extend(note.organization);
    people.extend(note.emails.into_iter().map(|reach| reach.value));
    people.retain(|word| !word.is_empty());
    let facts = ItemFacts {
        source: Source::Contact,
        mime: MIME,
        about: About {
            title,
            link: note.uid.as_deref().and_then(|uid| links.contact(location, uid)),
            people,
        },
        begins_at: None,
        ends_at: None,
    };
    Ok(Written { text: sheet.into_document(MIME), facts })
}

/// The name as it is shown, or what comes closest.
fn title(note: &Note) -> String {
    let whole = [note.given.as_str(), note.family.as_str()].join(" ");
    let organization = note.organization.as_deref().unwrap_or_default();
    let names = [note.name.as_str(), whole.trim(), organization];
    names.into_iter().find(|name| !name.trim().is_empty()).unwrap_or_default().trim().to_owned()
}

/// Numbers or addresses with what each is for.
fn reaches(reaches: &[Reach]) -> String {
    let one = |reach: &Reach| {
        let mut labels: Vec<&str> = reach.label.iter().map(String::as_str).collect();
        labels.extend(reach.types.iter().map(String::as_str));
        match labels.as_slice() {
            [] => reach.value.clone(),
            labels => format!("{} ({})", reach.value, labels.join(", ")),
        }
    };
    reaches.iter().map(one).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use voiceassist_dav::links::Links;

    use crate::sync::contacts::read;

    #[test]
    fn a_contact_reads_like_an_entry_of_an_address_book() {
        let card = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:k-1\r\nFN:Dr. Maren Holt\r\nN:Holt;Maren;;Dr.;MD\r\n\
                    ORG:Vennhollow Hospital;Cardiology\r\nROLE:Electrophysiologist\r\nTEL;TYPE=WORK:+1 555 0100\r\n\
                    EMAIL:m.holt@vennhollow.example\r\nNOTE:Sees patients on Tuesdays.\r\nEND:VCARD\r\n";
        let note = read(card).expect("a card").1.note;
        let links = Links::at("https://cloud.example");
        let place = "remote.php/dav/addressbooks/users/alice/contacts/1.vcf";
        let written = super::write(&note, place, &links).expect("a contact");
        assert_eq!(
            written.text.pages[0].text,
            "Dr. Maren Holt\n\nName: Dr. Maren Holt MD\nOrganisation: Vennhollow Hospital, Cardiology\n\
             Role: Electrophysiologist\nPhone: +1 555 0100 (work)\nE-mail: m.holt@vennhollow.example\n\n\
             Sees patients on Tuesdays."
        );
        assert_eq!(
            written.facts.about.link.as_deref(),
            Some("https://cloud.example/index.php/apps/contacts/direct/contact/k-1~contacts")
        );
        assert!(written.facts.about.people.contains(&"m.holt@vennhollow.example".to_owned()));
    }
}
