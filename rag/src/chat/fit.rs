//! A prompt cut to what a model reads at once.
//!
//! The instructions and the question always go. What was said before may take a quarter of the rest, the latest first;
//! the sources take what is left, the best first, and those that are left out are the least relevant. Only when not even
//! the best source fits is it shortened, at the end of a word. A prompt whose question alone is too large is refused,
//! because an answer to half a question is worse than none. Lengths are estimates on the safe side.

use voiceassist_phi::{Prompt, Said, Source};

use super::facts::{Facts, estimated_tokens};

/// Tokens that the marks around one source or one message take.
const MARKS: u64 = 24;
/// Tokens around everything: roles, the format of the answer.
const FRAME: u64 = 160;
/// The share of the room that the conversation may take.
const HISTORY_SHARE: u64 = 4;
/// Fewer tokens than this are no source worth reading.
const LEAST_SOURCE: u64 = 48;

/// A prompt that fits, and what was left out.
#[derive(Debug)]
pub struct Fitted {
    /// What may be asked.
    pub prompt: Prompt,
    /// Sources that were left out, from the end.
    pub sources_left_out: usize,
    /// Messages of the conversation that were left out, from the beginning.
    pub history_left_out: usize,
    /// Whether the one source that is left was shortened.
    pub is_shortened: bool,
}

/// The model reads less than the question takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the question does not fit into the {context_tokens} tokens that the model reads")]
pub struct TooSmall {
    /// What it reads.
    pub context_tokens: u32,
}

/// Cuts a prompt to a model's context window; a model whose window is not known gets all of it.
pub fn fit(mut prompt: Prompt, facts: &Facts) -> Result<Fitted, TooSmall> {
    let Some(context_tokens) = facts.context_tokens else {
        return Ok(Fitted { prompt, sources_left_out: 0, history_left_out: 0, is_shortened: false });
    };
    let fixed = estimated_tokens(prompt.instructions)
        + estimated_tokens(&prompt.question)
        + FRAME
        + u64::from(facts.max_output_tokens);
    let too_small = TooSmall { context_tokens };
    let room = u64::from(context_tokens).checked_sub(fixed).ok_or(too_small)?;
    let history_left_out = keep_latest(&mut prompt.history, room / HISTORY_SHARE);
    let said: u64 = prompt.history.iter().map(of_said).sum();
    let room = room - said;
    let given = prompt.sources.len();
    let is_shortened = keep_best(&mut prompt.sources, room);
    if given > 0 && prompt.sources.is_empty() {
        return Err(too_small);
    }
    let sources_left_out = given - prompt.sources.len();
    Ok(Fitted { prompt, sources_left_out, history_left_out, is_shortened })
}

/// Tokens of a whole prompt, by its length.
pub fn tokens_of(prompt: &Prompt) -> u64 {
    estimated_tokens(prompt.instructions)
        + estimated_tokens(&prompt.question)
        + prompt.history.iter().map(of_said).sum::<u64>()
        + prompt.sources.iter().map(of_source).sum::<u64>()
        + FRAME
}

/// Keeps the latest messages that fit; says how many went.
fn keep_latest(history: &mut Vec<Said>, room: u64) -> usize {
    let mut taken = 0;
    let fitting = history.iter().rev().take_while(|said| {
        taken += of_said(said);
        taken <= room
    });
    let left_out = history.len() - fitting.count();
    history.drain(..left_out);
    left_out
}

/// Keeps the best sources that fit; says whether the last one had to be shortened.
fn keep_best(sources: &mut Vec<Source>, room: u64) -> bool {
    let mut taken = 0;
    let fitting = sources.iter().take_while(|source| {
        taken += of_source(source);
        taken <= room
    });
    let fitting = fitting.count();
    if fitting > 0 || sources.is_empty() {
        sources.truncate(fitting);
        return false;
    }
    sources.truncate(1);
    let Some(best) = sources.first_mut() else { return false };
    let room = room.saturating_sub(MARKS + estimated_tokens(&best.heading));
    if room < LEAST_SOURCE {
        sources.clear();
        return false;
    }
    shorten(&mut best.text, room);
    true
}

