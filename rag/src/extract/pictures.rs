//! Text in pictures, as a recogniser outside of this program reads it.
//!
//! Where the operator has installed Tesseract and says so, pages that are pictures are given to it one at a time, through
//! pipes so that it needs no file, turned upright by itself and set straight here. It runs inside the confined child, with
//! the child's limits and without network. What it is hardly sure of is left out, and how sure it is of a page is kept,
//! because an answer must not rest on a guess unsaid. Without it nothing here runs, and a scan says that it has no text.

mod skew;
mod table;

use std::path::PathBuf;
use std::process::Command;

use super::piped;

pub(crate) use skew::Gray;
pub(crate) use table::Recognised;

/// The program that recognises text, and how it is to be used.
#[derive(Clone, Debug)]
pub struct Recogniser {
    /// Tesseract, version 4 or later.
    pub program: PathBuf,
    /// Its names of the languages that documents are in, joined by `+`: `eng+deu`.
    pub languages: String,
    /// Pictures of one document that are read; recognition takes seconds of each page.
    pub pages: u32,
}

impl Recogniser {
    /// The languages that are recognised when nobody says otherwise.
    pub const LANGUAGES: &'static str = "eng";
    /// Pictures read of one document when nobody says otherwise.
    pub const PAGES: u32 = 30;

    /// Whether a text can be a list of languages and nothing else: letters, digits, `_` and `+`.
    pub fn are_languages(text: &str) -> bool {
        !text.is_empty()
            && text.split('+').all(|language| {
                !language.is_empty()
                    && language.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            })
    }

    /// The pages of a picture file; a TIFF may have several.
    pub(crate) fn read(&self, picture: &[u8], dots_per_inch: Option<u32>) -> Vec<Recognised> {
        // Once with the page's orientation found out, which needs a file that is not always installed.
        ["1", "3"]
            .iter()
            .filter_map(|mode| self.run(picture, dots_per_inch, mode))
            .map(|printed| table::pages(&printed))
            .find(|pages| pages.iter().any(|page| !page.text.is_empty()))
            .unwrap_or_default()
    }

    /// What the program prints about a picture, or nothing.
    fn run(&self, picture: &[u8], dots_per_inch: Option<u32>, mode: &str) -> Option<String> {
        const OUTPUT_BYTES: u64 = 16 << 20;
        let mut command = Command::new(&self.program);
        command.args(["stdin", "stdout", "-l", &self.languages, "--psm", mode]);
        if let Some(dots) = dots_per_inch {
            command.args(["--dpi", &dots.to_string()]);
        }
        command.args(["-c", "tessedit_create_tsv=1"]).env_clear().env("OMP_THREAD_LIMIT", "1");
        piped::printed(&mut command, picture, OUTPUT_BYTES)
    }
}

#[cfg(test)]
mod tests {
    use super::Recogniser;

    #[test]
    fn languages_are_names_and_no_arguments() {
        assert!(Recogniser::are_languages("eng+deu_latf"));
        for text in ["", "+", "eng+", "../eng", "--psm", "eng deu"] {
            assert!(!Recogniser::are_languages(text), "{text}");
        }
    }
}
