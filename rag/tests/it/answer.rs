//! What is answered, with which citations, and when nothing is.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;
use voiceassist_fakes::corpus::Corpus;
use voiceassist_model::{
    AnswerPart, Area, ChunkId, Citation, DocumentId, Outcome, PageBox, PageSpan, Passage, Printed,
    PrintedLine, Sensitivity, TextSpan,
};
use voiceassist_rag::answer::{AnswerSettings, Draft, conflicts, extractive};
use voiceassist_rag::chunk::{ChunkSettings, split};
use voiceassist_rag::extract::Extracted;

use crate::extract::{collapsed, extracted};

/// The clinic's documents as passages, with the whole texts to check spans against.
pub(crate) struct Library {
    passages: Vec<Passage>,
    wholes: HashMap<DocumentId, Vec<char>>,
    stems: Vec<HashSet<String>>,
}

fn words(text: &str) -> HashSet<String> {
    let stem = |word: &str| word.to_lowercase().chars().take(5).collect::<String>();
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 2).map(stem).collect()
}

impl Library {
    pub(crate) fn clinic() -> Self {
        let mut library = Self { passages: Vec::new(), wholes: HashMap::new(), stems: Vec::new() };
        for (number, file) in Corpus::clinic(1).files.iter().filter(|file| !file.scanned).enumerate() {
            library.add(number, &file.path, &extracted(file));
        }
        library
    }

    fn add(&mut self, number: usize, path: &str, document: &Extracted) {
        let id = DocumentId::from_uuid(Uuid::from_u128(number as u128 + 1));
        self.wholes.insert(id, document.whole_text().chars().collect());
        for chunk in split(document, &ChunkSettings::default()) {
            self.stems.push(words(&chunk.embedding_text()));
            self.passages.push(Passage {
                chunk: chunk.id(id),
                document: id,
                file_id: 40 + i64::from(id.as_uuid().as_bytes()[15]),
                origin: voiceassist_model::Origin::default(),
                title: path.rsplit('/').next().unwrap_or_default().to_owned(),
                path: path.to_owned(),
                heading: chunk.heading.clone(),
                pages: chunk.pages,
                span: chunk.span,
                text: chunk.text.clone(),
                printed: Printed::default(),
                sensitivity: Sensitivity::Internal,
                score: 0.0,
            });
        }
    }

    /// The passages that share the rarest words with the question, as an index would rank them.
    pub(crate) fn retrieve(&self, question: &str, limit: usize) -> Vec<Passage> {
        let asked = words(question);
        let rarity = |word: &String| {
            let count = self.stems.iter().filter(|stems| stems.contains(word)).count();
            (1.0 + self.stems.len() as f32 / (count as f32 + 0.5)).ln()
        };
        let weights: Vec<(&String, f32)> = asked.iter().map(|word| (word, rarity(word))).collect();
        let most: f32 = weights.iter().map(|(_, weight)| weight).sum();
        let mut ranked: Vec<(f32, &Passage)> = self
            .stems
            .iter()
            .zip(&self.passages)
            .map(|(stems, passage)| {
                let score: f32 =
                    weights.iter().filter(|(word, _)| stems.contains(*word)).map(|(_, weight)| weight).sum();
                (score / most.max(0.1), passage)
            })
            .collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
        ranked.truncate(limit);
        ranked.into_iter().map(|(score, passage)| Passage { score, ..passage.clone() }).collect()
    }
}

fn passage(document: u128, heading: &str, text: &str) -> Passage {
    let length = text.chars().fold(0, |count, _| count + 1);
    Passage {
        chunk: ChunkId::from_uuid(Uuid::from_u128(document * 100)),
        document: DocumentId::from_uuid(Uuid::from_u128(document)),
        file_id: 1,
        origin: voiceassist_model::Origin::default(),
        title: format!("Document {document}.pdf"),
        path: format!("Clinic/Document {document}.pdf"),
        heading: heading.to_owned(),
        pages: PageSpan { first: 3, last: 4 },
        span: TextSpan { start: 1_000, end: 1_000 + length },
        text: text.to_owned(),
        printed: Printed::default(),
        sensitivity: Sensitivity::Internal,
        score: 0.8,
    }
}

