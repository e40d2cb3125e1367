//! Whether a passage says what a sentence says.
//!
//! Judged by words and numbers, strictly, because a sentence withheld costs less than one that nobody said. The sentence
//! is laid beside each stretch of one to three sentences of a passage. It is supported if such a stretch holds every
//! number of it and most of its content words, and if every word they share is denied by both or by neither: "is not
//! given" is no support for "is given", and "if there is no bleeding" none for "if there is bleeding". Headings lend
//! words, no numbers.

use std::collections::HashSet;

use unicode_segmentation::UnicodeSegmentation as _;
use voiceassist_model::{Citation, Passage, TextSpan};

use super::question::stems;
use super::sentences;

/// The share of a sentence's content words that its source must hold.
const LEAST_SHARE: f32 = 0.6;
/// A sentence is about the same when it shares at least one in so many content words.
const ABOUT_IT: usize = 3;
/// Sentences in the longest stretch.
const LONGEST_STRETCH: usize = 3;
/// Sentences of one passage that are looked at.
const MAX_SENTENCES: usize = 200;
/// Words that deny the whole clause they stand in, in lower case.
const DENY_CLAUSE: [&str; 9] =
    ["not", "never", "cannot", "avoid", "avoided", "avoiding", "contraindicated", "nicht", "nie"];
/// Words that deny what follows them.
const DENY_NEXT: [&str; 9] = ["no", "without", "neither", "nor", "none", "kein", "keine", "keinen", "ohne"];
/// Content words that such a word denies.
const DENIED_NEXT: usize = 2;
/// Words with which another clause begins.
const CLAUSES: [&str; 12] = [
    "if", "when", "unless", "because", "but", "although", "whereas", "while", "until", "since", "wenn",
    "aber",
];
/// Numbers that are written as words.
const NUMBER_WORDS: [(&str, &str); 14] = [
    ("one", "1"),
    ("two", "2"),
    ("three", "3"),
    ("four", "4"),
    ("five", "5"),
    ("six", "6"),
    ("seven", "7"),
    ("eight", "8"),
    ("nine", "9"),
    ("ten", "10"),
    ("eleven", "11"),
    ("twelve", "12"),
    ("once", "1"),
    ("twice", "2"),
];

/// Where a passage says it, and how well.
#[derive(Clone, Debug)]
pub(super) struct Support<'p> {
    pub(super) passage: &'p Passage,
    /// Within the document.
    pub(super) span: TextSpan,
    quote: String,
    page: u32,
    /// The share of the sentence's content words, 0 to 1.
    pub(super) share: f32,
}

impl Support<'_> {
    pub(super) fn citation(&self, number: u32) -> Citation {
        Citation {
            number,
            document: self.passage.document,
            chunk: self.passage.chunk,
            file_id: self.passage.file_id,
            origin: self.passage.origin.clone(),
            title: self.passage.title.clone(),
            path: self.passage.path.clone(),
            page: self.page,
            span: self.span,
            quote: self.quote.clone(),
            boxes: self.passage.printed.boxes(self.span),
            recognised: self.passage.printed.recognised,
            score: self.share.clamp(0.0, 1.0),
        }
    }
}

/// The passages among those named that say so; nothing if none does.
pub(super) fn of<'p>(sentence: &str, named: &[&'p Passage]) -> Option<Vec<Support<'p>>> {
    let claim = Claim::of(sentence);
    if claim.stems.is_empty() {
        return None;
    }
    let found: Vec<Support<'p>> = named.iter().filter_map(|passage| claim.best_in(passage)).collect();
    (!found.is_empty()).then_some(found)
}

/// What is said, for comparing.
struct Claim {
    stems: HashSet<String>,
    numbers: HashSet<String>,
    denied: HashSet<String>,
}

/// One sentence of a passage.
struct Said {
    span: TextSpan,
    text: String,
    stems: HashSet<String>,
    numbers: HashSet<String>,
    denied: HashSet<String>,
}

impl Claim {
    fn of(text: &str) -> Self {
        Self { stems: words(text), numbers: numbers(text), denied: denied(text) }
    }

