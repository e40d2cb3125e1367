//! Messages as Outlook saves them: properties in a compound file.
//!
//! Each property is a stream whose name holds its number and type (MS-OXMSG). What the rest of this module needs is
//! taken from them: subject, people, dates, text, attachments, messages inside. A text that is there only as
//! compressed RTF is unpacked under a limit. Everything else a message may hold (categories, flags, tracking) is left
//! alone.

use std::io::Cursor;

use chrono::{DateTime, Utc};
use office_oxide::cfb::CfbReader;
use voiceassist_model::Reason;

use super::addresses::{self, Person};
use super::{
    Attachment, MAX_ATTACHMENTS, MAX_ATTACHMENTS_READ, MAX_DEPTH, MailNote, attachments, body, threads,
};
use crate::extract::pages::Pages;
use crate::extract::{ExtractError, ExtractSettings, normalise, plain, rtf, sniff};

/// Recipients that are looked at.
const MAX_RECIPIENTS: usize = 500;
/// What a compressed text may unpack to.
const MAX_RTF_BYTES: usize = 16 << 20;

const SUBJECT: u16 = 0x0037;
const SENDER_NAME: u16 = 0x0c1a;
const SENDER_ADDRESS: [u16; 3] = [0x5d01, 0x5d02, 0x0c1f];
const BODY: u16 = 0x1000;
const BODY_RTF: u16 = 0x1009;
const BODY_HTML: u16 = 0x1013;
const MESSAGE_ID: u16 = 0x1035;
const IN_REPLY_TO: u16 = 0x1042;
const MESSAGE_CLASS: u16 = 0x001a;
const DISPLAY_NAME: u16 = 0x3001;
const RECIPIENT_ADDRESS: [u16; 2] = [0x39fe, 0x3003];
const RECIPIENT_TYPE: u32 = 0x0c15_0003;
const DATES: [u32; 2] = [0x0039_0040, 0x0e06_0040];
const FILE_NAME: [u16; 3] = [0x3707, 0x3704, 0x3001];
const FILE_DATA: u16 = 0x3701;

/// Adds a message and what is attached to it.
pub(crate) fn read(
    bytes: &[u8],
    settings: &ExtractSettings,
    pages: &mut Pages,
) -> Result<MailNote, ExtractError> {
    let cfb = CfbReader::new(Cursor::new(bytes))
        .map_err(|cause| ExtractError::malformed_by("the Outlook message", cause))?;
    let mut file = File { cfb, settings, read: 0 };
    Ok(file.message("", pages, 0))
}

struct File<'b, 's> {
    cfb: CfbReader<Cursor<&'b [u8]>>,
    settings: &'s ExtractSettings,
    /// Attachments read so far.
    read: usize,
}

impl File<'_, '_> {
    /// One message; `at` is the path of its storage with a slash at the end.
    fn message(&mut self, at: &str, pages: &mut Pages, depth: usize) -> MailNote {
        let mut note = self.headers(at);
        let body = self.body(at, &note);
        if body.truncated {
            pages.mark_truncated();
        }
        let (text, blocks, span) = super::compose(&super::head(&note), body);
        pages.next_page();
        pages.page(&text, blocks);
        note.text = Some(span).filter(|span| span.start < span.end);
        for index in 0..MAX_ATTACHMENTS {
            let storage = format!("{at}__attach_version1.0_#{index:08X}/");
            if self.cfb.find_entry_by_path(storage.trim_end_matches('/')).is_none() {
                break;
            }
            self.attachment(&storage, pages, depth, &mut note);
        }
        note
    }

    fn headers(&mut self, at: &str) -> MailNote {
        let sender = Person {
            name: self.text(at, SENDER_NAME).filter(|name| !name.is_empty()),
            address: SENDER_ADDRESS.iter().find_map(|tag| self.address(at, *tag)),
        };
        let mut note = MailNote {
            subject: normalise::inline(&self.text(at, SUBJECT).unwrap_or_default())
                .chars()
                .take(super::MAX_SUBJECT_CHARS)
                .collect(),
            from: [sender].into_iter().filter(|from| from.name.is_some() || from.address.is_some()).collect(),
            date: DATES.iter().find_map(|tag| self.number(at, *tag)).and_then(moment).map(Into::into),
            message_id: self.text(at, MESSAGE_ID).as_deref().and_then(threads::id),
            references: self.text(at, IN_REPLY_TO).as_deref().and_then(threads::id).into_iter().collect(),
            encrypted: self.text(at, MESSAGE_CLASS).is_some_and(|class| {
                class.eq_ignore_ascii_case("IPM.Note.SMIME") || class.eq_ignore_ascii_case("IPM.Note.Secure")
            }),
            ..MailNote::default()
        };
        for index in 0..MAX_RECIPIENTS {
            let storage = format!("{at}__recip_version1.0_#{index:08X}/");
            if self.cfb.find_entry_by_path(storage.trim_end_matches('/')).is_none() {
                break;
            }
            let person = Person {
                name: self.text(&storage, DISPLAY_NAME).filter(|name| !name.is_empty()),
                address: RECIPIENT_ADDRESS.iter().find_map(|tag| self.address(&storage, *tag)),
            };
            match self.number(&storage, RECIPIENT_TYPE).unwrap_or(1) {
                2 => note.cc.push(person),
                3 => {}
                _ => note.to.push(person),
            }
        }
        note
    }

