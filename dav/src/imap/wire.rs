//! Responses as they arrive: text, and literals in it, each within a bound.
//!
//! A response ends with a line that announces no literal. Its text is kept up to [`MAX_TEXT_BYTES`]; beyond that the
//! line cannot be trusted to end and the connection is given up. A literal is kept up to what the caller allows and
//! read past beyond that, so that one absurd message costs time and no memory. Reading can be cancelled at any await
//! without losing an octet that arrived; a line that dies inside a literal is [`ImapError::Closed`], never a short
//! message.

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::time::timeout;

use crate::imap::ImapError;

/// The longest text of one response, literals not counted: the UIDs of a page, thousands of vanished ranges.
pub const MAX_TEXT_BYTES: usize = 4 * 1024 * 1024;
/// More literals than that in one response are refused.
const MAX_LITERALS: usize = 8;
/// How much is read at a time.
const CHUNK_BYTES: usize = 16 * 1024;

/// A byte stream in both directions.
pub(crate) trait Line: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Line for T {}

/// A part of a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// Text, without the announcement of the literal after it and without the end of the line.
    Text(Vec<u8>),
    /// A literal.
    Literal(Vec<u8>),
    /// A literal that was too long; so many octets were read past.
    Oversize(u64),
}

/// Where reading stands; kept over a cancelled read.
#[derive(Debug)]
enum Standing {
    Line { searched: usize },
    Literal { announced: u64, left: u64, keep: bool, bytes: Vec<u8> },
}

/// A connection's two directions.
pub(crate) struct Wire {
    stream: Box<dyn Line>,
    buffer: Vec<u8>,
    parts: Vec<Part>,
    text_bytes: usize,
    standing: Standing,
}

impl std::fmt::Debug for Wire {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Wire").finish_non_exhaustive()
    }
}

impl Wire {
    pub(crate) fn new(stream: Box<dyn Line>) -> Self {
        Self {
            stream,
            buffer: Vec::new(),
            parts: Vec::new(),
            text_bytes: 0,
            standing: Standing::Line { searched: 0 },
        }
    }

    /// The stream below, for a handshake; refuses when anything was sent ahead of it, which would otherwise be taken
    /// for words of the encrypted side.
    pub(crate) fn into_stream(self) -> Result<Box<dyn Line>, ImapError> {
        if self.buffer.is_empty() && self.parts.is_empty() {
            Ok(self.stream)
        } else {
            Err(ImapError::Malformed("words were sent ahead of the encryption"))
        }
    }

    pub(crate) async fn send(&mut self, bytes: &[u8], patience: Duration) -> Result<(), ImapError> {
        let sent = async {
            self.stream.write_all(bytes).await?;
            self.stream.flush().await
        };
        timeout(patience, sent).await.map_err(|_| ImapError::timeout())?.map_err(ImapError::wire)
    }

    /// The next response. `patience` is how long the line may be silent, not how long the response may take.
    pub(crate) async fn next(
        &mut self,
        literal_limit: u64,
        patience: Duration,
    ) -> Result<Vec<Part>, ImapError> {
        loop {
            if let Some(parts) = self.advance(literal_limit)? {
                return Ok(parts);
            }
            self.buffer.reserve(CHUNK_BYTES);
            let read = timeout(patience, self.stream.read_buf(&mut self.buffer));
            match read.await.map_err(|_| ImapError::timeout())? {
                Ok(0) => return Err(ImapError::Closed),
                Ok(_) => {}
                Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
                    return Err(ImapError::Closed);
                }
                Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => {
                    return Err(ImapError::Closed);
                }
                Err(error) => return Err(ImapError::wire(error)),
            }
        }
    }

    /// Goes as far as the buffer reaches; a whole response, if there is one.
    fn advance(&mut self, literal_limit: u64) -> Result<Option<Vec<Part>>, ImapError> {
        loop {
            match &mut self.standing {
                Standing::Literal { announced, left, keep, bytes } => {
                    let take = usize::try_from(*left).unwrap_or(usize::MAX).min(self.buffer.len());
                    if *keep {
                        bytes.extend_from_slice(&self.buffer[..take]);
                    }
                    self.buffer.drain(..take);
                    *left -= take as u64;
                    if *left > 0 {
                        return Ok(None);
                    }
                    let part =
                        if *keep { Part::Literal(std::mem::take(bytes)) } else { Part::Oversize(*announced) };
                    self.parts.push(part);
                    self.standing = Standing::Line { searched: 0 };
                }
                Standing::Line { searched } => {
                    let from = searched.saturating_sub(1);
                    let Some(end) = self.buffer[from..].windows(2).position(|pair| pair == b"\r\n") else {
                        *searched = self.buffer.len();
                        self.check_text(self.buffer.len())?;
                        return Ok(None);
                    };
                    let mut line: Vec<u8> = self.buffer.drain(..from + end + 2).collect();
                    line.truncate(line.len() - 2);
                    self.check_text(line.len())?;
                    self.text_bytes += line.len();
                    if !self.end_of_line(line, literal_limit)? {
                        self.text_bytes = 0;
                        return Ok(Some(std::mem::take(&mut self.parts)));
                    }
                }
            }
        }
    }

    fn check_text(&self, more: usize) -> Result<(), ImapError> {
        if self.text_bytes + more > MAX_TEXT_BYTES {
            return Err(ImapError::TooLarge { limit: MAX_TEXT_BYTES as u64 });
        }
        Ok(())
    }

    /// Whether the response goes on after this line, with a literal.
    fn end_of_line(&mut self, mut line: Vec<u8>, literal_limit: u64) -> Result<bool, ImapError> {
        self.standing = Standing::Line { searched: 0 };
        let Some((length, start)) = announced(&line) else {
            self.parts.push(Part::Text(line));
            return Ok(false);
        };
        if self.parts.len() >= MAX_LITERALS * 2 {
            return Err(ImapError::Malformed("too many literals in one response"));
        }
        line.truncate(start);
        self.parts.push(Part::Text(line));
        let keep = length <= literal_limit;
        self.standing = Standing::Literal { announced: length, left: length, keep, bytes: Vec::new() };
        Ok(true)
    }
}

