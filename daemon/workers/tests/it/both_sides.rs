//! Calendars and address books that somebody else's program and our own change at the same time, for an hour of the
//! daemon's time: at the end of every minute the mirror is what the server lists, and no line is lost that nobody touched.
//!
//! Against the loopback Nextcloud, and against a real server where `VOICEASSIST_LIVE_DAV` names one, as
//! `address,user,password`. A server that is no Nextcloud has to be reached under Nextcloud's paths.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use secrecy::SecretString;
use voiceassist_dav::collections::{DeleteObject, Location, ObjectType, PutObject, ReadObject};
use voiceassist_dav::content_edit::Property;
use voiceassist_dav::icalendar::{CalendarObject, Edit, Target};
use voiceassist_dav::vcard::{Card, CardEdit};
use voiceassist_dav::{
    AppPassword, BaseUrl, Client, ClientSettings, Credentials, DavError, ETag, Expected, Transport,
    TransportSettings,
};
use voiceassist_model::AccountId;
use voiceassist_store::accounts::NewAccount;
use voiceassist_store::collections::CollectionClass;
use voiceassist_workers::sync::collections::sync_collections;

use crate::clinic::Clinic;

/// Minutes.
const ROUNDS: u32 = 60;
/// Objects that are there or not.
const NAMES: u64 = 25;

fn variable(name: &str) -> Option<String> {
    std::env::var_os(name)?.into_string().ok()
}

/// Where, and as whom.
struct Place {
    base: String,
    user: String,
    password: String,
}

impl Place {
    fn live() -> Option<Self> {
        let named = variable("VOICEASSIST_LIVE_DAV")?;
        let [base, user, password] = <[&str; 3]>::try_from(named.splitn(3, ',').collect::<Vec<_>>()).ok()?;
        Some(Self { base: base.to_owned(), user: user.to_owned(), password: password.to_owned() })
    }

    fn client(&self) -> Client {
        let transport = Transport::new(&TransportSettings::default()).expect("a transport");
        let password = AppPassword::restored(self.user.clone(), SecretString::from(self.password.clone()));
        let base = BaseUrl::parse(&self.base).expect("an address");
        let credentials = Credentials::AppPassword(password);
        Client::new(&transport, base, &credentials, ClientSettings::default()).expect("a client")
    }

    async fn account(&self, clinic: &Clinic) -> AccountId {
        let instance = clinic.context.store.instances().ensure(&self.base).await.expect("an instance");
        let account = NewAccount {
            instance,
            user_id: self.user.clone(),
            login_name: self.user.clone(),
            display_name: self.user.clone(),
            app_password: SecretString::from(self.password.clone()),
        };
        clinic.context.store.accounts().connect(account).await.expect("an account")
    }
}

/// What was done.
#[derive(Debug, Default)]
struct Tally {
    written: u32,
    edited: u32,
    deleted: u32,
    refused: u32,
    lines: usize,
}

/// One collection of each class, and chance.
struct Hands {
    client: Client,
    places: Vec<(Location, ObjectType)>,
    dice: u64,
    /// Keeps runs against a server that lasts apart.
    mark: String,
    /// Names are not used again: a server may keep what was deleted.
    generation: BTreeMap<String, u32>,
    tally: Tally,
}

impl Hands {
    fn below(&mut self, bound: u64) -> u64 {
        self.dice ^= self.dice << 13;
        self.dice ^= self.dice >> 7;
        self.dice ^= self.dice << 17;
        self.dice % bound
    }

    /// Where one of the names is now in one of the collections.
    fn pick(&mut self) -> (Location, ObjectType, String) {
        let at = self.below(self.places.len() as u64);
        let (collection, kind) = self.places[usize::try_from(at).unwrap_or(0)].clone();
        let number = self.below(NAMES);
        let ending = if kind == ObjectType::Calendar { "ics" } else { "vcf" };
        let generation = self.generation.get(&format!("{number}.{ending}")).copied().unwrap_or(0);
        let stem = format!("both-{number}-{generation}-{}", self.mark);
        (collection.object(&format!("{stem}.{ending}")).expect("a name"), kind, stem)
    }

