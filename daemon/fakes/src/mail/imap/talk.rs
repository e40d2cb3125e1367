//! One conversation with a client, from the greeting to the end.

use std::fmt::Write as _;
use std::io;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::mail::Encryption;
use crate::mail::imap::answer::View;
use crate::mail::imap::fetch::Wanted;
use crate::mail::imap::line::Channel;
use crate::mail::imap::{Fault, Shared, hang_ups, sets};
use crate::mail::tls::{self, Line};

struct Talk {
    channel: Channel,
    shared: Arc<Shared>,
    encrypted: bool,
    signed_in: bool,
    qresync: bool,
    view: Option<View>,
}

/// Whether the conversation goes on.
enum Then {
    On,
    End,
}

pub(crate) async fn talk(line: Box<dyn Line>, shared: Arc<Shared>) -> io::Result<()> {
    let implicit = shared.script.encryption == Encryption::Implicit;
    let line = if implicit { tls::accept(line).await? } else { line };
    let mut talk = Talk {
        channel: Channel::new(line),
        shared,
        encrypted: implicit,
        signed_in: false,
        qresync: false,
        view: None,
    };
    talk.say("* OK ready\r\n").await?;
    while let Some(words) = talk.channel.command().await? {
        match talk.command(&words).await? {
            Then::On => {}
            Then::End => break,
        }
    }
    Ok(())
}

impl Talk {
    async fn say(&mut self, text: &str) -> io::Result<()> {
        self.channel.say(text.as_bytes()).await
    }

    async fn command(&mut self, words: &[String]) -> io::Result<Then> {
        let (Some(tag), Some(verb)) = (words.first(), words.get(1)) else { return Ok(Then::End) };
        let verb = verb.to_ascii_uppercase();
        let said = match verb.as_str() {
            "LOGIN" => verb.clone(),
            "AUTHENTICATE" => words[1..].iter().take(2).cloned().collect::<Vec<_>>().join(" "),
            _ => words[1..].join(" "),
        };
        self.shared.lock().commands.push(said);
        if let Some(then) = self.struck(tag).await? {
            return Ok(then);
        }
        let arguments = &words[2..];
        match verb.as_str() {
            "CAPABILITY" => {
                let line = format!("* CAPABILITY {}\r\n{tag} OK done\r\n", self.capabilities());
                self.say(&line).await?;
            }
            "LOGOUT" => {
                self.say(&format!("* BYE bye\r\n{tag} OK done\r\n")).await?;
                return Ok(Then::End);
            }
            "STARTTLS" if self.shared.script.encryption == Encryption::StartTls && !self.encrypted => {
                return self.start_tls(tag).await;
            }
            "LOGIN" => self.login(tag, arguments).await?,
            "AUTHENTICATE" => self.authenticate(tag, arguments).await?,
            _ if !self.signed_in => self.say(&format!("{tag} NO sign in first\r\n")).await?,
            _ => return self.signed_in(tag, &verb, arguments).await,
        }
        Ok(Then::On)
    }

    /// What goes wrong before any command.
    async fn struck(&mut self, tag: &str) -> io::Result<Option<Then>> {
        let any = |fault| {
            matches!(
                fault,
                Fault::LongLine(_)
                    | Fault::Bye
                    | Fault::Unavailable
                    | Fault::Hangup
                    | Fault::Silence
                    | Fault::WrongTag
            )
        };
        if !self.signed_in {
            return Ok(None);
        }
        let Some(fault) = self.shared.strikes(any) else { return Ok(None) };
        match fault {
            Fault::LongLine(length) => {
                let line = format!("* OK {}\r\n", "a".repeat(length));
                self.say(&line).await?;
                return Ok(None);
            }
            Fault::WrongTag => {
                self.say("zz99 OK done\r\n").await?;
                return Ok(None);
            }
            Fault::Unavailable => {
                self.say(&format!("{tag} NO [UNAVAILABLE] try again later\r\n")).await?;
                return Ok(Some(Then::On));
            }
            Fault::Bye => self.say("* BYE too many connections\r\n").await?,
            Fault::Silence => std::future::pending::<()>().await,
            _ => {}
        }
        Ok(Some(Then::End))
    }

