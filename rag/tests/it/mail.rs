//! Messages as they are found: well-formed, broken, and made to hurt.
//!
//! With `VOICEASSIST_MAIL_CORPUS` naming a folder of messages, each of them and its mutations are read as well.

use std::io::Cursor;

use voiceassist_fakes::corpus::{Corpus, CorpusFile};
use voiceassist_model::Reason;
use voiceassist_rag::chunk::{self, ChunkSettings};
use voiceassist_rag::extract::{BlockKind, ExtractSettings, Extracted, MailNote, mail, report};

fn read(message: &[u8]) -> Extracted {
    report(&mut Cursor::new(message), "letter.eml", &ExtractSettings::default())
}

fn note(document: &Extracted) -> &MailNote {
    document.mail.as_deref().unwrap_or_else(|| panic!("no message: {:?}", document.error))
}

/// What of a document can be found.
fn found(document: &Extracted) -> String {
    let chunks = chunk::split(document, &ChunkSettings::default());
    chunks.iter().map(|chunk| chunk.text.as_str()).collect::<Vec<_>>().join("\n")
}

fn encoded(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for (index, three) in bytes.chunks(3).enumerate() {
        let value = three
            .iter()
            .chain([0, 0].iter())
            .take(3)
            .fold(0_u32, |value, byte| value << 8 | u32::from(*byte));
        for place in 0..4 {
            let letter = LETTERS[(value >> (18 - 6 * place) & 63) as usize];
            let _ = write!(text, "{}", if place > three.len() { '=' } else { char::from(letter) });
        }
        if index % 19 == 18 {
            text.push_str("\r\n");
        }
    }
    text
}

const HEAD: &str = "From: Mara Keller <mara@Example.test>\r\nTo: \"Paul, Ward 3\" <paul@example.test>, eve@example.test\r\n\
                    Subject: Echo of =?utf-8?q?M=C3=A4rz?=\r\nDate: Mon, 2 Mar 2026 09:15:00 +0100\r\n\
                    Message-ID: <echo.1@example.test>\r\nMIME-Version: 1.0\r\n";

#[test]
fn people_subject_and_date_are_read_and_found() {
    let document = read(format!("{HEAD}\r\nThe ejection fraction is 55 per cent.\r\n").as_bytes());
    let note = note(&document);
    assert_eq!(note.subject, "Echo of März");
    assert_eq!(note.from[0].address.as_deref(), Some("mara@example.test"));
    assert_eq!(note.to[0].name.as_deref(), Some("Paul, Ward 3"));
    assert_eq!(note.date.expect("a date").to_rfc3339(), "2026-03-02T09:15:00+01:00");
    assert_eq!(note.message_id.as_deref(), Some("echo.1@example.test"));
    assert!(!note.automatic && !note.encrypted);
    let page = &document.pages[0];
    let span = note.text.expect("a text");
    let text: String =
        page.text.chars().skip(span.start as usize).take((span.end - span.start) as usize).collect();
    assert_eq!(text, "The ejection fraction is 55 per cent.");
    assert_eq!(page.blocks[0].kind, BlockKind::Heading(1));
    let found = found(&document);
    for words in ["März", "Mara Keller", "mara@example.test", "9:15 +0100", "ejection fraction"] {
        assert!(found.contains(words), "{words} in {found}");
    }
    assert_eq!(document.mime, "message/rfc822");
}

#[test]
fn the_alternative_that_says_something_is_taken() {
    let of = |plain: &str, hyper: &str| {
        let message = format!(
            "{HEAD}Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n\
             {plain}\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{hyper}\r\n--b--\r\n"
        );
        found(&read(message.as_bytes()))
    };
    let letter = "<p>The <b>ejection</b> fraction is 55 per cent.</p><script>alert(1)</script><p>Regards</p>";
    let both = of("The ejection fraction, said plainly, is 55 per cent.", letter);
    assert!(both.contains("plainly") && !both.contains("Regards"), "{both}");
    let long = format!("<p>{}</p>", "The ejection fraction is 55 per cent. ".repeat(10));
    let notice = of("Please view this in a browser.", &long);
    assert!(notice.contains("ejection") && !notice.contains("browser"), "{notice}");
    let none = of("", letter);
    assert!(none.contains("The ejection fraction is 55") && !none.contains("alert"), "{none}");
}

