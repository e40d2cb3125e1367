//! How deep a page may nest before it is cut.
//!
//! A parser that follows the rules of browsers looks through all open elements at almost every tag, so a page of tens
//! of thousands of nested elements costs minutes. This looks at tags only, before any parsing, and gives the part of
//! the page up to where too many elements are open. Elements whose end may be left out do not count, because ordinary
//! pages leave it out thousands of times.

/// Elements without content, and elements that the next of their kind closes.
const NEVER_COUNTED: [&str; 30] = [
    "area", "base", "br", "col", "colgroup", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta",
    "optgroup", "option", "p", "param", "rp", "rt", "source", "tbody", "td", "tfoot", "th", "thead", "tr",
    "track", "wbr", "html",
];

/// The longest beginning of the page with at most `limit` elements open at once.
pub(crate) fn cut(page: &str, limit: usize) -> &str {
    let mut open = 0_usize;
    for (at, _) in page.match_indices('<') {
        let tag = &page[at + 1..];
        let (closes, tag) = tag.strip_prefix('/').map_or((false, tag), |rest| (true, rest));
        let end = tag.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(tag.len());
        let name = tag[..end].to_ascii_lowercase();
        if name.is_empty() || NEVER_COUNTED.contains(&name.as_str()) {
            continue;
        }
        if closes {
            open = open.saturating_sub(1);
        } else {
            open += 1;
            if open > limit {
                return &page[..at];
            }
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn an_ordinary_page_is_left_whole() {
        let page = format!("<html><ul>{}</ul><div><b>x</b></div></html>", "<li>one<br>".repeat(5_000));
        assert_eq!(cut(&page, 10), page);
    }

    #[test]
    fn a_page_is_cut_where_it_nests_too_deep() {
        let page = format!("<p>kept</p>{}<p>lost</p>", "<div>".repeat(100));
        assert_eq!(cut(&page, 2), "<p>kept</p><div><div>");
    }

    #[test]
    fn closing_what_was_never_opened_does_no_harm() {
        assert_eq!(cut("</div></div><i>a</i>", 1), "</div></div><i>a</i>");
    }
}
