//! Types that hold people's words do not print them.
//!
//! A `{:?}` in a log line, an error or a failed assertion is written without a thought, so it must not be the place where
//! content gets out. [`crate::debug_without_text`] writes `Debug` for such a type: ids and numbers as they are, of texts
//! the length. None of these types has `Display`.

use std::fmt;

/// Prints how long a text is, never the text.
pub struct Withheld<'a>(pub &'a str);

impl fmt::Debug for Withheld<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "‹{} characters›", self.0.chars().count())
    }
}

/// Writes `Debug` for a struct: fields before the semicolon as they are, of texts after it the length. Fields that are not
/// named are left out.
#[macro_export]
macro_rules! debug_without_text {
    ($type:ident { $($shown:ident),* ; $($text:ident),* $(,)? }) => {
        impl std::fmt::Debug for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($type))
                    $(.field(stringify!($shown), &self.$shown))*
                    $(.field(stringify!($text), &$crate::withheld::Withheld(&self.$text)))*
                    .finish_non_exhaustive()
            }
        }
    };
}

#[cfg(test)]
mod tests {
    struct Note {
        number: u32,
        text: String,
        more: Option<String>,
    }

    debug_without_text!(Note { number; text });

    #[test]
    fn a_text_prints_its_length_and_nothing_else() {
        let note = Note { number: 7, text: "Erika Müller".to_owned(), more: Some("Erika".to_owned()) };
        assert_eq!(format!("{note:?}"), "Note { number: 7, text: ‹12 characters›, .. }");
        assert_eq!(note.more.as_deref(), Some("Erika"), "what is not named is not shown");
    }
}
