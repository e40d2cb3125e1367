//! How the weights are learnt: an averaged structured perceptron that is asked for a margin.
//!
//! Texts with their identifiers go in, a table of bytes comes out. Everything is whole numbers and the dice have a seed, so
//! the same texts make the same bytes on every machine. While it learns, signs are hidden at random: who sees the lists of
//! names or the rules in every example never learns to do without them, and people in real texts are on no list. What
//! training texts hold is not kept: only sums over many texts remain.

use std::ops::Range;

use crate::classifier::decode::{Scores, Steps, best, pieces};
use crate::classifier::features::{Hidden, Observed, ROWS, Rows};
use crate::classifier::labels::{Class, LABELS, LANES, Label, NOTHING};
use crate::detect::{self, Candidate};
use crate::span::Kind;
use crate::words::Text;

/// A text to learn from, and where identifiers of which kind stand in it (in bytes).
#[derive(Clone, Debug, Default)]
pub struct Example {
    /// The text.
    pub text: String,
    /// Its identifiers, in order, without overlap.
    pub spans: Vec<(Range<usize>, Kind)>,
}

/// How much surer than any other answer the right one has to be, in steps of learning: for an identifier that would be
/// missed, and for everything else.
const MARGIN_OF_A_MISS: i32 = 60;
const MARGIN: i32 = 30;

/// Learns a table of weights from examples, going over them some times.
pub fn learn(examples: &[Example], rounds: usize, seed: u64) -> Vec<u8> {
    let lessons: Vec<Lesson> = examples.iter().map(Lesson::of).collect();
    let mut dice = Dice(seed);
    let mut pupil = Pupil::new();
    let mut order: Vec<usize> = (0..lessons.len()).collect();
    for _ in 0..rounds {
        for at in (1..order.len()).rev() {
            order.swap(at, dice.below(at + 1));
        }
        for at in &order {
            pupil.study(&lessons[*at], &mut dice);
        }
    }
    pupil.into_bytes()
}

/// A text ready to learn from: what is observed, and the right labels.
struct Lesson {
    observed: Observed,
    pieces: Vec<Range<usize>>,
    right: Vec<Label>,
}

impl Lesson {
    fn of(example: &Example) -> Self {
        let text = Text::new(&example.text);
        let found: Vec<Candidate> = detect::by_rules(&text);
        let right = right_labels(&text, &example.spans);
        let pieces = pieces(&text.words).collect();
        Self { observed: Observed::new(&text, &found), pieces, right }
    }
}

fn right_labels(text: &Text<'_>, spans: &[(Range<usize>, Kind)]) -> Vec<Label> {
    let mut labels = vec![NOTHING; text.words.len()];
    for (range, kind) in spans {
        let Some(class) = Class::of(*kind) else { continue };
        let first = text.words.partition_point(|word| word.end <= range.start);
        for (at, word) in text.words.iter().enumerate().skip(first) {
            if word.start >= range.end {
                break;
            }
            labels[at] = if at == first { class.first() } else { class.further() };
        }
    }
    labels
}

/// The weights while they are learnt.
struct Pupil {
    rows: Vec<[i32; LANES]>,
    steps: Steps,
    /// Sums by which the average over all moments is made.
    row_sums: Vec<[i64; LANES]>,
    step_sums: [[i64; LANES]; LANES],
    moment: i64,
}

impl Pupil {
    fn new() -> Self {
        Self {
            rows: vec![[0; LANES]; ROWS],
            steps: [[0; LANES]; LANES],
            row_sums: vec![[0; LANES]; ROWS],
            step_sums: [[0; LANES]; LANES],
            moment: 1,
        }
    }

    fn study(&mut self, lesson: &Lesson, dice: &mut Dice) {
        for piece in &lesson.pieces {
            let rows: Vec<Rows> = piece.clone().map(|at| lesson.observed.rows(at, dice.hidden())).collect();
            let right = &lesson.right[piece.clone()];
            let scores: Vec<Scores> =
                rows.iter().zip(right).map(|(rows, right)| self.scores(rows, *right)).collect();
            let said = best(&scores, &self.steps);
            self.moment += 1;
            if said != right {
                self.correct(&rows, right, &said);
            }
        }
    }

