//! Which lines of a message were written by somebody else before, and which only sign it off.
//!
//! Quoting is a habit and no format, so this goes by what programs write: `>` before a line, a line that says who wrote
//! what follows, the block of header lines with which others repeat a message, the two dashes before a signature. A
//! forward repeats on purpose and is left whole. When in doubt a line counts as written: being found twice harms less
//! than not at all. If nothing would be left, everything is left.

/// Lines at the end that a signature has at most.
const MAX_SIGNATURE_LINES: usize = 25;
/// Lines among which the labels of a repeated head stand.
const HEAD_LINES: usize = 8;

/// What is known of the message.
#[derive(Debug, Clone, Copy)]
pub(super) struct About {
    /// It answers another.
    pub(super) answers: bool,
    /// It passes another on.
    pub(super) forwards: bool,
}

/// For each line, whether it is quoted or signs off.
pub(super) fn marks(lines: &[&str], about: About) -> Vec<bool> {
    let mut marks: Vec<bool> = lines.iter().map(|line| is_quoted(line)).collect();
    attributions(lines, &mut marks, about);
    if about.answers && !about.forwards {
        repeated_head(lines, &mut marks);
    }
    signature(lines, &mut marks);
    let says_something = |(line, marked): (&&str, &bool)| !marked && line.chars().any(char::is_alphanumeric);
    if !lines.iter().zip(&marks).any(says_something) {
        marks.fill(false);
    }
    marks
}

fn is_quoted(line: &str) -> bool {
    let line = line.trim_start();
    // An mbox writes ">From " where a line began with "From ".
    line.starts_with('>') && !line.starts_with(">From ")
}

/// "On Monday, X wrote:" goes with what it introduces. Where nothing is marked with `>` below it, everything below is
/// what was written before, because the answer stands on top.
fn attributions(lines: &[&str], marks: &mut [bool], about: About) {
    for index in 0..lines.len() {
        if marks[index] {
            continue;
        }
        let Some(length) = attribution(&lines[index..]) else { continue };
        let next = (index + length..lines.len()).find(|at| !lines[*at].trim().is_empty());
        if next.is_some_and(|next| marks[next]) {
            marks[index..index + length].fill(true);
        } else if about.answers && !about.forwards && next.is_some() && !marks[index..].contains(&true) {
            marks[index..].fill(true);
            return;
        }
    }
}

/// How many lines an attribution takes, if one begins here.
fn attribution(lines: &[&str]) -> Option<usize> {
    const STARTS: [&str; 11] =
        ["on ", "am ", "le ", "el ", "il ", "op ", "em ", "den ", "dne ", "w dniu ", "> on "];
    const VERBS: [&str; 11] = [
        "wrote:", "schrieb", "a écrit", "escribió:", "ha scritto:", "schreef", "escreveu:", "skrev",
        "napisał", "wrote :", "writes:",
    ];
    let first = lines.first()?.trim().to_lowercase();
    if !STARTS.iter().any(|start| first.starts_with(start)) && !first.contains('@') {
        return None;
    }
    let mut text = String::new();
    for (index, line) in lines.iter().take(3).enumerate() {
        text.push_str(&line.trim().to_lowercase());
        text.push(' ');
        let ends = text.trim_end().ends_with(':');
        if ends && text.len() < 400 && VERBS.iter().any(|verb| text.contains(verb)) {
            return Some(index + 1);
        }
    }
    None
}

/// "From: … Sent: … To: … Subject: …", or a line of dashes that says "original message": from there to the end.
fn repeated_head(lines: &[&str], marks: &mut [bool]) {
    const ORIGINAL: [&str; 6] = [
        "original message",
        "ursprüngliche nachricht",
        "message d'origine",
        "mensaje original",
        "messaggio originale",
        "oorspronkelijk bericht",
    ];
    for index in 0..lines.len() {
        let line = lines[index].trim().to_lowercase();
        let dashes = line.starts_with("--") && ORIGINAL.iter().any(|words| line.contains(words));
        if dashes || labels(&lines[index..]) >= 3 {
            let above = lines[..index].last().map(|line| line.trim());
            let ruled =
                above.is_some_and(|line| line.len() >= 5 && line.chars().all(|letter| "_-".contains(letter)));
            marks[index - usize::from(ruled)..].fill(true);
            return;
        }
    }
}

