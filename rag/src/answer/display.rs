//! A sentence as it is shown: the words without what would act.
//!
//! Links keep their words and lose their target, images and tags go, bare addresses go, emphasis and heading marks
//! go, entities are not decoded. Nothing that is shown can be clicked, loaded or rendered as anything but text.

use crate::extract::{lines, normalise};

/// The sentence as plain words.
pub(super) fn plain(sentence: &str) -> String {
    let text = normalise::inline(sentence);
    let text = text.trim_start_matches('#').trim_start();
    let text = lines::without_marker(text);
    let text = without_links(text);
    let text = without_tags(&text);
    let text = without_addresses(&text);
    let text: String = without_emphasis(&text);
    normalise::inline(text.trim().trim_matches('|').trim())
}

/// `[words](target)` becomes its words, `![alt](target)` nothing.
fn without_links(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('[') {
        let is_image = rest[..open].ends_with('!');
        let Some((words, after)) = link(&rest[open..]) else {
            out.push_str(&rest[..=open]);
            rest = &rest[open + 1..];
            continue;
        };
        out.push_str(&rest[..open - usize::from(is_image)]);
        if !is_image {
            out.push_str(words);
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The words of a link that starts here, and what follows it.
fn link(text: &str) -> Option<(&str, &str)> {
    let close = text.find(']')?;
    let words = &text[1..close];
    let target = &text[close + 1..];
    let closing = match target.chars().next()? {
        '(' => ')',
        '[' => ']',
        _ => return None,
    };
    let end = target.find(closing)?;
    Some((words, &target[end + 1..]))
}

/// `<b>` and `<https://…>` go; a bare "less than" stays.
fn without_tags(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('<') {
        let (before, tag) = rest.split_at(open);
        out.push_str(before);
        let is_tag = tag[1..].starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
        match tag.find('>') {
            Some(close) if is_tag => rest = &tag[close + 1..],
            _ => {
                out.push('<');
                rest = &tag[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

fn without_addresses(text: &str) -> String {
    let acts = |word: &str| {
        let word = word.trim_start_matches(['(', '"', '\'']).to_ascii_lowercase();
        ["http:", "https:", "javascript:", "data:", "file:", "ftp:", "www."]
            .iter()
            .any(|scheme| word.starts_with(scheme))
    };
    if !text.split(' ').any(acts) {
        return text.to_owned();
    }
    text.split(' ').filter(|word| !acts(word)).collect::<Vec<_>>().join(" ")
}

fn without_emphasis(text: &str) -> String {
    text.replace("**", "").replace("__", "").replace('`', "")
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn nothing_that_acts_is_shown() {
        assert_eq!(plain("See [the **protocol**](https://x.example/a) now."), "See the protocol now.");
        assert_eq!(plain("A ![pixel](https://x.example/p.png) dot."), "A dot.");
        assert_eq!(plain("Go to https://x.example/?q=1 or <b>stay</b>."), "Go to or stay.");
        assert_eq!(plain("<img src=x onerror=alert(1)>Dose 5 mg."), "Dose 5 mg.");
    }

    #[test]
    fn comparisons_and_brackets_stay() {
        assert_eq!(
            plain("If eGFR < 30 and K > 5.5 [see below], stop."),
            "If eGFR < 30 and K > 5.5 [see below], stop."
        );
    }

    #[test]
    fn marks_of_lists_and_headings_go() {
        assert_eq!(plain("- first\n  item"), "first item");
        assert_eq!(plain("## Heading"), "Heading");
        assert_eq!(plain("| a | b |"), "a | b");
    }
}
