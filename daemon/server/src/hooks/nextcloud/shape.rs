//! How deeply a body is nested, before a parser sees it.
//!
//! One pass that knows brackets and strings and nothing else. It need not be right about what is no JSON: the parser
//! refuses that afterwards.

/// Whether brackets nest no deeper than `limit`.
pub(super) fn is_shallow(body: &[u8], limit: usize) -> bool {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in body {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => depth += 1,
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > limit {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::is_shallow;

    #[test]
    fn brackets_in_strings_do_not_count() {
        assert!(is_shallow(br#"{"a":[{"b":"[[[[[\"[[["}]}"#, 3));
        assert!(!is_shallow(br#"{"a":[{"b":[]}]}"#, 3));
        assert!(is_shallow(b"[[],[],[]]", 2));
        assert!(!is_shallow(&b"[".repeat(100_000), 16));
        assert!(is_shallow(b"]]]]\"", 0));
    }
}
