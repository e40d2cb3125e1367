//! The one place that lets content out.
//!
//! [`Gate::clear`] decides from the class of the content, the destination, the purpose and the policy, keeps the
//! decision, and only then hands over a [`Cleared`]; whatever cannot be decided, or whose decision cannot be kept, is
//! refused. The class is what the caller knows about the documents, joined with what the words of people say by
//! themselves; unknown is the highest. To whoever is bound by no agreement nothing that points at a person goes in the
//! clear, whatever its class. After the identifiers are replaced the rest is looked through again, with what was
//! replaced blanked out; what is found then is replaced too, and if that does not come to an end the content stays.

use std::ops::Range;
use std::sync::{Arc, PoisonError, RwLock};

use voiceassist_model::{ConversationId, Sensitivity};

use crate::clearance::{Ask, Cleared, Decision, Mode, Protection, RecordsDecisions, Refusal, Rule};
use crate::detect::Detector;
use crate::known::{Known, KnownPeople};
use crate::language::Familiarity;
use crate::prompt::{Content, redacted};
use crate::redact::{Mark, Style, SurrogateKey, Surrogates, counts};
use crate::span::Kind;

/// How often what is left is looked through again.
const ROUNDS: usize = 6;
/// Code points of content that is looked through at most; a turn is far smaller.
pub const MAX_CHARS: usize = 1_000_000;

/// Lets content out, or not.
#[derive(Clone)]
pub struct Gate {
    /// Clones share it, so that everybody who is known is known everywhere.
    detector: Arc<RwLock<Detector>>,
    decisions: Arc<dyn RecordsDecisions>,
    keys: GateKeys,
}

/// The secrets of the gate.
#[derive(Clone)]
pub struct GateKeys {
    /// Makes the surrogates.
    surrogates: SurrogateKey,
    /// Makes the digests of ids in the record.
    digests: [u8; 32],
}

impl GateKeys {
    /// Two independent keys of 32 secret bytes.
    pub const fn new(surrogates: [u8; 32], digests: [u8; 32]) -> Self {
        Self { surrogates: SurrogateKey::new(surrogates), digests }
    }
}

impl Gate {
    /// A gate that keeps its decisions there.
    pub fn new(detector: Detector, decisions: Arc<dyn RecordsDecisions>, keys: GateKeys) -> Self {
        Self { detector: Arc::new(RwLock::new(detector)), decisions, keys }
    }

    /// From now on these people are recognised wherever they are named, whatever the rules would say, and those known
    /// before no longer.
    pub fn know(&self, people: KnownPeople) {
        let mut detector = self.detector.write().unwrap_or_else(PoisonError::into_inner);
        *detector = detector.clone().with_known(people);
    }

    fn detector(&self) -> Detector {
        self.detector.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Content for one destination, or why it may not leave.
    pub async fn clear<T: Content>(&self, content: T, ask: &Ask<'_>) -> Result<Cleared<T>, Refusal> {
        let (decision, marks) = self.decide(&content, ask);
        self.decisions.record(&decision).await.map_err(Refusal::NotRecorded)?;
        if !decision.rule.passes() {
            return Err(Refusal::Forbidden(decision.rule));
        }
        let mut surrogates = Surrogates::new(self.surrogate_key(ask), Style::Tags);
        let content = match marks {
            Some(marks) => redacted(content, marks, &mut surrogates),
            None => content,
        };
        Ok(Cleared::mint(content, ask.destination.clone(), surrogates))
    }

    /// The decision, and what is to be replaced; nothing when the content goes as it is.
    fn decide<T: Content>(&self, content: &T, ask: &Ask<'_>) -> (Decision, Option<Vec<Vec<Mark>>>) {
        let texts = content.texts();
        let detector = self.detector();
        let chars = texts.iter().map(|(text, _)| text.chars().count()).sum::<usize>();
        let decided = |rule, class, marks: &[Vec<Mark>]| self.decision(ask, rule, class, marks, chars);
        if chars > MAX_CHARS {
            return (decided(Rule::TooLong, Sensitivity::Health, &[]), None);
        }
        let class = texts
            .iter()
            .filter(|(text, of_people)| *of_people && !text.trim().is_empty())
            .map(|(text, _)| detector.classify_turn(text))
            .fold(ask.class.unwrap_or_default(), Sensitivity::join);
        if ask.destination.mode() == Mode::Allow {
            let rule = match ask.destination.protection() {
                Protection::Local => Rule::Local,
                Protection::Agreement(_) => Rule::Agreement,
                // A destination like this cannot be made.
                Protection::Cloud => Rule::AboutSomebody,
            };
            return (decided(rule, class, &[]), None);
        }
        let (marks, clean) = marks(&detector, &texts);
        let rule = if ask.destination.mode() == Mode::Forbid && class > Sensitivity::Internal {
            Rule::AboutSomebody
        } else if texts.iter().any(|(text, _)| is_foreign(text)) {
            Rule::UnknownLanguage
        } else if !clean {
            Rule::IdentifiersLeft
        } else if ask.destination.mode() == Mode::Forbid {
            Rule::AboutNobody
        } else {
            Rule::Redacted
        };
        (decided(rule, class, &marks), Some(marks))
    }

    fn decision(
        &self,
        ask: &Ask<'_>,
        rule: Rule,
        class: Sensitivity,
        marks: &[Vec<Mark>],
        chars: usize,
    ) -> Decision {
        Decision {
            destination: ask.destination.name().to_owned(),
            protection: ask.destination.protection().as_str(),
            purpose: ask.purpose,
            class,
            mode: ask.destination.mode(),
            rule,
            counts: counts(marks.iter().flatten()),
            chars: chars as u64,
            account: self.digest(b"account", ask.account.as_uuid().as_bytes()),
            conversation: ask
                .conversation
                .map(|conversation| self.digest(b"conversation", conversation.as_uuid().as_bytes())),
        }
    }

    fn digest(&self, what: &[u8], id: &[u8]) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_keyed(&self.keys.digests);
        hasher.update(what).update(&[0]).update(id);
        *hasher.finalize().as_bytes()
    }

