//! What is asked of a model, in its parts.
//!
//! The parts are kept apart until the wire, for three reasons: the gate reads each by itself, so that a heading does not
//! hide a name; documents stay data beside the question and never become instructions; and what of a person's words
//! goes out is decided by the words themselves, while a document brings its class along. Instructions are the
//! program's own constants, so they hold nothing of anybody's.

use crate::redact::{Mark, Surrogates};

/// What is asked of a model.
#[derive(Clone, PartialEq, Eq)]
pub struct Prompt {
    /// What the model is told to do.
    pub instructions: &'static str,
    /// What was said before, the oldest first.
    pub history: Vec<Said>,
    /// The documents to answer from.
    pub sources: Vec<Source>,
    /// The question.
    pub question: String,
}

/// Who said something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaker {
    /// The person.
    Person,
    /// The assistant.
    Assistant,
}

/// Something that was said.
#[derive(Clone, PartialEq, Eq)]
pub struct Said {
    /// By whom.
    pub by: Speaker,
    /// What.
    pub text: String,
}

/// A passage of a document. Its name and path are not part of it: they name patients too, and say nothing more.
#[derive(Clone, PartialEq, Eq)]
pub struct Source {
    /// The number by which it is cited.
    pub number: u32,
    /// The headings it stands under.
    pub heading: String,
    /// The text.
    pub text: String,
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Prompt {}
    impl Sealed for String {}
    impl Sealed for Vec<String> {}
}

/// Content whose texts the gate can see, all of them. Nobody else can add a kind of content.
pub trait Content: sealed::Sealed + Sized + Send + Sync {
    /// Every text in it, in a fixed order; true for the words of people, whose class is decided by the words alone.
    fn texts(&self) -> Vec<(&str, bool)>;
    /// The same content with other texts, in the same order.
    #[must_use]
    fn with_texts(self, texts: Vec<String>) -> Self;
}

impl Content for String {
    fn texts(&self) -> Vec<(&str, bool)> {
        vec![(self, true)]
    }

    fn with_texts(self, texts: Vec<String>) -> Self {
        texts.into_iter().next().unwrap_or_default()
    }
}

/// Texts of documents, whose class the caller knows or nobody does.
impl Content for Vec<String> {
    fn texts(&self) -> Vec<(&str, bool)> {
        self.iter().map(|text| (text.as_str(), false)).collect()
    }

    fn with_texts(self, texts: Vec<String>) -> Self {
        texts
    }
}

impl Content for Prompt {
    fn texts(&self) -> Vec<(&str, bool)> {
        let history = self.history.iter().map(|said| (said.text.as_str(), true));
        let sources = self.sources.iter().flat_map(|source| [&source.heading, &source.text]);
        let sources = sources.map(|text| (text.as_str(), false));
        history.chain(sources).chain([(self.question.as_str(), true)]).collect()
    }

    fn with_texts(self, texts: Vec<String>) -> Self {
        let mut texts = texts.into_iter();
        let mut next = move || texts.next().unwrap_or_default();
        let history = self.history.into_iter().map(|said| Said { text: next(), ..said }).collect();
        let sources = self
            .sources
            .into_iter()
            .map(|source| Source { heading: next(), text: next(), ..source })
            .collect();
        Self { instructions: self.instructions, history, sources, question: next() }
    }
}

impl Prompt {
    /// Code points of everything in it.
    pub fn chars(&self) -> usize {
        self.texts().iter().map(|(text, _)| text.chars().count()).sum()
    }
}

/// The content with surrogates in the place of the marks, one list of marks per text.
pub(crate) fn redacted<T: Content>(content: T, marks: Vec<Vec<Mark>>, surrogates: &mut Surrogates) -> T {
    let texts = content.texts();
    let marked: Vec<(&str, Vec<Mark>)> = texts.iter().map(|(text, _)| *text).zip(marks).collect();
    let redacted = surrogates.redact(&marked);
    content.with_texts(redacted)
}

/// Content of people is not printed.
macro_rules! silent {
    ($($name:ident),+) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    )+};
}
silent!(Prompt, Said, Source);

#[cfg(test)]
mod tests {
    use super::{Content as _, Prompt, Said, Source, Speaker};

    #[test]
    fn no_text_of_a_prompt_is_hidden_and_each_finds_its_place_again() {
        let prompt = Prompt {
            instructions: "Answer.",
            history: vec![Said { by: Speaker::Person, text: "a".to_owned() }],
            sources: vec![
                Source { number: 1, heading: "b".to_owned(), text: "c".to_owned() },
                Source { number: 2, heading: "d".to_owned(), text: "e".to_owned() },
            ],
            question: "f".to_owned(),
        };
        let texts: Vec<String> = prompt.texts().iter().map(|(text, _)| (*text).to_owned()).collect();
        assert_eq!(texts, ["a", "b", "c", "d", "e", "f"]);
        assert_eq!(prompt.clone().with_texts(texts), prompt);
        assert_eq!(format!("{prompt:?}"), "Prompt { .. }");
    }
}