    /// The scores of a word, those of wrong labels raised by the margin.
    fn scores(&self, rows: &Rows, right: Label) -> Scores {
        let mut sums = [0; LANES];
        for row in rows {
            for (sum, weight) in sums.iter_mut().zip(&self.rows[*row as usize]) {
                *sum += weight;
            }
        }
        for (label, sum) in sums.iter_mut().enumerate().take(LABELS) {
            if label != usize::from(right) {
                *sum += if label == usize::from(NOTHING) { MARGIN_OF_A_MISS } else { MARGIN };
            }
        }
        sums
    }

    fn correct(&mut self, rows: &[Rows], right: &[Label], said: &[Label]) {
        let (mut right_before, mut said_before) = (NOTHING, NOTHING);
        for ((rows, right), said) in rows.iter().zip(right).zip(said) {
            let (good, bad) = (usize::from(*right), usize::from(*said));
            if good != bad {
                for row in rows.iter().map(|row| *row as usize).filter(|row| *row != 0) {
                    self.rows[row][good] += 1;
                    self.rows[row][bad] -= 1;
                    self.row_sums[row][good] += self.moment;
                    self.row_sums[row][bad] -= self.moment;
                }
            }
            if good != bad || right_before != said_before {
                let (was, claimed) = (usize::from(right_before), usize::from(said_before));
                self.steps[was][good] += 1;
                self.steps[claimed][bad] -= 1;
                self.step_sums[was][good] += self.moment;
                self.step_sums[claimed][bad] -= self.moment;
            }
            (right_before, said_before) = (*right, *said);
        }
    }

    /// The average over all moments, in signed bytes: one scale for all, so that sums keep their order.
    fn into_bytes(self) -> Vec<u8> {
        let moment = self.moment;
        // In sixteenths, so that rounding comes last.
        let average = |now: i32, sum: i64| i64::from(now) * 16 - sum * 16 / moment;
        let rows: Vec<i64> = self
            .rows
            .iter()
            .zip(&self.row_sums)
            .flat_map(|(now, sums)| now.iter().zip(sums).map(|(now, sum)| average(*now, *sum)))
            .collect();
        let steps = self
            .steps
            .iter()
            .zip(&self.step_sums)
            .flat_map(|(now, sums)| now.iter().zip(sums).map(|(now, sum)| average(*now, *sum)));
        let all: Vec<i64> = rows.into_iter().chain(steps).collect();
        let divisor = scale(&all);
        all.into_iter().map(|weight| to_byte(weight, divisor)).collect()
    }
}

/// What the greatest weights are divided by to fit a byte; one in ten thousand may be cut off.
fn scale(all: &[i64]) -> i64 {
    let mut sizes: Vec<i64> = all.iter().map(|weight| weight.abs()).filter(|size| *size > 0).collect();
    sizes.sort_unstable();
    let greatest = sizes.get(sizes.len().saturating_sub(1 + sizes.len() / 10_000)).copied().unwrap_or(0);
    (greatest / 127).max(1)
}

fn to_byte(weight: i64, divisor: i64) -> u8 {
    let half = if weight < 0 { -divisor / 2 } else { divisor / 2 };
    let rounded = ((weight + half) / divisor).clamp(-127, 127);
    i8::try_from(rounded).unwrap_or(0).cast_unsigned()
}

/// Numbers that are the same on every machine.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % bound.max(1)
    }

    /// What is hidden of a word this time, in parts of a hundred.
    fn hidden(&mut self) -> Hidden {
        Hidden {
            word: self.below(100) < 25,
            nature: self.below(100) < 15,
            context: self.below(100) < 10,
            own_rule: self.below(100) < 60,
            near_rules: self.below(100) < 20,
        }
    }
}
