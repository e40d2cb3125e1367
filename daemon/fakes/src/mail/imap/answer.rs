//! What one conversation has been told of its mailbox, and the news it gets.
//!
//! A client counts messages by what it was told, so a message that went is still counted until the client hears of it.

use std::fmt::Write as _;

use crate::mail::imap::sets;
use crate::mail::imap::state::Mailbox;

/// A conversation's view of the open mailbox.
#[derive(Debug)]
pub(crate) struct View {
    pub(crate) name: String,
    /// UIDs by sequence number, as the client counts.
    pub(crate) uids: Vec<u32>,
    mod_seq: u64,
    condstore: bool,
    qresync: bool,
}

impl View {
    pub(crate) fn new(name: &str, mailbox: &Mailbox, condstore: bool, qresync: bool) -> Self {
        Self {
            name: name.to_owned(),
            uids: mailbox.messages.iter().map(|message| message.uid).collect(),
            mod_seq: mailbox.mod_seq,
            condstore,
            qresync,
        }
    }

    /// What happened since the last news. Removals are left out where the protocol forbids them.
    pub(crate) fn news(&mut self, mailbox: &Mailbox, with_removals: bool) -> String {
        let mut news = String::new();
        if with_removals {
            self.removals(mailbox, &mut news);
        }
        let before = self.uids.len();
        let last = self.uids.last().copied().unwrap_or(0);
        let fresh = mailbox.messages.iter().map(|message| message.uid).filter(|uid| *uid > last);
        self.uids.extend(fresh);
        if self.uids.len() > before {
            let _ = write!(news, "* {} EXISTS\r\n", self.uids.len());
        }
        for message in
            mailbox.messages.iter().filter(|message| message.mod_seq > self.mod_seq && message.uid <= last)
        {
            if let Ok(at) = self.uids.binary_search(&message.uid) {
                let flags = message.flags.join(" ");
                let mod_seq =
                    if self.condstore { format!(" MODSEQ ({})", message.mod_seq) } else { String::new() };
                let _ = write!(news, "* {} FETCH (UID {} FLAGS ({flags}){mod_seq})\r\n", at + 1, message.uid);
            }
        }
        self.mod_seq = mailbox.mod_seq;
        news
    }

    fn removals(&mut self, mailbox: &Mailbox, news: &mut String) {
        let there = |uid: &u32| mailbox.messages.binary_search_by_key(uid, |message| message.uid).is_ok();
        let gone: Vec<u32> = self.uids.iter().copied().filter(|uid| !there(uid)).collect();
        if gone.is_empty() {
            return;
        }
        if self.qresync {
            let _ = write!(news, "* VANISHED {}\r\n", sets::write(&gone));
        } else {
            for uid in &gone {
                if let Ok(at) = self.uids.binary_search(uid) {
                    let _ = write!(news, "* {} EXPUNGE\r\n", at + 1);
                    self.uids.remove(at);
                }
            }
        }
        self.uids.retain(|uid| !gone.contains(uid));
    }
}
