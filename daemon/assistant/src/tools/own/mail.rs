//! "What did Dr. Smith write about the echo?", "Is there unread mail from the laboratory?"
//!
//! Letters are told with their day, their sender and their subject, and with the sentence that has the words that were asked for, as it
//! was written. What was not looked at is said.

use std::fmt::Write as _;

use voiceassist_model::{CitedKind, ItemCitation, Outcome};
use voiceassist_store::Page;

use super::saying::Voice;
use super::wish::{MailWish, What, Wish};
use super::{Answer, Desk, MAX_SHOWN, OwnError, Somebody};
use crate::mailbox::{Correspondent, Direction, Letter, Letters, MailRequest, Mailbox, Part, Who};
use crate::people::fold::words;

/// Letters that are read to be counted.
const MAX_READ: u32 = 100;
/// The longest excerpt, in code points.
const MAX_EXCERPT: usize = 220;

impl Desk<'_> {
    pub(super) async fn mail(&self, wish: &Wish) -> Result<Option<Answer>, OwnError> {
        let What::Mail(what) = wish.what else { return Ok(None) };
        let mut answer = Answer::default();
        let looked = self.looked_at_mail().await?;
        let boxes = self.store.mail().list(self.account).await?;
        if boxes.is_empty() {
            if wish.tentative {
                return Ok(None);
            }
            answer.outcome = Some(Outcome::NotFound);
            answer.note(self.voice.say(
                "No mailbox is connected, so nothing can be said about mail.",
                "Es ist kein Postfach verbunden, darum lässt sich über E-Mails nichts sagen.",
            ));
            return Ok(Some(answer));
        }
        let known = match self.meant(wish).await? {
            Ok(known) => known,
            Err(asked) => return Ok(Some(asked)),
        };
        let mailbox = Mailbox::of(self.store, self.account);
        let request = request(wish, what, known.as_ref());
        let limit = if what.last { 1 } else { MAX_READ };
        let found = mailbox.letters(&request, &Page::first(limit)).await?;
        if found.letters.items.is_empty() && wish.tentative && known.is_none() {
            return Ok(None);
        }
        answer.talk.person = known.clone();
        if let Some(when) = &wish.when {
            for remark in self.voice.remarks(when) {
                answer.note(remark);
            }
        }
        self.opening(wish, what, known.as_ref(), &found, &mut answer);
        if !what.count {
            for letter in found.letters.items.iter().skip(wish.skip).take(MAX_SHOWN) {
                let excerpt = self.excerpt(&mailbox, letter, wish.about.as_deref()).await?;
                answer.fact(
                    self.letter(letter, what, &excerpt),
                    cited(letter, self.voice.say("without a subject", "ohne Betreff")),
                );
            }
            let left = found.letters.items.len().saturating_sub(wish.skip + MAX_SHOWN);
            if left > 0 {
                answer.note(self.voice.more(left));
            }
        }
        self.say_limits(&found, &mut answer);
        self.say_looked(&mut answer, &looked, found.letters.items.is_empty());
        Ok(Some(answer))
    }

    /// How many there are, of what.
    fn opening(
        &self,
        wish: &Wish,
        what: MailWish,
        known: Option<&Somebody>,
        found: &Letters,
        answer: &mut Answer,
    ) {
        let voice = &self.voice;
        let count = found.letters.items.len();
        let mut of = String::new();
        if let Some(name) = known.map(|known| known.name.as_str()).or(wish.with.as_deref()) {
            let lead = if what.sent { voice.say("to", "an") } else { voice.say("from", "von") };
            _ = write!(of, " {lead} {name}");
        }
        if let Some(about) = &wish.about {
            _ = write!(of, " {} {}", voice.say("about", "zu"), voice.quoted(about));
        }
        if let Some(when) = &wish.when {
            _ = write!(of, ", {}", voice.within(when));
        }
        let zone = voice.zone.name();
        let kind = match (what.unread, what.flagged, what.sent) {
            (true, ..) => voice.say("unread ", "ungelesene "),
            (_, true, _) => voice.say("flagged ", "markierte "),
            (_, _, true) => voice.say("sent ", "gesendete "),
            _ => "",
        };
        let lead = match (what.whether, count == 0) {
            (true, true) => voice.say("No: ", "Nein: "),
            (true, false) => voice.say("Yes: ", "Ja: "),
            _ => "",
        };
        let more = if found.letters.next.is_some() && found.complete && !what.last {
            voice.say("more than ", "mehr als ")
        } else {
            ""
        };
        answer.note(if count == 0 {
            format!("{lead}{} {kind}{}{of}.", voice.say("no", "keine"), voice.say("mail", "E-Mail"))
                .trim_start()
                .to_owned()
        } else if what.last {
            format!(
                "{lead}{} {kind}{}{of} ({zone}):",
                voice.say("The newest", "Die neueste"),
                voice.say("mail", "E-Mail")
            )
        } else {
            let one = format!("{kind}{}", voice.say("mail", "E-Mail"));
            let many = format!("{kind}{}", voice.say("mails", "E-Mails"));
            let order =
                if count > 1 && !what.count { voice.say(", newest first", ", neueste zuerst") } else { "" };
            let end = if what.count { "." } else { ":" };
            format!("{lead}{more}{}{of} ({zone}){order}{end}", Voice::count(count, &one, &many))
        });
        if count == 0 {
            answer.outcome = Some(Outcome::Answered);
        }
    }

    fn letter(&self, letter: &Letter, what: MailWish, excerpt: &str) -> String {
        let voice = &self.voice;
        let shown = |people: &[Correspondent]| match people {
            [] => voice.say("nobody named", "niemand genannt").to_owned(),
            [only] => only.shown().to_owned(),
            [first, rest @ ..] => format!("{} +{}", first.shown(), rest.len()),
        };
        let who = if letter.sent || what.sent {
            format!("{} {}", voice.say("to", "an"), shown(&letter.to))
        } else {
            shown(&letter.from)
        };
        let subject = if letter.subject.is_empty() {
            voice.say("without a subject", "ohne Betreff").to_owned()
        } else {
            voice.quoted(&letter.subject)
        };
        let said = if letter.encrypted {
            voice.say(" (encrypted, not read)", " (verschlüsselt, nicht gelesen)").to_owned()
        } else if excerpt.is_empty() {
            String::new()
        } else {
            format!(": {}", voice.quoted(excerpt))
        };
        let ends = excerpt.ends_with(['.', '!', '?', '…']) && !said.is_empty() && !letter.encrypted;
        format!("{}, {who}, {subject}{said}{}", voice.moment(letter.at), if ends { "" } else { "." })
    }

    /// The sentence of a letter that has the words, as it was written; else how it begins.
    async fn excerpt(
        &self,
        mailbox: &Mailbox<'_>,
        letter: &Letter,
        about: Option<&str>,
    ) -> Result<String, OwnError> {
        let Some(about) = about else { return Ok(letter.preview.clone()) };
        let wanted = words(about);
        let Some(whole) = mailbox.letter(letter.id).await? else { return Ok(letter.preview.clone()) };
        let own = whole.own_words();
        let sentences = own.split_inclusive(['\n', '.', '!', '?']).fold(Vec::new(), joined);
        let score = |sentence: &String| {
            let there = words(sentence);
            wanted.iter().filter(|word| there.iter().any(|own| own.starts_with(word.as_str()))).count()
        };
        let best =
            sentences.iter().map(|sentence| (score(sentence), sentence)).filter(|(score, _)| *score > 0);
        let best = best.reduce(|best, next| if next.0 > best.0 { next } else { best });
        Ok(best.map_or_else(|| letter.preview.clone(), |(_, sentence)| shortened(sentence)))
    }

    /// What was not looked at.
    fn say_limits(&self, found: &Letters, answer: &mut Answer) {
        if found.complete {
            return;
        }
        let voice = &self.voice;
        let back = found.oldest_looked.map(|at| voice.date(voice.day_of(at))).unwrap_or_default();
        answer.note(if voice.german {
            format!(
                "Angesehen wurden die neuesten {} Nachrichten, zurück bis {back}; ältere nicht.",
                found.looked
            )
        } else {
            format!(
                "Looked at the newest {} messages, back to {back}; older ones were not looked at.",
                found.looked
            )
        });
    }
}