    fn body(&mut self, at: &str, note: &MailNote) -> body::Body {
        if let Some(text) = self.text(at, BODY).filter(|text| !text.trim().is_empty()) {
            return body::of_text(&text, note);
        }
        let hyper = self.stream(at, BODY_HTML, "0102").and_then(|html| plain::decode(&html).ok());
        if let Some(html) = hyper.or_else(|| self.text(at, BODY_HTML)) {
            return body::of_hyper(&html, note, &self.settings.limits);
        }
        let packed = self.stream(at, BODY_RTF, "0102").unwrap_or_default();
        let mut aside = Pages::new(&self.settings.limits);
        match unpack(&packed).map(|rich| rtf::read(&rich, &self.settings.limits, &mut aside)) {
            Some(Ok(())) => {
                let (mut pages, truncated) = aside.finish();
                let page = pages.swap_remove(0);
                body::Body { text: page.text, blocks: page.blocks, truncated: truncated || !pages.is_empty() }
            }
            _ => body::Body::default(),
        }
    }

    fn attachment(&mut self, storage: &str, pages: &mut Pages, depth: usize, note: &mut MailNote) {
        let name = FILE_NAME.iter().find_map(|tag| self.text(storage, *tag)).unwrap_or_default();
        let name = attachments::clean_name(&name);
        let embedded = format!("{storage}__substg1.0_{FILE_DATA:04X}000D/");
        let mut attachment = Attachment { name, mime: String::new(), bytes: 0, pages: None, reason: None };
        if note.encrypted {
            attachment.reason = Some(Reason::Encrypted);
        } else if self.read >= MAX_ATTACHMENTS_READ || depth + 1 >= MAX_DEPTH {
            attachment.reason = Some(Reason::ExpandsTooFar);
            pages.mark_truncated();
        } else if self.cfb.find_entry_by_path(embedded.trim_end_matches('/')).is_some() {
            self.read += 1;
            "message/rfc822".clone_into(&mut attachment.mime);
            let first = pages.next_page();
            let its = self.message(&embedded, pages, depth + 1);
            attachment.pages = Some((first, pages.next_page().saturating_sub(1).max(first)));
            note.attachments.push(attachment);
            note.attachments.extend(its.attachments);
            note.attachments.truncate(MAX_ATTACHMENTS);
            return;
        } else {
            self.read += 1;
            let bytes = self.stream(storage, FILE_DATA, "0102").unwrap_or_default();
            attachment.bytes = bytes.len() as u64;
            let kind = sniff::recognise(&bytes, &attachment.name);
            if let Ok(kind) = &kind {
                kind.mime().clone_into(&mut attachment.mime);
            }
            match kind.and_then(|kind| attachments::put(kind, &bytes, &attachment.name, self.settings, pages))
            {
                Ok(filled) => {
                    attachment.pages = filled;
                    attachment.reason = filled.is_none().then_some(Reason::NoText);
                }
                Err(error) => attachment.reason = Some(error.reason()),
            }
        }
        note.attachments.push(attachment);
    }

    /// A property that is text, in either of the two ways of writing it.
    fn text(&mut self, at: &str, tag: u16) -> Option<String> {
        if let Some(wide) = self.stream(at, tag, "001F") {
            return Some(encoding_rs::UTF_16LE.decode_without_bom_handling(&wide).0.replace('\0', ""));
        }
        let narrow = self.stream(at, tag, "001E")?;
        Some(plain::decode(&narrow).unwrap_or_else(|_| String::from_utf8_lossy(&narrow).into_owned()))
    }

    /// A property that is an address; an Exchange server's own names for people are none.
    fn address(&mut self, at: &str, tag: u16) -> Option<String> {
        self.text(at, tag).filter(|text| text.contains('@')).map(|text| addresses::lower_domain(&text))
    }

