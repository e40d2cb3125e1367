//! Calculating in conversation: fill from the person's words, show, ask for the rest, and compute when confirmed.
//!
//! Nothing is computed for the reader before they have seen every value and said yes. What is missing stays missing and
//! is asked for in one message; a correction shows everything again. The calculation travels in the kept answer, so the
//! next turn finds it there, also after a restart. Values come from the person's words through
//! [`voiceassist_calculators::fill`], never from a model, and the answer says nothing about treatment.

mod intent;
mod wording;

use serde_json::{Map, Value};
use voiceassist_calculators::fill::{self, Filled};
use voiceassist_calculators::{Calculator, Kind, ProblemKind, registry};
use voiceassist_model::{
    AnswerPart, Calculation, CalculationInput, CalculationState, CalculatorName, Confidence, MissingInput,
    Outcome, Sensitivity,
};

use super::{Ask, Effect, Tool};
use intent::Reply;

/// Most calculators offered for a choice.
const MOST_CANDIDATES: usize = 8;
/// What made such an answer.
const MADE_BY: &str = "calculator";

/// The calculators.
#[derive(Debug)]
pub struct Calculate;

impl Tool for Calculate {
    fn name(&self) -> &'static str {
        "calculate"
    }

    fn effect(&self) -> Effect {
        Effect::Reads
    }

    fn answer(&self, ask: &Ask<'_>) -> Option<Vec<AnswerPart>> {
        let open = ask.pending.filter(|calculation| {
            matches!(calculation.state, CalculationState::Proposed | CalculationState::NeedsInput)
        });
        let named = fill::named(ask.text);
        let same = match (open, named.one()) {
            (Some(open), Some(one)) => {
                open.calculator.as_deref() == Some(one.id) && !intent::requests(ask.text)
            }
            _ => false,
        };
        if !same && intent::asks(ask.text, &named) {
            return Some(match named.calculators.as_slice() {
                [one] => Draft::new(one, Vec::new()).read(ask.text).show(),
                several => choose(several, ask.text),
            });
        }
        go_on(open?, ask.text)
    }
}

/// Whether these words ask to calculate with one of the calculators they name.
pub(crate) fn asks(text: &str, named: &fill::Named) -> bool {
    intent::asks(text, named)
}

/// The next step of a calculation that waits. `None`: the words are about something else.
fn go_on(open: &Calculation, text: &str) -> Option<Vec<AnswerPart>> {
    let reply = intent::reply(text);
    if reply == Reply::Cancel {
        return Some(cancelled(open));
    }
    let Some(calculator) = open.calculator.as_deref().and_then(registry::find) else {
        let chosen = intent::choice(&open.candidates, text).and_then(registry::find)?;
        let earlier = open.request.as_deref().unwrap_or_default();
        return Some(Draft::new(chosen, Vec::new()).read(earlier).read(text).show());
    };
    let draft = Draft::new(calculator, open.inputs.clone());
    match (reply, open.state) {
        (Reply::Confirm, CalculationState::Proposed) => return Some(draft.compute()),
        (Reply::Question, _) => return None,
        _ => {}
    }
    let before = draft.inputs.clone();
    let draft = draft.read(text).answered(&open.missing, text, reply);
    let heard = draft.inputs != before || !draft.unclear.is_empty() || reply != Reply::Other;
    heard.then(|| draft.show())
}

/// Values of one calculator, being collected.
struct Draft {
    calculator: &'static Calculator,
    inputs: Vec<CalculationInput>,
    unclear: Vec<String>,
}

impl Draft {
    fn new(calculator: &'static Calculator, inputs: Vec<CalculationInput>) -> Self {
        Self { calculator, inputs, unclear: Vec::new() }
    }

    /// Takes what the text states; a later statement replaces an earlier one.
    fn read(mut self, text: &str) -> Self {
        let Filled { values, unclear } = fill::fill(self.calculator, text);
        for filling in values {
            self.set(filling.input, filling.value, filling.said);
        }
        for doubt in unclear {
            let title = self.calculator.input(doubt.input).map_or(doubt.input, |input| input.title);
            self.unclear.push(format!("{title} (“{}”)", doubt.said));
            // What was said about it last cannot be read, so what was read before no longer holds.
            self.inputs.retain(|input| input.name != doubt.input);
        }
        self
    }

    /// Takes a short reply to what was asked: the one missing value, or "no" to all missing findings.
    fn answered(mut self, missing: &[MissingInput], text: &str, reply: Reply) -> Self {
        let asked: Vec<_> = missing
            .iter()
            .filter_map(|missing| self.calculator.input(&missing.name))
            .filter(|input| self.inputs.iter().all(|known| known.name != input.name))
            .collect();
        if let [only] = asked.as_slice()
            && let Some(value) = fill::answer(only, text)
        {
            self.set(only.name, value, text.trim().to_owned());
        } else if reply == Reply::NoneOfThem {
            for input in asked.iter().filter(|input| matches!(input.kind, Kind::Boolean)) {
                self.set(input.name, false.into(), text.trim().to_owned());
            }
        }
        self
    }