#[test]
fn charsets_that_lie_are_found_out() {
    for (charset, body) in [
        ("us-ascii", "Größe: 38 mm".as_bytes()),
        ("iso-8859-1", "Größe: 38 mm".as_bytes()),
        ("utf-8", b"Gr\xf6\xdfe: 38 mm"),
        ("x-nobody-knows", b"Gr\xf6\xdfe: 38 mm"),
        ("iso-8859-15", b"Gr\xf6\xdfe: 38 mm"),
    ] {
        let mut message = format!("{HEAD}Content-Type: text/plain; charset={charset}\r\n\r\n").into_bytes();
        message.extend_from_slice(body);
        assert!(found(&read(&message)).contains("Größe: 38 mm"), "{charset}");
    }
    let raw =
        b"From: a@example.test\r\nDate: Mon, 2 Mar 2026 09:15:00 +0100\r\nSubject: Gr\xf6\xdfe\r\n\r\nx\r\n";
    assert_eq!(note(&read(raw)).subject, "Größe");
}

#[test]
fn quoted_answers_and_signatures_are_shown_and_not_found() {
    let message = format!(
        "{HEAD}In-Reply-To: <ask.1@example.test>\r\nReferences: <first@example.test>\r\n <ask.1@example.test>\r\n\r\n\
         The ejection fraction is 55.\r\n\r\nOn Sun, 1 Mar 2026, Paul wrote:\r\n> What is the gradient?\r\n\r\n\
         The gradient is 12.\r\n\r\n-- \r\nMara Keller, telephone 555-0100\r\n"
    );
    let document = read(message.as_bytes());
    assert!(
        document.pages[0].text.contains("What is the gradient?")
            && document.pages[0].text.contains("555-0100")
    );
    let found = found(&document);
    assert!(found.contains("fraction is 55") && found.contains("gradient is 12"), "{found}");
    assert!(!found.contains("What is") && !found.contains("wrote") && !found.contains("555-0100"), "{found}");
    let note = note(&document);
    assert_eq!(note.references, ["first@example.test", "ask.1@example.test"]);
    assert_eq!(mail::parents(note), ["first@example.test", "ask.1@example.test", "echo.1@example.test"]);
}

#[test]
fn soft_line_ends_are_made_whole() {
    let message = format!(
        "{HEAD}Content-Type: text/plain; format=flowed\r\n\r\nThe ejection \r\nfraction is \r\n55.\r\n> What \r\n> is it?\r\n"
    );
    let text = &read(message.as_bytes()).pages[0].text;
    assert!(text.contains("The ejection fraction is 55.\n> What is it?"), "{text}");
}

#[test]
fn attachments_are_read_like_documents_and_linked_to_their_pages() {
    let corpus = Corpus::clinic(1);
    let of_several_pages = |file: &&CorpusFile| file.path.ends_with("pdf") && !file.scanned && file.pages > 1;
    let pdf = corpus.files.iter().find(of_several_pages);
    let pdf = pdf.expect("a PDF of several pages");
    let inner = "From: eve@example.test\r\nTo: mara@example.test\r\nSubject: Older letter\r\n\r\nThe gradient was 40.\r\n";
    let message = format!(
        "{HEAD}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSee the report.\r\n--b\r\n\
         Content-Type: application/octet-stream; name=\"../../etc/Report.pdf\"\r\nContent-Transfer-Encoding: base64\r\n\
         Content-Disposition: attachment\r\n\r\n{}\r\n--b\r\nContent-Type: image/png; name=scan.png\r\n\
         Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=scan.png\r\n\r\niVBORw0KGgoAAAAA\r\n\
         --b\r\nContent-Type: message/rfc822\r\n\r\n{inner}\r\n--b\r\nContent-Type: text/csv; name=values.csv\r\n\
         Content-Disposition: attachment; filename=values.csv\r\n\r\nname,value\r\nEF,55\r\n--b--\r\n",
        encoded(&pdf.bytes)
    );
    let document = read(message.as_bytes());
    let note = note(&document);
    let listed: Vec<_> = note
        .attachments
        .iter()
        .map(|attachment| (attachment.name.as_str(), attachment.pages, attachment.reason))
        .collect();
    let last = 1 + pdf.pages;
    assert_eq!(
        listed,
        [
            ("Report.pdf", Some((2, last)), None),
            ("scan.png", None, Some(Reason::NoText)),
            ("Older letter", Some((last + 1, last + 1)), None),
            ("values.csv", Some((last + 2, last + 2)), None),
        ]
    );
    let fact = &pdf.facts[0];
    let page = &document.pages[fact.page as usize].text;
    let collapsed = page.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(collapsed.contains(&fact.answer_contains), "{} in {collapsed}", fact.answer_contains);
    assert!(document.pages[1].text.starts_with("Report.pdf\n"));
    assert!(document.pages[last as usize].text.contains("gradient was 40"));
    assert!(document.pages[last as usize + 1].text.contains("EF | 55"));
    assert!(found(&document).contains("gradient was 40"));
}

