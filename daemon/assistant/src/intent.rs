//! What a question wants, and whether it says enough to be answered.
//!
//! Pure rules over words, English and German, without a model: the same words give the same reading everywhere, in the
//! conversation, in `voiceassist intent` and in tests. A question is ambiguous when the answer would depend on something
//! that it does not say and that nothing said before supplies: what a pronoun stands for, which drug, which of several
//! diseases, whose result, when. The rules know classes of words, not sentences; a word they do not know counts as a
//! topic, so an unusual question is rather searched for than asked back about. Exactly one question is asked back, with
//! choices where there are any. Nothing here looks at documents or keeps anything.

mod follow_up;
mod kind;
mod medical;
mod office;
mod reference;
mod score;
mod vocabulary;
mod wording;
mod words;

use serde::{Deserialize, Serialize};

pub use follow_up::{join, resumed};
use words::Words;

/// Earlier questions that are looked at.
pub const MAX_HISTORY: usize = 12;
/// Code points of a question that are read.
const MAX_CHARS: usize = 2_000;

/// What a question wants done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Intent {
    /// To know what documents say.
    SearchDocuments,
    /// To know something of medicine.
    MedicalQuestion,
    /// To compute a score or formula.
    Calculate,
    /// To know what is in the calendar.
    CalendarRead,
    /// To change the calendar.
    CalendarWrite,
    /// To know something about a person or reach them.
    People,
    /// To read or write mail.
    Mail,
    /// To have something said in fewer words.
    Summarize,
    /// To get at a document itself.
    FindDocument,
    /// To be polite.
    SmallTalk,
    /// To know what the assistant can do.
    Help,
    /// Somebody may be in danger now.
    Emergency,
}

impl Intent {
    /// Its name, stable.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SearchDocuments => "search_documents",
            Self::MedicalQuestion => "medical_question",
            Self::Calculate => "calculate",
            Self::CalendarRead => "calendar_read",
            Self::CalendarWrite => "calendar_write",
            Self::People => "people",
            Self::Mail => "mail",
            Self::Summarize => "summarize",
            Self::FindDocument => "find_document",
            Self::SmallTalk => "small_talk",
            Self::Help => "help",
            Self::Emergency => "emergency",
        }
    }
}

/// Something that a question leaves open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Slot {
    /// What it is about at all.
    Topic,
    /// What about the topic is to be known.
    Aspect,
    /// Which disease or indication.
    Condition,
    /// Which drug.
    Drug,
    /// Which kind of patient.
    Population,
    /// A value of the patient.
    PatientParameter,
    /// What a thing is compared with.
    Comparison,
    /// Which reading of an abbreviation.
    Meaning,
    /// Which person.
    Person,
    /// Which day or time.
    Date,
    /// Which appointment.
    Event,
    /// Which document.
    Document,
    /// Which message, or what it should say.
    Message,
    /// Which score or formula.
    Score,
    /// The values that a score is computed from.
    ScoreInputs,
}

impl Slot {
    /// Its name, stable.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Topic => "topic",
            Self::Aspect => "aspect",
            Self::Condition => "condition",
            Self::Drug => "drug",
            Self::Population => "population",
            Self::PatientParameter => "patient_parameter",
            Self::Comparison => "comparison",
            Self::Meaning => "meaning",
            Self::Person => "person",
            Self::Date => "date",
            Self::Event => "event",
            Self::Document => "document",
            Self::Message => "message",
            Self::Score => "score",
            Self::ScoreInputs => "score_inputs",
        }
    }
}

/// The one question that is asked back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The question, in the language of the one it asks about.
    pub question: String,
    /// Answers to choose from; any other answer is as good.
    pub options: Vec<String>,
}

/// A question, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// What it wants.
    pub intent: Intent,
    /// What it leaves open; empty when it is clear.
    pub missing: Vec<Slot>,
    /// What to ask back, when something is open.
    pub asked: Option<Asked>,
    /// The question as it stands alone, when what was said before completes it.
    pub completed: Option<String>,
}

impl Reading {
    /// Whether something must be asked before this can be answered well.
    pub const fn is_ambiguous(&self) -> bool {
        self.asked.is_some()
    }

    /// The same for a question about one document that was chosen: what "this" is, and which drug or disease is meant, is
    /// what the document is about, and nothing to ask back.
    #[must_use]
    pub(crate) fn about_one_document(self) -> Self {
        const SETTLED: [Slot; 8] = [
            Slot::Topic,
            Slot::Aspect,
            Slot::Condition,
            Slot::Drug,
            Slot::Population,
            Slot::PatientParameter,
            Slot::Meaning,
            Slot::Document,
        ];
        let of_documents =
            matches!(self.intent, Intent::SearchDocuments | Intent::MedicalQuestion | Intent::Summarize);
        if of_documents && self.missing.iter().all(|slot| SETTLED.contains(slot)) {
            Self { missing: Vec::new(), asked: None, ..self }
        } else {
            self
        }
    }
}

