//! Folders, pages, changes, bodies and waiting, with each ability and without.

use std::time::Duration;

use voiceassist_dav::imap::{Body, Change, Flag, FolderName, ImapError, Role, UidSet, Woken};
use voiceassist_fakes::mail::imap::{Abilities, Fault};

use crate::mail::{all_pages, date, inbox, message, server, session, uids};

fn every_ability() -> [Abilities; 3] {
    [Abilities::default(), Abilities { qresync: false, ..Abilities::default() }, Abilities::bare()]
}

#[tokio::test]
async fn folders_are_listed_with_what_they_are_for() {
    for abilities in every_ability() {
        let server = server(abilities).await;
        server.create("Entw&APw-rfe", "");
        server.create("Trash/2019", "");
        server.create("Dr. \"Q\" \\ Letters", "");
        let mut session = session(&server).await;
        let listed = session.folders().await.expect("a listing");
        let mut chosen: Vec<String> = listed
            .folders
            .iter()
            .filter(|folder| folder.selectable && folder.role.by_default())
            .map(|folder| folder.name.text())
            .collect();
        chosen.sort();
        assert_eq!(chosen, ["Archive", "Dr. \"Q\" \\ Letters", "INBOX", "Sent"]);
        assert_eq!((listed.folders.len(), listed.skipped), (9, 0));
        let odd = listed.folders.iter().find(|folder| folder.name.text().contains('Q')).expect("listed");
        assert_eq!(session.open(&odd.name).await.expect("opens").exists(), 0);
        assert!(listed.folders.iter().any(|folder| folder.name.is_inbox() && folder.role == Role::Inbox));
    }
}

#[tokio::test]
async fn pages_are_newest_first_and_miss_nothing_however_far_apart_the_uids_are() {
    for abilities in every_ability() {
        let server = server(abilities).await;
        let mut expected = Vec::new();
        for number in 0..57 {
            if number % 10 == 3 {
                server.skip_to_uid("INBOX", number * 70_000_000 + 5);
            }
            expected.push(server.append("INBOX", message(number), &["\\Seen", "\\Recent"], date()));
        }
        expected.reverse();
        let mut session = session(&server).await;
        let mut opened = session.open(&inbox()).await.expect("opens");
        assert_eq!(all_pages(&mut opened, 10).await, expected);
        let page = opened.page(None, 1).await.expect("a page");
        let newest = &page.messages[0];
        assert_eq!(newest.message_id.as_deref(), Some("56.echo@example.test"));
        assert_eq!((newest.flags.as_slice(), newest.size), (&[Flag::Seen][..], message(56).len() as u64));
        assert_eq!(newest.internal_date, Some(date()));
    }
}

