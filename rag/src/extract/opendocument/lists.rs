//! Which lists count, and which styles begin a page.
//!
//! `OpenDocument` says at a list only which style it has; whether that style shows numbers or bullets, and whether a
//! paragraph's style starts a new page, stands elsewhere and is gathered here first.

use std::collections::{HashMap, HashSet};

use quick_xml::events::Event;
use quick_xml::reader::Reader;

use super::walk::{attribute, local};

/// What the styles say.
#[derive(Debug, Default)]
pub(super) struct Lists {
    /// The levels of each list style that show numbers.
    numbered: HashMap<String, HashSet<usize>>,
    /// Paragraph styles that begin a page.
    breaking: HashSet<String>,
    /// Table styles that are not shown.
    hidden: HashSet<String>,
}

impl Lists {
    /// Gathers what these parts say; a part that is broken says less.
    pub(super) fn of(parts: &[&str]) -> Self {
        let mut lists = Self::default();
        for part in parts {
            lists.gather(part);
        }
        lists
    }

    fn gather(&mut self, part: &str) {
        let mut reader = Reader::from_str(part);
        let (mut list, mut style) = (String::new(), String::new());
        while let Ok(event) = reader.read_event() {
            let element = match event {
                Event::Start(element) | Event::Empty(element) => element,
                Event::Eof => return,
                _ => continue,
            };
            match local(element.name().0) {
                "list-style" => list = attribute(&element, "name").unwrap_or_default(),
                "list-level-style-number" => {
                    let level = attribute(&element, "level").and_then(|level| level.parse().ok());
                    self.numbered.entry(list.clone()).or_default().insert(level.unwrap_or(1));
                }
                "style" => style = attribute(&element, "name").unwrap_or_default(),
                "paragraph-properties" if attribute(&element, "break-before").as_deref() == Some("page") => {
                    self.breaking.insert(style.clone());
                }
                "table-properties" if attribute(&element, "display").as_deref() == Some("false") => {
                    self.hidden.insert(style.clone());
                }
                _ => {}
            }
        }
    }

    /// Whether a list of this style shows numbers on this level, from 1.
    pub(super) fn counts(&self, style: &str, level: usize) -> bool {
        self.numbered.get(style).is_some_and(|levels| levels.contains(&level))
    }

    /// Whether a paragraph of this style begins a page.
    pub(super) fn begins_page(&self, style: &str) -> bool {
        self.breaking.contains(style)
    }

    /// Whether tables of this style are not shown.
    pub(super) fn hides(&self, style: &str) -> bool {
        self.hidden.contains(style)
    }
}