    /// The stretch that says it best, the shorter of equals.
    fn best_in<'p>(&self, passage: &'p Passage) -> Option<Support<'p>> {
        let said = read(&passage.text);
        let heading = words(&passage.heading);
        let mut best: Option<(f32, usize, usize)> = None;
        for length in 1..=LONGEST_STRETCH.min(said.len()) {
            for start in 0..=said.len() - length {
                let Some(share) = self.share(&said[start..start + length], &heading) else { continue };
                if best.is_none_or(|(most, ..)| share > most + f32::EPSILON) {
                    best = Some((share, start, length));
                }
            }
        }
        let (share, start, length) = best?;
        Some(support(passage, &said[start..start + length], share))
    }

    /// How much of the claim a stretch says; nothing when it does not support it. A sentence that shares only a word or
    /// two with the claim says something else: it lends neither words nor numbers, and what it denies does not count.
    fn share(&self, stretch: &[Said], heading: &HashSet<String>) -> Option<f32> {
        let about_it =
            |said: &&Said| said.stems.intersection(&self.stems).count() * ABOUT_IT >= self.stems.len();
        let stretch: Vec<&Said> = stretch.iter().filter(about_it).collect();
        let holds = |number: &String| stretch.iter().any(|said| said.numbers.contains(number));
        if stretch.is_empty() || !self.numbers.iter().all(holds) {
            return None;
        }
        let (mut own, mut lent) = (0, 0);
        for stem in &self.stems {
            if stretch.iter().any(|said| said.stems.contains(stem)) {
                own += 1;
            } else if heading.contains(stem) {
                lent += 1;
            }
        }
        let share = (own as f32 + 0.5 * lent as f32) / self.stems.len() as f32;
        let agrees = |said: &&Said| {
            let mut common = said.stems.intersection(&self.stems);
            common.all(|stem| said.denied.contains(stem) == self.denied.contains(stem))
        };
        (share >= LEAST_SHARE && stretch.iter().all(agrees)).then_some(share)
    }
}

fn read(text: &str) -> Vec<Said> {
    let chars: Vec<char> = text.chars().collect();
    sentences::split(text)
        .into_iter()
        .take(MAX_SENTENCES)
        .map(|span| {
            let text: String = chars[span.start as usize..span.end as usize].iter().collect();
            Said { span, stems: words(&text), numbers: numbers(&text), denied: denied(&text), text }
        })
        .collect()
}

fn support<'p>(passage: &'p Passage, stretch: &[Said], share: f32) -> Support<'p> {
    let start = stretch.first().map_or(0, |said| said.span.start);
    let end = stretch.last().map_or(0, |said| said.span.end);
    let before = passage.text.chars().take(start as usize).filter(|c| *c == '\u{c}').count();
    let page = passage.pages.first + u32::try_from(before).unwrap_or(0);
    let quote: String = match stretch {
        [one] => one.text.clone(),
        _ => passage.text.chars().skip(start as usize).take((end - start) as usize).collect(),
    };
    let span = TextSpan { start: passage.span.start + start, end: passage.span.start + end };
    Support { passage, span, quote, page: page.min(passage.pages.last), share }
}

/// Content words by their stems; numbers are compared by themselves.
pub(super) fn words(text: &str) -> HashSet<String> {
    stems(text)
        .into_iter()
        .filter(|stem| stem.chars().any(char::is_alphabetic) && !is_number_word(stem))
        .collect()
}

fn is_number_word(word: &str) -> bool {
    NUMBER_WORDS.iter().any(|(written, _)| *written == word)
}

