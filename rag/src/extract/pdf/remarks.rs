//! What people have written onto a PDF: remarks, boxed text, the comments of marks.
//!
//! A remark belongs to its page and follows its text. Links, fields, pop-ups that repeat their parent and whatever is
//! hidden are no remarks; nor is a box whose words the page shows already.

use pdf_oxide::annotation_types::AnnotationSubtype;
use pdf_oxide::document::PdfDocument;

use crate::extract::normalise;

/// Remarks of one page.
const MOST: usize = 500;
/// The longest remark in characters.
const LONGEST: usize = 20_000;

/// The remarks of a page that its text does not hold.
pub(super) fn of_page(document: &PdfDocument, index: usize, text: &str) -> Vec<String> {
    let Ok(annotations) = document.get_annotations(index) else { return Vec::new() };
    let shown = normalise::inline(text);
    let mut remarks: Vec<String> = Vec::new();
    for annotation in annotations.into_iter().take(MOST) {
        let is_remark = !matches!(
            annotation.subtype_enum,
            AnnotationSubtype::Link | AnnotationSubtype::Widget | AnnotationSubtype::Popup
        );
        let Some(contents) = annotation.contents.filter(|_| is_remark && !annotation.flags.is_hidden())
        else {
            continue;
        };
        let contents: String = contents.chars().take(LONGEST).collect();
        let remark = normalise::lines(&contents).trim().to_owned();
        let flat = normalise::inline(&remark);
        if !flat.is_empty() && !shown.contains(&flat) && !remarks.contains(&remark) {
            remarks.push(remark);
        }
    }
    remarks
}
