//! What is said beside an answer that stands on text which a recogniser was not sure of.
//!
//! A five that is read as a six is a wrong dose with a right citation. So an answer says which of its sources were
//! recognised in a picture without certainty, by their numbers and nothing of their text, and sends the reader to the page.

use voiceassist_model::{AnswerPart, Citation};

use crate::extract::SURE;

/// Sources that are named.
const MOST: usize = 4;

/// The remark, if one is needed; the citations are numbered.
pub fn remark<'c>(cited: impl IntoIterator<Item = &'c Citation>) -> Option<AnswerPart> {
    let mut unsure: Vec<(u32, u32, u8)> = cited
        .into_iter()
        .filter_map(|one| Some((one.number, one.page, one.recognised.filter(|sure| *sure < SURE)?)))
        .collect();
    unsure.sort_unstable();
    unsure.dedup_by_key(|(number, ..)| *number);
    let named: Vec<String> = unsure
        .iter()
        .take(MOST)
        .map(|(number, page, sure)| format!("[{number}] (page {page}) with {sure} % confidence"))
        .collect();
    (!named.is_empty()).then(|| AnswerPart::Note {
        text: format!("Recognised in pictures: {}. Compare with the page itself.", named.join(", ")),
    })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;
    use voiceassist_model::{AnswerPart, ChunkId, Citation, DocumentId, Origin, TextSpan};

    use super::remark;

    fn cited(number: u32, recognised: Option<u8>) -> Citation {
        Citation {
            number,
            document: DocumentId::from_uuid(Uuid::from_u128(1)),
            chunk: ChunkId::from_uuid(Uuid::from_u128(1)),
            file_id: 1,
            origin: Origin::default(),
            title: "Scan of Milo.pdf".to_owned(),
            path: String::new(),
            page: 3,
            span: TextSpan { start: 0, end: 1 },
            quote: "5 mg".to_owned(),
            boxes: Vec::new(),
            recognised,
            score: 1.0,
        }
    }

    #[test]
    fn sources_that_were_hardly_read_are_named_once_by_number_and_page() {
        let told = remark(&[cited(2, Some(61)), cited(1, None), cited(2, Some(61)), cited(3, Some(97))]);
        let text = "Recognised in pictures: [2] (page 3) with 61 % confidence. Compare with the page itself.";
        assert_eq!(told, Some(AnswerPart::Note { text: text.to_owned() }));
    }

    #[test]
    fn text_and_what_was_read_surely_need_no_remark() {
        assert_eq!(remark(&[cited(1, None), cited(2, Some(75))]), None);
    }
}
