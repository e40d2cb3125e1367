//! Which words are a wish about somebody's own day, and which are left to the documents.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use voiceassist_dav::icalendar::Zone;

use super::{What, Wish, looks, read};
use crate::intent;
use crate::when::Standpoint;

/// Wednesday, 25 November 2026, 10:30 in Berlin.
fn wish(text: &str) -> Option<Wish> {
    let now: DateTime<Utc> = "2026-11-25T09:30:00Z".parse().expect("an instant");
    let zone = Zone::named("Europe/Berlin").expect("a zone");
    read(text, &Standpoint { now, zone, looks: looks(text) }, intent::is_german(text))
}

fn told(text: &str) -> String {
    let Some(wish) = wish(text) else { return "documents".to_owned() };
    let mut told = wish.what.name().to_owned();
    if wish.tentative {
        told.push('?');
    }
    if let What::Free { others, minutes } = &wish.what {
        if !others.is_empty() {
            _ = write!(told, " [{}]", others.join(", "));
        }
        if let Some(minutes) = minutes {
            _ = write!(told, " {minutes} min");
        }
    }
    if let What::Person { wants, .. } = &wish.what {
        told.push_str(&format!(" {wants:?}").to_lowercase());
    }
    if let Some(with) = &wish.with {
        _ = write!(told, " with {with}");
    }
    if let Some(about) = &wish.about {
        _ = write!(told, " about {about}");
    }
    if let Some(then) = &wish.then {
        _ = write!(told, " then {}", then.what.name());
    }
    told
}

#[test]
fn what_is_asked_of_a_day_is_read_as_such() {
    for (text, expected) in [
        ("What do I have on Thursday afternoon?", "agenda"),
        ("What's on tomorrow?", "agenda"),
        ("What is on my calendar next week?", "agenda"),
        ("Do I have anything on Friday?", "agenda"),
        ("Do I have any meetings with Bob tomorrow?", "agenda with Bob"),
        ("How many meetings do I have this week?", "agenda"),
        ("Show me my appointments for next Monday", "agenda"),
        ("What do I have with Dr. Smith next week?", "agenda with Dr. Smith"),
        ("Was habe ich am Donnerstag?", "agenda"),
        ("Was steht morgen Nachmittag an?", "agenda"),
        ("Welche Termine habe ich nächste Woche?", "agenda"),
        ("When am I free for 30 minutes on Friday?", "free time 30 min"),
        ("Am I free at half past three tomorrow?", "free time"),
        ("Are Bob and I free on Friday morning?", "free time [Bob]"),
        ("Do I have time tomorrow between 9 and 11?", "free time"),
        ("Wann habe ich morgen eine Stunde Zeit?", "free time 60 min"),
        ("Bin ich am Freitag um 15 Uhr frei?", "free time"),
        ("When is my next appointment?", "next appointment"),
        ("What's next?", "next appointment"),
        ("When is my next appointment with Dr. Jones?", "next appointment with Dr. Jones"),
        ("When do I see Anna Smith?", "next appointment with Anna Smith"),
        ("When is the echo conference?", "next appointment? about echo conference"),
        ("When did I last see Bob?", "last appointment with Bob"),
        ("Wann ist mein nächster Termin?", "next appointment"),
        ("Wann treffe ich Frau Adler?", "next appointment with Frau Adler"),
        ("What tasks are due this week?", "tasks"),
        ("What is due today?", "tasks"),
        ("Which of my tasks are overdue?", "tasks"),
        ("What do I have to do today?", "tasks"),
        ("Welche Aufgaben sind bis Freitag fällig?", "tasks"),
    ] {
        assert_eq!(told(text), expected, "{text}");
    }
}

