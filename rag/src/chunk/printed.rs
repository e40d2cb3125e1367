//! Where the lines of a chunk are printed.
//!
//! Pages know the places of their lines in their own text; chunks count in the text of the whole document and may go over
//! several pages. A line of which only a part is in a chunk keeps its whole place.

use voiceassist_model::printed::MOST_LINES;
use voiceassist_model::{PageSpan, Printed, PrintedLine, TextSpan};

use crate::extract::{Extracted, Line, PAGE_BREAK};

/// What is known of a document's pages.
pub(super) struct Pages {
    /// In the order of the whole text.
    lines: Vec<PrintedLine>,
    /// How sure a recogniser was of each page.
    confidence: Vec<Option<u8>>,
}

impl Pages {
    pub(super) fn of(document: &Extracted) -> Self {
        let count = |text: &str| u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
        let gap = count(PAGE_BREAK);
        let (mut lines, mut base) = (Vec::new(), 0_u32);
        for page in &document.pages {
            lines.extend(page.printed.iter().map(|Line(span, area)| PrintedLine {
                span: TextSpan { start: base + span.start, end: base + span.end },
                page: page.page,
                area: *area,
            }));
            base = base.saturating_add(count(&page.text)).saturating_add(gap);
        }
        Self { lines, confidence: document.pages.iter().map(|page| page.confidence).collect() }
    }

    /// What is known of a piece of the whole text.
    pub(super) fn printed(&self, span: TextSpan, pages: PageSpan) -> Printed {
        let first = self.lines.partition_point(|line| line.span.end <= span.start);
        let lines = self.lines[first..].iter().take_while(|line| line.span.start < span.end);
        let on_page = |page: u32| self.confidence.get(page as usize - 1).copied().flatten();
        Printed {
            lines: lines.take(MOST_LINES).copied().collect(),
            recognised: (pages.first.max(1)..=pages.last).filter_map(on_page).min(),
        }
    }
}
