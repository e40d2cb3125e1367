//! Calendars and address books against a whole loopback Nextcloud, its traps included.

use voiceassist_dav::caldav::CalendarKind;
use voiceassist_dav::carddav::AddressBookKind;
use voiceassist_dav::collections::{
    Ask, Changes, DeleteObject, Delta, Difference, Known, Location, ObjectType, PutObject, ReadObject,
    SyncCollection, Unfetched, Way, Why, token_number,
};
use voiceassist_dav::icalendar::{CalendarObject, Edit, Property, Target};
use voiceassist_dav::{Client, DavError, ETag, Expected, Operation as _};
use voiceassist_fakes::nextcloud::{CollectionKind, Nextcloud, NextcloudScript, ObjectTrouble};

use crate::nextcloud::account;

async fn cloud() -> Nextcloud {
    Nextcloud::start(NextcloudScript::default()).await.expect("a loopback Nextcloud")
}

fn event(uid: &str, summary: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nBEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20260302T090000Z\r\nSUMMARY:{summary}\r\nX-OWN;A=b:kept\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

fn card(uid: &str, name: &str) -> String {
    format!("BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{uid}\r\nFN:{name}\r\nEND:VCARD\r\n")
}

fn personal() -> Location {
    Location::nextcloud(&["calendars", "alice", "personal"])
}

fn contacts() -> Location {
    Location::nextcloud(&["addressbooks", "users", "alice", "contacts"])
}

async fn changes(client: &Client, collection: &Location, since: Option<&str>) -> Changes {
    match client.changes(collection, since).await.expect("an answer") {
        Delta::Changes(changes) => changes,
        Delta::TokenRefused => panic!("the token was refused"),
    }
}

fn names(locations: &[Location]) -> Vec<&str> {
    locations.iter().map(Location::name).collect()
}

fn changed(changes: &Changes) -> Vec<&str> {
    changes.changed.iter().map(|(location, _)| location.name()).collect()
}

#[tokio::test]
async fn an_account_finds_its_own_things_and_each_by_its_kind() {
    let cloud = cloud().await;
    cloud.add_collection("alice", "rota", CollectionKind::Tasks).expect("added");
    cloud.add_collection("alice", "holidays", CollectionKind::Subscription).expect("added");
    cloud.add_collection("alice", "ward_shared_by_bob", CollectionKind::Calendar).expect("added");
    cloud.share_collection("alice", "ward_shared_by_bob", "bob", true).expect("shared");
    let alice = account(&cloud, "alice");
    let homes = alice.homes().await.expect("homes");
    assert_eq!(homes.default_calendar, Some(personal()));
    let calendars = alice.calendars(&homes.calendars[0]).await.expect("calendars");
    let found: Vec<_> = calendars.iter().map(|own| (own.location.name(), own.kind, own.writable)).collect();
    assert_eq!(
        found,
        [
            ("contact_birthdays", CalendarKind::Birthdays, false),
            ("holidays", CalendarKind::Subscribed, false),
            ("personal", CalendarKind::Own, true),
            ("rota", CalendarKind::Own, true),
            ("ward_shared_by_bob", CalendarKind::Shared, false),
        ],
        "boxes and trash are no calendars"
    );
    assert_eq!(calendars[3].components, ["VTODO"]);
    assert_eq!(calendars[4].owner.as_deref(), Some("bob"));
    assert_eq!(calendars[2].sync_token, calendars[2].ctag);
    let books = alice.address_books(&homes.address_books[0]).await.expect("books");
    let found: Vec<_> = books.iter().map(|own| (own.location.name(), own.kind, own.writable)).collect();
    assert_eq!(
        found,
        [
            ("contacts", AddressBookKind::Own, true),
            ("z-server-generated--system", AddressBookKind::System, false)
        ]
    );
}

#[tokio::test]
async fn a_delta_tells_new_changed_and_gone_objects_and_nothing_else() {
    let cloud = cloud().await;
    let alice = account(&cloud, "alice");
    for name in ["a.ics", "b.ics", "c ä%.ics"] {
        cloud.put_object("alice", "personal", name, &event(name, "one")).expect("stored");
    }
    let all = changes(&alice, &personal(), None).await;
    assert_eq!(changed(&all), ["a.ics", "b.ics", "c ä%.ics"]);
    assert!(all.changed.iter().all(|(_, etag)| etag.is_some()));
    let token = all.token.clone().expect("a token");
    assert_eq!(
        changes(&alice, &personal(), Some(&token)).await,
        Changes { token: Some(token.clone()), ..Changes::default() }
    );
    cloud.put_object("alice", "personal", "a.ics", &event("a.ics", "two")).expect("stored");
    cloud.delete_object("alice", "personal", "b.ics").expect("there");
    cloud.put_object("alice", "personal", "d.ics", &event("d", "new")).expect("stored");
    cloud.stray_deletions("alice", "personal", true).expect("there");
    let delta = changes(&alice, &personal(), Some(&token)).await;
    assert_eq!((changed(&delta), names(&delta.vanished)), (vec!["a.ics", "d.ics"], vec!["b.ics"]));
    assert_eq!(delta.unreadable, 1, "somebody else's 404 deletes nothing, and is said");
    assert!(token_number(delta.token.as_deref().expect("a token")) > token_number(&token));
}

#[tokio::test]
async fn tokens_that_are_worth_nothing_are_seen() {
    let cloud = cloud().await;
    let alice = account(&cloud, "alice");
    for name in ["a.ics", "b.ics", "c.ics"] {
        cloud.put_object("alice", "personal", name, &event(name, "one")).expect("stored");
    }
    let refused = alice.changes(&personal(), Some("http://sabre.io/ns/sync/rubbish")).await;
    assert_eq!(refused.expect("an answer"), Delta::TokenRefused);
    let token = changes(&alice, &personal(), None).await.token.expect("a token");
    cloud.rewind_collection("alice", "personal", 2).expect("rewound");
    let delta = changes(&alice, &personal(), Some(&token)).await;
    assert!(delta.changed.is_empty() && delta.vanished.is_empty(), "the server says that nothing changed");
    assert!(
        token_number(delta.token.as_deref().expect("a token")) < token_number(&token),
        "but its number went down"
    );
}

#[tokio::test]
async fn a_book_that_is_given_in_pages_is_read_to_its_end() {
    let cloud = cloud().await;
    let alice = account(&cloud, "alice");
    for number in 0..23 {
        cloud
            .put_object("alice", "contacts", &format!("{number:02}.vcf"), &card(&number.to_string(), "A"))
            .expect("stored");
    }
    cloud.page_collection("alice", "contacts", 5).expect("there");
    let all = changes(&alice, &contacts(), None).await;
    let mut found = changed(&all);
    found.sort_unstable();
    found.dedup();
    assert_eq!(found.len(), 23);
    assert!(!all.truncated);
    assert_eq!(token_number(all.token.as_deref().expect("a token")), Some(24));
    let sent = cloud.request_log().count("REPORT");
    assert!(sent > 4, "it took several pages: {sent}");
    let body = SyncCollection { collection: contacts(), since: None }.request().expect("rendered").body;
    assert!(!String::from_utf8_lossy(&body).contains("limit"), "no limit is ever sent");
}

#[tokio::test]
async fn one_object_that_spoils_the_answer_does_not_stop_the_others() {
    let cloud = cloud().await;
    let alice = account(&cloud, "alice");
    let mut wanted = Vec::new();
    for number in 0..120 {
        let name = format!("{number:03}.ics");
        cloud.put_object("alice", "personal", &name, &event(&name, "a & <b> \"c\"")).expect("stored");
        wanted.push(personal().object(&name).expect("a name"));
    }
    cloud.trouble_object("alice", "personal", "017.ics", Some(ObjectTrouble::BrokenXml)).expect("there");
    cloud.trouble_object("alice", "personal", "090.ics", Some(ObjectTrouble::Omitted)).expect("there");
    cloud
        .put_object("alice", "personal", "044.ics", &event("044.ics", &"x".repeat(3_000_000)))
        .expect("stored");
    wanted.push(personal().object("never.ics").expect("a name"));
    let found = alice.objects(&personal(), ObjectType::Calendar, &wanted).await.expect("answers");
    assert_eq!(found.len(), 121);
    let bad: Vec<_> = found.iter().filter_map(|(at, read)| Some((at.name(), read.as_ref().err()?))).collect();
    let mut bad: Vec<_> = bad.into_iter().map(|(name, reason)| (name, *reason)).collect();
    bad.sort_by_key(|(name, _)| *name);
    assert_eq!(
        bad,
        [("017.ics", Unfetched::Unreadable), ("090.ics", Unfetched::Gone), ("never.ics", Unfetched::Gone)]
    );
    let one = found.iter().find(|(at, _)| at.name() == "003.ics").and_then(|(_, read)| read.as_ref().ok());
    assert_eq!(
        one.map(|one| one.text.as_str()),
        Some(event("003.ics", "a & <b> \"c\"").as_str()),
        "byte for byte"
    );
}

#[tokio::test]
async fn nothing_is_overwritten_or_deleted_that_was_not_seen() {
    let cloud = cloud().await;
    let alice = account(&cloud, "alice");
    let location = personal().object("new.ics").expect("a name");
    let put = |text: String, expected| PutObject {
        location: location.clone(),
        kind: ObjectType::Calendar,
        text,
        expected,
    };
    let first = alice.store_object(&put(event("n", "one"), Expected::Nothing)).await.expect("stored");
    assert!(!first.rewritten);
    let again = alice.store_object(&put(event("n", "two"), Expected::Nothing)).await;
    assert!(matches!(again, Err(DavError::PreconditionFailed)), "{again:?}");
    cloud.put_object("alice", "personal", "new.ics", &event("n", "by somebody else")).expect("stored");
    let stale = alice.store_object(&put(event("n", "two"), Expected::Version(first.etag.clone()))).await;
    assert!(matches!(stale, Err(DavError::PreconditionFailed)), "{stale:?}");
    let stale = alice.delete_object(&location, &first.etag).await;
    assert!(matches!(stale, Err(DavError::PreconditionFailed)), "{stale:?}");
    let weak = DeleteObject { location: location.clone(), etag: ETag::parse("W/\"1\"").expect("a tag") };
    assert!(matches!(weak.request(), Err(DavError::Settings { .. })), "a weak tag guards nothing");
    let (etag, text) = alice
        .send(&ReadObject { location: location.clone(), kind: ObjectType::Calendar })
        .await
        .expect("read");
    assert!(text.contains("by somebody else"));
    alice.delete_object(&location, &etag).await.expect("deleted");
    assert!(cloud.objects("alice", "personal").expect("there").is_empty());
    let writes =
        cloud.request_log().all().into_iter().filter(|sent| matches!(sent.method.as_str(), "PUT" | "DELETE"));
    assert!(writes.into_iter().all(|sent| sent.if_match.is_some() != sent.if_none_match.is_some()));
}

#[tokio::test]
async fn what_the_server_makes_of_an_invitation_is_read_again() {
    let cloud = cloud().await;
    let alice = account(&cloud, "alice");
    let text = event("i", "Case").replace(
        "END:VEVENT",
        "ORGANIZER:mailto:alice@example.test\r\nATTENDEE;RSVP=TRUE:mailto:bob@example.test\r\nEND:VEVENT",
    );
    let location = personal().object("i.ics").expect("a name");
    let put = PutObject {
        location: location.clone(),
        kind: ObjectType::Calendar,
        text: text.clone(),
        expected: Expected::Nothing,
    };
    let stored = alice.store_object(&put).await.expect("stored");
    assert!(stored.rewritten && stored.text.contains("SCHEDULE-STATUS=1.1"));
    // An edit of what is there now keeps the server's own additions and every other byte.
    let object = CalendarObject::read(&stored.text).expect("readable");
    let mut edit = Edit::of(&object);
    edit.set(Target::Master, &Property::text("SUMMARY", "Case review").expect("text")).expect("set");
    let text = edit.finish().expect("readable");
    let put = PutObject {
        location,
        kind: ObjectType::Calendar,
        text,
        expected: Expected::Version(stored.etag.clone()),
    };
    let again = alice.store_object(&put).await.expect("stored");
    let lost: Vec<_> =
        stored.text.lines().filter(|line| !again.text.lines().any(|own| own == *line)).collect();
    assert_eq!(lost, ["SUMMARY:Case"]);
}

#[tokio::test]
async fn somebody_elses_home_is_no_empty_home() {
    let cloud = cloud().await;
    let alice = account(&cloud, "alice");
    let other = Location::nextcloud(&["calendars", "bob"]);
    assert!(matches!(alice.calendars(&other).await, Err(DavError::NotFound)));
    let list = alice.list_objects(&Location::nextcloud(&["calendars", "bob", "personal"])).await;
    assert!(matches!(list, Err(DavError::NotFound)), "{list:?}");
}

#[test]
fn only_tokens_that_count_are_numbers() {
    assert_eq!(token_number("http://sabre.io/ns/sync/142"), Some(142));
    assert_eq!(
        token_number(
            "http://radicale.org/ns/sync/e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        ),
        None
    );
    assert_eq!(token_number("http://sabre.io/ns/sync/"), None);
    assert_eq!(token_number("8"), None);
}

#[test]
fn locations_are_equal_however_they_are_spelled() {
    let one = Location::parse("/remote.php/dav/calendars/alice/a%20b/%C3%A4.ics").expect("a path");
    let same =
        Location::parse("https://cloud.example.test/sub/remote.php/dav/calendars/alice/a%20b/a%CC%88.ics")
            .expect("a path");
    assert_eq!(one, same);
    assert!(one.as_str().starts_with("remote.php/dav/"));
    let radicale = Location::parse("/alice/ward/1.ics").expect("a path");
    assert_eq!(radicale.as_str(), "/alice/ward/1.ics");
    assert!(radicale.lies_in(&Location::parse("/alice/ward/").expect("a path")));
    assert!(!radicale.lies_in(&Location::parse("/alice/").expect("a path")));
    assert!(Location::parse("/a/%2e%2e/b").is_err() && Location::parse("/a/b%2fc").is_err());
    assert!(!format!("{one:?}").contains("alice"), "paths name people");
}

/// A mirror kept by differences alone.
#[derive(Default)]
struct Mirror {
    known: Known,
    texts: std::collections::BTreeMap<Location, String>,
}

impl Mirror {
    /// Looks and does what there is to do.
    async fn look(&mut self, client: &Client, ask: Ask) -> Difference {
        let home = Location::nextcloud(&["calendars", "alice"]);
        let calendars = client.calendars(&home).await.expect("calendars");
        let token =
            calendars.into_iter().find(|own| own.location == personal()).and_then(|own| own.sync_token);
        let found =
            client.difference(&personal(), token.as_deref(), &self.known, ask).await.expect("a difference");
        for (location, read) in
            client.objects(&personal(), ObjectType::Calendar, &found.fetch).await.expect("objects")
        {
            if let Ok(read) = read {
                self.known.objects.insert(location.clone(), read.etag);
                self.texts.insert(location, read.text);
            }
        }
        for gone in &found.forget {
            self.known.objects.remove(gone);
            self.texts.remove(gone);
        }
        if found.token.is_some() {
            self.known.token.clone_from(&found.token);
        }
        found
    }

    fn holds(&self) -> Vec<(String, String)> {
        self.texts.iter().map(|(location, text)| (location.name().to_owned(), text.clone())).collect()
    }
}

#[tokio::test]
async fn a_mirror_that_follows_differences_never_drifts() {
    let cloud = cloud().await;
    let alice = account(&cloud, "alice");
    // Far from the beginning, so that the number can go down more than once.
    for change in 0..2_000 {
        cloud.put_object("alice", "personal", "a.ics", &event("a", &change.to_string())).expect("stored");
    }
    let mut mirror = Mirror::default();
    assert_eq!(mirror.look(&alice, Ask::Follow).await.way, Way::Compared(Why::First));
    let mut seed = 7_u64;
    let mut next = move |bound: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % bound
    };
    for round in 0..60 {
        for _ in 0..next(4) {
            let name = format!("{:02}.ics", next(30));
            if next(4) == 0 {
                cloud.delete_object("alice", "personal", &name).expect("a calendar");
            } else {
                cloud
                    .put_object("alice", "personal", &name, &event(&name, &round.to_string()))
                    .expect("stored");
            }
        }
        let chance = next(20);
        if chance < 2 {
            // By more than was changed since: a number that comes out the same says nothing to anybody.
            cloud.rewind_collection("alice", "personal", 4 + next(20)).expect("a calendar");
        } else if chance < 4 {
            cloud.prune_collection("alice", "personal").expect("a calendar");
        }
        mirror.look(&alice, Ask::Follow).await;
        assert_eq!(mirror.holds(), cloud.objects("alice", "personal").expect("a calendar"), "round {round}");
        let again = mirror.look(&alice, Ask::Follow).await;
        assert!(again.way == Way::Unchanged && again.is_none(), "round {round}: {again:?}");
    }
}

#[tokio::test]
async fn a_backup_that_was_restored_is_seen_and_compared_whole() {
    let cloud = cloud().await;
    let alice = account(&cloud, "alice");
    for name in ["a.ics", "b.ics", "c.ics"] {
        cloud.put_object("alice", "personal", name, &event(name, "one")).expect("stored");
    }
    let mut mirror = Mirror::default();
    mirror.look(&alice, Ask::Follow).await;
    cloud.delete_object("alice", "personal", "c.ics").expect("there");
    cloud.rewind_collection("alice", "personal", 3).expect("there");
    let found = mirror.look(&alice, Ask::Follow).await;
    assert_eq!(
        (found.way, found.fetch.len(), names(&found.forget)),
        (Way::Compared(Why::WentDown), 0, vec!["c.ics"])
    );
}

#[tokio::test]
async fn what_a_server_forgot_silently_is_found_by_comparing() {
    let cloud = cloud().await;
    let alice = account(&cloud, "alice");
    cloud.put_object("alice", "personal", "a.ics", &event("a", "one")).expect("stored");
    let mut mirror = Mirror::default();
    mirror.look(&alice, Ask::Follow).await;
    cloud.put_object("alice", "personal", "a.ics", &event("a", "two")).expect("stored");
    cloud.prune_collection("alice", "personal").expect("there");
    cloud.put_object("alice", "personal", "b.ics", &event("b", "one")).expect("stored");
    let followed = mirror.look(&alice, Ask::Follow).await;
    assert_eq!(
        (followed.way, names(&followed.fetch)),
        (Way::Delta, vec!["b.ics"]),
        "the server does not tell of the other"
    );
    let compared = mirror.look(&alice, Ask::Reconcile).await;
    assert_eq!((compared.way, names(&compared.fetch)), (Way::Compared(Why::Wanted), vec!["a.ics"]));
    assert!(mirror.look(&alice, Ask::Reconcile).await.is_none());
}

#[tokio::test]
async fn an_answer_with_something_unreadable_in_it_makes_nothing_vanish() {
    let cloud = cloud().await;
    let alice = account(&cloud, "alice");
    cloud.put_object("alice", "personal", "a.ics", &event("a", "one")).expect("stored");
    let mut mirror = Mirror::default();
    mirror.look(&alice, Ask::Follow).await;
    cloud.stray_deletions("alice", "personal", true).expect("there");
    cloud.put_object("alice", "personal", "b.ics", &event("b", "one")).expect("stored");
    let found = mirror.look(&alice, Ask::Follow).await;
    assert_eq!((found.way, names(&found.fetch)), (Way::Compared(Why::Unreadable), vec!["b.ics"]));
    assert!(found.forget.is_empty());
    assert_eq!(mirror.holds().len(), 2);
}
