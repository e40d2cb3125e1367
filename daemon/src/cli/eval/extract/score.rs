//! How many strings a text holds, and how many of them in order.
//!
//! The most strings that can be found one after the other count as in order, so that a single one that was read in the
//! wrong place costs itself and not all that follow it.

use voiceassist_rag::extract::Extracted;

use super::gold::Required;

/// Occurrences of one string that are looked at.
const MOST_OCCURRENCES: usize = 10_000;

/// What was found of the strings of one file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Score {
    pub(super) required: usize,
    pub(super) found: usize,
    pub(super) in_order: usize,
    pub(super) missing: Vec<String>,
    pub(super) misplaced: Vec<String>,
}

impl Score {
    /// All of so many strings.
    pub(super) fn whole(required: usize) -> Self {
        Self { required, found: required, in_order: required, ..Self::default() }
    }

    /// None of these strings.
    pub(super) fn none<S: AsRef<str>>(strings: &[S]) -> Self {
        let missing: Vec<String> = strings.iter().map(|string| string.as_ref().to_owned()).collect();
        Self { required: missing.len(), missing, ..Self::default() }
    }

    /// What a document holds of these strings.
    pub(super) fn of(document: &Extracted, strings: &[Required]) -> Self {
        let (text, starts) = flat(document);
        let places: Vec<Vec<(usize, usize)>> =
            strings.iter().map(|required| places(&text, &starts, required)).collect();
        let in_order = longest(&places);
        let mut score = Self { required: strings.len(), in_order: in_order.len(), ..Self::default() };
        for (index, (required, places)) in strings.iter().zip(&places).enumerate() {
            if places.is_empty() {
                score.missing.push(required.text.clone());
            } else {
                score.found += 1;
                if !in_order.contains(&index) {
                    score.misplaced.push(required.text.clone());
                }
            }
        }
        score
    }
}

/// The whole text with blanks collapsed, and where its pages start in it.
fn flat(document: &Extracted) -> (String, Vec<usize>) {
    let (mut text, mut starts) = (String::new(), Vec::new());
    for page in &document.pages {
        starts.push(text.len());
        let page = collapsed(&page.text);
        text.push_str(&page);
        if !page.is_empty() {
            text.push(' ');
        }
    }
    (text, starts)
}

/// Words with single blanks between them; a bar that stands alone parts cells and is no word.
fn collapsed(text: &str) -> String {
    text.split_whitespace().filter(|word| *word != "|").collect::<Vec<_>>().join(" ")
}

/// Where a string stands, on its page if it names one.
fn places(text: &str, starts: &[usize], required: &Required) -> Vec<(usize, usize)> {
    let wanted = collapsed(&required.text);
    if wanted.is_empty() {
        return Vec::new();
    }
    let page = |at: usize| u32::try_from(starts.partition_point(|start| *start <= at)).unwrap_or(u32::MAX);
    text.match_indices(&wanted)
        .map(|(at, found)| (at, at + found.len()))
        .filter(|(at, _)| required.page.is_none_or(|wanted| page(*at) == wanted))
        .take(MOST_OCCURRENCES)
        .collect()
}

/// The strings of the longest run that can be found one after the other, by their number.
fn longest(places: &[Vec<(usize, usize)>]) -> Vec<usize> {
    // For each length: where the run ends that ends first, and the strings in it (as a chain of links).
    let mut runs: Vec<(usize, Option<usize>)> = vec![(0, None)];
    let mut links: Vec<(usize, Option<usize>)> = Vec::new();
    for (string, places) in places.iter().enumerate() {
        for length in (0..runs.len()).rev() {
            let (after, link) = runs[length];
            let next = places.partition_point(|(start, _)| *start < after);
            let Some((_, end)) = places.get(next) else { continue };
            if runs.get(length + 1).is_some_and(|(known, _)| known <= end) {
                continue;
            }
            links.push((string, link));
            let run = (*end, Some(links.len() - 1));
            match runs.get_mut(length + 1) {
                Some(known) => *known = run,
                None => runs.push(run),
            }
        }
    }
    let mut strings = Vec::new();
    let mut link = runs.last().and_then(|(_, link)| *link);
    while let Some(at) = link {
        let (string, before) = links[at];
        strings.push(string);
        link = before;
    }
    strings.reverse();
    strings
}

#[cfg(test)]
mod tests {
    use super::{Required, Score};
    use voiceassist_rag::extract::{Extracted, Page};

    fn document(pages: &[&str]) -> Extracted {
        let pages = pages
            .iter()
            .zip(1..)
            .map(|(text, page)| Page {
                page,
                text: (*text).to_owned(),
                blocks: Vec::new(),
                confidence: None,
                printed: Vec::new(),
            })
            .collect();
        Extracted { mime: String::new(), pages, truncated: false, error: None, gaps: Vec::new(), mail: None }
    }

    fn score(pages: &[&str], strings: &[(&str, Option<u32>)]) -> Score {
        let strings: Vec<Required> =
            strings.iter().map(|(text, page)| Required { text: (*text).to_owned(), page: *page }).collect();
        Score::of(&document(pages), &strings)
    }

    #[test]
    fn line_ends_and_cells_are_blanks() {
        let found =
            score(&["Drug | Dose\nA  |\t5 mg", "end of\nit"], &[("A 5 mg", None), ("end of it", None)]);
        assert_eq!(found, Score::whole(2));
    }

    #[test]
    fn one_string_out_of_order_costs_itself_alone() {
        let strings = [("late", None), ("one", None), ("two", None), ("absent", None), ("three", None)];
        let found = score(&["one two three late"], &strings);
        assert_eq!((found.required, found.found, found.in_order), (5, 4, 3));
        assert_eq!((found.missing, found.misplaced), (vec!["absent".to_owned()], vec!["late".to_owned()]));
    }

    #[test]
    fn the_same_string_twice_must_be_there_twice() {
        assert_eq!(score(&["a x a"], &[("a", None), ("a", None)]).in_order, 2);
        assert_eq!(score(&["a x"], &[("a", None), ("a", None)]).in_order, 1);
    }

    #[test]
    fn a_page_that_is_named_must_be_the_one() {
        assert_eq!(score(&["a", "", "b"], &[("a", Some(1)), ("b", Some(3))]).in_order, 2);
        assert_eq!(score(&["a", "", "b"], &[("b", Some(2))]).in_order, 0);
    }
}
