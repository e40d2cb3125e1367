//! The folders of a mailbox and what they are for.
//!
//! What a folder is for is said by its special use (RFC 6154); where a server says nothing, by the names that mail
//! programs give in the languages of our users, compared whole. Nobody's drafts, junk, trash or "all mail" are read
//! unless the person chooses them: half a thought is no record, and a second copy of everything is no gain.

use crate::imap::command::Command;
use crate::imap::response::Response;
use crate::imap::session::Session;
use crate::imap::{FolderName, ImapError};

/// More folders than that are not listed.
pub const MAX_FOLDERS: usize = 5_000;

/// What a folder is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Where mail arrives.
    Inbox,
    /// What was sent.
    Sent,
    /// What was put away.
    Archive,
    /// What is not sent yet.
    Drafts,
    /// What nobody wanted.
    Junk,
    /// What was thrown away.
    Trash,
    /// A view of everything.
    AllMail,
    /// A view of what is marked.
    Flagged,
    /// Anything else.
    Other,
}

impl Role {
    /// The role of this stable word; what is unknown is a folder of the person's own.
    pub fn of(word: &str) -> Self {
        let known = [
            Self::Inbox,
            Self::Sent,
            Self::Archive,
            Self::Drafts,
            Self::Junk,
            Self::Trash,
            Self::AllMail,
            Self::Flagged,
        ];
        known.into_iter().find(|role| role.as_str() == word).unwrap_or(Self::Other)
    }

    /// Whether a folder is read unless the person says otherwise.
    pub fn by_default(self) -> bool {
        matches!(self, Self::Inbox | Self::Sent | Self::Archive | Self::Other)
    }

    /// A stable word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Inbox => "inbox",
            Self::Sent => "sent",
            Self::Archive => "archive",
            Self::Drafts => "drafts",
            Self::Junk => "junk",
            Self::Trash => "trash",
            Self::AllMail => "all_mail",
            Self::Flagged => "flagged",
            Self::Other => "other",
        }
    }
}

/// One folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// Its name.
    pub name: FolderName,
    /// What separates the levels of its name.
    pub delimiter: Option<char>,
    /// What it is for.
    pub role: Role,
    /// Whether messages can be in it.
    pub selectable: bool,
}

/// What LIST said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folders {
    /// The folders, in the server's order.
    pub folders: Vec<Folder>,
    /// Folders whose name cannot be used, and answers that could not be understood. A listing with any of them is no
    /// proof that a folder is absent.
    pub skipped: u32,
}

impl Session {
    /// The folders of the mailbox.
    pub async fn folders(&mut self) -> Result<Folders, ImapError> {
        // LIST-EXTENDED must be asked for special uses; others give them unasked (RFC 6154 section 2).
        let ask = if self.capabilities.has("LIST-EXTENDED") && self.capabilities.has("SPECIAL-USE") {
            "LIST \"\" \"*\" RETURN (SPECIAL-USE)"
        } else {
            "LIST \"\" \"*\""
        };
        let mut running = self.dialogue.start(Command::new("the list of folders", ask), 0).await?;
        let mut listed = Folders::default();
        while let Some(response) = self.dialogue.answer(&mut running).await? {
            match response {
                Response::List { attributes, delimiter, name } => {
                    let name = name.and_then(|name| FolderName::from_wire(&name).ok());
                    match name {
                        Some(name) if listed.folders.len() < MAX_FOLDERS => {
                            listed.folders.push(folder(name, delimiter, &attributes));
                        }
                        _ => listed.skipped += 1,
                    }
                }
                Response::Unreadable => listed.skipped += 1,
                _ => {}
            }
        }
        listed.folders.sort_by(|a, b| a.name.cmp(&b.name));
        listed.folders.dedup_by(|a, b| a.name == b.name);
        inherit(&mut listed.folders);
        Ok(listed)
    }
}

fn folder(name: FolderName, delimiter: Option<char>, attributes: &[String]) -> Folder {
    let has = |wanted: &str| attributes.iter().any(|attribute| attribute.eq_ignore_ascii_case(wanted));
    let selectable = !has("\\Noselect") && !has("\\NonExistent");
    let special = [
        ("\\Drafts", Role::Drafts),
        ("\\Junk", Role::Junk),
        ("\\Spam", Role::Junk),
        ("\\Trash", Role::Trash),
        ("\\All", Role::AllMail),
        ("\\AllMail", Role::AllMail),
        ("\\Flagged", Role::Flagged),
        ("\\Important", Role::Flagged),
        ("\\Sent", Role::Sent),
        ("\\Archive", Role::Archive),
    ];
    let role = if name.is_inbox() {
        Role::Inbox
    } else {
        let said = special.into_iter().find(|(attribute, _)| has(attribute)).map(|(_, role)| role);
        said.unwrap_or_else(|| by_name(&name, delimiter))
    };
    Folder { name, delimiter, role, selectable }
}