#[test]
fn invitations_are_handed_on_as_they_came() {
    let calendar =
        "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Größe\r\nEND:VEVENT\r\nEND:VCALENDAR";
    let message = format!(
        "{HEAD}Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n\
         --b\r\n\r\nPlease come.\r\n--b\r\nContent-Type: text/calendar; charset=utf-8; method=request\r\n\r\n{calendar}\r\n\
         --b--\r\n--m\r\nContent-Type: application/ics; name=invite.ics\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n--m--\r\n",
        encoded(calendar.as_bytes())
    );
    let document = read(message.as_bytes());
    let note = note(&document);
    assert_eq!(note.calendars.len(), 1);
    assert_eq!(note.calendars[0].method.as_deref(), Some("REQUEST"));
    assert!(note.calendars[0].text.contains("SUMMARY:Größe"));
    assert!(note.attachments.is_empty());
}

#[test]
fn what_cannot_be_read_says_why_and_costs_the_rest_nothing() {
    let message = format!(
        "{HEAD}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nThe gradient is 12.\r\n--b\r\n\
         Content-Type: application/pdf; name=broken.pdf\r\n\r\n%PDF-1.7 broken\r\n--b\r\n\
         Content-Type: application/pdf; name=empty.pdf\r\n\r\n--b--\r\n"
    );
    let document = read(message.as_bytes());
    assert!(found(&document).contains("gradient is 12"));
    let reasons: Vec<Option<Reason>> = note(&document).attachments.iter().map(|a| a.reason).collect();
    assert_eq!(reasons, [Some(Reason::Malformed), Some(Reason::Empty)]);
    let sealed = format!(
        "{HEAD}Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\r\n\r\nx"
    );
    let document = read(sealed.as_bytes());
    assert!(note(&document).encrypted && note(&document).attachments[0].reason == Some(Reason::Encrypted));
}

#[test]
fn bombs_of_depth_parts_and_size_are_refused_or_cut_and_say_so() {
    let nested = "Content-Type: message/rfc822\r\n\r\n".repeat(100_000);
    let document = read(format!("{HEAD}{nested}From: x@example.test\r\n\r\nx").as_bytes());
    assert_eq!(document.error.expect("refused").code, Reason::ExpandsTooFar);
    let parts = "--b\r\n\r\nx\r\n".repeat(30_000);
    let document =
        read(format!("{HEAD}Content-Type: multipart/mixed; boundary=b\r\n\r\n{parts}--b--").as_bytes());
    assert_eq!(document.error.expect("refused").code, Reason::ExpandsTooFar);
    let attached =
        "--b\r\nContent-Type: text/plain; name=a.txt\r\nContent-Disposition: attachment\r\n\r\nwords\r\n"
            .repeat(300);
    let document =
        read(format!("{HEAD}Content-Type: multipart/mixed; boundary=b\r\n\r\n{attached}--b--").as_bytes());
    assert!(document.truncated);
    let read_ones =
        note(&document).attachments.iter().filter(|attachment| attachment.pages.is_some()).count();
    assert_eq!((note(&document).attachments.len(), read_ones), (300, mail::MAX_ATTACHMENTS_READ));
    let deep = "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n".repeat(5_000);
    assert!(note(&read(format!("{HEAD}{deep}\r\nx").as_bytes())).subject.contains("Echo"));
    let inside = "Content-Type: message/rfc822\r\n\r\nFrom: x@example.test\r\n".repeat(20);
    let document = read(format!("{HEAD}{inside}\r\nx").as_bytes());
    assert!(document.truncated && note(&document).attachments.len() == mail::MAX_DEPTH);
    let line = "a".repeat(1_000_000);
    let document = read(format!("{HEAD}X-Long: {line}\r\n\r\n{line}\r\nThe gradient is 12.\r\n").as_bytes());
    assert!(found(&document).contains("gradient is 12"));
    let many: Vec<String> = (0..10_000).map(|number| format!(" p{number}@example.test")).collect();
    let many = many.join(",\r\n");
    let document = read(format!("{HEAD}Cc:{many}\r\n\r\nx").as_bytes());
    assert_eq!(note(&document).cc.len(), 500);
    assert!(document.pages[0].text.len() < 3_000);
}