    fn capabilities(&self) -> String {
        let script = &self.shared.script;
        let abilities = &script.abilities;
        let before = script.encryption == Encryption::StartTls && !self.encrypted;
        let mut names = vec!["IMAP4rev1"];
        for (known, name) in [
            (before, "STARTTLS"),
            (before || abilities.login_disabled, "LOGINDISABLED"),
            (!before && abilities.plain, "AUTH=PLAIN"),
            (!before && script.token.is_some(), "AUTH=XOAUTH2"),
            (!before && script.token.is_some() && abilities.oauth_bearer, "AUTH=OAUTHBEARER"),
            (abilities.sasl_ir, "SASL-IR"),
            (abilities.literal_plus, "LITERAL+"),
            (self.signed_in && abilities.condstore, "CONDSTORE"),
            (self.signed_in && abilities.qresync, "QRESYNC"),
            (self.signed_in && abilities.qresync, "ENABLE"),
            (self.signed_in && abilities.idle, "IDLE"),
            (self.signed_in && abilities.esearch, "ESEARCH"),
            (self.signed_in && abilities.special_use, "SPECIAL-USE"),
            (self.signed_in && abilities.special_use, "LIST-EXTENDED"),
        ] {
            if known {
                names.push(name);
            }
        }
        names.join(" ")
    }

    async fn start_tls(&mut self, tag: &str) -> io::Result<Then> {
        let mut answer = format!("{tag} OK begin\r\n");
        answer.push_str(self.shared.script.ahead_of_tls.unwrap_or_default());
        self.say(&answer).await?;
        let (placeholder, _) = tokio::io::duplex(1);
        let line = std::mem::replace(&mut self.channel, Channel::new(Box::new(placeholder))).line;
        self.channel = Channel::new(tls::accept(line).await?);
        self.encrypted = true;
        Ok(Then::On)
    }

    async fn login(&mut self, tag: &str, arguments: &[String]) -> io::Result<()> {
        let script = &self.shared.script;
        let in_the_clear = script.encryption == Encryption::StartTls && !self.encrypted;
        let disabled = script.abilities.login_disabled || in_the_clear;
        let allowed = !disabled && arguments == [script.login_name.clone(), script.password.clone()];
        self.admit(tag, allowed).await
    }

    async fn authenticate(&mut self, tag: &str, arguments: &[String]) -> io::Result<()> {
        let mechanism = arguments.first().map(|mechanism| mechanism.to_ascii_uppercase()).unwrap_or_default();
        let response = if let Some(response) = arguments.get(1) {
            response.clone()
        } else {
            self.say("+ \r\n").await?;
            self.channel.line().await?.unwrap_or_default()
        };
        let response = STANDARD.decode(response).unwrap_or_default();
        let script = &self.shared.script;
        let allowed = match mechanism.as_str() {
            "PLAIN" => response == format!("\0{}\0{}", script.login_name, script.password).into_bytes(),
            "XOAUTH2" => script.token.as_ref().is_some_and(|token| {
                response
                    == format!("user={}\u{1}auth=Bearer {token}\u{1}\u{1}", script.login_name).into_bytes()
            }),
            "OAUTHBEARER" if script.abilities.oauth_bearer => script.token.as_ref().is_some_and(|token| {
                let said = String::from_utf8_lossy(&response).into_owned();
                said.starts_with(&format!("n,a={},\u{1}host=", script.login_name))
                    && said.ends_with(&format!("\u{1}auth=Bearer {token}\u{1}\u{1}"))
            }),
            _ => false,
        };
        // A refused token is explained, and the client has the last word: nothing, or one separator.
        let last_word = match mechanism.as_str() {
            "XOAUTH2" => "",
            "OAUTHBEARER" => "AQ==",
            _ => return self.admit(tag, allowed).await,
        };
        if !allowed {
            self.say("+ eyJzdGF0dXMiOiI0MDEifQ==\r\n").await?;
            if self.channel.line().await?.as_deref() != Some(last_word) {
                return self.say(&format!("{tag} BAD that is not how it ends\r\n")).await;
            }
        }
        self.admit(tag, allowed).await
    }

    async fn admit(&mut self, tag: &str, allowed: bool) -> io::Result<()> {
        if allowed {
            self.signed_in = true;
            self.say(&format!("{tag} OK welcome\r\n")).await
        } else {
            self.shared.lock().sign_ins_refused += 1;
            self.say(&format!("{tag} NO [AUTHENTICATIONFAILED] who are you\r\n")).await
        }
    }

    async fn signed_in(&mut self, tag: &str, verb: &str, arguments: &[String]) -> io::Result<Then> {
        let argument = |index: usize| arguments.get(index).map(String::as_str).unwrap_or_default();
        match verb {
            "ENABLE" => {
                self.qresync = self.shared.script.abilities.qresync && argument(0) == "QRESYNC";
                let enabled = if self.qresync { "* ENABLED QRESYNC\r\n" } else { "* ENABLED\r\n" };
                self.say(&format!("{enabled}{tag} OK done\r\n")).await?;
            }
            "LIST" => self.list(tag).await?,
            "EXAMINE" => self.examine(tag, argument(0)).await?,
            "NOOP" => {
                let news = self.news(true);
                self.say(&format!("{news}{tag} OK done\r\n")).await?;
            }
            "FETCH" => return self.fetch(tag, false, arguments).await,
            "UID" if argument(0).eq_ignore_ascii_case("FETCH") => {
                return self.fetch(tag, true, &arguments[1..]).await;
            }
            "UID" if argument(0).eq_ignore_ascii_case("SEARCH") => self.search(tag, &arguments[1..]).await?,
            "IDLE" if self.shared.script.abilities.idle => return self.idle(tag).await,
            _ => self.say(&format!("{tag} BAD unknown command\r\n")).await?,
        }
        Ok(Then::On)
    }