/// The length that a line's end announces, and where the announcement starts. A closing brace in a human-readable text
/// must not be taken for one, so status responses never announce literals.
fn announced(line: &[u8]) -> Option<(u64, usize)> {
    let inside = line.strip_suffix(b"}")?;
    let start = inside.iter().rposition(|byte| *byte == b'{')?;
    let digits = inside[start + 1..].strip_suffix(b"+").unwrap_or(&inside[start + 1..]);
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) || is_status(line) {
        return None;
    }
    std::str::from_utf8(digits).ok()?.parse().ok().map(|length| (length, start))
}

/// Whether the second word makes it a status response or a continuation, whose text is free.
fn is_status(line: &[u8]) -> bool {
    if line.starts_with(b"+") {
        return true;
    }
    let word = line.split(|byte| *byte == b' ').nth(1).unwrap_or_default();
    [&b"OK"[..], b"NO", b"BAD", b"BYE", b"PREAUTH"].iter().any(|status| word.eq_ignore_ascii_case(status))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::io::AsyncWriteExt as _;

    use super::{MAX_TEXT_BYTES, Part, Wire};
    use crate::imap::ImapError;

    const PATIENCE: Duration = Duration::from_secs(20);

    async fn read(chunks: &[&[u8]], limit: u64) -> Result<Vec<Vec<Part>>, ImapError> {
        let (ours, mut theirs) = tokio::io::duplex(64);
        let chunks: Vec<Vec<u8>> = chunks.iter().map(|chunk| chunk.to_vec()).collect();
        let writer = tokio::spawn(async move {
            for chunk in chunks {
                if theirs.write_all(&chunk).await.is_err() {
                    break;
                }
            }
        });
        let mut wire = Wire::new(Box::new(ours));
        let mut responses = Vec::new();
        let end = loop {
            match wire.next(limit, PATIENCE).await {
                Ok(parts) => responses.push(parts),
                Err(ImapError::Closed) if wire.buffer.is_empty() && wire.parts.is_empty() => {
                    break Ok(responses);
                }
                Err(error) => break Err(error),
            }
        };
        drop(wire);
        writer.await.expect("the writer ends");
        end
    }

    fn text(bytes: &str) -> Part {
        Part::Text(bytes.as_bytes().to_vec())
    }

    #[tokio::test]
    async fn a_response_is_the_same_however_it_is_cut() {
        let whole = b"* 1 FETCH (BODY[] {5}\r\na\r\n)( UID 3)\r\n* OK done {9}\r\n";
        let expected = vec![
            vec![text("* 1 FETCH (BODY[] "), Part::Literal(b"a\r\n)(".to_vec()), text(" UID 3)")],
            vec![text("* OK done {9}")],
        ];
        let single: Vec<&[u8]> = whole.chunks(1).collect();
        assert_eq!(read(&single, 100).await.expect("byte by byte"), expected);
        assert_eq!(read(&[whole], 100).await.expect("at once"), expected);
    }

    #[tokio::test]
    async fn a_literal_beyond_its_limit_is_read_past() {
        let responses =
            read(&[b"* 1 FETCH (BODY[] {6}\r\nabcdef)\r\n* 2 EXISTS\r\n"], 5).await.expect("read");
        assert_eq!(responses[0][1], Part::Oversize(6));
        assert_eq!(responses[1], vec![text("* 2 EXISTS")]);
    }

    #[tokio::test]
    async fn a_line_that_dies_inside_a_literal_is_no_short_message() {
        assert!(matches!(read(&[b"* 1 FETCH (BODY[] {600}\r\nabc"], 1_000).await, Err(ImapError::Closed)));
    }

    #[tokio::test]
    async fn a_line_without_an_end_is_given_up() {
        let endless = vec![b'a'; MAX_TEXT_BYTES + 100_000];
        assert!(matches!(read(&[&endless], 10).await, Err(ImapError::TooLarge { .. })));
    }
}