/// How many different labels of a head stand in the next lines, if the first of them is the sender's.
fn labels(lines: &[&str]) -> usize {
    const SENDER: [&str; 6] = ["from:", "von:", "de:", "da:", "van:", "de :"];
    const OTHERS: [&[&str]; 3] = [
        &[
            "sent:", "date:", "gesendet:", "datum:", "envoyé", "enviado", "inviato:", "data:", "verzonden:",
            "fecha:",
        ],
        &["to:", "an:", "à", "para:", "a:", "aan:"],
        &["subject:", "betreff:", "objet", "asunto:", "oggetto:", "onderwerp:"],
    ];
    let clean = |line: &str| line.trim().trim_start_matches('*').replace("*:", ":").to_lowercase();
    let first = clean(lines.first().copied().unwrap_or_default());
    if !SENDER.iter().any(|label| first.starts_with(label)) {
        return 0;
    }
    let next: Vec<String> = lines.iter().skip(1).take(HEAD_LINES).map(|line| clean(line)).collect();
    let found = |names: &&&[&str]| next.iter().any(|line| names.iter().any(|name| line.starts_with(name)));
    1 + OTHERS.iter().filter(found).count()
}

/// Two dashes alone on a line (RFC 3676 section 4.3), and what telephones add.
fn signature(lines: &[&str], marks: &mut [bool]) {
    const ADDED: [&str; 7] = [
        "sent from my ", "von meinem ", "gesendet von ", "envoyé de mon ", "enviado desde mi ",
        "get outlook for ", "inviato da ",
    ];
    for (index, line) in lines.iter().enumerate() {
        let lower = line.trim().to_lowercase();
        if line.chars().count() < 60 && ADDED.iter().any(|words| lower.starts_with(words)) {
            marks[index] = true;
        }
    }
    let Some(at) =
        lines.iter().enumerate().rposition(|(index, line)| !marks[index] && matches!(*line, "--" | "-- "))
    else {
        return;
    };
    let end = (at + 1..lines.len()).find(|index| marks[*index]).unwrap_or(lines.len());
    if end - at <= MAX_SIGNATURE_LINES {
        marks[at..end].fill(true);
    }
}

#[cfg(test)]
mod tests {
    use super::{About, marks};

    const ANSWER: About = About { answers: true, forwards: false };
    const FORWARD: About = About { answers: true, forwards: true };
    const LETTER: About = About { answers: false, forwards: false };

    /// The lines that count as written in this message.
    fn written(text: &str, about: About) -> Vec<&str> {
        let lines: Vec<&str> = text.lines().collect();
        let marks = marks(&lines, about);
        lines
            .into_iter()
            .zip(marks)
            .filter(|(line, mark)| !mark && !line.is_empty())
            .map(|(line, _)| line)
            .collect()
    }

    #[test]
    fn an_answer_is_told_from_what_it_answers() {
        for text in [
            "Yes, EF is 55.\n\nOn Mon, 2 Mar 2026, Mara Keller wrote:\n> What is the EF?\n>> old",
            "Yes, EF is 55.\n\nAm 02.03.26 um 09:15 schrieb Mara Keller\n<mara@example.test>:\n\n> Wie ist die EF?",
            "Yes, EF is 55.\n-----Original Message-----\nFrom: Mara\nSent: Monday\nTo: Paul\nSubject: EF\n\nWhat is it?",
            "Yes, EF is 55.\n\n_____________\nVon: Mara\nGesendet: Montag\nAn: Paul\nBetreff: EF\n\nWie ist sie?",
            "Yes, EF is 55.\n\nOn Mon, 2 Mar 2026 at 09:15, Mara <mara@example.test> wrote:\nWhat is the EF?",
            "Yes, EF is 55.\n-- \nPaul Example\nCardiology",
            "Yes, EF is 55.\n\nSent from my telephone\n\n> What is the EF?",
        ] {
            assert_eq!(written(text, ANSWER), ["Yes, EF is 55."], "{text}");
        }
    }

    #[test]
    fn answers_between_the_lines_are_kept() {
        let text = "Mara wrote:\n> EF?\n55 per cent\n> LA?\n38 mm\n--\nPaul";
        assert_eq!(written(text, ANSWER), ["Mara wrote:", "55 per cent", "38 mm"]);
    }

    #[test]
    fn a_forward_is_left_whole() {
        let text = "See below.\n-----Original Message-----\nFrom: Mara\nSent: Monday\nTo: Paul\nSubject: EF\n\nIt is 55.";
        assert_eq!(written(text, FORWARD).last(), Some(&"It is 55."));
    }

    #[test]
    fn what_only_looks_like_a_quotation_is_kept() {
        for text in [
            "From: the ward\nwe send our regards",
            "On Monday we wrote: nothing.\nMore follows.",
            "--\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n16\n17\n18\n19\n20\n21\n22\n23\n24\n25\n26\n27",
            ">From here on",
        ] {
            assert_eq!(written(text, LETTER).len(), text.lines().count(), "{text}");
        }
    }

    #[test]
    fn a_message_of_nothing_but_quotations_is_left_whole() {
        let text = "> one\n> two\n\n--\nPaul";
        assert_eq!(written(text, ANSWER).len(), 4);
    }
}
