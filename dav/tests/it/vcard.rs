//! Contacts: versions 2.1, 3 and 4 as programs write them, changed without touching the rest, refused with a reason.

use chrono::{TimeZone as _, Utc};
use voiceassist_dav::content_edit::Property;
use voiceassist_dav::content_line::Quarantine;
use voiceassist_dav::vcard::{Card, CardDraft, CardEdit, CardKind};

const THIRD: &str = "BEGIN:VCARD\r\nVERSION:3.0\r\nPRODID:-//Example//Book//EN\r\nUID:c-1\r\nN:Müller;Zoë;Maria;Dr. med.;MD\r\nFN:Dr. Zoë Müller\r\n\
ORG:St. Mary's Hospital;Cardiology;Echo lab\r\nTITLE:Consultant\r\nTEL;TYPE=WORK,VOICE;TYPE=pref:+49 30 1234\r\nTEL;TYPE=CELL:0170 1\r\n\
item1.TEL:+49 30 99\r\nitem1.X-ABLabel:_$!<Pager>!$_\r\nEMAIL;TYPE=INTERNET,WORK:zoe@example.test\r\nADR;TYPE=WORK:;;Main St 1;Berlin;;10115;Germany\r\n\
CATEGORIES:Colleagues,Heart \\, lung\r\nNOTE:First line\\nsecond\r\nPHOTO;ENCODING=b;TYPE=JPEG:aGVsbG8=\r\n  aGVsbG8=\r\nX-SOCIALPROFILE;TYPE=x:https://example.test/z\r\nEND:VCARD\r\n";

#[test]
fn a_card_of_version_3_is_read_whole() {
    let card = Card::read(THIRD).expect("readable");
    assert_eq!((card.full_name.as_str(), card.uid.as_deref()), ("Dr. Zoë Müller", Some("c-1")));
    let name = card.name.as_ref().expect("a name");
    assert_eq!(
        (name.family.as_str(), name.given.as_str(), name.prefixes.as_str()),
        ("Müller", "Zoë", "Dr. med.")
    );
    assert_eq!(
        (card.organization.as_deref(), card.units.as_slice()),
        (Some("St. Mary's Hospital"), &["Cardiology".to_owned(), "Echo lab".to_owned()][..])
    );
    let phones: Vec<_> = card
        .phones
        .iter()
        .map(|phone| (phone.value.as_str(), phone.types.join(" "), phone.preferred))
        .collect();
    assert_eq!(phones[0], ("+49 30 1234", "work voice".to_owned(), true));
    assert_eq!(phones[1], ("0170 1", "cell".to_owned(), false));
    assert_eq!(card.phones[2].label.as_deref(), Some("Pager"));
    assert_eq!(
        (card.emails[0].value.as_str(), card.emails[0].types.join(" ")),
        ("zoe@example.test", "work".to_owned())
    );
    assert_eq!((card.addresses[0].street.as_str(), card.addresses[0].code.as_str()), ("Main St 1", "10115"));
    assert_eq!(card.categories, ["Colleagues", "Heart , lung"]);
    assert_eq!(card.note.as_deref(), Some("First line\nsecond"));
    assert!(card.has_photo);
    assert!(!card.without_binaries().contains("aGVsbG8"));
    assert!(card.without_binaries().contains("X-SOCIALPROFILE"));
    assert!(!format!("{card:?}").contains("Zoë"), "nobody is printed");
}

#[test]
fn a_card_of_version_4_is_read_alike() {
    let text = "BEGIN:VCARD\nVERSION:4.0\nUID:urn:uuid:c-2\nKIND:org\nFN:Heart Clinic\nTEL;VALUE=uri;PREF=1;TYPE=\"voice,work\":tel:+1-555-0100\nEMAIL;TYPE=work:desk@example.test\nMEMBER:urn:uuid:c-1\nNICKNAME:HC,the clinic\nEND:VCARD\n";
    let card = Card::read(text).expect("readable");
    assert_eq!(card.kind, CardKind::Organization);
    assert_eq!(
        (card.phones[0].value.as_str(), card.phones[0].types.join(" "), card.phones[0].preferred),
        ("+1-555-0100", "voice work".to_owned(), true)
    );
    assert_eq!((card.members.as_slice(), card.nicknames.len()), (&["c-1".to_owned()][..], 2));
}