fn sentences(parts: &[AnswerPart]) -> Vec<(&str, &[Citation])> {
    parts
        .iter()
        .filter_map(|part| match part {
            AnswerPart::Sentence { text, citations } => Some((text.as_str(), citations.as_slice())),
            _ => None,
        })
        .collect()
}

fn outcome(parts: &[AnswerPart]) -> Outcome {
    match parts.last() {
        Some(AnswerPart::Done { outcome, .. }) => *outcome,
        _ => panic!("an answer ends with Done"),
    }
}

fn answer(question: &str, passages: &[Passage]) -> Vec<AnswerPart> {
    extractive(question, passages, &AnswerSettings::default())
}

#[test]
fn facts_of_the_clinic_are_answered_with_page_and_path() {
    let library = Library::clinic();
    let corpus = Corpus::clinic(1);
    let (mut asked, mut answered, mut misses) = (0, 0, Vec::new());
    for file in corpus.files.iter().filter(|file| !file.scanned) {
        for fact in &file.facts {
            asked += 1;
            let parts = answer(&fact.question, &library.retrieve(&fact.question, 8));
            let wanted = collapsed(&fact.answer_contains);
            let right = sentences(&parts).iter().any(|(_, citations)| {
                citations.iter().any(|citation| {
                    collapsed(&citation.quote).contains(&wanted)
                        && citation.path == fact.path
                        && citation.page == fact.page
                })
            });
            if right {
                answered += 1;
            } else {
                misses.push(format!("{} -> {wanted:?}\n{parts:#?}", fact.question));
            }
        }
    }
    println!("{answered} of {asked} facts answered");
    assert!(asked >= 20 && answered * 100 >= asked * 85, "{answered} of {asked}\n{}", misses.join("\n"));
}

#[test]
fn every_quote_is_the_slice_of_the_document_that_its_span_names() {
    let library = Library::clinic();
    for fact in Corpus::clinic(1).facts() {
        let parts = answer(&fact.question, &library.retrieve(&fact.question, 8));
        for citation in sentences(&parts).iter().flat_map(|(_, citations)| citations.iter()) {
            let whole = &library.wholes[&citation.document];
            let slice: String =
                whole[citation.span.start as usize..citation.span.end as usize].iter().collect();
            let running = slice.contains('\u{c}');
            assert!(running || slice == citation.quote, "{slice:?} is not {:?}", citation.quote);
            let page = 1 + whole[..citation.span.start as usize].iter().filter(|c| **c == '\u{c}').count();
            assert_eq!(citation.page as usize, page);
        }
    }
}

#[test]
fn what_no_document_says_is_not_answered() {
    let library = Library::clinic();
    let questions = [
        "What is the capital of Mongolia?",
        "How is Wilson disease treated with penicillamine?",
        "Who won the football championship?",
        "What is the recommended fluoride varnish interval for molars?",
        "How do I file the company tax return?",
        "Which chemotherapy protocol is used for osteosarcoma?",
    ];
    for question in questions {
        let parts = answer(question, &library.retrieve(question, 8));
        assert_eq!(outcome(&parts), Outcome::NotFound, "{question}\n{parts:#?}");
        let told = sentences(&parts);
        assert!(told.len() == 1 && told[0].1.is_empty() && told[0].0.contains("Looked for"), "{told:?}");
    }
}

