//! FETCH: what is asked for, and the responses.

use crate::mail::imap::state::Message;

/// What one FETCH asks for.
#[expect(clippy::struct_excessive_bools, reason = "each is one item of the request")]
#[derive(Debug, Default)]
pub(crate) struct Wanted {
    pub(crate) flags: bool,
    size: bool,
    date: bool,
    pub(crate) mod_seq: bool,
    message_id: bool,
    /// Offset and length of the piece of the body.
    body: Option<(usize, usize)>,
    uid: bool,
}

impl Wanted {
    pub(crate) fn read(items: &str, by_uid: bool) -> Option<Self> {
        let mut wanted = Self { uid: by_uid, ..Self::default() };
        let items = items.strip_prefix('(').and_then(|items| items.strip_suffix(')')).unwrap_or(items);
        let mut rest = items.trim();
        while !rest.is_empty() {
            let (item, after) = if let Some(at) = rest.strip_prefix("BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]") {
                wanted.message_id = true;
                ("", at)
            } else {
                rest.split_once(' ').unwrap_or((rest, ""))
            };
            match item {
                "" => {}
                "UID" => wanted.uid = true,
                "FLAGS" => wanted.flags = true,
                "RFC822.SIZE" => wanted.size = true,
                "INTERNALDATE" => wanted.date = true,
                "MODSEQ" => wanted.mod_seq = true,
                "BODY.PEEK[]" => wanted.body = Some((0, usize::MAX)),
                item => {
                    let piece = item.strip_prefix("BODY.PEEK[]<")?.strip_suffix('>')?;
                    let (offset, length) = piece.split_once('.')?;
                    wanted.body = Some((offset.parse().ok()?, length.parse().ok()?));
                }
            }
            rest = after.trim_start();
        }
        Some(wanted)
    }

    pub(crate) fn asks_for_body(&self) -> bool {
        self.body.is_some()
    }

    /// The response for one message, and how many octets of its body are in it.
    pub(crate) fn response(&self, sequence: usize, message: &Message, whole: bool) -> (Vec<u8>, u64) {
        let mut items: Vec<Vec<u8>> = Vec::new();
        let mut body_octets = 0;
        if self.uid {
            items.push(format!("UID {}", message.uid).into_bytes());
        }
        if self.flags {
            items.push(format!("FLAGS ({})", message.flags.join(" ")).into_bytes());
        }
        if self.mod_seq {
            items.push(format!("MODSEQ ({})", message.mod_seq).into_bytes());
        }
        if self.size {
            items.push(format!("RFC822.SIZE {}", message.octets().len()).into_bytes());
        }
        if self.date {
            items.push(
                format!("INTERNALDATE \"{}\"", message.date.format("%d-%b-%Y %H:%M:%S %z")).into_bytes(),
            );
        }
        if self.message_id {
            items.push(literal("BODY[HEADER.FIELDS (MESSAGE-ID)]", &message.header_field("Message-ID")));
        }
        if let Some(piece) = self.body {
            let octets = message.octets();
            let (name, slice) = match piece {
                (offset, length) if !whole && length < usize::MAX => {
                    let from = offset.min(octets.len());
                    let to = from.saturating_add(length).min(octets.len());
                    (format!("BODY[]<{offset}>"), &octets[from..to])
                }
                _ => ("BODY[]".to_owned(), &octets[..]),
            };
            body_octets = slice.len() as u64;
            items.push(literal(&name, slice));
        }
        (wrap(sequence, &items), body_octets)
    }

    /// The same in two responses.
    pub(crate) fn split(&self, sequence: usize, message: &Message) -> (Vec<u8>, u64) {
        let mut response = wrap(sequence, &[format!("FLAGS ({})", message.flags.join(" ")).into_bytes()]);
        let rest = Self { flags: false, ..*self };
        let (more, octets) = rest.response(sequence, message, false);
        response.extend(more);
        (response, octets)
    }
}

fn wrap(sequence: usize, items: &[Vec<u8>]) -> Vec<u8> {
    let mut response = format!("* {sequence} FETCH (").into_bytes();
    response.extend(items.join(&b' '));
    response.extend(b")\r\n");
    response
}

fn literal(name: &str, octets: &[u8]) -> Vec<u8> {
    let mut item = format!("{name} {{{}}}\r\n", octets.len()).into_bytes();
    item.extend_from_slice(octets);
    item
}
