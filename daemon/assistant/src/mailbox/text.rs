//! What was read of a letter, taken apart again: its own words, what it quotes, and what was attached.
//!
//! The letter's page begins with lines about it (subject, people, date), which are told by themselves; its own text is the
//! part after them. Places are in code points, as they were kept.

use voiceassist_model::TextSpan;
use voiceassist_rag::extract::{BlockKind, MailNote, Page};
use voiceassist_store::StoreError;
use voiceassist_store::mail::StoredLetter;

/// The longest beginning that is shown in a list, in code points.
const MAX_PREVIEW: usize = 240;

/// What a letter says about itself.
pub(super) fn note(stored: &StoredLetter) -> Result<MailNote, StoreError> {
    serde_json::from_str(&stored.note).map_err(|_| StoreError::Corrupt { what: "description of a message" })
}

/// The pages that were read of it; none when they were not asked for.
pub(super) fn pages(stored: &StoredLetter) -> Result<Vec<Page>, StoreError> {
    match &stored.body {
        None => Ok(Vec::new()),
        Some(body) => {
            serde_json::from_str(body).map_err(|_| StoreError::Corrupt { what: "text of a message" })
        }
    }
}

/// A letter's own text, and what of it is quoted.
pub(super) fn own(note: &MailNote, pages: &[Page]) -> (String, Vec<TextSpan>) {
    let (Some(span), Some(page)) = (note.text, pages.first()) else { return (String::new(), Vec::new()) };
    let length = span.end.saturating_sub(span.start) as usize;
    let text: String = page.text.chars().skip(span.start as usize).take(length).collect();
    let quoted = page
        .blocks
        .iter()
        .filter(|block| block.kind == BlockKind::Quoted && block.span.end > span.start)
        .map(|block| TextSpan {
            start: block.span.start.saturating_sub(span.start),
            end: block.span.end.min(span.end).saturating_sub(span.start),
        })
        .collect();
    (text, quoted)
}

/// What was read of the attachments: which, and the text.
pub(super) fn attached(note: &MailNote, pages: &[Page]) -> Vec<(usize, String)> {
    let read = note.attachments.iter().enumerate().filter_map(|(at, one)| Some((at, one.pages?)));
    read.map(|(at, (first, last))| {
        let of_it = pages.iter().filter(|page| (first..=last).contains(&page.page));
        (at, of_it.map(|page| page.text.as_str()).collect::<Vec<_>>().join("\n\n"))
    })
    .collect()
}

/// A page without what it quotes.
pub(super) fn unquoted(page: &Page) -> String {
    let quoted: Vec<TextSpan> =
        page.blocks.iter().filter(|block| block.kind == BlockKind::Quoted).map(|block| block.span).collect();
    without(&page.text, &quoted)
}

/// A text without these places.
pub(super) fn without(text: &str, places: &[TextSpan]) -> String {
    if places.is_empty() {
        return text.to_owned();
    }
    let is_left_out = |at: u32| places.iter().any(|span| (span.start..span.end).contains(&at));
    text.chars().zip(0_u32..).filter(|(_, at)| !is_left_out(*at)).map(|(letter, _)| letter).collect()
}

/// How a letter's own text begins, on one line.
pub(super) fn preview(note: &MailNote, pages: &[Page]) -> String {
    let (text, quoted) = own(note, pages);
    let line = without(&text, &quoted).split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= MAX_PREVIEW {
        return line;
    }
    let cut: String = line.chars().take(MAX_PREVIEW - 1).collect();
    format!("{}…", cut.trim_end())
}

#[cfg(test)]
mod tests {
    use voiceassist_model::TextSpan;
    use voiceassist_rag::extract::{Block, BlockKind, MailNote, Page};

    use super::{own, preview, unquoted};

    #[test]
    fn what_a_letter_quotes_is_shown_and_not_counted_as_its_own() {
        let text = "Subject\n\nDear Bob, the echo is fine.\n> what did the echo say?\nAnna".to_owned();
        let start = u32::try_from(text.chars().take_while(|letter| *letter != 'D').count()).unwrap();
        let from = u32::try_from(text.find('>').unwrap()).unwrap();
        let to = from + 24;
        let end = u32::try_from(text.chars().count()).unwrap();
        let quoted = Block { kind: BlockKind::Quoted, span: TextSpan { start: from, end: to } };
        let page = Page { page: 1, text, blocks: vec![quoted], confidence: None, printed: Vec::new() };
        let note = MailNote { text: Some(TextSpan { start, end }), ..MailNote::default() };
        let (whole, spans) = own(&note, std::slice::from_ref(&page));
        assert!(whole.starts_with("Dear Bob") && whole.contains("> what did"));
        assert_eq!(spans, [TextSpan { start: from - start, end: to - start }]);
        assert_eq!(preview(&note, std::slice::from_ref(&page)), "Dear Bob, the echo is fine. Anna");
        assert!(!unquoted(&page).contains("what did"));
    }
}