    fn retire(&mut self, location: &Location) {
        let name = location.name().to_owned();
        let mut parts = name.split('-').skip(1);
        if let (Some(number), Some((_, ending))) = (parts.next(), name.rsplit_once('.')) {
            *self.generation.entry(format!("{number}.{ending}")).or_default() += 1;
        }
    }

    async fn read(&self, location: &Location, kind: ObjectType) -> Option<(ETag, String)> {
        self.client.send(&ReadObject { location: location.clone(), kind }).await.ok()
    }

    async fn put(
        &self,
        location: &Location,
        kind: ObjectType,
        text: String,
        expected: Expected,
    ) -> Result<(), DavError> {
        let put = PutObject { location: location.clone(), kind, text, expected };
        self.client.store_object(&put).await.map(drop)
    }

    /// One deed of either side.
    async fn act(&mut self) {
        let (location, kind, stem) = self.pick();
        let there = self.read(&location, kind).await;
        match (self.below(10), there) {
            (0..=3, there) => self.overwrite(&location, kind, &stem, there).await,
            (4..=7, Some((etag, before))) => self.edit(&location, kind, etag, &before).await,
            (_, Some((etag, _))) => {
                self.client.send(&DeleteObject { location: location.clone(), etag }).await.expect("deleted");
                self.retire(&location);
                self.tally.deleted += 1;
            }
            (_, None) => {}
        }
    }

    /// The other program writes what it wants in the place of what is there.
    async fn overwrite(
        &mut self,
        location: &Location,
        kind: ObjectType,
        stem: &str,
        there: Option<(ETag, String)>,
    ) {
        let expected = there.map_or(Expected::Nothing, |(etag, _)| Expected::Version(etag));
        let text = odd(kind, stem, self.below(1_000));
        self.put(location, kind, text, expected).await.expect("written");
        self.tally.written += 1;
    }

    /// Ours changes one property, and a write that comes too late is refused.
    async fn edit(&mut self, location: &Location, kind: ObjectType, etag: ETag, before: &str) {
        let value = format!("Room {}", self.below(99));
        let (text, own) = edited(kind, before, &value);
        self.put(location, kind, text.clone(), Expected::Version(etag.clone())).await.expect("edited");
        self.tally.edited += 1;
        let (_, after) = self.read(location, kind).await.expect("there");
        assert!(after.contains(&value));
        let lines = |text: &str| -> Vec<String> {
            text.split("\r\n").filter(|line| !line.starts_with(own)).map(str::to_owned).collect()
        };
        // A server may put lines in another order or add its own; it must not lose one.
        let kept = lines(&after);
        for line in lines(before) {
            assert!(kept.contains(&line), "a line was lost: {line}");
            self.tally.lines += 1;
        }
        if self.below(3) == 0 {
            let late = self.put(location, kind, text, Expected::Version(etag)).await;
            assert!(matches!(late, Err(DavError::PreconditionFailed)), "{late:?}");
            self.tally.refused += 1;
        }
    }
}

/// Our own edit of one property, and how its line begins.
fn edited(kind: ObjectType, before: &str, value: &str) -> (String, &'static str) {
    if kind == ObjectType::Calendar {
        let object = CalendarObject::read(before).expect("readable");
        let mut edit = Edit::of(&object);
        edit.set(Target::Master, &Property::text("LOCATION", value).expect("a property")).expect("set");
        (edit.finish().expect("finished"), "LOCATION")
    } else {
        let card = Card::read(before).expect("readable");
        let mut edit = CardEdit::of(&card);
        edit.set(&Property::text("TITLE", value).expect("a property"));
        (edit.finish().expect("finished"), "TITLE")
    }
}

