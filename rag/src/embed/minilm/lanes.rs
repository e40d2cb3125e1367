//! Three bounded lanes between the async world and the worker threads.
//!
//! Whoever asks waits for a place in its lane first, so the lanes never grow beyond their places and a caller that
//! gives up leaves none behind. Workers take questions before sentences of answers and those before bulk. Closed lanes let
//! workers end and refuse new texts.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use super::EmbedError;

/// Questions that may wait at once.
const QUESTION_PLACES: usize = 64;
/// Sentences of answers that may wait at once.
const ANSWER_PLACES: usize = 256;
/// Texts of documents that may wait at once.
const BULK_PLACES: usize = 64;

/// Who is waiting for the vector.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Lane {
    /// A person, before anything else can be done.
    Question,
    /// A person, for the sentences that may answer.
    Answer,
    /// Ingestion.
    Bulk,
}

/// A text and where its vector goes.
#[derive(Debug)]
pub(super) struct Job {
    pub text: String,
    pub answer: oneshot::Sender<Result<Vec<f32>, EmbedError>>,
    /// The place in the lane, free again when the job is done or dropped.
    _place: OwnedSemaphorePermit,
}

/// What a worker finds.
#[derive(Debug)]
pub(super) enum Next {
    /// Something to do.
    Job(Job),
    /// Nothing came for as long as the worker wanted to wait.
    Idle,
    /// Nothing will come any more.
    Closed,
}

#[derive(Debug, Default)]
struct Waiting {
    questions: VecDeque<Job>,
    answers: VecDeque<Job>,
    bulk: VecDeque<Job>,
    closed: bool,
}

/// The lanes.
#[derive(Debug)]
pub(super) struct Lanes {
    waiting: Mutex<Waiting>,
    arrived: Condvar,
    question_places: std::sync::Arc<Semaphore>,
    answer_places: std::sync::Arc<Semaphore>,
    bulk_places: std::sync::Arc<Semaphore>,
}

impl Default for Lanes {
    fn default() -> Self {
        Self {
            waiting: Mutex::default(),
            arrived: Condvar::new(),
            question_places: std::sync::Arc::new(Semaphore::new(QUESTION_PLACES)),
            answer_places: std::sync::Arc::new(Semaphore::new(ANSWER_PLACES)),
            bulk_places: std::sync::Arc::new(Semaphore::new(BULK_PLACES)),
        }
    }
}

impl Lanes {
    /// Puts a text into a lane and waits for its vector.
    pub(super) async fn ask(&self, lane: Lane, text: String) -> Result<Vec<f32>, EmbedError> {
        let places = match lane {
            Lane::Question => &self.question_places,
            Lane::Answer => &self.answer_places,
            Lane::Bulk => &self.bulk_places,
        };
        let place = std::sync::Arc::clone(places).acquire_owned().await.map_err(|_| EmbedError::Stopped)?;
        let (answer, vector) = oneshot::channel();
        let job = Job { text, answer, _place: place };
        {
            let mut waiting = self.lock();
            if waiting.closed {
                return Err(EmbedError::Stopped);
            }
            match lane {
                Lane::Question => waiting.questions.push_back(job),
                Lane::Answer => waiting.answers.push_back(job),
                Lane::Bulk => waiting.bulk.push_back(job),
            }
        }
        self.arrived.notify_one();
        vector.await.map_err(|_| EmbedError::Stopped)?
    }

    /// Blocks a worker until there is something to do. Jobs whose caller has given up are dropped on the way.
    pub(super) fn next(&self, patience: Option<Duration>) -> Next {
        let mut waiting = self.lock();
        loop {
            if waiting.closed {
                return Next::Closed;
            }
            while let Some(job) = waiting.take() {
                if !job.answer.is_closed() {
                    return Next::Job(job);
                }
            }
            waiting = match patience {
                None => self.arrived.wait(waiting).unwrap_or_else(PoisonError::into_inner),
                Some(patience) => {
                    let (guard, outcome) =
                        self.arrived.wait_timeout(waiting, patience).unwrap_or_else(PoisonError::into_inner);
                    if outcome.timed_out() && guard.is_empty() && !guard.closed {
                        return Next::Idle;
                    }
                    guard
                }
            };
        }
    }

    /// Refuses new texts, forgets waiting ones and lets workers end.
    pub(super) fn close(&self) {
        self.question_places.close();
        self.answer_places.close();
        self.bulk_places.close();
        let mut waiting = self.lock();
        waiting.closed = true;
        waiting.questions.clear();
        waiting.answers.clear();
        waiting.bulk.clear();
        drop(waiting);
        self.arrived.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    fn take(&mut self) -> Option<Job> {
        let awaited = self.questions.pop_front().or_else(|| self.answers.pop_front());
        awaited.or_else(|| self.bulk.pop_front())
    }

    fn is_empty(&self) -> bool {
        self.questions.is_empty() && self.answers.is_empty() && self.bulk.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use super::{EmbedError, Lane, Lanes, Next};

    fn take(lanes: &Lanes) -> super::Job {
        match lanes.next(Some(Duration::from_secs(10))) {
            Next::Job(job) => job,
            other => panic!("expected a job, found {other:?}"),
        }
    }

    async fn waiting(lanes: &Lanes, texts: usize) {
        loop {
            {
                let now = lanes.lock();
                if now.questions.len() + now.answers.len() + now.bulk.len() == texts {
                    return;
                }
            }
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn questions_overtake_sentences_of_answers_and_those_overtake_bulk() {
        let lanes = Arc::new(Lanes::default());
        let order = [(Lane::Bulk, "bulk"), (Lane::Answer, "answer"), (Lane::Question, "question")];
        let mut asking = Vec::new();
        for (number, (lane, text)) in (1..).zip(order) {
            let waits = Arc::clone(&lanes);
            asking.push(tokio::spawn(async move { waits.ask(lane, text.to_owned()).await }));
            waiting(&lanes, number).await;
        }
        for expected in ["question", "answer", "bulk"] {
            let job = take(&lanes);
            assert_eq!(job.text, expected);
            job.answer.send(Ok(vec![expected.len() as f32])).unwrap();
        }
        for (asked, (_, text)) in asking.into_iter().zip(order) {
            assert_eq!(asked.await.unwrap().unwrap(), [text.len() as f32]);
        }
    }

    #[tokio::test]
    async fn a_caller_that_gave_up_costs_no_run() {
        let lanes = Arc::new(Lanes::default());
        let gone = tokio::spawn({
            let lanes = Arc::clone(&lanes);
            async move { lanes.ask(Lane::Bulk, "gone".to_owned()).await }
        });
        waiting(&lanes, 1).await;
        gone.abort();
        assert!(gone.await.unwrap_err().is_cancelled());
        assert!(matches!(lanes.next(Some(Duration::from_millis(1))), Next::Idle));
        assert_eq!(lanes.bulk_places.available_permits(), super::BULK_PLACES);
    }

    #[tokio::test]
    async fn closing_ends_workers_and_callers() {
        let lanes = Arc::new(Lanes::default());
        let caller = tokio::spawn({
            let lanes = Arc::clone(&lanes);
            async move { lanes.ask(Lane::Bulk, "text".to_owned()).await }
        });
        waiting(&lanes, 1).await;
        lanes.close();
        assert!(matches!(lanes.next(None), Next::Closed));
        assert!(matches!(caller.await.unwrap(), Err(EmbedError::Stopped)));
        assert!(matches!(lanes.ask(Lane::Question, String::new()).await, Err(EmbedError::Stopped)));
    }
}