fn request(wish: &Wish, what: MailWish, known: Option<&Somebody>) -> MailRequest {
    let who = match (known, &wish.with) {
        (Some(known), _) => Some(Who {
            part: what.part(),
            addresses: known.addresses.clone(),
            words: Some(known.name.clone()),
        }),
        (None, Some(name)) => {
            Some(Who { part: what.part(), addresses: Vec::new(), words: Some(name.clone()) })
        }
        (None, None) => None,
    };
    let mut request = MailRequest {
        from: wish.when.as_ref().map(|when| when.from),
        to: wish.when.as_ref().map(|when| when.to),
        unread: what.unread.then_some(true),
        flagged: what.flagged.then_some(true),
        attachments: what.attached.then_some(true),
        direction: what.sent.then_some(Direction::Sent),
        who,
        words: wish.about.clone(),
        ..MailRequest::default()
    };
    // Who asks what somebody wrote does not mean what they were sent.
    if !what.sent && request.who.as_ref().is_some_and(|who| who.part == Part::From) {
        request.direction = Some(Direction::Received);
    }
    request
}

/// Pieces of a text as sentences: a dot within a number or an abbreviation does not end one.
fn joined(mut sentences: Vec<String>, piece: &str) -> Vec<String> {
    let begins = piece.starts_with(char::is_whitespace) || sentences.is_empty();
    let goes_on = sentences
        .last()
        .is_some_and(|last| !last.ends_with('\n') && (last.trim().chars().count() <= 4 || !begins));
    match sentences.last_mut() {
        Some(last) if goes_on => last.push_str(piece),
        _ => sentences.push(piece.to_owned()),
    }
    sentences
}

fn shortened(sentence: &str) -> String {
    let line = sentence.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= MAX_EXCERPT {
        return line;
    }
    let cut: String = line.chars().take(MAX_EXCERPT - 1).collect();
    format!("{}…", cut.trim_end())
}

fn cited(letter: &Letter, nameless: &str) -> ItemCitation {
    let title = if letter.subject.is_empty() { nameless.to_owned() } else { letter.subject.clone() };
    ItemCitation { kind: CitedKind::Message, id: letter.id.as_uuid(), title, link: letter.link.clone() }
}