    /// Stable within a conversation; outside one, for the account.
    fn surrogate_key(&self, ask: &Ask<'_>) -> SurrogateKey {
        let id = ask.conversation.map_or(ask.account.as_uuid(), ConversationId::as_uuid);
        self.keys.surrogates.of_conversation(id.as_bytes())
    }
}

impl std::fmt::Debug for Gate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gate").finish_non_exhaustive()
    }
}

/// What points at a person, text by text, and whether nothing was found any more in the end. What is recognised in
/// one text is looked for in all of them: a name that a letter introduces stands bare in the question.
fn marks(detector: &Detector, texts: &[(&str, bool)]) -> (Vec<Vec<Mark>>, bool) {
    let mut marks: Vec<Vec<Mark>> = vec![Vec::new(); texts.len()];
    for _ in 0..ROUNDS {
        let again = Detector::rules_alone().with_known(known(texts, &marks));
        let mut found = false;
        for ((text, _), marks) in texts.iter().zip(&mut marks) {
            for looking in [detector, &again] {
                let rest = blanked(text, marks);
                let new = looking.detect(&rest);
                let new = new.iter().map(Mark::from).filter(|mark| tells_something(&rest, &mark.range));
                let before = marks.len();
                marks.extend(new);
                found |= marks.len() > before;
            }
        }
        if !found {
            return (marks, true);
        }
    }
    (marks, false)
}

/// The people and numbers that were recognised so far.
fn known(texts: &[(&str, bool)], marks: &[Vec<Mark>]) -> KnownPeople {
    let recognised = texts.iter().zip(marks).flat_map(|((text, _), marks)| {
        marks.iter().filter_map(|mark| text.get(mark.range.clone()).map(|original| (mark.kind, original)))
    });
    KnownPeople::new(recognised.filter_map(|(kind, original)| match kind {
        Kind::Name => {
            let words = original.split(|c: char| !c.is_alphanumeric() && !matches!(c, '-' | '\'' | '’'));
            let names = words.filter(|word| is_telling(word)).chain([original]).map(str::to_owned);
            Some(Known { names: names.collect(), identifiers: Vec::new() })
        }
        // Short numbers, days and places mean other things elsewhere.
        Kind::Date | Kind::AgeOver89 | Kind::City | Kind::Zip => None,
        kind if original.chars().filter(|c| c.is_alphanumeric()).count() >= LEAST_TELLING => {
            Some(Known { names: Vec::new(), identifiers: vec![(kind, original.to_owned())] })
        }
        _ => None,
    }))
}

/// Letters and digits of which an identifier, or a part of a name, is looked for elsewhere.
const LEAST_TELLING: usize = 4;

/// Whether a part of a name means its bearer by itself.
fn is_telling(word: &str) -> bool {
    word.chars().count() >= LEAST_TELLING && word.starts_with(char::is_uppercase)
}

/// What stands where something was replaced: as many bytes, so that places stay comparable.
const BLANK: u8 = b'~';

/// The text with its marks blanked out. Line breaks stay, because rules go by lines.
fn blanked(text: &str, marks: &[Mark]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for mark in marks {
        for byte in &mut bytes[mark.range.clone()] {
            if *byte != b'\n' {
                *byte = BLANK;
            }
        }
    }
    // Whole characters were blanked, so this never fails; if it did, nothing would be recognised as clean.
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

/// Whether anything but blanks of ours stands there.
fn tells_something(text: &str, range: &Range<usize>) -> bool {
    text[range.clone()].chars().any(char::is_alphanumeric)
}

fn is_foreign(text: &str) -> bool {
    let mut familiarity = Familiarity::default();
    for word in
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.starts_with(char::is_alphabetic))
    {
        familiarity.count(&word.to_lowercase());
    }
    familiarity.is_foreign()
}