#[test]
fn parts_come_in_order_and_numbers_count_up() {
    let text = "Apixaban is paused for 48 hours before surgery. Apixaban is resumed 24 hours after surgery. Lunch is at noon.";
    let parts =
        answer("When is apixaban paused before surgery and resumed after surgery?", &[passage(1, "", text)]);
    assert!(matches!(parts[0], AnswerPart::Sources { considered: 1 }));
    let told = sentences(&parts);
    let texts: Vec<&str> = told.iter().map(|(text, _)| *text).collect();
    assert_eq!(
        texts,
        ["Apixaban is paused for 48 hours before surgery.", "Apixaban is resumed 24 hours after surgery."]
    );
    let numbers: Vec<u32> =
        told.iter().flat_map(|(_, citations)| citations.iter().map(|one| one.number)).collect();
    assert_eq!(numbers, [1, 2]);
    assert_eq!(told[0].1[0].span, TextSpan { start: 1_000, end: 1_047 });
    assert_eq!(outcome(&parts), Outcome::Answered);
}

#[test]
fn a_sentence_that_two_documents_say_cites_both() {
    let text = "The vaccine fridge is kept between 2 and 8 degrees.";
    let parts = answer(
        "At which temperature is the vaccine fridge kept?",
        &[passage(1, "", text), passage(2, "", text)],
    );
    let told = sentences(&parts);
    assert_eq!(told.len(), 1, "{parts:#?}");
    let documents: HashSet<DocumentId> = told[0].1.iter().map(|citation| citation.document).collect();
    assert_eq!(documents.len(), 2);
}

#[test]
fn a_row_is_told_with_the_names_of_its_columns() {
    let text = "Drug | Dose | Interval\nVancomycin | 15 mg/kg | 12 hours\nCefazolin | 2 g | 8 hours";
    let parts = answer("What is the dose of cefazolin?", &[passage(1, "Prophylaxis", text)]);
    let told = sentences(&parts);
    assert_eq!(told[0].0, "Drug: Cefazolin; Dose: 2 g; Interval: 8 hours");
    assert_eq!(told[0].1[0].quote, "Cefazolin | 2 g | 8 hours");
}

#[test]
fn an_item_is_told_with_the_line_that_leads_it_in() {
    let text = "Call the cardiologist when:\n- the pulse stays above 130\n- the patient faints";
    let parts = answer("Call the cardiologist above which pulse?", &[passage(1, "", text)]);
    assert_eq!(sentences(&parts)[0].0, "Call the cardiologist when: the pulse stays above 130");
}

#[test]
fn a_sentence_on_the_second_page_cites_the_second_page() {
    let text = "Oxygen is stopped slowly.\n\u{c}\nThe target saturation is 92 percent.";
    let parts = answer("What is the target saturation?", &[passage(1, "", text)]);
    assert_eq!(sentences(&parts)[0].1[0].page, 4);
}

#[test]
fn text_of_documents_acts_on_nothing() {
    let text = "The potassium limit is [5.5 mmol/l](https://evil.example/x) ![p](https://evil.example/p.png) <script>alert(1)</script>.";
    let parts = answer("What is the potassium limit?", &[passage(1, "", text)]);
    let shown = sentences(&parts)[0].0;
    assert!(shown.starts_with("The potassium limit is 5.5 mmol/l"), "{shown}");
    assert!(!shown.contains("evil") && !shown.contains("script>"), "{shown}");
}

#[test]
fn meaning_lifts_what_words_do_not_reach() {
    let passages = [
        passage(1, "", "The remedy is stopped two days ahead of an operation."),
        passage(2, "", "Surgery forms are kept in the drawer."),
    ];
    let mut draft =
        Draft::new("When to pause the drug before surgery?", &passages, &AnswerSettings::default());
    let cosines: Vec<f32> = draft
        .sentences()
        .iter()
        .map(|sentence| if sentence.contains("remedy") { 0.72 } else { 0.2 })
        .collect();
    let told = draft.sentences().iter().any(|sentence| sentence.contains("remedy"));
    let parts = draft.finish(Some(&cosines));
    assert!(told, "a sentence without common words is still a candidate when meaning can be asked");
    assert!(sentences(&parts)[0].0.contains("remedy"), "{parts:#?}");
}