#[test]
fn messages_without_this_and_that_are_read_as_far_as_they_go() {
    for (message, words) in [
        ("Subject: only\r\n\r\n", "only"),
        (
            "From mara@example.test Mon Mar  2 09:15:00 2026\r\nFrom: a@example.test\r\nSubject: x\r\n\r\nwords",
            "words",
        ),
        ("\r\n\r\nFrom: a@example.test\r\nSubject: x\r\n\r\nwords", "words"),
        ("From: a@example.test\nTo: b@example.test\n\nwords with bare line ends", "bare line ends"),
        ("From: a@example.test\r\nContent-Type: multipart/mixed\r\nSubject: x\r\n\r\nwords", "words"),
        (
            "From: a@example.test\r\nContent-Transfer-Encoding: base64\r\nSubject: x\r\n\r\n!!! no base64 !!!",
            "no base64",
        ),
        ("Subject: x\r\nDate: yesterday\r\nFrom: <<<>>> a@example.test\r\n\r\nwords", "words"),
    ] {
        let document = read(message.as_bytes());
        assert!(document.pages.iter().any(|page| page.text.contains(words)), "{words}: {:?}", document.error);
    }
    for bytes in [&b"From: \r\n\r\n"[..], b"\r\n", b":", b"\0\0\0\0\0"] {
        assert!(read(bytes).error.is_some(), "{bytes:?}");
    }
}

#[test]
fn lists_and_programs_are_told_from_people() {
    for line in ["Auto-Submitted: auto-replied", "List-Id: <x.example.test>", "Precedence: bulk"] {
        assert!(note(&read(format!("{HEAD}{line}\r\n\r\nx").as_bytes())).automatic, "{line}");
    }
    assert!(!note(&read(format!("{HEAD}Auto-Submitted: no\r\n\r\nx").as_bytes())).automatic);
}

#[test]
fn names_that_deceive_by_direction_are_cleaned() {
    let message = "From: \"\u{202e}araM\" <eve@example.test>\r\nSubject: x\r\nTo: y@example.test\r\n\r\nx";
    assert_eq!(note(&read(message.as_bytes())).from[0].name.as_deref(), Some("araM"));
}

#[test]
fn every_message_of_a_corpus_and_its_mutations_end_with_text_or_a_reason() {
    let Some(folder) = std::env::var_os("VOICEASSIST_MAIL_CORPUS") else { return };
    let mut dice = 0x9e37_79b9_7f4a_7c15_u64;
    let mut roll = |below: usize| {
        dice ^= dice << 13;
        dice ^= dice >> 7;
        dice ^= dice << 17;
        usize::try_from(dice >> 33).unwrap_or(0) % below.max(1)
    };
    let (mut whole, mut with_text, mut failed) = (0, 0, Vec::new());
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let Ok(bytes) = std::fs::read(&path) else { continue };
        whole += 1;
        let document = read(&bytes);
        match &document.error {
            None => with_text += 1,
            Some(note) => failed.push((path.file_name().map(std::ffi::OsStr::to_owned), note.code)),
        }
        for _ in 0..40 {
            let mut mutant = bytes.clone();
            for _ in 0..=roll(8) {
                if mutant.is_empty() {
                    break;
                }
                let at = roll(mutant.len());
                match roll(5) {
                    0 => mutant[at] = u8::try_from(roll(256)).unwrap_or(0),
                    1 => mutant.truncate(at),
                    2 => drop(mutant.drain(at..(at + roll(200)).min(mutant.len()))),
                    3 => {
                        let piece = mutant[at..(at + roll(500)).min(mutant.len())].to_vec();
                        mutant.splice(at..at, piece);
                    }
                    _ => drop(mutant.splice(at..at, *b"\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n")),
                }
            }
            let document = read(&mutant);
            assert_eq!(document.error.is_some(), document.pages.is_empty());
            let _ = chunk::split(&document, &ChunkSettings::default());
        }
    }
    println!("{whole} messages, {with_text} with text; not read: {failed:?}");
    assert!(whole > 0);
}