/// What is open in a question, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Doubt {
    missing: Vec<Slot>,
    /// Choices that the question itself suggests.
    options: Vec<String>,
    /// The words it is about, for the wording.
    about: Option<String>,
    /// Whether what was said before may settle it.
    is_open_reference: bool,
}

impl Doubt {
    fn of(missing: &[Slot]) -> Self {
        Self { missing: missing.to_vec(), options: Vec::new(), about: None, is_open_reference: false }
    }

    /// What was said before may settle it.
    fn by_reference(missing: &[Slot]) -> Self {
        Self { is_open_reference: true, ..Self::of(missing) }
    }

    fn about(mut self, about: impl Into<String>) -> Self {
        self.about = Some(about.into());
        self
    }

    fn with_options(mut self, options: impl IntoIterator<Item = String>) -> Self {
        self.options = options.into_iter().collect();
        self
    }
}

/// Reads a question. `history` holds what the person asked before in this conversation, oldest first.
pub fn read<H: AsRef<str>>(text: &str, history: &[H]) -> Reading {
    let words = Words::of(text, MAX_CHARS);
    let intent = match kind::of(text, &words) {
        // What is certainly asked of the person's own day is nothing that documents are asked.
        documents @ (Intent::MedicalQuestion | Intent::SearchDocuments) => {
            crate::tools::own::intent(text).unwrap_or(documents)
        }
        other => other,
    };
    let Some(doubt) = doubt(intent, text, &words) else {
        return Reading { intent, missing: Vec::new(), asked: None, completed: None };
    };
    let earlier = &history[history.len().saturating_sub(MAX_HISTORY)..];
    if let Some(completed) = follow_up::completed(text, &words, &doubt, earlier) {
        let whole = Words::of(&completed, MAX_CHARS);
        let intent = if intent == Intent::MedicalQuestion { kind::of(&completed, &whole) } else { intent };
        let left = self::doubt(intent, &completed, &whole).filter(|left| !left.is_open_reference);
        let asked = left.as_ref().map(|left| wording::ask(intent, left, &whole));
        let missing = left.map(|left| left.missing).unwrap_or_default();
        return Reading { intent, missing, asked, completed: Some(completed) };
    }
    let asked = Some(wording::ask(intent, &doubt, &words));
    Reading { intent, missing: doubt.missing, asked, completed: None }
}

/// What a question leaves open, taken by itself.
fn doubt(intent: Intent, text: &str, words: &Words) -> Option<Doubt> {
    match intent {
        Intent::SmallTalk | Intent::Help | Intent::Emergency => None,
        Intent::Calculate => score::doubt(text, words),
        Intent::CalendarRead | Intent::CalendarWrite => office::calendar(intent, words),
        Intent::Mail => office::mail(words),
        Intent::People => office::people(words),
        Intent::Summarize | Intent::FindDocument => office::document(intent, words),
        Intent::SearchDocuments | Intent::MedicalQuestion => medical::doubt(intent, words),
    }
}

/// What a question wants, by its words alone.
pub(crate) fn kind(text: &str) -> Intent {
    kind::of(text, &Words::of(text, MAX_CHARS))
}

/// Whether a word names a topic by itself.
pub(crate) fn is_topic(word: &str) -> bool {
    Words::of(word, MAX_CHARS).topics().next().is_some()
}

/// Whether a text is German rather than English.
pub(crate) fn is_german(text: &str) -> bool {
    Words::of(text, MAX_CHARS).is_german
}

/// Whether a word is the name of a drug or a disease.
pub(crate) fn is_medical(word: &str) -> bool {
    use vocabulary::Class;
    Words::of(word, MAX_CHARS).any(Class::DRUG.or(Class::CONDITION))
}

/// The words of a question that name what it is about, for saying what was not found.
pub(crate) fn topics(text: &str) -> Vec<String> {
    Words::of(text, MAX_CHARS).topics().map(|(_, word)| word.text.clone()).collect()
}

/// What an answer assumes when something stayed open after it was asked for once.
pub fn assumption(text: &str, missing: &[Slot]) -> String {
    wording::assumption(Words::of(text, MAX_CHARS).is_german, missing)
}

#[cfg(test)]
mod tests;
