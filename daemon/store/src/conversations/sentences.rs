//! A text in its sentences, and what each stands on.
//!
//! The text and what it stands on are sealed apart, the second as lengths of sentences with their citations. Read back, they
//! are a text of the same sentences, whatever is in them; where the lengths do not fit, nothing is guessed and every sentence
//! stands on everything, so that nothing is shown whose ground was lost.

use serde::{Deserialize, Serialize};
use voiceassist_model::{Citation, ItemCitation, debug_without_text};

/// A sentence, and what it stands on.
#[derive(Clone, PartialEq)]
pub struct Sentence {
    /// What was said.
    pub text: String,
    /// What it was taken from; nothing for the person's own words.
    pub citations: Vec<Citation>,
    /// The events, tasks, contacts and messages it was read from.
    pub items: Vec<ItemCitation>,
}

impl Sentence {
    /// A sentence that stands on nothing: the person's own words, or a remark.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), citations: Vec::new(), items: Vec::new() }
    }
}

debug_without_text!(Sentence { citations; text });

/// What a text stands on, as it is sealed beside it.
#[derive(Serialize, Deserialize)]
pub(super) struct Grounds {
    sentences: Vec<Grounded>,
}

/// One sentence of the text beside it.
#[derive(Serialize, Deserialize)]
struct Grounded {
    /// Its length in code points; a space follows it.
    chars: usize,
    citations: Vec<Citation>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    items: Vec<ItemCitation>,
}

/// Either form that was ever written: by sentence, or all citations of a text together.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum KeptGrounds {
    Sentences(Grounds),
    Together(Vec<Citation>),
}

pub(super) fn joined(sentences: &[Sentence]) -> String {
    sentences.iter().map(|sentence| sentence.text.as_str()).collect::<Vec<_>>().join(" ")
}

pub(super) fn grounds(sentences: &[Sentence]) -> Option<Grounds> {
    if sentences.iter().all(|sentence| sentence.citations.is_empty() && sentence.items.is_empty()) {
        return None;
    }
    let grounded = |sentence: &Sentence| Grounded {
        chars: sentence.text.chars().count(),
        citations: sentence.citations.clone(),
        items: sentence.items.clone(),
    };
    Some(Grounds { sentences: sentences.iter().map(grounded).collect() })
}

/// The text in its sentences. Where their lengths do not fit the text, every sentence stands on everything.
pub(super) fn split(text: String, kept: Option<KeptGrounds>) -> Vec<Sentence> {
    let grounds = match kept {
        None => return vec![Sentence::plain(text)],
        Some(KeptGrounds::Together(citations)) => {
            return vec![Sentence { citations, ..Sentence::plain(text) }];
        }
        Some(KeptGrounds::Sentences(grounds)) => grounds.sentences,
    };
    let mut rest = text.chars();
    let mut sentences = Vec::with_capacity(grounds.len());
    for (place, grounded) in grounds.iter().enumerate() {
        if place > 0 {
            rest.next();
        }
        let sentence: String = rest.by_ref().take(grounded.chars).collect();
        sentences.push(Sentence {
            text: sentence,
            citations: grounded.citations.clone(),
            items: grounded.items.clone(),
        });
    }
    if joined(&sentences) == text {
        return sentences;
    }
    let (citations, items): (Vec<Vec<Citation>>, Vec<Vec<ItemCitation>>) =
        grounds.into_iter().map(|grounded| (grounded.citations, grounded.items)).unzip();
    vec![Sentence { text, citations: citations.concat(), items: items.concat() }]
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;
    use voiceassist_model::{ChunkId, Citation, DocumentId, TextSpan};

    use super::{KeptGrounds, Sentence, grounds, joined, split};

    fn sentence(text: &str, document: u128) -> Sentence {
        let citation = Citation {
            number: 1,
            document: DocumentId::from_uuid(Uuid::from_u128(document)),
            chunk: ChunkId::from_uuid(Uuid::from_u128(document)),
            file_id: 10,
            origin: voiceassist_model::Origin::default(),
            title: "AF.pdf".to_owned(),
            path: "/AF.pdf".to_owned(),
            page: 3,
            span: TextSpan { start: 5, end: 9 },
            quote: text.to_owned(),
            boxes: Vec::new(),
            recognised: None,
            score: 0.5,
        };
        Sentence { citations: vec![citation], ..Sentence::plain(text) }
    }

    #[test]
    fn sentences_read_back_whatever_is_in_them() {
        let said =
            [sentence("Start at 25 mg. Or less.", 1), sentence("", 2), sentence("Größe ≥ 2 cm 🫀.", 3)];
        let kept = serde_json::to_value(grounds(&said).unwrap()).unwrap();
        let kept: KeptGrounds = serde_json::from_value(kept).unwrap();
        assert_eq!(split(joined(&said), Some(kept)), said);
        assert!(grounds(&[Sentence::plain("How much?")]).is_none());
    }

    #[test]
    fn what_cannot_be_told_apart_stands_on_everything() {
        let said = [sentence("Start at 25 mg.", 1), sentence("Then 50 mg.", 2)];
        let kept = KeptGrounds::Sentences(grounds(&said).unwrap());
        let whole = split("Another text altogether, and longer.".to_owned(), Some(kept));
        assert_eq!((whole.len(), whole[0].citations.len()), (1, 2));
        let citations: Vec<Citation> = said.iter().flat_map(|one| one.citations.clone()).collect();
        let older: KeptGrounds = serde_json::from_value(serde_json::to_value(citations).unwrap()).unwrap();
        let whole = split(joined(&said), Some(older));
        assert_eq!((whole.len(), whole[0].citations.len()), (1, 2));
    }
}
