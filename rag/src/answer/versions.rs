//! Which of two documents is the newer version of the same one, as far as their names tell.
//!
//! A name holds a version ("v2", "Version 1.4", "Rev. 3") or a date ("2024", "2024-05", "05/2024"). Two documents are
//! versions of one if their names are the same without it. Nothing is guessed from file times: a copy is younger than
//! what it was copied from.

use std::cmp::Ordering;

/// Years that a name can mean.
const YEARS: std::ops::RangeInclusive<u32> = 1990..=2099;

/// A name, split into what it is about and its version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    about: String,
    version: Vec<u32>,
}

impl Name {
    /// Reads a file's name.
    pub(crate) fn of(title: &str) -> Self {
        let stem =
            title.rsplit_once('.').filter(|(_, ending)| ending.len() <= 5).map_or(title, |(stem, _)| stem);
        let lower = stem.to_lowercase();
        let (mut about, mut version) = (Vec::new(), Vec::new());
        let mut expects = false;
        for token in lower.split(|c: char| c.is_whitespace() || matches!(c, '_' | '-' | '(' | ')' | ',')) {
            let bare = token.trim_matches('.');
            if matches!(bare, "" | "final" | "neu" | "new" | "old" | "alt" | "copy" | "kopie" | "draft") {
                continue;
            }
            if matches!(bare, "v" | "version" | "rev" | "revision" | "stand" | "edition") {
                expects = true;
                continue;
            }
            let digits = bare.strip_prefix('v').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
            if let Some(numbers) = numbers(digits.unwrap_or(bare)).filter(|numbers| {
                expects
                    || digits.is_some()
                    || !version.is_empty()
                    || numbers.iter().any(|number| YEARS.contains(number))
            }) {
                version.extend(numbers);
            } else {
                about.push(bare.to_owned());
            }
            expects = false;
        }
        // "05/2024" and "2024-05" mean the same month.
        if let [month, year] = version.as_slice()
            && YEARS.contains(year)
            && !YEARS.contains(month)
        {
            version = vec![*year, *month];
        }
        Self { about: about.join(" "), version }
    }

    /// How this compares with another version of the same document; nothing if it is another document.
    pub(crate) fn compared(&self, other: &Self) -> Option<Ordering> {
        let comparable = !self.about.is_empty()
            && self.about == other.about
            && !self.version.is_empty()
            && !other.version.is_empty();
        comparable.then(|| self.version.cmp(&other.version)).filter(|order| order.is_ne())
    }

    /// The year in it, if there is one.
    pub(crate) fn year(&self) -> Option<u32> {
        self.version.iter().copied().find(|number| YEARS.contains(number))
    }
}

fn numbers(text: &str) -> Option<Vec<u32>> {
    text.split(['.', '/']).map(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering;

    use super::Name;

    fn check(one: &str, other: &str, expected: Option<Ordering>) {
        assert_eq!(Name::of(one).compared(&Name::of(other)), expected, "{one} / {other}");
    }

    #[test]
    fn versions_of_one_document_are_ordered_and_other_documents_are_not() {
        check("Anticoagulation v1.pdf", "Anticoagulation v2.pdf", Some(Ordering::Less));
        check("Anticoagulation_2021.docx", "Anticoagulation 2024.pdf", Some(Ordering::Less));
        check("SOP Sepsis (05/2024).pdf", "SOP Sepsis 2023-11.pdf", Some(Ordering::Greater));
        check("Sepsis Version 1.10.txt", "Sepsis Version 1.9.txt", Some(Ordering::Greater));
        check("Sepsis.txt", "Sepsis 2024.txt", None);
        check("Sepsis 2023.txt", "Stroke 2024.txt", None);
        check("Ward 3 2023.txt", "Ward 4 2024.txt", None);
        check("2023.txt", "2024.txt", None);
    }
}
