//! Where one sentence ends and the next begins, as clinicians write them.
//!
//! Used by the chunker and by answers, so that both mean the same by a sentence. The rules of Unicode (UAX 29) decide
//! within running text; on top of them, list items, table rows and headings end where their lines end, single line
//! breaks inside a paragraph are blanks, and the abbreviations of medicine ("b.i.d.", "approx.", "Dr.") end nothing.
//! A sentence that runs over a page change stays one. Spans count code points and hold no blanks at their ends.

use unicode_segmentation::UnicodeSegmentation;
use voiceassist_model::TextSpan;

use crate::extract::lines;

/// What a full stop does not end, in lower case without the stop, sorted.
const ABBREVIATIONS: &[&str] = &[
    "a.c", "a.d", "a.k.a", "a.m", "abs", "acc", "adm", "al", "approx", "art", "assoc", "avg", "b.d", "b.i.d",
    "ben", "bid", "bzgl", "bzw", "ca", "cf", "ch", "chap", "cont", "corp", "d.h", "dept", "diff", "dist",
    "dr", "drs", "e.g", "ed", "eds", "eg", "eq", "esp", "est", "et al", "etc", "evtl", "ext", "fig", "figs",
    "gest", "ggf", "gm", "h.s", "hosp", "hr", "hrs", "i.a", "i.d", "i.e", "i.m", "i.p", "i.v", "ie", "in",
    "inc", "incl", "inj", "int", "jr", "lat", "ltd", "m", "max", "med", "mg", "min", "mio", "mos", "mr",
    "mrs", "ms", "mt", "n", "n.b", "neg", "no", "nos", "nr", "obs", "op", "oz", "p", "p.c", "p.m", "p.o",
    "p.r.n", "pat", "ph.d", "pos", "pp", "pref", "prof", "prox", "pt", "pts", "q", "q.d", "q.h", "q.i.d",
    "q.o.d", "ref", "refs", "resp", "rev", "rx", "s.c", "s.l", "sec", "sog", "sr", "st", "stat", "str",
    "subcut", "supp", "susp", "t.d.s", "t.i.d", "tab", "tabl", "tabs", "tel", "temp", "tid", "u.a", "u.u",
    "usp", "usw", "v.a", "viz", "vol", "vs", "wk", "wks", "wt", "yr", "yrs", "z.b", "z.t", "zzgl",
];

/// Abbreviations that do end a sentence when a capital follows.
const OFTEN_LAST: &[&str] = &[
    "a.m", "b.i.d", "bid", "etc", "hr", "hrs", "in", "m", "mg", "min", "mos", "n", "no", "p", "p.m", "p.o",
    "p.r.n", "pos", "neg", "pts", "q", "q.d", "q.i.d", "stat", "t.d.s", "t.i.d", "tid", "usw", "wk", "wks",
    "wt", "yr", "yrs", "al", "est", "max", "sec", "tab", "tabs", "hosp", "rx", "med", "i.v", "i.m", "s.c",
    "pt", "pat", "op", "oz", "gm", "h.s", "b.d",
];

/// The sentences of a text, in order.
pub fn split(text: &str) -> Vec<TextSpan> {
    let mut spans = Vec::new();
    let mut regions = Regions { text, at: 0, points: 0 };
    while let Some((region, start)) = regions.next() {
        split_region(region, start, &mut spans);
    }
    spans
}

/// Walks over the parts of a text that no sentence crosses.
struct Regions<'t> {
    text: &'t str,
    /// Bytes and code points before the next line.
    at: usize,
    points: u32,
}

impl<'t> Regions<'t> {
    /// The next region and the code point it starts at.
    fn next(&mut self) -> Option<(&'t str, u32)> {
        let (from, start) = (self.at, self.points);
        let mut previous: Option<&str> = None;
        let mut over_page = false;
        while self.at < self.text.len() {
            let rest = &self.text[self.at..];
            let line = &rest[..rest.find('\n').map_or(rest.len(), |end| end + 1)];
            let blank = line.trim().is_empty();
            if !(over_page && blank) && previous.is_some_and(|previous| self.ends_between(previous, line)) {
                break;
            }
            over_page = blank && (over_page || line.contains('\u{c}'));
            // Blanks and page changes are not what a line is compared with.
            if !blank || previous.is_none() {
                previous = Some(line);
            }
            self.at += line.len();
            self.points += points(line);
        }
        (self.at > from).then(|| (&self.text[from..self.at], start))
    }

    /// Whether something ends before `line`, given the last line with text before it.
    fn ends_between(&self, previous: &str, line: &str) -> bool {
        let trimmed = line.trim();
        if previous.trim().is_empty() {
            return true;
        }
        if line.contains('\u{c}') {
            // A page change inside a sentence: the words go on below in lower case.
            let after = self.text[self.at + line.len()..].trim_start();
            return ends_sentence(previous)
                || !after.starts_with(char::is_lowercase)
                || lines::is_marked(after);
        }
        trimmed.is_empty() && !self.before_page_change(line)
            || lines::is_marked(trimmed)
            || lines::is_labelled(trimmed)
            || lines::is_row(previous)
            || lines::is_marked_heading(previous)
    }

