//! Commands as they arrive, literals included.

use std::io;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::mail::tls::Line;

/// The largest command.
const MAX_COMMAND_BYTES: usize = 256 * 1024;

pub(crate) struct Channel {
    pub(crate) line: Box<dyn Line>,
    buffer: Vec<u8>,
}

impl Channel {
    pub(crate) fn new(line: Box<dyn Line>) -> Self {
        Self { line, buffer: Vec::new() }
    }

    pub(crate) async fn say(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.line.write_all(bytes).await?;
        self.line.flush().await
    }

    /// One line without its end; `None` when the client is gone. Safe to cancel.
    pub(crate) async fn line(&mut self) -> io::Result<Option<String>> {
        loop {
            if let Some(end) = self.buffer.windows(2).position(|pair| pair == b"\r\n") {
                let line: Vec<u8> = self.buffer.drain(..end + 2).collect();
                return Ok(Some(String::from_utf8_lossy(&line[..end]).into_owned()));
            }
            if !self.more().await? {
                return Ok(None);
            }
        }
    }

    /// The arguments of one command: words, quoted strings without quotes, literals.
    pub(crate) async fn command(&mut self) -> io::Result<Option<Vec<String>>> {
        let mut words = Vec::new();
        let Some(mut line) = self.line().await? else { return Ok(None) };
        loop {
            let literal = split(&line, &mut words);
            let Some((length, wait)) = literal else { return Ok(Some(words)) };
            if wait {
                self.say(b"+ go on\r\n").await?;
            }
            while self.buffer.len() < length {
                if !self.more().await? {
                    return Ok(None);
                }
            }
            let literal: Vec<u8> = self.buffer.drain(..length).collect();
            words.push(String::from_utf8_lossy(&literal).into_owned());
            match self.line().await? {
                Some(rest) => line = rest,
                None => return Ok(None),
            }
        }
    }

    async fn more(&mut self) -> io::Result<bool> {
        let mut chunk = [0; 4096];
        let count = self.line.read(&mut chunk).await?;
        self.buffer.extend_from_slice(&chunk[..count]);
        if self.buffer.len() > MAX_COMMAND_BYTES {
            return Err(io::Error::other("the command is too long"));
        }
        Ok(count > 0)
    }
}

/// Splits a line into words; parenthesised and bracketed parts are one word. The literal that it ends with, and
/// whether the client waits to be asked for it.
fn split(line: &str, words: &mut Vec<String>) -> Option<(usize, bool)> {
    let mut word = String::new();
    let (mut depth, mut quoted, mut any) = (0_u32, false, false);
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' if quoted => word.extend(letters.next()),
            '"' if depth == 0 => {
                quoted = !quoted;
                any = true;
            }
            ' ' if !quoted && depth == 0 => {
                if any || !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                any = false;
            }
            _ => {
                if !quoted {
                    match letter {
                        '(' | '[' => depth += 1,
                        ')' | ']' => depth = depth.saturating_sub(1),
                        _ => {}
                    }
                }
                word.push(letter);
            }
        }
    }
    if let Some(inside) = word.strip_prefix('{').and_then(|inside| inside.strip_suffix('}')) {
        let digits = inside.trim_end_matches('+');
        return Some((digits.parse().ok()?, !inside.ends_with('+')));
    }
    if any || !word.is_empty() {
        words.push(word);
    }
    None
}