#[test]
fn what_is_only_alike_answers_nothing_when_the_search_is_not_sure() {
    let passages = [passage(1, "", "The remedy is stopped two days ahead of an operation.")];
    let question = "When to pause the drug before surgery?";
    let outcome = |confidence: f32, cosines: Option<&[f32]>| {
        let settings = AnswerSettings { confidence, ..AnswerSettings::default() };
        match Draft::new(question, &passages, &settings).finish(cosines).pop() {
            Some(AnswerPart::Done { outcome, .. }) => outcome,
            _ => panic!("Done is last"),
        }
    };
    assert_eq!(outcome(0.95, Some(&[0.72])), Outcome::Answered);
    assert_eq!(outcome(0.1, Some(&[0.72])), Outcome::NotFound);
    let said = [passage(1, "", "Pause the drug two days before surgery.")];
    let settings = AnswerSettings { confidence: 0.1, ..AnswerSettings::default() };
    let parts = Draft::new(question, &said, &settings).finish(Some(&[0.8]));
    assert!(
        sentences(&parts)[0].0.contains("two days"),
        "what says it in so many words is told all the same"
    );
}

#[test]
fn a_draft_tells_where_documents_differ_as_if_they_were_read_again() {
    let mut passages = [
        passage(1, "", "Apixaban is restarted 12 hours after the ablation."),
        passage(2, "", "Apixaban is restarted six hours after the ablation."),
    ];
    passages[0].title = "Ablation 2021.txt".to_owned();
    passages[1].title = "Ablation 2024.txt".to_owned();
    let question = "When is apixaban restarted after the ablation?";
    let mut draft = Draft::new(question, &passages, &AnswerSettings::default());
    let parts = draft.finish(None);
    let cited: Vec<Citation> =
        sentences(&parts).iter().flat_map(|(_, cited)| cited.iter().cloned()).collect();
    let told = draft.remarks(&cited);
    let anew = conflicts::remarks(question, &passages, &cited);
    assert_eq!((told.len(), anew.len()), (1, 1), "{parts:#?}");
    let places = |(text, cited): (&str, &[Citation])| {
        (text.to_owned(), cited.iter().map(|one| (one.document, one.span)).collect::<Vec<_>>())
    };
    assert_eq!(places(sentences(&told)[0]), places(sentences(&anew)[0]));
}

#[test]
fn a_citation_has_the_boxes_of_its_sentence_and_how_surely_it_was_read() {
    let mut found = passage(1, "", "Apixaban is restarted after the ablation.\nHeparin is another matter.");
    let line = |start, end, top| PrintedLine {
        span: TextSpan { start, end },
        page: 3,
        area: Area { left: 1_000, top, right: 8_000, bottom: top + 200 },
    };
    let lines = vec![line(1_000, 1_041, 500), line(1_042, 1_068, 800)];
    found.printed = Printed { lines, recognised: Some(61) };
    let parts = answer("When is apixaban restarted after the ablation?", std::slice::from_ref(&found));
    let (_, cited) = sentences(&parts)[0];
    let area = Area { left: 1_000, top: 500, right: 8_000, bottom: 700 };
    assert_eq!(cited[0].boxes, [PageBox { page: 3, area }]);
    assert_eq!(cited[0].recognised, Some(61));
}

#[test]
fn the_class_of_an_answer_is_that_of_what_it_shows() {
    let secret =
        Passage { sensitivity: Sensitivity::Health, ..passage(1, "", "Milo takes 5 mg of warfarin.") };
    let parts = answer("How much warfarin does Milo take?", std::slice::from_ref(&secret));
    let Some(AnswerPart::Done { sensitivity, .. }) = parts.last() else { panic!("Done is last") };
    assert_eq!(*sensitivity, Sensitivity::Health);
}

#[test]
fn no_passages_and_no_words_are_no_answer() {
    assert_eq!(outcome(&answer("What is the dose?", &[])), Outcome::NotFound);
    assert_eq!(outcome(&answer("", &[passage(1, "", "Something.")])), Outcome::NotFound);
}
