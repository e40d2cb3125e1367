//! The questions and their answers, by hand from the fixture. What differs between the two zones is written twice.

use chrono::{Datelike as _, NaiveDate};

use super::week::Place;

const EN: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const DE: [&str; 7] = ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"];

fn month(day: NaiveDate, german: bool) -> &'static str {
    match (day.month(), german) {
        (10, false) => "October",
        (10, true) => "Oktober",
        _ => "November",
    }
}

/// Replaces `{thu}`, `{Thu}`, `{do}` and so on by the days of the week of this place: long English, short English, long German.
fn days(text: &str, place: &Place) -> String {
    let mut text = text.replace("{Z}", place.zone);
    let names = [
        "mon", "tue", "wed", "thu", "fri", "sat", "sun", "mon2", "tue2", "wed2", "thu2", "fri2", "sat2",
        "sun2",
    ];
    for (number, name) in names.iter().enumerate() {
        let day = place.day(i64::try_from(number).unwrap());
        let (en, de) = (EN[number % 7], DE[number % 7]);
        let long = format!("{en}, {} {} {}", day.day(), month(day, false), day.year());
        let short = format!("{} {} {}", &en[..3], day.day(), &month(day, false)[..3]);
        let german = format!("{de}, {}. {} {}", day.day(), month(day, true), day.year());
        let german_short = format!("{} {}.{}.", &de[..2], day.day(), day.month());
        let capital = format!("{}{}", name[..1].to_uppercase(), &name[1..]);
        text = text.replace(&format!("{{{name}}}"), &long).replace(&format!("{{{capital}}}"), &short);
        text = text
            .replace(&format!("{{{name}-de}}"), &german)
            .replace(&format!("{{{capital}-de}}"), &german_short);
    }
    text
}

const ROUND: &str = "09:00–10:00: Ward round, Ward 3 (Personal).";
const ECHO: &str = "13:00–14:30: Echo conference, Room 4 (Personal).";
const NIGHT: &str = "{Sat}, 22:00–{Sun}, 06:00: Night shift (Personal).";
/// Every calendar is looked at, birthdays among them.
const LOOKED: &str = "Looked at: Contact birthdays and Personal, as of 10:25.";
const ANGESEHEN: &str = "Angesehen wurden: Contact birthdays und Personal, Stand 10:25.";
/// Only what takes time counts for free time.
const OWN: &str = "Looked at: Personal, as of 10:25.";
const EIGENE: &str = "Angesehen wurden: Personal, Stand 10:25.";
const RESULTS: &str = "{Mon}, 10:00, Anna Smith, “Echo results”: “Please repeat the echo in three months.”";
const ROSTER: &str = "{Tue}, 18:00, Bob Jones, “Roster for November”: “The new roster is on the board.”";
const POTASSIUM: &str =
    "{Wed}, 08:00, Laboratory, “Potassium of room 12”: “Potassium 5.9 mmol/l, please call back.”";

