//! What is in the mailboxes, and what has happened to it since when.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

pub(crate) type Mailboxes = BTreeMap<String, Mailbox>;

/// Where a message's octets come from.
#[derive(Debug, Clone)]
pub(crate) enum Content {
    Octets(Arc<[u8]>),
    Made(fn(u32) -> Vec<u8>),
}

#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub(crate) uid: u32,
    pub(crate) flags: Vec<String>,
    pub(crate) mod_seq: u64,
    pub(crate) date: DateTime<Utc>,
    content: Content,
}

#[derive(Debug)]
pub(crate) struct Mailbox {
    pub(crate) attribute: &'static str,
    pub(crate) uid_validity: u32,
    pub(crate) uid_next: u32,
    pub(crate) mod_seq: u64,
    pub(crate) messages: Vec<Message>,
    /// UID and the mod-sequence of its going.
    pub(crate) gone: Vec<(u32, u64)>,
    /// It is listed and nobody may look into it.
    pub(crate) shut: bool,
}

impl Message {
    pub(crate) fn octets(&self) -> Arc<[u8]> {
        match &self.content {
            Content::Octets(octets) => Arc::clone(octets),
            Content::Made(make) => make(self.uid).into(),
        }
    }

    /// Everything up to the empty line.
    pub(crate) fn header_field(&self, name: &str) -> Vec<u8> {
        let octets = self.octets();
        let end =
            octets.windows(4).position(|window| window == b"\r\n\r\n").map_or(octets.len(), |at| at + 2);
        let mut field = Vec::new();
        let mut inside = false;
        for line in octets[..end].split_inclusive(|byte| *byte == b'\n') {
            if !line.starts_with(b" ") && !line.starts_with(b"\t") {
                let wanted = name.len();
                inside = line.len() > wanted
                    && line[..wanted].eq_ignore_ascii_case(name.as_bytes())
                    && line[wanted] == b':';
            }
            if inside {
                field.extend_from_slice(line);
            }
        }
        field.extend_from_slice(b"\r\n");
        field
    }
}

impl Mailbox {
    pub(crate) fn new(attribute: &'static str) -> Self {
        Self {
            attribute,
            uid_validity: 1_000,
            uid_next: 1,
            mod_seq: 1,
            messages: Vec::new(),
            gone: Vec::new(),
            shut: false,
        }
    }

    pub(crate) fn append(&mut self, content: Content, flags: &[&str], date: DateTime<Utc>) -> u32 {
        let flags = flags.iter().map(|flag| (*flag).to_owned()).collect();
        self.take(Message { uid: 0, flags, mod_seq: 0, date, content })
    }

    /// Takes a message from elsewhere.
    pub(crate) fn take(&mut self, mut message: Message) -> u32 {
        let uid = self.uid_next;
        self.uid_next += 1;
        self.mod_seq += 1;
        message.uid = uid;
        message.mod_seq = self.mod_seq;
        self.messages.push(message);
        uid
    }

    pub(crate) fn flag(&mut self, uid: u32, flags: &[&str]) {
        self.mod_seq += 1;
        let mod_seq = self.mod_seq;
        if let Some(message) = self.messages.iter_mut().find(|message| message.uid == uid) {
            message.flags = flags.iter().map(|flag| (*flag).to_owned()).collect();
            message.mod_seq = mod_seq;
        }
    }

    pub(crate) fn expunge(&mut self, uid: u32) -> Option<Message> {
        let at = self.messages.iter().position(|message| message.uid == uid)?;
        self.mod_seq += 1;
        self.gone.push((uid, self.mod_seq));
        Some(self.messages.remove(at))
    }

    pub(crate) fn renumber(&mut self) {
        self.uid_validity += 1;
        self.uid_next = 1;
        self.gone.clear();
        for message in std::mem::take(&mut self.messages) {
            self.take(message);
        }
    }
}