    async fn list(&mut self, tag: &str) -> io::Result<()> {
        let mut answer = String::new();
        for (name, mailbox) in &self.shared.lock().mailboxes {
            let special = if self.shared.script.abilities.special_use { mailbox.attribute } else { "" };
            let name = name.replace('\\', "\\\\").replace('"', "\\\"");
            let _ = write!(answer, "* LIST (\\HasNoChildren {special}) \"/\" \"{name}\"\r\n");
        }
        let _ = write!(answer, "{tag} OK done\r\n");
        self.say(&answer).await
    }

    async fn examine(&mut self, tag: &str, name: &str) -> io::Result<()> {
        let condstore = self.shared.script.abilities.condstore;
        let mut answer = String::new();
        self.view = None;
        if self.shared.lock().mailboxes.get(name).is_some_and(|mailbox| mailbox.shut) {
            let _ = write!(answer, "{tag} NO [NOPERM] not for you\r\n");
        } else if let Some(mailbox) = self.shared.lock().mailboxes.get(name) {
            let _ = write!(
                answer,
                "* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)\r\n* {} EXISTS\r\n* 0 RECENT\r\n\
                 * OK [UIDVALIDITY {}] epoch\r\n* OK [UIDNEXT {}] next\r\n",
                mailbox.messages.len(),
                mailbox.uid_validity,
                mailbox.uid_next
            );
            if condstore {
                let _ = write!(answer, "* OK [HIGHESTMODSEQ {}] highest\r\n", mailbox.mod_seq);
            }
            let _ = write!(answer, "{tag} OK [READ-ONLY] done\r\n");
            self.view = Some(View::new(name, mailbox, condstore, self.qresync));
        } else {
            let _ = write!(answer, "{tag} NO [NONEXISTENT] no such mailbox\r\n");
        }
        self.say(&answer).await
    }

    fn news(&mut self, with_removals: bool) -> String {
        let Some(view) = &mut self.view else { return String::new() };
        let state = self.shared.lock();
        state.mailboxes.get(&view.name).map(|mailbox| view.news(mailbox, with_removals)).unwrap_or_default()
    }

    async fn fetch(&mut self, tag: &str, by_uid: bool, arguments: &[String]) -> io::Result<Then> {
        let struck = |wanted: Fault| self.shared.strikes(|fault| fault == wanted).is_some();
        let wanted = arguments.get(1).and_then(|items| Wanted::read(items, by_uid));
        let (Some(mut wanted), Some(view), Some(set)) = (wanted, &self.view, arguments.first()) else {
            self.say(&format!("{tag} BAD what\r\n")).await?;
            return Ok(Then::On);
        };
        let since = arguments.get(2).and_then(|modifiers| changed_since(modifiers));
        wanted.mod_seq |= since.is_some();
        let cut = if wanted.asks_for_body() {
            self.shared.strikes(|fault| matches!(fault, Fault::CutInLiteral(_)))
        } else {
            None
        };
        let (shuffled, split) = (struck(Fault::Shuffled), wanted.flags && struck(Fault::Split));
        let garbled = struck(Fault::Garbled);
        let whole = wanted.asks_for_body() && struck(Fault::IgnoresPieces);
        let mut chosen = self.chosen(view, set, by_uid, since.map(|(mod_seq, _)| mod_seq));
        if shuffled {
            chosen.reverse();
        }
        let vanished = match since {
            Some((mod_seq, true)) => self.vanished(view, set, mod_seq),
            _ => String::new(),
        };
        self.say(&vanished).await?;
        for (index, (sequence, message)) in chosen.iter().enumerate() {
            let (mut response, octets) = if split {
                wanted.split(*sequence, message)
            } else {
                wanted.response(*sequence, message, whole)
            };
            if garbled && index == 0 {
                response = format!("* {sequence} FETCH (UID {} FLAGS ((\r\n", message.uid).into_bytes();
            }
            self.shared.lock().body_octets += octets;
            if let Some(Fault::CutInLiteral(after)) = cut {
                let start = response.windows(2).position(|pair| pair == b"\r\n").map_or(0, |at| at + 2);
                response.truncate(start + after);
                self.channel.say(&response).await?;
                return Ok(Then::End);
            }
            self.channel.say(&response).await?;
        }
        let news = self.news(by_uid);
        self.say(&format!("{news}{tag} OK done\r\n")).await?;
        Ok(Then::On)
    }