/// What another program writes: folded lines, parameters in quotes, properties of its own.
fn odd(kind: ObjectType, stem: &str, number: u64) -> String {
    if kind == ObjectType::Calendar {
        format!(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Odd//P//EN\r\nBEGIN:VEVENT\r\nUID:{stem}\r\n\
             DTSTAMP:20260101T000000Z\r\nDTSTART;TZID=Europe/Berlin:20261202T{:02}0000\r\nDURATION:PT1H\r\n\
             SUMMARY;LANGUAGE=en:Round {number}\\, ward \r\n  three folded\r\nRRULE:FREQ=WEEKLY;COUNT={}\r\n\
             X-KEEP;A=\"q:r\":as  it  is {number}\r\nCATEGORIES:a,b\\,c\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\n\
             TRIGGER:-PT5M\r\nDESCRIPTION:x\r\nX-IN-ALARM:{number}\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
            8 + number % 9,
            2 + number % 7
        )
    } else {
        format!(
            "BEGIN:VCARD\r\nVERSION:3.0\r\nPRODID:-//Odd//P//EN\r\nUID:{stem}\r\nFN:Dr. Zo\u{eb} M\u{fc}ller {number}\r\n\
             N:M\u{fc}ller;Zo\u{eb};;Dr.;\r\nitem1.TEL;TYPE=CELL:+49 {number}\r\nitem1.X-ABLabel:Pager\r\n\
             X-KEEP;A=q:as  it  is\r\nNOTE:long {}\r\n folded\r\nPHOTO;ENCODING=b;TYPE=JPEG:{}\r\nEND:VCARD\r\n",
            "y".repeat(20),
            "QUJD".repeat(4)
        )
    }
}

async fn listed(client: &Client, place: &Location) -> BTreeMap<String, String> {
    let listed = client.list_objects(place).await.expect("a listing");
    let version = |etag: Option<ETag>| etag.map(|etag| etag.to_string()).unwrap_or_default();
    listed.objects.into_iter().map(|(location, etag)| (location.key().to_owned(), version(etag))).collect()
}

async fn mirrored(
    clinic: &Clinic,
    account: AccountId,
    class: CollectionClass,
    place: &Location,
) -> BTreeMap<String, String> {
    let collections = clinic.context.store.collections();
    let own = collections.list(account, class).await.expect("collections");
    let own = own
        .iter()
        .find(|own| Location::parse(&own.about.location).is_ok_and(|location| location.key() == place.key()));
    let held = collections.objects(own.expect("mirrored").id).await.expect("objects");
    held.into_iter()
        .map(|object| {
            let location = Location::parse(&object.location).expect("a location");
            (location.key().to_owned(), object.etag.unwrap_or_default())
        })
        .collect()
}

const fn class_of(kind: ObjectType) -> CollectionClass {
    match kind {
        ObjectType::Calendar => CollectionClass::Calendar,
        ObjectType::Contact => CollectionClass::AddressBook,
    }
}

