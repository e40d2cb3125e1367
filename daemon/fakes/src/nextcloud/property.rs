//! The value of each property the measured server knows, for one place in one person's tree.
//! A property that a file or folder does not have is reported missing by returning `false`; the caller lists it
//! under 404. Values are written into one growing text, because listings are long.

use std::fmt::Write;

use chrono::DateTime;

use super::reply::escape_into;
use super::share::{Recipient, Rights};
use super::state::State;
use super::view::Place;

/// `DAV:`
pub(crate) const DAV: &str = "DAV:";
/// ownCloud's namespace.
pub(crate) const OC: &str = "http://owncloud.org/ns";
/// Nextcloud's namespace.
pub(crate) const NC: &str = "http://nextcloud.org/ns";
const OCS: &str = "http://open-collaboration-services.org/ns";
const OCM: &str = "http://open-cloud-mesh.org/ns";

/// A property's qualified name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) namespace: String,
    pub(crate) local: String,
}

/// What a request without a list of properties gets.
pub(crate) const ALLPROP: [&str; 7] = [
    "getlastmodified", "getcontentlength", "resourcetype", "quota-used-bytes", "quota-available-bytes",
    "getetag", "getcontenttype",
];

/// One resource in one answer.
pub(crate) struct Entry<'a> {
    pub(crate) state: &'a State,
    pub(crate) user: &'a str,
    pub(crate) place: Place,
    /// Last segment as this person sees it; the user's id at the root.
    pub(crate) name: &'a str,
    /// Seen in its folder's listing rather than asked for itself.
    pub(crate) listed: bool,
}