    fn stream(&mut self, at: &str, tag: u16, kind: &str) -> Option<Vec<u8>> {
        let index = self.cfb.find_entry_by_path(&format!("{at}__substg1.0_{tag:04X}{kind}"))?;
        self.cfb.read_stream_by_index(index).ok()
    }

    /// A property of fixed length: 16 bytes each behind a header whose length says what it is the header of.
    fn number(&mut self, at: &str, tag: u32) -> Option<u64> {
        let index = self.cfb.find_entry_by_path(&format!("{at}__properties_version1.0"))?;
        let bytes = self.cfb.read_stream_by_index(index).ok()?;
        let header = match at {
            "" => 32,
            at if at.contains("__recip") || !at.ends_with("000D/") => 8,
            _ => 24,
        };
        bytes.get(header..)?.chunks_exact(16).find(|entry| entry[..4] == tag.to_le_bytes()).map(|entry| {
            let mut value = [0; 8];
            value.copy_from_slice(&entry[8..16]);
            // A 32-bit value fills only its first half.
            if tag & 0xffff == 3 {
                u64::from_le_bytes(value) & 0xffff_ffff
            } else {
                u64::from_le_bytes(value)
            }
        })
    }
}

/// A FILETIME: tenths of microseconds since 1601.
fn moment(filetime: u64) -> Option<DateTime<Utc>> {
    const SECONDS_TO_1970: i64 = 11_644_473_600;
    let seconds = i64::try_from(filetime / 10_000_000).ok()?;
    DateTime::from_timestamp(seconds - SECONDS_TO_1970, 0).filter(|_| seconds > SECONDS_TO_1970)
}

/// Compressed RTF (MS-OXRTFCP), or plain RTF in the same wrapper.
fn unpack(packed: &[u8]) -> Option<Vec<u8>> {
    const PRIMER: &[u8] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \
        \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \
        \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";
    const WINDOW: usize = 4096;
    let word = |at: usize| {
        packed.get(at..at + 4).map(|bytes| u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    };
    let length = usize::try_from(word(4)?).ok()?.min(MAX_RTF_BYTES);
    if word(8)? == 0x414c_454d {
        return Some(packed.get(16..)?.iter().copied().take(length).collect());
    }
    let mut window = PRIMER.to_vec();
    window.resize(WINDOW, b' ');
    let (mut at, mut out) = (PRIMER.len(), Vec::new());
    let mut input = packed.get(16..)?.iter().copied();
    while out.len() < length {
        let Some(control) = input.next() else { break };
        for bit in 0..8 {
            if control & (1 << bit) == 0 {
                let Some(byte) = input.next() else { return Some(out) };
                window[at % WINDOW] = byte;
                at += 1;
                out.push(byte);
                continue;
            }
            let (Some(first), Some(second)) = (input.next(), input.next()) else { return Some(out) };
            let reference = usize::from(first) << 8 | usize::from(second);
            let (from, count) = (reference >> 4, (reference & 15) + 2);
            if from == at % WINDOW {
                return Some(out);
            }
            for offset in 0..count {
                let byte = window[(from + offset) % WINDOW];
                window[at % WINDOW] = byte;
                at += 1;
                out.push(byte);
            }
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::{moment, unpack};

    #[test]
    fn a_compressed_text_is_unpacked() {
        // The first worked example of MS-OXRTFCP, section 4.1.1.
        let packed = [
            0x2d, 0, 0, 0, 0x2b, 0, 0, 0, 0x4c, 0x5a, 0x46, 0x75, 0xf1, 0xc5, 0xc7, 0xa7, 0x03, 0, 0x0a, 0,
            0x72, 0x63, 0x70, 0x67, 0x31, 0x32, 0x35, 0x42, 0x32, 0x0a, 0xf3, 0x20, 0x68, 0x65, 0x6c, 0x09,
            0, 0x20, 0x62, 0x77, 0x05, 0xb0, 0x6c, 0x64, 0x7d, 0x0a, 0x80, 0x0f, 0xa0,
        ];
        let text = unpack(&packed).expect("text");
        assert_eq!(text, b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n");
        assert_eq!(unpack(&packed[..20]).map(|text| text.len() < 43), Some(true));
        assert_eq!(unpack(&[1, 2, 3]), None);
    }

    #[test]
    fn moments_count_from_1601() {
        let told = moment(132_223_104_000_000_000).map(|moment| moment.to_rfc3339());
        assert_eq!(told.as_deref(), Some("2020-01-01T00:00:00+00:00"));
        assert_eq!(moment(0), None);
    }
}
