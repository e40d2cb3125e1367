//! The text of a message, from the alternative that says it best.
//!
//! The plain alternative is what its author's program wrote for programs, and is taken, unless it is so much shorter than
//! the other that it can only be saying "look at the other". Text of several parts is joined. Soft line ends (RFC 3676)
//! are made whole again, and quoted lines are marked.

use mail_parser::{Message, MessagePart, MimeHeaders as _, PartType};
use voiceassist_model::TextSpan;

use crate::extract::mail::{MailNote, charset, quotes};
use crate::extract::pages::Pages;
use crate::extract::structure::{self, Headings};
use crate::extract::{Block, BlockKind, ExtractLimits, html, normalise};

/// A plain alternative with fewer letters than this may be a mere notice.
const NOTICE_LETTERS: usize = 400;
/// So many times more letters make the other alternative the message.
const FULLER: usize = 4;
/// Parts that make up one text.
const MAX_TEXT_PARTS: usize = 100;

/// The text of a message.
#[derive(Debug, Default)]
pub(super) struct Body {
    pub(super) text: String,
    pub(super) blocks: Vec<Block>,
    pub(super) truncated: bool,
}

/// The text, its structure, and what of it is quoted.
pub(super) fn choose(message: &Message<'_>, note: &MailNote, limits: &ExtractLimits) -> Body {
    let plain: Vec<&MessagePart<'_>> = message
        .text_bodies()
        .filter(|part| matches!(part.body, PartType::Text(_)))
        .take(MAX_TEXT_PARTS)
        .collect();
    let hyper: Vec<&MessagePart<'_>> = message
        .html_bodies()
        .filter(|part| matches!(part.body, PartType::Html(_)))
        .take(MAX_TEXT_PARTS)
        .collect();
    let mut text = String::new();
    for part in &plain {
        push(&mut text, &unfold(&charset::text(message, part), part));
    }
    let letters = letters_of(&text);
    let mut body = if hyper.is_empty() || letters >= NOTICE_LETTERS {
        of_plain(&text)
    } else {
        let fuller = of_hypertext(message, &hyper, limits);
        if letters == 0 || letters_of(&fuller.text) > letters * FULLER { fuller } else { of_plain(&text) }
    };
    mark(&mut body, note);
    body
}

/// The body of a message that is one plain text.
pub(super) fn of_text(text: &str, note: &MailNote) -> Body {
    let mut body = of_plain(text);
    mark(&mut body, note);
    body
}

/// The body of a message that is one hypertext.
pub(super) fn of_hyper(text: &str, note: &MailNote, limits: &ExtractLimits) -> Body {
    let mut pages = Pages::new(limits);
    html::read(text, limits, &mut pages);
    let mut body = first_page(pages);
    mark(&mut body, note);
    body
}

fn push(text: &mut String, more: &str) {
    if !text.is_empty() && !more.trim().is_empty() {
        text.push_str("\n\n");
    }
    text.push_str(more);
}

fn letters_of(text: &str) -> usize {
    text.chars().filter(|letter| letter.is_alphanumeric()).count()
}

fn of_plain(text: &str) -> Body {
    let text = normalise::lines(&text.replace('\u{c}', "\n")).trim_end().to_owned();
    let blocks = structure::infer(&text, &Headings::default());
    Body { text, blocks, truncated: false }
}

fn of_hypertext(message: &Message<'_>, parts: &[&MessagePart<'_>], limits: &ExtractLimits) -> Body {
    let mut pages = Pages::new(limits);
    for part in parts {
        html::read(&charset::text(message, part), limits, &mut pages);
    }
    first_page(pages)
}

fn first_page(pages: Pages) -> Body {
    let (mut pages, truncated) = pages.finish();
    if pages.is_empty() {
        return Body::default();
    }
    let page = pages.swap_remove(0);
    Body { text: page.text, blocks: page.blocks, truncated }
}

/// Joins lines that end softly, where the part says that it has such lines.
fn unfold(text: &str, part: &MessagePart<'_>) -> String {
    let kind = part.content_type();
    let says = |name: &str, value: &str| {
        kind.and_then(|kind| kind.attribute(name)).is_some_and(|said| said.eq_ignore_ascii_case(value))
    };
    if !says("format", "flowed") {
        return text.to_owned();
    }
    let drops_blank = says("delsp", "yes");
    let mut out = String::with_capacity(text.len());
    let mut open: Option<usize> = None;
    for line in text.lines() {
        let depth = line.bytes().take_while(|byte| *byte == b'>').count();
        let content = &line[depth..];
        let content = content.strip_prefix(' ').filter(|_| depth == 0).unwrap_or(content);
        if open == Some(depth) && content != "-- " {
            out.push_str(content.trim_start_matches(|letter| depth > 0 && letter == ' '));
        } else {
            if !out.is_empty() || open.is_some() {
                out.push('\n');
            }
            out.push_str(&line[..depth]);
            out.push_str(content);
        }
        let soft = content.ends_with(' ') && content != "-- ";
        open = soft.then_some(depth);
        if soft && drops_blank {
            out.pop();
        }
    }
    out
}

/// Marks what is quoted, cutting blocks where it begins and ends.
fn mark(body: &mut Body, note: &MailNote) {
    let lower = note.subject.to_lowercase();
    let forwards =
        ["fwd:", "fw:", "wg:", "tr:", "rv:", "enc:", "doorst:"].iter().any(|mark| lower.starts_with(mark));
    let answered = ["re:", "aw:", "antw:", "sv:", "r:"].iter().any(|mark| lower.starts_with(mark));
    let about = quotes::About { answers: answered || !note.references.is_empty(), forwards };
    let lines: Vec<&str> = body.text.split('\n').collect();
    let marks = quotes::marks(&lines, about);
    if !marks.contains(&true) {
        return;
    }
    // Ranges of lines, in code points, with the mark they share.
    let mut ranges: Vec<(u32, u32, bool)> = Vec::new();
    let mut at = 0;
    for (line, marked) in lines.iter().zip(marks) {
        let end = at + u32::try_from(line.chars().count()).unwrap_or(u32::MAX);
        match ranges.last_mut() {
            Some(last) if last.2 == marked => last.1 = end,
            _ => ranges.push((at, end, marked)),
        }
        at = end + 1;
    }
    let mut blocks = Vec::with_capacity(body.blocks.len());
    for block in &body.blocks {
        let first = ranges.partition_point(|(_, end, _)| *end <= block.span.start);
        for (start, end, marked) in &ranges[first..] {
            let span = TextSpan { start: block.span.start.max(*start), end: block.span.end.min(*end) };
            if span.start >= span.end {
                break;
            }
            blocks.push(Block { kind: if *marked { BlockKind::Quoted } else { block.kind }, span });
        }
    }
    body.blocks = blocks;
}