#[test]
fn people_are_asked_for_in_many_ways() {
    for (text, expected) in [
        ("Who is Dr. Smith?", "people? all with Dr. Smith"),
        ("What is Dr. Smith's phone number?", "people phone with Dr. Smith"),
        ("What's the phone number of Anna Smith?", "people phone with Anna Smith"),
        ("How do I reach Bob Jones?", "people? all with Bob Jones"),
        ("What is the email address of Dr. Okafor?", "people mail with Dr. Okafor"),
        ("What is her number?", "people phone with her"),
        ("Who works at St. Mary's?", "people? work with St. Mary's"),
        ("Who is the cardiologist at St. Mary's?", "people? all with cardiologist at St. Mary's"),
        ("Which cardiologists do I know?", "people? work with cardiologists"),
        ("Wie lautet die Telefonnummer von Dr. Weiß?", "people phone with Dr. Weiß"),
        ("Wie erreiche ich Frau Adler?", "people? all with Frau Adler"),
        ("Wer ist Jürgen Weiß?", "people? all with Jürgen Weiß"),
        ("Whose number is 555 0142?", "people? all with 555 0142"),
    ] {
        let told = told(text);
        // Whether a wish is only likely does not matter here.
        assert_eq!(told.replace('?', ""), expected.replace('?', ""), "{text}");
    }
}

#[test]
fn mail_is_asked_for_by_people_topics_and_flags() {
    for (text, expected) in [
        ("What did Dr. Smith write about the echo?", "mail with Dr. Smith about echo"),
        ("Did Bob write to me?", "mail with Bob"),
        ("Any unread mail?", "mail"),
        ("Show unread emails from the laboratory", "mail with laboratory"),
        ("Mails from Anna Smith about the roster since Monday", "mail with Anna Smith about roster"),
        ("What was the last mail from Bob?", "mail with Bob"),
        ("Has radiology sent an email about the MRI slots?", "mail with radiology about MRI slots"),
        ("How many unread mails do I have?", "mail"),
        ("What did I write to Bob last week?", "mail with Bob"),
        ("What did she write about the echo?", "mail with she about echo"),
        ("Hat Frau Adler mir geschrieben?", "mail with Frau Adler"),
        ("Welche Mails von Bob habe ich seit Montag bekommen?", "mail with Bob"),
        ("Who wrote about the roster?", "mail about roster"),
        (
            "who is the cardiologist at St. Mary's and what did she write about the echo",
            "people all with cardiologist at St. Mary's then mail",
        ),
    ] {
        let told = told(text).replace("mail?", "mail").replace("people?", "people");
        assert_eq!(told, expected, "{text}");
    }
}

#[test]
fn medicine_documents_and_changes_are_left_alone() {
    for text in [
        "What is the dose of apixaban in atrial fibrillation?",
        "When is apixaban restarted after ablation?",
        "What do I have to consider when giving apixaban on Thursday?",
        "What does the protocol say about tomorrow's handover?",
        "Is metformin due to be stopped before contrast?",
        "When is the next tetanus booster due?",
        "Who is at risk of bleeding?",
        "Who should receive oseltamivir?",
        "Add a meeting tomorrow at 2pm with Dr. Smith",
        "Cancel my appointment with Dr. Jones on Friday",
        "Send an email to Bob",
        "Email Dr. Smith about the MRI results",
        "Calculate CHA2DS2-VASc for a 76 year old woman",
        "How many days is amoxicillin given in pneumonia?",
        "What is the number of patients in the trial?",
        "Was muss ich bei Hypokaliämie tun?",
        "Wie wird Vorhofflimmern behandelt?",
        "Which beta blockers are safe in asthma?",
        "Who is on call for cardiology tonight?",
        "Is apixaban available as syrup?",
        "Thank you!",
        "",
    ] {
        assert_eq!(told(text), "documents", "{text}");
    }
}

#[test]
fn any_text_is_read_without_a_panic() {
    for text in [
        "?",
        "did",
        "from",
        "'s",
        "who is",
        "her",
        "an",
        "for 30 minutes",
        "and and and",
        "what did did write",
        "🩺's number",
        "St.",
        "mail mail mail from from",
    ] {
        let _ = wish(text);
        let _ = wish(&text.repeat(20));
    }
}
