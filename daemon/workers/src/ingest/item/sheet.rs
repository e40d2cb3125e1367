//! One page that is written from top to bottom, with what its parts are.

use voiceassist_model::TextSpan;
use voiceassist_rag::extract::{Block, BlockKind, Extracted, Page};

/// A page under way.
#[derive(Default)]
pub(super) struct Sheet {
    text: String,
    /// In code points.
    length: u32,
    blocks: Vec<Block>,
}

impl Sheet {
    /// Adds a part, unless it is empty.
    pub(super) fn add(&mut self, kind: BlockKind, part: &str) {
        let part = part.trim();
        if part.is_empty() {
            return;
        }
        if !self.text.is_empty() {
            self.text.push_str("\n\n");
            self.length = self.length.saturating_add(2);
        }
        let end = self.length.saturating_add(u32::try_from(part.chars().count()).unwrap_or(u32::MAX));
        self.blocks.push(Block { kind, span: TextSpan { start: self.length, end } });
        self.text.push_str(part);
        self.length = end;
    }

    /// Adds lines of the form `Label: words`, without those that say nothing.
    pub(super) fn lines(&mut self, lines: &[(&str, String)]) {
        let said = lines.iter().filter(|(_, words)| !words.trim().is_empty());
        let said: Vec<String> = said.map(|(label, words)| format!("{label}: {}", words.trim())).collect();
        self.add(BlockKind::Preformatted, &said.join("\n"));
    }

    /// Adds running text, paragraph by paragraph.
    pub(super) fn paragraphs(&mut self, text: &str) {
        for paragraph in text.split("\n\n") {
            self.add(BlockKind::Paragraph, paragraph);
        }
    }

    /// The page as a document of this media type.
    pub(super) fn into_document(self, mime: &str) -> Extracted {
        let page =
            Page { page: 1, text: self.text, blocks: self.blocks, confidence: None, printed: Vec::new() };
        Extracted {
            mime: mime.to_owned(),
            pages: vec![page],
            truncated: false,
            error: None,
            gaps: Vec::new(),
            mail: None,
        }
    }
}