impl Entry<'_> {
    /// Writes the value's XML; `false` when there is no such property here.
    pub(crate) fn write(&self, name: &Name, out: &mut String) -> bool {
        let Some(node) = self.state.tree.get(self.place.node) else { return false };
        let written = match name.namespace.as_str() {
            DAV => self.write_dav(&name.local, node.mtime, out),
            OC => self.write_oc(&name.local, out),
            NC => self.write_nc(&name.local, out),
            OCS if name.local == "share-permissions" => {
                write!(out, "{}", self.share_rights().0).map(|()| true)
            }
            OCM if name.local == "share-permissions" => {
                out.push_str(self.share_words());
                Ok(true)
            }
            _ => Ok(false),
        };
        written.unwrap_or(false)
    }

    fn is_folder(&self) -> bool {
        self.state.tree.folder(self.place.node).is_some()
    }

    fn write_dav(&self, local: &str, mtime: i64, out: &mut String) -> Result<bool, std::fmt::Error> {
        let (state, folder) = (self.state, self.is_folder());
        match local {
            "resourcetype" if folder => out.push_str("<d:collection/>"),
            "resourcetype" => {}
            "getetag" => write!(out, "&quot;{}&quot;", state.etag_at(self.user, self.place))?,
            "getlastmodified" => out.push_str(&http_date(mtime)),
            "getcontentlength" if !folder => write!(out, "{}", state.tree.size(self.place.node))?,
            "getcontenttype" if !folder => out.push_str(media_type(self.name)),
            "displayname" => escape_into(out, self.name),
            "creationdate" => out.push_str("1970-01-01T00:00:00+00:00"),
            "quota-used-bytes" if folder => write!(out, "{}", state.tree.size(self.place.node))?,
            "quota-available-bytes" if folder => write!(out, "{}", self.quota_left())?,
            "supported-report-set" => out.push_str(
                "<d:supported-report><d:report><d:expand-property/></d:report></d:supported-report>\
                 <d:supported-report><d:report><oc:filter-files/></d:report></d:supported-report>",
            ),
            "current-user-principal" => {
                write!(out, "<d:href>/remote.php/dav/principals/users/{}/</d:href>", self.user)?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn write_oc(&self, local: &str, out: &mut String) -> Result<bool, std::fmt::Error> {
        let (state, node) = (self.state, self.place.node);
        match local {
            "id" => out.push_str(&state.full_id(node)),
            "fileid" => write!(out, "{node}")?,
            "permissions" => out.push_str(&state.permissions_at(self.user, self.place, self.listed)),
            "size" => write!(out, "{}", state.size_at(self.user, self.place))?,
            "owner-id" => escape_into(out, state.owner_at(self.user, self.place)),
            "owner-display-name" => {
                let owner = state.user(state.owner_at(self.user, self.place));
                escape_into(out, owner.map_or("", |user| &user.display_name));
            }
            "favorite" | "comments-unread" => out.push('0'),
            "tags" => {}
            "downloadURL" if !self.is_folder() => {}
            "share-types" => self.write_share_types(out)?,
            "data-fingerprint" => escape_into(out, &state.data_fingerprint),
            "checksums" => {
                let Some(checksum) = state.tree.file(node).and_then(|file| file.checksum.as_deref()) else {
                    return Ok(false);
                };
                out.push_str("<oc:checksum>");
                escape_into(out, checksum);
                out.push_str("</oc:checksum>");
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn write_nc(&self, local: &str, out: &mut String) -> Result<bool, std::fmt::Error> {
        let file = self.state.tree.file(self.place.node);
        match local {
            "has-preview" | "hidden" => out.push_str("false"),
            // Measured: everything below a team folder says so, of a share only the mount itself.
            "mount-type" if self.state.team_of(self.place.node).is_some() => out.push_str("group"),
            "mount-type" if self.place.is_mount_root() => out.push_str("shared"),
            "mount-type" | "reminder-due-date" => {}
            "system-tags" => self.write_system_tags(out)?,
            "acl-enabled" | "group-folder-id" => match self.state.team_of(self.place.node) {
                Some((_, hides)) if local == "acl-enabled" => out.push_str(if hides { "1" } else { "" }),
                Some((team, _)) => write!(out, "{team}")?,
                None => return Ok(false),
            },
            "is-mount-root" => write!(out, "{}", self.place.is_mount_root())?,
            "creation_time" => out.push('0'),
            // Measured: whoever received a single file does not learn when it was uploaded.
            "upload_time" if self.place.is_mount_root() && file.is_some() => out.push('0'),
            "upload_time" => match file {
                Some(file) => write!(out, "{}", file.upload_time)?,
                None => return Ok(false),
            },
            "note" if self.place.is_mount_root() => {}
            "sharees" => self.write_sharees(out)?,
            "share-attributes" => out.push_str("[]"),
            "contained-folder-count" if file.is_none() => write!(out, "{}", self.contained(true))?,
            "contained-file-count" if file.is_none() => write!(out, "{}", self.contained(false))?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn write_system_tags(&self, out: &mut String) -> std::fmt::Result {
        for (id, name) in self.state.tags_of(self.place.node) {
            write!(
                out,
                "<nc:system-tag oc:can-assign=\"true\" oc:id=\"{id}\" oc:user-assignable=\"true\" \
                 oc:user-visible=\"true\" nc:color=\"\">"
            )?;
            escape_into(out, name);
            out.push_str("</nc:system-tag>");
        }
        Ok(())
    }

    fn contained(&self, folders: bool) -> usize {
        let children = self.state.children_of(self.user, self.place);
        children.iter().filter(|(_, place)| self.state.tree.folder(place.node).is_some() == folders).count()
    }

    fn quota_left(&self) -> i64 {
        let owner = self.state.owner_at(self.user, self.place);
        let Some(person) = self.state.people.get(owner) else { return -3 };
        match person.user.quota {
            Some(quota) => {
                i64::try_from(quota.saturating_sub(self.state.tree.size(person.root))).unwrap_or(i64::MAX)
            }
            None => -3,
        }
    }

    fn write_share_types(&self, out: &mut String) -> std::fmt::Result {
        if self.place.via.is_some() {
            return Ok(());
        }
        let shares = || self.state.shares.values().filter(|share| share.node == self.place.node);
        for (number, wanted) in [(0, true), (1, false)] {
            if shares().any(|share| matches!(share.with, Recipient::User(_)) == wanted) {
                write!(out, "<oc:share-type>{number}</oc:share-type>")?;
            }
        }
        Ok(())
    }

    fn write_sharees(&self, out: &mut String) -> std::fmt::Result {
        if self.place.via.is_some() {
            return Ok(());
        }
        for share in self.state.shares.values().filter(|share| share.node == self.place.node) {
            let (id, name, kind) = match &share.with {
                Recipient::User(id) => {
                    (id, self.state.user(id).map_or(id.as_str(), |user| &user.display_name), 0)
                }
                Recipient::Group(id) => (id, id.as_str(), 1),
            };
            out.push_str("<nc:sharee><nc:id>");
            escape_into(out, id);
            out.push_str("</nc:id><nc:display-name>");
            escape_into(out, name);
            write!(out, "</nc:display-name><nc:type>{kind}</nc:type></nc:sharee>")?;
        }
        Ok(())
    }

    fn share_rights(&self) -> Rights {
        let rights = self.state.rights_at(self.user, self.place);
        if self.is_folder() {
            return rights;
        }
        rights.only(Rights::READ.with(Rights::UPDATE).with(Rights::SHARE))
    }

    fn share_words(&self) -> &'static str {
        let rights = self.share_rights();
        match (rights.has(Rights::SHARE), rights.has(Rights::UPDATE)) {
            (true, true) => "[&quot;share&quot;,&quot;read&quot;,&quot;write&quot;]",
            (true, false) => "[&quot;share&quot;,&quot;read&quot;]",
            (false, true) => "[&quot;read&quot;,&quot;write&quot;]",
            (false, false) => "[&quot;read&quot;]",
        }
    }
}

/// A Unix time as HTTP writes it.
pub(crate) fn http_date(seconds: i64) -> String {
    let instant = DateTime::from_timestamp(seconds, 0).unwrap_or_default();
    instant.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// The media type of a name.
pub(crate) fn media_type(name: &str) -> &'static str {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase();
    match extension.as_str() {
        "txt" | "log" => "text/plain",
        "md" => "text/markdown",
        "html" | "htm" => "text/html",
        "csv" => "text/csv",
        "pdf" => "application/pdf",
        "doc" => "application/msword",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "pptx" => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "odt" => "application/vnd.oasis.opendocument.text",
        "rtf" => "text/rtf",
        "json" => "application/json",
        "xml" => "application/xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "mp4" => "video/mp4",
        "mp3" => "audio/mpeg",
        "wav" => "audio/wav",
        "zip" => "application/zip",
        "eml" => "message/rfc822",
        "ics" => "text/calendar",
        "vcf" => "text/vcard",
        _ => "application/octet-stream",
    }
}