#[tokio::test]
async fn a_page_is_found_again_after_a_restart_and_while_messages_go() {
    for abilities in every_ability() {
        let server = server(abilities).await;
        for number in 0..40 {
            server.append("INBOX", message(number), &[], date());
        }
        let mut first = session(&server).await;
        let next = first.open(&inbox()).await.expect("opens").page(None, 8).await.expect("a page").next;
        assert_eq!(next, Some(33));
        server.expunge("INBOX", 5);
        server.expunge("INBOX", 36);
        let mut again = session(&server).await;
        again.enable_qresync().await.expect("asked");
        let mut opened = again.open(&inbox()).await.expect("opens");
        let page = opened.page(next, 8).await.expect("a page");
        let got: Vec<u32> = page.messages.iter().map(|message| message.uid).collect();
        assert_eq!(got, (25..33).rev().collect::<Vec<_>>());
        // Two go between two pages of one conversation, one above and one below.
        server.expunge("INBOX", 30);
        server.expunge("INBOX", 20);
        let mut rest = Vec::new();
        let mut below = page.next;
        while let Some(at) = below {
            let page = opened.page(Some(at), 8).await.expect("a page");
            rest.extend(page.messages.iter().map(|message| message.uid));
            below = page.next;
        }
        assert_eq!(rest, (1..25).rev().filter(|uid| ![5, 20].contains(uid)).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn what_changed_is_told_with_what_vanished_where_the_server_knows() {
    let server = server(Abilities::default()).await;
    for number in 0..20 {
        server.append("INBOX", message(number), &[], date());
    }
    let mut session = session(&server).await;
    assert!(session.enable_qresync().await.expect("asked"));
    let before = session.open(&inbox()).await.expect("opens").highest_mod_seq().expect("numbered changes");
    server.flag("INBOX", 4, &["\\Flagged", "$Forwarded"]);
    server.expunge("INBOX", 7);
    server.expunge("INBOX", 8);
    server.append("INBOX", message(20), &[], date());
    let mut opened = session.open(&inbox()).await.expect("opens");
    assert!(opened.tells_vanished());
    let (mut changed, mut vanished) = (Vec::new(), UidSet::default());
    let mut answers = opened.changed_since(before, u32::MAX).await.expect("asked");
    while let Some(change) = answers.next_change().await.expect("a change") {
        match change {
            Change::Flags { uid, flags, mod_seq } => {
                assert!(mod_seq > Some(before));
                changed.push((uid, flags));
            }
            Change::Vanished(uids) => vanished.extend(&uids),
        }
    }
    let flagged = vec![Flag::Flagged, Flag::Keyword("$Forwarded".to_owned())];
    assert_eq!((changed, vanished), (vec![(4, flagged), (21, vec![])], uids("7:8")));
}

#[tokio::test]
async fn what_is_left_is_known_on_every_server() {
    for abilities in every_ability() {
        let server = server(abilities).await;
        for number in 0..20 {
            server.append("INBOX", message(number), &[], date());
        }
        for uid in [3, 4, 5, 19] {
            server.expunge("INBOX", uid);
        }
        server.flag("INBOX", 2, &["\\Answered"]);
        let mut session = session(&server).await;
        let mut opened = session.open(&inbox()).await.expect("opens");
        assert_eq!(opened.present(1, 19).await.expect("a search"), uids("1:2,6:18"));
        assert!(opened.present(3, 5).await.expect("a search").is_empty());
        let flags = opened.flags(1, 6).await.expect("flags");
        assert_eq!(flags, [(1, vec![]), (2, vec![Flag::Answered]), (6, vec![])]);
        let named = opened.summaries(&uids("2:4,18,30")).await.expect("summaries");
        assert_eq!(named.iter().map(|message| message.uid).collect::<Vec<_>>(), [18, 2]);
        assert_eq!(named[1].message_id.as_deref(), Some("1.echo@example.test"));
    }
}

#[tokio::test]
async fn bodies_come_many_at_a_time_and_large_ones_in_pieces() {
    let server = server(Abilities::default()).await;
    let large: Vec<u8> = message(1).into_iter().chain(std::iter::repeat_n(b'x', 1_300_000)).collect();
    server.append("INBOX", message(0), &[], date());
    server.append("INBOX", large.clone(), &[], date());
    let mut session = session(&server).await;
    let mut opened = session.open(&inbox()).await.expect("opens");
    let mut answers = opened.bodies(&uids("1:2,9"), 4_096).await.expect("asked");
    let small = answers.next_body().await.expect("a body").expect("the first");
    assert_eq!((small.uid, small.more, small.bytes), (1, false, message(0)));
    let first = answers.next_body().await.expect("a body").expect("the second");
    assert_eq!((first.uid, first.more, first.bytes.len()), (2, true, 4_096));
    assert_eq!(answers.next_body().await.expect("the end"), None);
    let mut whole = Vec::new();
    assert_eq!(opened.body(2, u64::MAX, &mut whole).await.expect("a body"), Body::Whole(large.len() as u64));
    assert!(whole == large);
    let mut cut = Vec::new();
    assert_eq!(opened.body(2, 700_000, &mut cut).await.expect("a body"), Body::Cut(700_000));
    assert!(cut == large[..700_000]);
    assert_eq!(opened.body(9, 100, &mut Vec::new()).await.expect("no body"), Body::Gone);
}

#[tokio::test]
async fn looking_changes_nothing_in_the_mailbox() {
    let server = server(Abilities::default()).await;
    server.append("INBOX", message(0), &[], date());
    let mut session = session(&server).await;
    let mut opened = session.open(&inbox()).await.expect("opens");
    all_pages(&mut opened, 5).await;
    opened.body(1, 10_000, &mut Vec::new()).await.expect("a body");
    assert_eq!(server.contents("INBOX"), [(1, Vec::<String>::new())]);
    for command in server.commands() {
        let reads = ["CAPABILITY", "AUTHENTICATE", "EXAMINE ", "FETCH ", "UID FETCH "];
        assert!(reads.iter().any(|verb| command.starts_with(verb)), "{command}");
        assert!(!command.contains("BODY["), "{command}");
    }
}

#[tokio::test]
async fn a_new_epoch_is_told_and_a_folder_that_went_is_no_broken_line() {
    let server = server(Abilities::default()).await;
    server.append("INBOX", message(0), &[], date());
    let mut session = session(&server).await;
    let before = session.open(&inbox()).await.expect("opens").uid_validity();
    server.renumber("INBOX");
    assert_ne!(session.open(&inbox()).await.expect("opens").uid_validity(), before);
    let gone = FolderName::from_text("Archive").expect("a name");
    server.remove("Archive");
    let refused = session.open(&gone).await.expect_err("gone");
    assert!(matches!(refused, ImapError::NoFolder) && refused.leaves_connection());
    session.open(&inbox()).await.expect("the line still lives");
}

#[tokio::test]
async fn waiting_ends_with_news_or_with_the_time() {
    let server = server(Abilities::default()).await;
    server.append("INBOX", message(0), &[], date());
    for change in [0, 1, 2] {
        let mut session = session(&server).await;
        let mut opened = session.open(&inbox()).await.expect("opens");
        assert_eq!(opened.idle(Duration::from_millis(5)).await.expect("a wait"), Woken::Nothing);
        let waiting = opened.idle(Duration::from_mins(1));
        let changing = async {
            match change {
                0 => drop(server.append("INBOX", message(1), &[], date())),
                1 => server.flag("INBOX", 2, &["\\Seen"]),
                _ => server.expunge("INBOX", 2),
            }
        };
        let (woken, ()) = tokio::join!(waiting, changing);
        assert_eq!(woken.expect("a wait"), Woken::News);
        assert_eq!(opened.exists(), if change == 2 { 1 } else { 2 });
        opened.page(None, 5).await.expect("the conversation goes on");
    }
    let mut session = session(&server).await;
    let mut opened = session.open(&inbox()).await.expect("opens");
    server.commands();
    let (woken, ()) = tokio::join!(opened.idle(Duration::from_mins(1)), async {
        while !server.commands().iter().any(|command| command == "IDLE") {
            tokio::task::yield_now().await;
        }
        server.hang_up();
    });
    assert!(matches!(woken, Err(ImapError::Closed)), "{woken:?}");
}

#[tokio::test]
async fn where_waiting_is_unknown_looking_tells_the_same() {
    let server = server(Abilities::bare()).await;
    let mut session = session(&server).await;
    let mut opened = session.open(&inbox()).await.expect("opens");
    assert!(!opened.can_idle() && !opened.look().await.expect("a look"));
    server.append("INBOX", message(0), &[], date());
    assert!(opened.look().await.expect("a look"));
    assert_eq!(opened.exists(), 1);
    server.fault(Fault::Unavailable);
    assert!(matches!(opened.look().await, Err(ImapError::Unavailable)));
}