    fn set(&mut self, name: &str, value: Value, said: String) {
        let Some(input) = self.calculator.input(name) else { return };
        self.inputs.retain(|known| known.name != name);
        let unit = input.unit().filter(|unit| *unit != "1").unwrap_or_default().to_owned();
        let [name, title] = [input.name, input.title].map(str::to_owned);
        self.inputs.push(CalculationInput { name, title, value, unit, said });
        let place = |name: &str| self.calculator.inputs.iter().position(|input| input.name == name);
        self.inputs.sort_by_key(|input| place(&input.name));
    }

    fn object(&self) -> Map<String, Value> {
        self.inputs.iter().map(|input| (input.name.clone(), input.value.clone())).collect()
    }

    /// Shows what was read: a proposal if it can be computed, else with what is missing or refused.
    fn show(mut self) -> Vec<AnswerPart> {
        let problems = match self.calculator.calculate(&self.object()) {
            Ok(_) => Vec::new(),
            Err(refusal) => refusal.problems,
        };
        let refused: Vec<String> = problems
            .iter()
            .filter(|problem| problem.kind != ProblemKind::Missing)
            .map(|problem| problem.detail.clone())
            .collect();
        let of = |problem: &str| problem.split(['[', '.']).next().unwrap_or_default().to_owned();
        let named: Vec<String> = problems.iter().map(|problem| of(&problem.input)).collect();
        self.inputs.retain(|input| !named.contains(&input.name));
        let missing: Vec<MissingInput> = self
            .calculator
            .inputs
            .iter()
            .filter(|input| named.iter().any(|name| name == input.name))
            .map(wording::missing)
            .collect();
        let state =
            if problems.is_empty() { CalculationState::Proposed } else { CalculationState::NeedsInput };
        let calculation = self.calculation(state, missing, None);
        parts(wording::shown(&calculation, &self.unclear, &refused), calculation)
    }

    /// Computes from what was confirmed.
    fn compute(self) -> Vec<AnswerPart> {
        let Ok(found) = self.calculator.calculate(&self.object()) else { return self.show() };
        let sentences = wording::result(self.calculator, &found);
        // A calculation of numbers and words always has a JSON form.
        let result = serde_json::to_value(&found).ok();
        parts(sentences, self.calculation(CalculationState::Done, Vec::new(), result))
    }

    fn calculation(
        &self,
        state: CalculationState,
        missing: Vec<MissingInput>,
        result: Option<Value>,
    ) -> Calculation {
        Calculation {
            state,
            calculator: Some(self.calculator.id.to_owned()),
            title: Some(self.calculator.title.to_owned()),
            inputs: self.inputs.clone(),
            missing,
            candidates: Vec::new(),
            result,
            request: None,
        }
    }
}

/// Asks which of several calculators is meant.
fn choose(several: &[&'static Calculator], text: &str) -> Vec<AnswerPart> {
    let name = |one: &&Calculator| CalculatorName { id: one.id.to_owned(), title: one.title.to_owned() };
    let calculation = Calculation {
        state: CalculationState::NeedsInput,
        calculator: None,
        title: None,
        inputs: Vec::new(),
        missing: Vec::new(),
        candidates: several.iter().take(MOST_CANDIDATES).map(name).collect(),
        result: None,
        request: Some(text.to_owned()),
    };
    parts(wording::choice(&calculation), calculation)
}

fn cancelled(open: &Calculation) -> Vec<AnswerPart> {
    let calculation = Calculation {
        state: CalculationState::Cancelled,
        missing: Vec::new(),
        candidates: Vec::new(),
        request: None,
        ..open.clone()
    };
    parts(vec!["The calculation is cancelled; nothing was computed.".to_owned()], calculation)
}

fn parts(sentences: Vec<String>, calculation: Calculation) -> Vec<AnswerPart> {
    let steps = vec![
        format!("calculator: {}", calculation.calculator.as_deref().unwrap_or("to be chosen")),
        format!("{} inputs read, {} missing", calculation.inputs.len(), calculation.missing.len()),
    ];
    let sentences = sentences.into_iter().map(|text| AnswerPart::Sentence { text, citations: Vec::new() });
    let mut parts = vec![
        AnswerPart::Sources { considered: 0 },
        AnswerPart::Calculation { calculation: Box::new(calculation) },
    ];
    parts.extend(sentences);
    parts.push(AnswerPart::Done {
        outcome: Outcome::Answered,
        // Nothing was searched for and nothing chosen: what is shown is exact, or asked for.
        confidence: Confidence { retrieval: 1.0, selection: 1.0 },
        sensitivity: Sensitivity::Health,
        model: MADE_BY.to_owned(),
        steps,
    });
    parts
}