async fn an_hour(clinic: &Clinic, place: &Place) -> Tally {
    let client = place.client();
    let account = place.account(clinic).await;
    let homes = [
        (Location::nextcloud(&["calendars", &place.user]), ObjectType::Calendar),
        (Location::nextcloud(&["addressbooks", "users", &place.user]), ObjectType::Contact),
    ];
    let mut places = Vec::new();
    for (home, kind) in homes {
        let locations: Vec<Location> = match kind {
            ObjectType::Calendar => {
                let all = client.calendars(&home).await.expect("calendars");
                let events = |components: &[String]| {
                    components.is_empty() || components.iter().any(|own| own == "VEVENT")
                };
                let own = all
                    .into_iter()
                    .filter(|own| own.writable && own.kind.as_str() == "own" && events(&own.components));
                own.map(|own| own.location).collect()
            }
            ObjectType::Contact => {
                let all = client.address_books(&home).await.expect("address books");
                let own = all.into_iter().filter(|own| own.writable && own.kind.as_str() == "own");
                own.map(|own| own.location).collect()
            }
        };
        places.push((locations.first().expect("one to write in").clone(), kind));
    }
    let mut hands = Hands {
        client,
        places: places.clone(),
        dice: 0x2545_f491_4f6c_dd1d,
        mark: variable("VOICEASSIST_LIVE_MARK").unwrap_or_else(|| "x".to_owned()),
        generation: BTreeMap::new(),
        tally: Tally::default(),
    };
    for round in 0..ROUNDS {
        for _ in 0..=hands.below(4) {
            hands.act().await;
        }
        clinic.clock.advance(TimeDelta::minutes(1));
        for (location, kind) in &places {
            sync_collections(&clinic.context, account, class_of(*kind)).await.expect("a look");
            let (held, there) = (
                mirrored(clinic, account, class_of(*kind), location).await,
                listed(&hands.client, location).await,
            );
            assert_eq!(held, there, "minute {round}");
        }
    }
    for (location, kind) in &places {
        for (object, etag) in hands.client.list_objects(location).await.expect("a listing").objects {
            if let Some(etag) = etag.filter(|_| object.name().starts_with("both-")) {
                hands.client.send(&DeleteObject { location: object, etag }).await.expect("tidied");
            }
        }
        sync_collections(&clinic.context, account, class_of(*kind)).await.expect("a look");
    }
    hands.tally
}

#[tokio::test]
async fn an_hour_of_edits_on_both_sides_leaves_no_difference_and_loses_no_line() {
    let clinic = Clinic::open().await;
    let place = Place {
        base: clinic.cloud.base_url(),
        user: "alice".to_owned(),
        password: clinic.cloud.app_password("alice").expect("an app password"),
    };
    let tally = an_hour(&clinic, &place).await;
    assert!(tally.written > 20 && tally.edited > 10 && tally.deleted > 5 && tally.refused > 2, "{tally:?}");
    assert!(tally.lines > 100, "{tally:?}");
}

#[tokio::test]
async fn an_hour_of_edits_on_both_sides_of_a_real_server_leaves_no_difference_and_loses_no_line() {
    let Some(place) = Place::live() else { return };
    let clinic = Clinic::open().await;
    let tally = an_hour(&clinic, &place).await;
    println!("{tally:?}");
    assert!(tally.written > 20 && tally.edited > 10, "{tally:?}");
}

/// Where `VOICEASSIST_LIVE_COLLECTION` is set: whatever lies on the server, put there by somebody else.
#[tokio::test]
async fn every_file_of_a_collection_is_mirrored_or_put_aside_with_a_reason() {
    let Some(place) = Place::live() else { return };
    if variable("VOICEASSIST_LIVE_COLLECTION").is_none() {
        return;
    }
    let clinic = Clinic::open().await;
    let account = place.account(&clinic).await;
    for class in [CollectionClass::Calendar, CollectionClass::AddressBook] {
        let report = sync_collections(&clinic.context, account, class).await.expect("a look");
        println!("{}: {report:?}", class.as_str());
        let again = sync_collections(&clinic.context, account, class).await.expect("a look");
        assert_eq!(
            (again.read, again.quarantined, again.failed),
            (0, 0, 0),
            "a second look finds nothing to do"
        );
        let held = clinic.context.store.collections().held(account).await.expect("counts");
        for own in clinic.context.store.collections().list(account, class).await.expect("collections") {
            let held = held.get(&own.id).copied().unwrap_or_default();
            println!(
                "  {}: {} read, {} put aside, {:?}",
                own.about.name, held.objects, held.quarantined, own.reason
            );
            let there =
                listed(&place.client(), &Location::parse(&own.about.location).expect("a location")).await;
            assert_eq!(held.objects + held.quarantined, there.len() as u64);
        }
    }
    println!("{:?}", clinic.context.store.collections().quarantined(account).await.expect("reasons"));
}
