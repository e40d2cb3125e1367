//! Addresses that open an event, a task, a contact or a message in Nextcloud's own apps.
//!
//! Made from where the object is, or from a message's own name, and the server's address, so that nothing is asked for
//! them. What does not lie where a Nextcloud keeps it has no link.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Where a Nextcloud keeps calendars, as requests name it.
const CALENDARS: &str = "remote.php/dav/calendars/";
/// Where it keeps address books.
const BOOKS: &str = "remote.php/dav/addressbooks/users/";
/// What stands for itself in one part of an address (RFC 3986, section 2.3).
const PART: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The longest Message-ID that becomes an address: a line of a message (RFC 5322, section 2.1.1).
const MAX_MESSAGE_ID: usize = 998;

/// Makes addresses for one person's server.
#[derive(Clone, Debug)]
pub struct Links {
    /// Without a slash at its end.
    base: String,
}

impl Links {
    /// Those of the server at this address.
    pub fn at(base_url: &str) -> Self {
        Self { base: base_url.trim_end_matches('/').to_owned() }
    }

    /// Opens an event in the calendar app, at the instance of a series that would have begun then.
    pub fn event(&self, location: &str, original: DateTime<Utc>) -> Option<String> {
        let path = location.trim_start_matches('/');
        path.strip_prefix(CALENDARS)?;
        let object = STANDARD.encode(format!("{}/{path}", self.below()?));
        let object = utf8_percent_encode(&object, PART);
        Some(format!("{}/index.php/apps/calendar/edit/{object}/{}", self.base, original.timestamp()))
    }

    /// Opens a task in the tasks app.
    pub fn task(&self, location: &str) -> Option<String> {
        let [_, calendar, object] = parts(location, CALENDARS)?;
        self.below()?;
        Some(format!("{}/index.php/apps/tasks/calendars/{calendar}/tasks/{object}", self.base))
    }

    /// Opens a contact in the contacts app.
    pub fn contact(&self, location: &str, uid: &str) -> Option<String> {
        let [_, book, _] = parts(location, BOOKS)?;
        self.below()?;
        let uid = utf8_percent_encode(uid, PART);
        Some(format!("{}/index.php/apps/contacts/direct/contact/{uid}~{book}", self.base))
    }

    /// Opens a message in the mail app, by its Message-ID without brackets. Releases of that app that know no such
    /// addresses open their list of mailboxes.
    pub fn message(&self, message_id: &str) -> Option<String> {
        if message_id.is_empty() || message_id.len() > MAX_MESSAGE_ID {
            return None;
        }
        self.below()?;
        let id = format!("<{message_id}>");
        let id = utf8_percent_encode(&id, PART);
        Some(format!("{}/index.php/apps/mail/open/{id}", self.base))
    }

    /// What stands in the server's paths before everything of Nextcloud's: empty, or as in `/cloud`.
    fn below(&self) -> Option<&str> {
        let (_, rest) = self.base.split_once("://")?;
        Some(rest.find('/').and_then(|at| rest.get(at..)).unwrap_or_default())
    }
}

/// Whose, in which collection, and the object, as requests spell them.
fn parts<'a>(location: &'a str, home: &str) -> Option<[&'a str; 3]> {
    let rest = location.trim_start_matches('/').strip_prefix(home)?;
    let mut parts = rest.split('/').filter(|part| !part.is_empty());
    let found = [parts.next()?, parts.next()?, parts.next()?];
    parts.next().is_none().then_some(found)
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use chrono::DateTime;

    use super::Links;

    #[test]
    fn an_event_opens_at_its_instance_wherever_the_server_is_installed() {
        let links = Links::at("https://cloud.clinic.example/cloud/");
        let at = DateTime::from_timestamp(1_795_500_000, 0).expect("a time");
        let link = links.event("remote.php/dav/calendars/anna/personal/a%20b.ics", at).expect("a link");
        let object =
            STANDARD.encode("/cloud/remote.php/dav/calendars/anna/personal/a%20b.ics").replace('=', "%3D");
        assert_eq!(
            link,
            format!("https://cloud.clinic.example/cloud/index.php/apps/calendar/edit/{object}/1795500000")
        );
        assert_eq!(links.event("/radicale/anna/personal/a.ics", at), None);
    }

    #[test]
    fn tasks_and_contacts_open_in_their_apps() {
        let links = Links::at("https://cloud.clinic.example");
        assert_eq!(
            links.task("remote.php/dav/calendars/anna/tasks/1.ics").as_deref(),
            Some("https://cloud.clinic.example/index.php/apps/tasks/calendars/tasks/tasks/1.ics")
        );
        assert_eq!(
            links.contact("remote.php/dav/addressbooks/users/anna/contacts/1.vcf", "k 1/2").as_deref(),
            Some("https://cloud.clinic.example/index.php/apps/contacts/direct/contact/k%201%2F2~contacts")
        );
        assert_eq!(links.contact("remote.php/dav/addressbooks/users/anna/contacts/", "k"), None);
    }

    #[test]
    fn a_message_opens_by_its_own_name() {
        let links = Links::at("https://cloud.clinic.example/cloud");
        assert_eq!(
            links.message("echo/1@clinic.example").as_deref(),
            Some(
                "https://cloud.clinic.example/cloud/index.php/apps/mail/open/%3Cecho%2F1%40clinic.example%3E"
            )
        );
        assert_eq!(links.message(""), None);
        assert_eq!(Links::at("").message("a@b"), None, "a server nobody knows opens nothing");
    }
}
