//! The mirror beside the server: one listing of everything as the person, compared entry by entry.

use std::collections::{BTreeMap, BTreeSet};

use futures::StreamExt as _;
use voiceassist_dav::files::{EntryKind, ListFolder, Listed};
use voiceassist_dav::{Depth, FilePath};
use voiceassist_model::AccountId;
use voiceassist_store::ContentHash;
use voiceassist_store::entries::Entry;

use crate::clinic::Clinic;

/// Looks until a mirror is whole, at most; deletions that are held take a second look ten minutes later.
const MOST_LOOKS: usize = 6;

/// What the server shows of one file or folder.
#[derive(Debug)]
struct Shown {
    paths: BTreeSet<String>,
    etag: String,
    is_folder: bool,
    permissions: BTreeSet<String>,
}

impl Clinic {
    /// Looks until the mirror equals the server.
    pub async fn converge(&self, account: AccountId) {
        for _ in 0..MOST_LOOKS {
            let report = self.sync(account).await;
            if report.finished {
                return;
            }
            self.clock.advance(chrono::TimeDelta::minutes(11));
        }
        panic!("{MOST_LOOKS} looks were not enough");
    }

    /// Compares every entry of the account's mirror with a fresh listing of everything.
    pub async fn assert_no_drift(&self, account: AccountId) {
        let shown = self.shown(account).await;
        let mirrored = self.mirrored(account).await;
        let ids = |entries: &BTreeMap<i64, Entry>| entries.keys().copied().collect::<BTreeSet<_>>();
        let wanted: BTreeSet<i64> = shown.keys().copied().collect();
        assert_eq!(ids(&mirrored), wanted, "the same files and folders");
        for (id, entry) in &mirrored {
            let there = &shown[id];
            assert!(there.paths.contains(&entry.path), "{} is not one of {:?}", entry.path, there.paths);
            assert_eq!(entry.is_folder, there.is_folder, "{}", entry.path);
            assert_eq!(entry.etag.as_deref(), Some(there.etag.as_str()), "etag of {}", entry.path);
            assert!(
                entry.path == "/" || there.permissions.contains(&entry.permissions),
                "permissions of {}: {} is not one of {:?}",
                entry.path,
                entry.permissions,
                there.permissions
            );
        }
    }

    /// Everything the server shows this account, by file id.
    async fn shown(&self, account: AccountId) -> BTreeMap<i64, Shown> {
        let connected = self.context.connections.of(account).await.expect("a connection");
        let everything =
            ListFolder { user: connected.user.clone(), path: FilePath::root(), depth: Depth::Infinity };
        let mut listing = std::pin::pin!(connected.client.list(everything));
        let mut shown: BTreeMap<i64, Shown> = BTreeMap::new();
        while let Some(listed) = listing.next().await {
            let Listed::Entry(entry) = listed.expect("the listing is whole") else { panic!("unreadable") };
            let path =
                if entry.path.is_root() { "/".to_owned() } else { format!("/{}", entry.path.as_str()) };
            let there = shown.entry(entry.file_id).or_insert_with(|| Shown {
                paths: BTreeSet::new(),
                etag: entry.etag.to_string(),
                is_folder: entry.kind == EntryKind::Folder,
                permissions: BTreeSet::new(),
            });
            there.paths.insert(path);
            there.permissions.insert(entry.permissions.to_string());
        }
        shown
    }

    /// Everything the mirror holds, reached from its root.
    async fn mirrored(&self, account: AccountId) -> BTreeMap<i64, Entry> {
        let entries = self.context.store.entries();
        let root = entries.root(account).await.expect("entries answer").expect("a root");
        let mut mirrored = BTreeMap::new();
        let mut waiting = vec![root];
        while let Some(entry) = waiting.pop() {
            if entry.is_folder {
                waiting.extend(entries.children(account, entry.file_id).await.expect("entries answer"));
            }
            mirrored.insert(entry.file_id, entry);
        }
        let count = entries.count(account).await.expect("entries answer");
        assert_eq!(mirrored.len() as u64, count.files + count.folders, "everything hangs from the root");
        mirrored
    }

    /// Compares the readers of every mirrored file with the server, and what was `read` of it.
    pub async fn assert_readers(&self, people: &[(&str, AccountId)], read: bool) {
        let mut readers: BTreeMap<i64, BTreeSet<AccountId>> = BTreeMap::new();
        let mut somewhere: BTreeMap<i64, (&str, String)> = BTreeMap::new();
        for (user, account) in people {
            for (id, there) in self.shown(*account).await {
                if !there.is_folder {
                    readers.entry(id).or_default().insert(*account);
                    somewhere.insert(id, (user, there.paths.first().expect("a path").clone()));
                }
            }
        }
        let store = &self.context.store;
        let instance = self.account(people[0].1).await.instance;
        for (id, expected) in readers {
            let (user, path) = &somewhere[&id];
            let document = store.documents().find_by_file(instance, id).await.expect("documents answer");
            let document = document.unwrap_or_else(|| panic!("{path} is no document"));
            let set = document.access_set.expect("readers");
            let members = store.access().members(set).await.expect("access answers");
            assert_eq!(members.into_iter().collect::<BTreeSet<_>>(), expected, "readers of {path}");
            if read {
                let bytes = self.cloud.read(user, path).expect("bytes");
                let hash = document.content_hash.unwrap_or_else(|| panic!("{path} was never read"));
                let there = ContentHash(*blake3::hash(&bytes).as_bytes());
                let there = store.fingerprint(&there).await.expect("the store answers");
                assert_eq!(hash, there, "what was read of {path} is what is there");
            }
        }
    }
}