#[test]
fn the_oldest_cards_are_read_as_far_as_they_go() {
    let text = "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;Zo=C3=AB;;;\r\nTEL;HOME;VOICE:1\r\nADR;WORK;ENCODING=QUOTED-PRINTABLE:;;Main=0D=0A=\r\nStreet 1;Berlin;;;\r\nEND:VCARD\r\n";
    let card = Card::read(text).expect("readable");
    assert_eq!(card.full_name, "Zoë Müller", "made from its name");
    assert_eq!(card.phones[0].types, ["home", "voice"]);
    assert_eq!(card.addresses[0].street, "Main\r\nStreet 1");
}

#[test]
fn a_card_with_nobody_in_it_is_refused() {
    let reason = |text: &str| Card::read(text).err();
    assert_eq!(reason("BEGIN:VCARD\nVERSION:3.0\nUID:x\nN:;;;;\nEND:VCARD\n"), Some(Quarantine::NoContent));
    assert_eq!(reason("BEGIN:VCARD\nFN:x\n"), Some(Quarantine::Unbalanced));
    assert_eq!(reason("BEGIN:VCALENDAR\nEND:VCALENDAR\n"), Some(Quarantine::NothingExpected));
    let two = "BEGIN:VCARD\nFN:a\nEND:VCARD\nBEGIN:VCARD\nFN:b\nEND:VCARD\n";
    assert_eq!(reason(two), Some(Quarantine::SeveralIdentities));
    assert_eq!(
        Card::read("BEGIN:VCARD\nEMAIL:a@example.test\nEND:VCARD\n").map(|card| card.full_name),
        Ok("a@example.test".to_owned())
    );
}

#[test]
fn an_edit_touches_its_own_lines_and_no_other_byte() {
    let card = Card::read(THIRD).expect("readable");
    let mut edit = CardEdit::of(&card);
    edit.replace_value("TEL", "0170 1", &Property::text("TEL", "0170 2").expect("text")).expect("there");
    edit.set(&Property::text("TITLE", "Head of cardiology").expect("text"));
    edit.revise(Utc.with_ymd_and_hms(2026, 3, 1, 8, 0, 0).single().expect("a time")).expect("revised");
    let text = edit.finish().expect("readable");
    let lost: Vec<_> = THIRD.split_inclusive("\r\n").filter(|line| !text.contains(line)).collect();
    assert_eq!(lost, ["TITLE:Consultant\r\n", "TEL;TYPE=CELL:0170 1\r\n"]);
    assert!(text.contains("TEL;TYPE=CELL:0170 2\r\n") && text.contains("REV:20260301T080000Z\r\n"));
    assert_eq!(CardEdit::of(&card).finish().as_deref(), Ok(THIRD));
}

#[test]
fn a_draft_is_read_back_as_it_was_meant() {
    let draft = CardDraft {
        uid: "n-1".to_owned(),
        full_name: "Ann; Example, PhD".to_owned(),
        name: ("Example".to_owned(), "Ann".to_owned()),
        properties: vec![Property::text("NOTE", "one\nTEL:666").expect("text")],
        made: Utc.with_ymd_and_hms(2026, 3, 1, 8, 0, 0).single().expect("a time"),
    };
    let card = Card::read(&draft.render().expect("rendered")).expect("readable");
    assert_eq!(card.full_name, "Ann; Example, PhD");
    assert!(card.phones.is_empty());
    assert_eq!(
        card.name.map(|name| (name.family, name.given)),
        Some(("Example".to_owned(), "Ann".to_owned()))
    );
}