    /// The messages that are asked for and still there, with the numbers the client knows them by.
    fn chosen(
        &self,
        view: &View,
        set: &str,
        by_uid: bool,
        since: Option<u64>,
    ) -> Vec<(usize, crate::mail::imap::state::Message)> {
        let state = self.shared.lock();
        let Some(mailbox) = state.mailboxes.get(&view.name) else { return Vec::new() };
        let largest = if by_uid {
            view.uids.last().copied().unwrap_or(0)
        } else {
            u32::try_from(view.uids.len()).unwrap_or(u32::MAX)
        };
        let ranges = sets::ranges(set, largest).unwrap_or_default();
        let mut chosen = Vec::new();
        for (first, last) in ranges {
            let (from, to) = if by_uid {
                (view.uids.partition_point(|uid| *uid < first), view.uids.partition_point(|uid| *uid <= last))
            } else {
                (first.saturating_sub(1) as usize, (last as usize).min(view.uids.len()))
            };
            for index in from..to {
                let uid = view.uids[index];
                if let Ok(at) = mailbox.messages.binary_search_by_key(&uid, |message| message.uid) {
                    let message = &mailbox.messages[at];
                    if since.is_none_or(|since| message.mod_seq > since) {
                        chosen.push((index + 1, message.clone()));
                    }
                }
            }
        }
        chosen.sort_by_key(|(sequence, _)| *sequence);
        chosen.dedup_by_key(|(sequence, _)| *sequence);
        chosen
    }

    fn vanished(&self, view: &View, set: &str, since: u64) -> String {
        let state = self.shared.lock();
        let Some(mailbox) = state.mailboxes.get(&view.name) else { return String::new() };
        let ranges = sets::ranges(set, mailbox.uid_next).unwrap_or_default();
        let mut gone: Vec<u32> = mailbox
            .gone
            .iter()
            .filter(|(uid, mod_seq)| *mod_seq > since && sets::contains(&ranges, *uid))
            .map(|(uid, _)| *uid)
            .collect();
        gone.sort_unstable();
        if gone.is_empty() {
            String::new()
        } else {
            format!("* VANISHED (EARLIER) {}\r\n", sets::write(&gone))
        }
    }

    async fn search(&mut self, tag: &str, arguments: &[String]) -> io::Result<()> {
        let extended = arguments.first().is_some_and(|word| word == "RETURN");
        let set = arguments.iter().skip_while(|word| *word != "UID").nth(1).cloned().unwrap_or_default();
        let answer = match &self.view {
            None => format!("{tag} BAD nothing is open\r\n"),
            Some(view) => {
                let found: Vec<u32> =
                    self.chosen(view, &set, true, None).iter().map(|(_, m)| m.uid).collect();
                if extended && found.is_empty() {
                    format!("* ESEARCH (TAG \"{tag}\") UID\r\n")
                } else if extended {
                    format!("* ESEARCH (TAG \"{tag}\") UID ALL {}\r\n", sets::write(&found))
                } else {
                    let words: Vec<String> = found.iter().map(u32::to_string).collect();
                    format!("* SEARCH {}\r\n", words.join(" ")).replace("SEARCH \r\n", "SEARCH\r\n")
                }
            }
        };
        let news = self.news(true);
        self.say(&format!("{answer}{news}{tag} OK done\r\n")).await
    }

    async fn idle(&mut self, tag: &str) -> io::Result<Then> {
        let mut changed = self.shared.watch();
        let hung_up = hang_ups(&self.shared.lock());
        self.say("+ idling\r\n").await?;
        loop {
            changed.borrow_and_update();
            let news = self.news(true);
            self.say(&news).await?;
            if hang_ups(&self.shared.lock()) != hung_up {
                return Ok(Then::End);
            }
            tokio::select! {
                line = self.channel.line() => {
                    return match line? {
                        Some(line) if line.eq_ignore_ascii_case("DONE") => {
                            self.say(&format!("{tag} OK done\r\n")).await?;
                            Ok(Then::On)
                        }
                        _ => Ok(Then::End),
                    };
                }
                _ = changed.changed() => {}
            }
        }
    }
}

/// `(CHANGEDSINCE 12 VANISHED)`.
fn changed_since(modifiers: &str) -> Option<(u64, bool)> {
    let inside = modifiers.strip_prefix('(')?.strip_suffix(')')?;
    let mut words = inside.split(' ');
    if words.next()? != "CHANGEDSINCE" {
        return None;
    }
    let mod_seq = words.next()?.parse().ok()?;
    Some((mod_seq, words.next() == Some("VANISHED")))
}