    /// Whether a blank line only belongs to a page change.
    fn before_page_change(&self, line: &str) -> bool {
        self.text[self.at + line.len()..].trim_start_matches([' ', '\n']).starts_with('\u{c}')
    }
}

fn ends_sentence(line: &str) -> bool {
    line.trim_end().ends_with(['.', '!', '?', ':', ';'])
}

/// Splits one region by the rules of running text.
fn split_region(region: &str, start: u32, spans: &mut Vec<TextSpan>) {
    let flat: String = region.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    let (mut at, mut byte) = (start, 0);
    let mut open: Option<(u32, String)> = None;
    for piece in flat.split_sentence_bounds() {
        let (from, mut sentence) = open.take().unwrap_or((at, String::new()));
        sentence.push_str(piece);
        at += points(piece);
        byte += piece.len();
        if goes_on(&sentence, &flat[byte..]) {
            open = Some((from, sentence));
        } else {
            push_trimmed(&sentence, from, spans);
        }
    }
    if let Some((from, sentence)) = open {
        push_trimmed(&sentence, from, spans);
    }
}

/// Whether what looks like the end of a sentence is none.
fn goes_on(sentence: &str, next: &str) -> bool {
    let trimmed = sentence.trim_end();
    let next = next.trim_start();
    let Some(first) = next.chars().next() else { return false };
    let Some(stem) = trimmed.strip_suffix('.') else {
        return false;
    };
    let word = stem.rsplit([' ', '(', '[']).next().unwrap_or("").to_lowercase();
    if word.is_empty() {
        return false;
    }
    let initial = word.chars().count() == 1 && stem.ends_with(char::is_uppercase);
    let numbered = trimmed.chars().count() <= 4 && word.chars().all(|c| c.is_ascii_digit());
    if initial || numbered {
        return true;
    }
    if ABBREVIATIONS.binary_search(&word.as_str()).is_err() {
        return false;
    }
    !(OFTEN_LAST.contains(&word.as_str()) && first.is_uppercase())
}

fn push_trimmed(sentence: &str, from: u32, spans: &mut Vec<TextSpan>) {
    let trimmed = sentence.trim();
    if trimmed.is_empty() {
        return;
    }
    let lead = points(&sentence[..sentence.len() - sentence.trim_start().len()]);
    let start = from + lead;
    spans.push(TextSpan { start, end: start + points(trimmed) });
}

fn points(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::{ABBREVIATIONS, split};

    fn check(text: &str, expected: &[&str]) {
        let chars: Vec<char> = text.chars().collect();
        let found: Vec<String> = split(text)
            .into_iter()
            .map(|span| chars[span.start as usize..span.end as usize].iter().collect::<String>())
            .map(|sentence| sentence.split_whitespace().collect::<Vec<_>>().join(" "))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn abbreviations_are_sorted() {
        assert!(ABBREVIATIONS.is_sorted());
    }

    #[test]
    fn abbreviations_of_medicine_end_nothing() {
        check(
            "Give approx. 5 mg b.i.d. for 3 days. Dr. A. Weber was told, e.g. by phone. Stop it.",
            &["Give approx. 5 mg b.i.d. for 3 days.", "Dr. A. Weber was told, e.g. by phone.", "Stop it."],
        );
    }

    #[test]
    fn an_abbreviation_at_the_end_ends_the_sentence() {
        check("Apixaban 5 mg b.i.d. Check the INR.", &["Apixaban 5 mg b.i.d.", "Check the INR."]);
    }

    #[test]
    fn decimals_and_versions_stay_whole() {
        check(
            "The pH was 7.35 and K 4.1 mmol/l. Version 2.1 applies.",
            &["The pH was 7.35 and K 4.1 mmol/l.", "Version 2.1 applies."],
        );
    }

    #[test]
    fn line_breaks_inside_a_paragraph_are_blanks_and_items_are_apart() {
        check(
            "One sentence\nover two lines. Two.\n\nList\n- first item\n  goes on\n- second\n1. third",
            &["One sentence over two lines.", "Two.", "List", "- first item goes on", "- second", "1. third"],
        );
    }

    #[test]
    fn rows_are_sentences_of_their_own() {
        check(
            "Doses follow.\nDrug | Dose\nA | 5 mg\nAfter it.",
            &["Doses follow.", "Drug | Dose", "A | 5 mg", "After it."],
        );
    }

    #[test]
    fn labelled_lines_are_apart() {
        check(
            "Ward 3: 4711\nWard 4: 4712\nask for the nurse",
            &["Ward 3: 4711", "Ward 4: 4712 ask for the nurse"],
        );
    }

    #[test]
    fn a_sentence_over_a_page_change_is_one() {
        check("It goes on the\n\u{c}\nnext page. End.", &["It goes on the next page.", "End."]);
        check("It ends.\n\u{c}\nnew page.", &["It ends.", "new page."]);
        check("Title\n\u{c}\nNew page.", &["Title", "New page."]);
    }

    #[test]
    fn spans_count_code_points() {
        let spans = split("Größe µ. Zweiter Satz.");
        assert_eq!((spans[1].start, spans[1].end), (9, 22));
    }
}
