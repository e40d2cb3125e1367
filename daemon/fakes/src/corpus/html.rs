//! Pages as a small intranet would serve them: with navigation, a style sheet and a footer around the content.
//!
//! The frame is there on purpose: a reader should take the content and may leave the frame.

use std::fmt::Write as _;

use super::markup::escape;
use super::render::{CLINIC, Edition, NOTICE, imprint};
use super::source::{Block, Source};

const STYLE: &str = "body{font-family:sans-serif;max-width:46rem;margin:auto}nav a{margin-right:1rem}\
                     td,th{border:1px solid #999;padding:.2rem .5rem}";

/// The document as one HTML page.
pub(super) fn render(source: &Source, edition: &Edition) -> Vec<u8> {
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{}</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<nav><a href=\"/\">Start</a><a href=\"/protocols\">Protocols</a>\
         <a href=\"/rota\">Rota</a></nav>\n<main>\n",
        escape(&source.title)
    );
    for (position, block) in source.blocks.iter().enumerate() {
        push_block(&mut out, block);
        if position == 0 {
            let _ = writeln!(out, "<p class=\"imprint\"><em>{}</em></p>", escape(&imprint(source, edition)));
        }
    }
    let _ = write!(out, "</main>\n<footer><p>{CLINIC}, intranet. {NOTICE}</p></footer>\n</body>\n</html>\n");
    out.into_bytes()
}

fn push_block(out: &mut String, block: &Block) {
    match block {
        Block::Heading { level, text } => {
            let _ = writeln!(out, "<h{level}>{}</h{level}>", escape(text));
        }
        Block::Paragraph(text) => {
            let _ = writeln!(out, "<p>{}</p>", escape(text));
        }
        Block::List { numbered, items } => {
            let tag = if *numbered { "ol" } else { "ul" };
            let _ = writeln!(out, "<{tag}>");
            for item in items {
                let _ = writeln!(out, "  <li>{}</li>", escape(item));
            }
            let _ = writeln!(out, "</{tag}>");
        }
        Block::Table(rows) => {
            out.push_str("<table>\n");
            for (number, row) in rows.iter().enumerate() {
                let tag = if number == 0 { "th" } else { "td" };
                out.push_str("<tr>");
                for cell in row {
                    let _ = write!(out, "<{tag}>{}</{tag}>", escape(cell));
                }
                out.push_str("</tr>\n");
            }
            out.push_str("</table>\n");
        }
        Block::NewPage => {}
    }
}