/// A folder inside the trash is trash.
fn inherit(folders: &mut [Folder]) {
    let left: Vec<(String, Role)> = folders
        .iter()
        .filter(|folder| matches!(folder.role, Role::Drafts | Role::Junk | Role::Trash))
        .filter_map(|folder| Some((format!("{}{}", folder.name.wire(), folder.delimiter?), folder.role)))
        .collect();
    for folder in folders.iter_mut().filter(|folder| folder.role == Role::Other) {
        if let Some((_, role)) = left.iter().find(|(prefix, _)| folder.name.wire().starts_with(prefix)) {
            folder.role = *role;
        }
    }
}

/// The names that mail programs give, in English, German, French, Spanish, Italian and Dutch.
fn by_name(name: &FolderName, delimiter: Option<char>) -> Role {
    const NAMES: [(Role, &[&str]); 6] = [
        (Role::Drafts, &["drafts", "draft", "entwürfe", "brouillons", "borradores", "bozze", "concepten"]),
        (
            Role::Junk,
            &[
                "junk", "junk e-mail", "junk email", "spam", "bulk mail", "unerwünscht", "indésirables",
                "correo no deseado", "posta indesiderata", "ongewenste e-mail",
            ],
        ),
        (
            Role::Trash,
            &[
                "trash", "deleted items", "deleted messages", "bin", "papierkorb", "gelöschte elemente",
                "gelöschte objekte", "corbeille", "papelera", "cestino", "prullenbak", "verwijderde items",
            ],
        ),
        (
            Role::Sent,
            &[
                "sent", "sent items", "sent messages", "sent mail", "gesendet", "gesendete elemente",
                "gesendete objekte", "envoyés", "éléments envoyés", "enviados", "posta inviata",
                "verzonden items",
            ],
        ),
        (Role::Archive, &["archive", "archives", "archiv", "archivo", "archivio", "archief"]),
        (Role::AllMail, &["all mail", "alle nachrichten"]),
    ];
    let text = name.text().to_lowercase();
    let mut levels: Vec<&str> = match delimiter {
        Some(delimiter) => text.split(delimiter).collect(),
        None => vec![&text],
    };
    // Only a folder of the first level, or one below the prefix of some servers, is one of these.
    if levels.len() == 2 && matches!(levels[0], "inbox" | "[gmail]" | "[google mail]") {
        levels.remove(0);
    }
    match levels[..] {
        [last] => {
            NAMES.iter().find(|(_, names)| names.contains(&last)).map_or(Role::Other, |(role, _)| *role)
        }
        _ => Role::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::{Role, folder, inherit};
    use crate::imap::FolderName;

    fn role(name: &str, attributes: &[&str]) -> Role {
        let attributes: Vec<String> = attributes.iter().map(|attribute| (*attribute).to_owned()).collect();
        folder(FolderName::from_text(name).expect(name), Some('/'), &attributes).role
    }

    #[test]
    fn special_use_decides_and_names_help_where_nothing_is_said() {
        for (name, attributes, expected) in [
            ("INBOX", &["\\HasChildren"][..], Role::Inbox),
            ("Letters", &["\\drafts"], Role::Drafts),
            ("Drafts", &["\\Archive"], Role::Archive),
            ("Entwürfe", &[], Role::Drafts),
            ("INBOX/Papierkorb", &[], Role::Trash),
            ("[Gmail]/All Mail", &[], Role::AllMail),
            ("Deleted Items", &[], Role::Trash),
            ("Projects/Spam filter", &[], Role::Other),
            ("Projects/Spam", &[], Role::Other),
        ] {
            assert_eq!(role(name, attributes), expected, "{name}");
        }
    }

    #[test]
    fn what_is_inside_the_trash_is_trash() {
        let listed = ["Trash", "Trash/2019/Old", "Trashcan", "Work"]
            .map(|name| folder(FolderName::from_text(name).expect(name), Some('/'), &[]));
        let mut listed = listed.to_vec();
        inherit(&mut listed);
        let roles: Vec<Role> = listed.iter().map(|folder| folder.role).collect();
        assert_eq!(roles, [Role::Trash, Role::Trash, Role::Other, Role::Other]);
    }

    #[test]
    fn drafts_junk_trash_and_views_of_everything_are_left_alone_by_default() {
        let left: Vec<Role> = [
            Role::Inbox,
            Role::Sent,
            Role::Archive,
            Role::Drafts,
            Role::Junk,
            Role::Trash,
            Role::AllMail,
            Role::Flagged,
            Role::Other,
        ]
        .into_iter()
        .filter(|role| !role.by_default())
        .collect();
        assert_eq!(left, [Role::Drafts, Role::Junk, Role::Trash, Role::AllMail, Role::Flagged]);
    }
}
