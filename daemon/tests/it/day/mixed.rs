//! Questions between the person's own day and documents: what papers say about an appointment, and where a paper is. Files, letters and events are mirrored and read by the program's own workers.

use std::time::Duration;

use futures::StreamExt as _;
use voiceassist_assistant::{Filter, Wish};
use voiceassist_model::{AnswerPart, Outcome, Source};
use voiceassist_workers::{Runner, RunnerSettings};

use super::{Day, week};

impl Day {
    /// Everything that was mirrored is read and indexed.
    async fn settle(&self) {
        let settings = RunnerSettings { replica: "test".to_owned(), workers: 2 };
        let runner = Runner::start(&self.stage.context, &settings);
        let settled = async {
            while self.store().jobs().stats().await.expect("counted").due() > 0 {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(Duration::from_mins(2), settled).await.expect("the queue empties");
        runner.stop(Duration::from_secs(5)).await;
    }

    /// The titles that an answer within a filter cites, all that it says, and how it ends.
    async fn ask_within(&self, question: &str, filter: Filter) -> (Vec<String>, String, Outcome) {
        let wish = Wish { filter, ..Wish::new(self.conversation, question) };
        let mut stream = self.assistant.ask_for(&self.principal, wish).await.expect("a turn");
        let (mut titles, mut said, mut ended) = (Vec::new(), Vec::new(), Outcome::NotFound);
        while let Some(part) = stream.next().await {
            match part.expect("a part").into_inner() {
                AnswerPart::Note { text } | AnswerPart::Fact { text, .. } => said.push(text),
                AnswerPart::Sentence { text, citations } => {
                    said.push(text);
                    titles.extend(citations.into_iter().map(|citation| citation.title));
                }
                AnswerPart::Done { outcome, .. } => ended = outcome,
                _ => {}
            }
        }
        (titles, said.join(" "), ended)
    }
}

async fn day() -> Day {
    let day = Day::open(&week::BERLIN).await;
    for (path, text) in [
        (
            "/Clinic/Echo conference SOP.md",
            "# Echo conference\n\nCases for the echo conference are entered the day before.\n",
        ),
        (
            "/Clinic/Valve letter.md",
            "# Letter\n\nDr. Weiß, Pharmacy\n\nThe valve needs anticoagulation with warfarin for three months.\n",
        ),
        ("/Notes/Valve.md", "# Valve\n\nThe valve was ordered in spring and needs no anticoagulation.\n"),
    ] {
        day.cloud.put("alice", path, text).expect("placed");
    }
    day.settle().await;
    day
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_for_papers_may_be_about_an_appointment() {
    let day = day().await;
    let (titles, said, outcome) = day
        .ask_within(
            "What does the SOP say about the appointment I have tomorrow at 13:30?",
            Filter::default(),
        )
        .await;
    assert!(said.contains("\u{201c}Echo conference\u{201d}"), "the appointment is told: {said}");
    assert!(said.contains("entered the day before"), "{said}");
    assert!(titles.contains(&"Echo conference SOP.md".to_owned()), "{titles:?}");
    assert_eq!(outcome, Outcome::Answered);
    let (_, said, outcome) = day
        .ask_within("What does the SOP say about the patient I see on Friday at 10?", Filter::default())
        .await;
    assert!(said.contains("nothing in your calendars then") || said.contains("Day off"), "{said}");
    assert!(outcome == Outcome::NotFound || said.contains("Day off"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_and_a_search_for_a_paper_are_narrowed_to_mail_people_and_folders() {
    let day = day().await;
    let mail = || Filter { sources: vec![Source::Message], ..Filter::default() };
    let anna = Filter { people: vec!["Anna Smith".into()], ..mail() };
    let (titles, said, _) = day.ask_within("How large is the ejection fraction?", anna).await;
    assert!(said.contains("45 percent") && titles == ["Echo results"], "{titles:?} {said}");
    let bob = Filter { people: vec!["Bob Jones".into()], ..mail() };
    let (titles, said, outcome) = day.ask_within("How large is the ejection fraction?", bob).await;
    assert!(titles.is_empty() && outcome == Outcome::NotFound, "{said}");
    let notes = Filter { folder: Some("/Notes".into()), ..Filter::default() };
    let (titles, said, _) = day.ask_within("Does the valve need anticoagulation?", notes).await;
    assert!(titles.iter().all(|title| title == "Valve.md"), "{titles:?} {said}");
    let (titles, said, _) =
        day.ask_within("Find the letter from Dr. Weiß about the valve", Filter::default()).await;
    assert_eq!(titles, ["Valve letter.md"], "{said}");
    let (titles, said, _) =
        day.ask_within("Find the report from Anna Smith about the echo", Filter::default()).await;
    assert!(titles.contains(&"Echo results".to_owned()), "letters are papers too: {titles:?} {said}");
    assert!(titles.iter().all(|title| title.starts_with("Echo")), "{titles:?}");
}