/// Every question with its whole answer.
pub(super) fn table(place: &Place) -> Vec<(String, String)> {
    let berlin = place.zone == "Europe/Berlin";
    // What another clock or the change of clocks makes different.
    let pick = |in_berlin: &str, in_new_york: &str| if berlin { in_berlin } else { in_new_york }.to_owned();
    let call = pick(
        "14:00–14:45 (08:00 America/New_York): Transatlantic call (Personal).",
        "11:00–11:45 (16:00 Europe/Berlin): Transatlantic call (Personal).",
    );
    let thursday = if berlin { format!("{ROUND} {ECHO} {call}") } else { format!("{ROUND} {call} {ECHO}") };
    let afternoon =
        if berlin { format!("2 appointments. {ECHO} {call}") } else { format!("1 appointment. {ECHO}") };
    let pump = pick(
        "02:30 (UTC+01:00)–03:00: Pump check (Personal).",
        "01:30 (UTC-05:00)–02:00: Pump check (Personal).",
    );
    let small_hours = pick("01:00–04:00", "01:00 (UTC-04:00)–04:00");
    let board = "Called off: 15:00–16:00: Tumour board (Personal).";
    let rows: Vec<(&str, String)> = vec![
        // What is on.
        ("What do I have on Thursday afternoon?", format!("Tomorrow, {{thu}}, 12:00–18:00 ({{Z}}) you have {afternoon} {board}")),
        ("What's on tomorrow?", format!("Tomorrow, {{thu}} ({{Z}}) you have 3 appointments. {thursday} {board}")),
        ("Was habe ich am Donnerstag?", format!("Morgen, {{thu-de}} ({{Z}}): 3 Termine. {thursday} Abgesagt: 15:00–16:00: Tumour board (Personal).")),
        ("What do I have today?", format!("Today, {{wed}} ({{Z}}) you have 2 appointments. {ROUND} 12:30–13:15: Lunch with Bob (Personal).")),
        ("Do I have anything on Friday?", "On {fri} ({Z}) you have 1 appointment. all day: Day off (Personal).".to_owned()),
        ("What is on my calendar this weekend?", format!("From {{sat}} to {{sun}} ({{Z}}) you have 3 appointments. {NIGHT} {{Sun}}, {pump} {{Sun}}, 10:00–11:00: Journal club, Library (Personal).")),
        ("What do I have on Sunday?", format!("On {{sun}} ({{Z}}) you have 3 appointments. {NIGHT} {pump} 10:00–11:00: Journal club, Library (Personal).")),
        ("What do I have on Sunday between 1 am and 4 am?", format!("On {{sun}}, {small_hours} ({{Z}}) you have 2 appointments. {NIGHT} {pump}")),
        ("What do I have on Sunday at 2:30 am?", pick(
            &format!("This time comes twice that day, because clocks go back; both are looked at. On {{sun}}, at 02:30 ({{Z}}) you have 2 appointments. {NIGHT} {pump}"),
            &format!("On {{sun}}, at 02:30 ({{Z}}) you have 1 appointment. {NIGHT}"),
        )),
        ("How many meetings do I have tomorrow?", "Tomorrow, {thu} ({Z}) you have 3 appointments.".to_owned()),
        ("What do I have with Bob this week?", "From {mon} to {sun} ({Z}) you have 1 appointment with Bob. {Wed}, 12:30–13:15: Lunch with Bob (Personal).".to_owned()),
        ("What do I have next week?", format!("From {{mon2}} to {{sun2}} ({{Z}}) you have 6 appointments. {{Mon2}}, {ROUND} {{Mon2}}, 10:00–12:00: Outpatient clinic (Personal). {{Tue2}}, {ROUND} {{Wed2}}, {ROUND} {{Thu2}}, {ROUND} {{Fri2}}, {ROUND}")),
        ("What do I have on Monday?", format!("On {{mon2}} ({{Z}}) you have 2 appointments. {ROUND} 10:00–12:00: Outpatient clinic (Personal).")),
        ("Was steht heute Abend an?", format!("Heute, {{wed-de}}, 18:00–24:00 ({{Z}}) steht nichts in den Kalendern. {ANGESEHEN}")),
        ("What do I have on Saturday morning?", format!("On {{sat}}, 05:00–12:00 ({{Z}}) there is nothing in your calendars. {LOOKED}")),
        ("What do I have tomorrow at 13:30?", format!("Tomorrow, {{thu}}, at 13:30 ({{Z}}) you have 1 appointment. {ECHO}")),
        ("What did I have on Monday?", format!("On {{mon}} ({{Z}}) you had 1 appointment. {ROUND}")),
        ("What do I have on Wednesday?", format!("Wednesday is read as today. Today, {{wed}} ({{Z}}) you have 2 appointments. {ROUND} 12:30–13:15: Lunch with Bob (Personal).")),
        ("What do I have next Friday?", format!("“Next” is read as the day of next week, {}. On {{fri2}} ({{Z}}) you have 1 appointment. {ROUND}", pick("30 October 2026", "6 November 2026"))),
        ("Do I have any meetings about the echo tomorrow?", format!("Tomorrow, {{thu}} ({{Z}}) you have 1 appointment about “echo”. {ECHO}")),
        // Free time.
        ("Am I free tomorrow at 3?", format!("Yes: tomorrow, {{thu}}, at 15:00 ({{Z}}) you are free. {OWN}")),
        ("Am I free tomorrow at half past one?", format!("No: tomorrow, {{thu}}, at 13:30 ({{Z}}) you are not free: {ECHO} {OWN}")),
        ("Am I free tomorrow between 9 and 11?", format!("Not all of it: tomorrow, {{thu}}, 09:00–11:00 ({{Z}}) is partly taken: {ROUND} {OWN}")),
        ("When am I free for 30 minutes tomorrow?", format!("Tomorrow, {{thu}} ({{Z}}): free for 30 minutes or more within 08:00–18:00: {}. {OWN}", pick("08:00–09:00, 10:00–13:00, 14:45–18:00", "08:00–09:00, 10:00–11:00, 11:45–13:00, 14:30–18:00"))),
        ("When am I free for two hours tomorrow?", format!("Tomorrow, {{thu}} ({{Z}}): free for 120 minutes or more within 08:00–18:00: {}. {OWN}", pick("10:00–13:00, 14:45–18:00", "14:30–18:00"))),
        ("When am I free today?", format!("Today, {{wed}}, from 10:30 ({{Z}}): free for 30 minutes or more within 08:00–18:00: 10:30–12:30, 13:15–18:00. {OWN}")),
        ("When am I free on Friday?", format!("On {{fri}} ({{Z}}): no gap of 30 minutes within 08:00–18:00. {OWN}")),
        ("When am I free on Sunday?", format!("On {{sun}} ({{Z}}): free for 30 minutes or more within 08:00–18:00: 08:00–10:00, 11:00–18:00. {OWN}")),
        ("Are Bob and I free tomorrow at 3?", format!("Only your own calendars can be read; whether Bob is free is not known here. Yes: tomorrow, {{thu}}, at 15:00 ({{Z}}) you are free. {OWN}")),
        ("Bin ich morgen um 15 Uhr frei?", format!("Ja: morgen, {{thu-de}}, um 15:00 ({{Z}}) ist frei. {EIGENE}")),
        ("Wann habe ich am Montag eine Stunde Zeit?", format!("Am {{mon2-de}} ({{Z}}): frei für 60 Minuten oder länger zwischen 08:00–18:00: 08:00–09:00, 12:00–18:00. {EIGENE}")),
        ("Am I free on Saturday night?", format!("Not all of it: on {{sat}}, 20:00–{{Sun}}, 06:00 ({{Z}}) is partly taken: {NIGHT} {{Sun}}, {pump} {OWN}")),
        ("Am I free on 03/04?", "Which day do you mean: 3 April 2027 or 4 March 2027?".to_owned()),
        // What comes next.
        ("When is my next appointment?", "Your next appointment ({Z}): {Wed}, 12:30–13:15: Lunch with Bob (Personal).".to_owned()),
        ("When is my next appointment with Anna Smith?", format!("Your next appointment with Anna Smith ({{Z}}): {{Thu}}, {ECHO}")),
        ("When is the echo conference?", format!("Your next appointment about “echo conference” ({{Z}}): {{Thu}}, {ECHO}")),
        ("Wann treffe ich Bob?", "Nächster Termin mit Bob ({Z}): {Wed-de}, 12:30–13:15: Lunch with Bob (Personal).".to_owned()),
        ("When did I last see Bob?", format!("There is no past appointment with Bob in your calendars. {LOOKED}")),
        ("When is my next night shift?", format!("Your next appointment about “night shift” ({{Z}}): {NIGHT}")),
        // What has to be done.
        ("What tasks are due today?", "2 tasks due by the end of {wed} ({Z}): Send audit report: was due {Mon}, 12:00. Sign discharge letters: due {Wed}, 17:00.".to_owned()),
        ("Which of my tasks are overdue?", "1 task overdue ({Z}): Send audit report: was due {Mon}, 12:00.".to_owned()),
        ("What do I have to do this week?", "3 tasks due by the end of {sun} ({Z}): Send audit report: was due {Mon}, 12:00. Sign discharge letters: due {Wed}, 17:00. Order syringes: due {Fri}.".to_owned()),
        ("Show my open tasks", "4 tasks open ({Z}): Send audit report: was due {Mon}, 12:00. Sign discharge letters: due {Wed}, 17:00. Order syringes: due {Fri}. Read the sedation guideline: no date.".to_owned()),
        ("Welche Aufgaben sind bis Freitag fällig?", "3 Aufgaben fällig bis Ende {fri-de} ({Z}): Send audit report: war fällig {Mon-de}, 12:00. Sign discharge letters: fällig {Wed-de}, 17:00. Order syringes: fällig {Fri-de}".to_owned()),
        // People.
        ("What is the phone number of Anna Smith?", "Anna Smith: phone +49 30 5550142 (work), +49 170 5550199 (mobile).".to_owned()),
        ("What is Dr. Weiß's phone number?", "Jürgen Weiß: phone +49 30 5550133 (work).".to_owned()),
        ("Who is Dr. Smith?", "Whom do you mean: Anna Smith (Consultant cardiologist, Cardiology, St. Mary's Hospital) or John Smith (Radiologist, Radiology, Riverside Clinic)?".to_owned()),
        ("Who is the cardiologist at St. Mary's?", "Anna Smith: Consultant cardiologist, Cardiology, St. Mary's Hospital; phone +49 30 5550142 (work), +49 170 5550199 (mobile); E-Mail a.smith@stmarys.example (work).".to_owned()),
        ("Who works at Harbour Clinic?", "2 people for “Harbour Clinic”: Bob Jones: Nurse, Ward 3, Harbour Clinic. Jürgen Weiß: Pharmacist, Pharmacy, Harbour Clinic.".to_owned()),
        ("What is the email address of Bob Jones?", "Bob Jones: E-Mail b.jones@clinic.example (work).".to_owned()),
        ("What is Bob's phone number?", "Bob Jones: no phone number is known; E-Mail b.jones@clinic.example (work).".to_owned()),
        ("Wie erreiche ich Jürgen Weiß?", "Jürgen Weiß: Pharmacist, Pharmacy, Harbour Clinic; Telefon +49 30 5550133 (dienstlich); E-Mail j.weiss@clinic.example (dienstlich); Möwenweg 4, 12345 Hafenstadt.".to_owned()),
        ("What is the phone number of Carla Brown?", "Nobody in your address books and appointments matches “Carla Brown”. Looked at: Accounts and Contacts, as of 10:25.".to_owned()),
        // Mail.
        ("Any unread mail?", format!("Yes: 2 unread mails ({{Z}}), newest first: {POTASSIUM} {ROSTER}")),
        ("What did Anna Smith write about the echo?", format!("1 mail from Anna Smith about “echo” ({{Z}}): {RESULTS}")),
        ("Did Bob write?", format!("Yes: 1 mail from Bob Jones ({{Z}}): {ROSTER}")),
        ("What was the last mail from Anna Smith?", "The newest mail from Anna Smith ({Z}): {Mon}, 10:00, Anna Smith, “Echo results”: “The ejection fraction is 45 percent. Please repeat the echo in three months.”".to_owned()),
        ("Mails from Anna Smith since 1 October", format!("2 mails from Anna Smith, since Thursday, 1 October 2026 ({{Z}}), newest first: {{Mon}}, 10:00, Anna Smith, “Echo results”: “The ejection fraction is 45 percent. Please repeat the echo in three months.” {}, 09:00, Anna Smith, “Conference programme”: “The programme of the autumn congress follows next week.”", pick("Fri 2 Oct", "Fri 9 Oct"))),
        ("How many mails did I get today?", "1 mail, today, {wed} ({Z}).".to_owned()),
        ("What did I write to Bob?", "1 sent mail to Bob Jones ({Z}): {Tue}, 19:00, to Bob Jones, “Re: Roster for November”: “Thank you, I take the night shift.”".to_owned()),
        ("Hat Anna Smith mir gestern geschrieben?", "Nein: keine E-Mail von Anna Smith, gestern, {tue-de}. Angesehen wurden: Archive, INBOX und Sent, Stand 10:25.".to_owned()),
        ("Show flagged mails", "1 flagged mail ({Z}): {Mon}, 16:00, John Smith, “MRI slots”: “There are two MRI slots on Friday.”".to_owned()),
        ("Did the laboratory write about potassium?", format!("Yes: 1 mail from laboratory about “potassium” ({{Z}}): {POTASSIUM}")),
        ("Who is the cardiologist at St. Mary's and what did she write about the echo?", format!("Anna Smith: Consultant cardiologist, Cardiology, St. Mary's Hospital. 1 mail from Anna Smith about “echo” ({{Z}}): {RESULTS} None of the documents you can read answers this. Looked for: echo, Anna, Smith.")),
    ];
    rows.into_iter().map(|(question, answer)| (question.to_owned(), days(&answer, place))).collect()
}
