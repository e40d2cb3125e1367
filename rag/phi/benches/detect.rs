//! How fast text is searched for people, in megabytes a second on one core.
//!
//! `cargo bench -p voiceassist-phi` prints two figures: for a note that is dense with identifiers, and for plain
//! guideline text. They are read by people and compared over time; no test depends on them.

use std::hint::black_box;
use std::time::{Duration, Instant};

const NOTE: &str = "Re: Orrin, Tessa, DOB 09/15/1999\nAddress: 2029 County Line Drive #118, Duluth, MN 55802\nInsurance ID: 1LZ6-FS9-GU19\n\n\
    Dear Dr. Tannhold,\nThank you for seeing this 102 year old patient with refractory migraine. She may start metoprolol; may titrate weekly. \
    Last tetanus booster in 2019; colonoscopy normal in 2021. Her husband Milo can be reached at (202) 555-0147. MRN 8837421.\n\n";
const GUIDELINE: &str = "Patients with atrial fibrillation and a CHA2DS2-VASc score of 2 or more receive an anticoagulant unless it is \
    contraindicated. The dose of apixaban is 5 mg twice daily; it is halved when two of age 80 or more, weight 60 kg or less and creatinine \
    1.5 mg/dl or more are present. The Framingham risk estimate does not replace clinical judgement.\n\n";

#[expect(clippy::print_stdout, reason = "the figures are what a benchmark is for")]
fn main() {
    for (name, piece) in [("note", NOTE), ("guideline", GUIDELINE)] {
        let text = piece.repeat(64);
        let (mut bytes, mut findings) = (0, 0);
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(2) {
            findings += black_box(voiceassist_phi::detect(black_box(&text))).len();
            bytes += text.len();
        }
        #[expect(clippy::cast_precision_loss, reason = "a rate for people to read")]
        let rate = bytes as f64 / 1e6 / start.elapsed().as_secs_f64();
        println!("{name}: {rate:.1} MB/s, {findings} findings");
    }
}