/// Cuts a text at the end of a word so that it takes at most so many tokens.
fn shorten(text: &mut String, tokens: u64) {
    let most = usize::try_from(tokens.saturating_mul(3)).unwrap_or(usize::MAX).min(text.len());
    let end = text.floor_char_boundary(most);
    let is_whole = text[end..].starts_with(char::is_whitespace) || end == text.len();
    let end = if is_whole { end } else { text[..end].rfind(char::is_whitespace).unwrap_or(0) };
    text.truncate(end);
    text.truncate(text.trim_end().len());
}

fn of_said(said: &Said) -> u64 {
    estimated_tokens(&said.text) + MARKS
}

fn of_source(source: &Source) -> u64 {
    estimated_tokens(&source.heading) + estimated_tokens(&source.text) + MARKS
}

#[cfg(test)]
mod tests {
    use voiceassist_phi::{Prompt, Said, Source, Speaker};

    use super::super::facts::{Capabilities, Dialect, Facts, Price};
    use super::{TooSmall, fit, tokens_of};

    fn facts(context_tokens: Option<u32>) -> Facts {
        Facts {
            name: "chat".to_owned(),
            model: "m".to_owned(),
            protection: "local",
            mode: "allow",
            dialect: Dialect::Chat,
            context_tokens,
            max_output_tokens: 100,
            price: Price::default(),
            capabilities: Capabilities::default(),
        }
    }

    fn prompt(sources: usize, words: usize) -> Prompt {
        let text = |number: usize| format!("source{number} {}", "apixaban ".repeat(words));
        Prompt {
            instructions: "Answer.",
            history: (0..4)
                .map(|number| Said { by: Speaker::Person, text: format!("said{number} {}", "x".repeat(60)) })
                .collect(),
            sources: (0..sources)
                .map(|number| Source {
                    number: u32::try_from(number).unwrap() + 1,
                    heading: "H".to_owned(),
                    text: text(number),
                })
                .collect(),
            question: "When?".to_owned(),
        }
    }

    #[test]
    fn what_fits_and_what_has_no_limit_goes_whole() {
        for window in [None, Some(100_000)] {
            let fitted = fit(prompt(5, 50), &facts(window)).unwrap();
            assert_eq!((fitted.sources_left_out, fitted.history_left_out), (0, 0));
            assert_eq!(fitted.prompt, prompt(5, 50));
        }
    }

    #[test]
    fn the_least_relevant_sources_and_the_oldest_words_go_first() {
        for window in [600, 800, 1_000, 1_400, 2_000] {
            let fitted = fit(prompt(8, 60), &facts(Some(window))).unwrap();
            assert!(fitted.sources_left_out > 0, "{window}");
            assert_eq!(fitted.prompt.sources, prompt(8, 60).sources[..8 - fitted.sources_left_out]);
            assert_eq!(fitted.prompt.history, prompt(8, 60).history[fitted.history_left_out..]);
            assert!(tokens_of(&fitted.prompt) + 100 <= u64::from(window), "{window}");
        }
    }

    #[test]
    fn the_one_source_that_does_not_fit_ends_with_a_whole_word() {
        let fitted = fit(prompt(3, 2_000), &facts(Some(600))).unwrap();
        let text = &fitted.prompt.sources[0].text;
        assert!(fitted.is_shortened && fitted.prompt.sources.len() == 1);
        assert!(text.starts_with("source0 ") && text.ends_with(" apixaban"), "{text}");
        assert!(tokens_of(&fitted.prompt) + 100 <= 600);
    }

    #[test]
    fn half_a_question_is_not_asked() {
        for window in [0, 90, 270] {
            let error = fit(prompt(3, 2_000), &facts(Some(window))).unwrap_err();
            assert_eq!(error, TooSmall { context_tokens: window });
        }
    }
}