/// Numbers in one spelling: `1,000` is 1000, `0.50` is 0.5, `five` is 5.
pub(super) fn numbers(text: &str) -> HashSet<String> {
    let mut found = HashSet::new();
    let chars: Vec<char> = text.chars().collect();
    let mut at = 0;
    while at < chars.len() {
        if !chars[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let start = at;
        while at < chars.len()
            && (chars[at].is_ascii_digit()
                || (matches!(chars[at], '.' | ',') && chars.get(at + 1).is_some_and(char::is_ascii_digit)))
        {
            at += 1;
        }
        let written: String = chars[start..at].iter().collect();
        found.insert(normal(&written));
    }
    for word in text.unicode_words() {
        let lower = word.to_lowercase();
        if let Some((_, digits)) = NUMBER_WORDS.iter().find(|(written, _)| *written == lower) {
            found.insert((*digits).to_owned());
        }
    }
    found
}

fn normal(written: &str) -> String {
    let groups: Vec<&str> = written.split(',').collect();
    let grouped = groups.len() > 1
        && groups[1..].iter().all(|group| group.split('.').next().is_some_and(|whole| whole.len() == 3));
    let plain = if grouped { written.replace(',', "") } else { written.replace(',', ".") };
    let trimmed = match plain.split_once('.') {
        Some((whole, rest)) if !rest.contains('.') => {
            let rest = rest.trim_end_matches('0');
            if rest.is_empty() { whole.to_owned() } else { format!("{whole}.{rest}") }
        }
        _ => plain,
    };
    let bare = trimmed.trim_start_matches('0');
    if bare.is_empty() || bare.starts_with('.') { format!("0{bare}") } else { bare.to_owned() }
}

/// The content words of a sentence that it denies.
pub(super) fn denied(text: &str) -> HashSet<String> {
    let mut denied = HashSet::new();
    for clause in clauses(text) {
        let whole = clause.iter().any(|word| denies_clause(word));
        let mut left = 0;
        for word in &clause {
            if DENY_NEXT.contains(&word.as_str()) {
                left = DENIED_NEXT;
                continue;
            }
            for stem in words(word) {
                if whole || left > 0 {
                    denied.insert(stem);
                    left = left.saturating_sub(1);
                }
            }
        }
    }
    denied
}

fn denies_clause(lower: &str) -> bool {
    DENY_CLAUSE.contains(&lower) || lower.ends_with("n't")
}

/// Whether a word denies something.
pub(super) fn is_denial(word: &str) -> bool {
    let lower = word.to_lowercase().replace('’', "'");
    denies_clause(&lower) || DENY_NEXT.contains(&lower.as_str())
}

/// The clauses of a sentence, each in its words.
fn clauses(text: &str) -> Vec<Vec<String>> {
    let mut clauses = vec![Vec::new()];
    for piece in text.split([',', ';', ':', '(', ')']) {
        for word in piece.unicode_words() {
            let lower = word.to_lowercase().replace('’', "'");
            if CLAUSES.contains(&lower.as_str()) {
                clauses.push(Vec::new());
            }
            clauses.last_mut().into_iter().for_each(|clause| clause.push(lower.clone()));
        }
        clauses.push(Vec::new());
    }
    clauses
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;
    use voiceassist_model::{ChunkId, DocumentId, PageSpan, Passage, Sensitivity, TextSpan};

    use super::{normal, numbers, of};

    fn passage(text: &str) -> Passage {
        Passage {
            chunk: ChunkId::from_uuid(Uuid::from_u128(1)),
            document: DocumentId::from_uuid(Uuid::from_u128(1)),
            file_id: 1,
            origin: voiceassist_model::Origin::default(),
            title: "Plan.txt".to_owned(),
            path: "/Plan.txt".to_owned(),
            heading: "Anticoagulation › Ablation".to_owned(),
            pages: PageSpan { first: 3, last: 4 },
            span: TextSpan { start: 100, end: 100 + u32::try_from(text.chars().count()).unwrap() },
            text: text.to_owned(),
            printed: voiceassist_model::Printed::default(),
            sensitivity: Sensitivity::Internal,
            score: 1.0,
        }
    }

    const TEXT: &str = "Warfarin is stopped five days before surgery. Apixaban is restarted six hours after the ablation. \
                        Do not give heparin within 12 hours of dabigatran.\n\u{c}\nThe loading dose is 1,000 mg.";

    fn supported(sentence: &str) -> bool {
        of(sentence, &[&passage(TEXT)]).is_some()
    }

    #[test]
    fn what_a_passage_says_is_supported_in_other_words_too() {
        for sentence in [
            "Apixaban is restarted 6 hours after the ablation.",
            "After an ablation, restart apixaban after six hours.",
            "Heparin is not given within 12 hours of dabigatran.",
            "The loading dose is 1000 mg.",
        ] {
            assert!(supported(sentence), "{sentence}");
        }
    }

    #[test]
    fn another_number_another_subject_and_the_contrary_are_not_supported() {
        for sentence in [
            "Apixaban is restarted 8 hours after the ablation.",
            "Rivaroxaban is resumed six hours after bypass grafting.",
            "Give heparin within 12 hours of dabigatran.",
            "Apixaban is not restarted six hours after the ablation.",
            "Apixaban is never restarted after the ablation.",
            "Warfarin isn't stopped five days before surgery.",
            "Warfarin is stopped twelve days before surgery.",
            "It depends.",
        ] {
            assert!(!supported(sentence), "{sentence}");
        }
    }

    #[test]
    fn the_place_is_named_to_the_sentence_and_the_page() {
        let passage = passage(TEXT);
        let found = of("The loading dose is 1000 mg.", &[&passage]).unwrap();
        let citation = found[0].citation(2);
        assert_eq!(
            (citation.number, citation.page, citation.quote.as_str()),
            (2, 4, "The loading dose is 1,000 mg.")
        );
        let chars: Vec<char> = TEXT.chars().collect();
        let place = citation.span.start as usize - 100..citation.span.end as usize - 100;
        assert_eq!(chars[place].iter().collect::<String>(), citation.quote);
    }

    #[test]
    fn numbers_have_one_spelling() {
        for (written, expected) in [
            ("1,000", "1000"),
            ("0.50", "0.5"),
            ("2,5", "2.5"),
            ("05", "5"),
            ("0", "0"),
            ("1.000", "1"),
            ("7.35", "7.35"),
        ] {
            assert_eq!(normal(written), expected, "{written}");
        }
        assert!(numbers("twice 5mg").contains("2") && numbers("twice 5mg").contains("5"));
    }
}
