//! Everything a loopback Nextcloud knows, behind one lock: people, trees, shares, credentials, locks and scripted
//! trouble. The HTTP side and the test both change it through the same functions, so they cannot disagree.
//! Secrets are synthetic and kept in plain text on purpose.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use bytes::Bytes;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::collections::{Collection, CollectionKey};
use super::fault::Fault;
use super::login_flow::Login;
use super::push::PushService;
use super::script::{Clock, NextcloudScript, User};
use super::share::{Mount, Recipient, Share};
use super::synthetic::Synthetic;
use super::team::Team;
use super::trash::Trashed;
use super::tree::Tree;
use super::webhooks::Webhooks;

/// Wrong passwords the server bears before it answers 429 to everybody.
pub(crate) const TOLERATED_FAILURES: u32 = 11;

/// Length of app passwords as the real server makes them.
pub(crate) const APP_PASSWORD_LENGTH: usize = 72;

/// An account with its tree.
#[derive(Debug)]
pub(crate) struct Person {
    pub(crate) user: User,
    pub(crate) root: u64,
    pub(crate) mounts: Vec<Mount>,
    /// Where the person put what they received, by node.
    pub(crate) targets: BTreeMap<u64, (u64, String)>,
    /// What they deleted, oldest first.
    pub(crate) trash: Vec<Trashed>,
}

/// A password made for one client.
#[derive(Debug, Clone)]
pub(crate) struct AppPassword {
    pub(crate) user: String,
    /// The client that asked, as the security page would show it.
    pub(crate) client: String,
}

/// The whole server.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) script: NextcloudScript,
    pub(crate) clock: Clock,
    pub(crate) random: StdRng,
    pub(crate) tree: Tree,
    pub(crate) people: BTreeMap<String, Person>,
    pub(crate) shares: BTreeMap<u64, Share>,
    pub(crate) next_share: u64,
    pub(crate) teams: Vec<Team>,
    pub(crate) app_passwords: HashMap<String, AppPassword>,
    pub(crate) logins: Vec<Login>,
    pub(crate) sessions: u64,
    pub(crate) failures: u32,
    pub(crate) maintenance: bool,
    pub(crate) data_fingerprint: String,
    /// Trees that are computed instead of kept, by user.
    pub(crate) synthetic: HashMap<String, Synthetic>,
    /// Files being written at this moment: parent and name.
    pub(crate) uploads: BTreeSet<(u64, String)>,
    /// Uploads in pieces: owner and name of the folder, then name and content of each piece.
    pub(crate) stages: BTreeMap<(String, String), BTreeMap<String, Bytes>>,
    /// System tags by number.
    pub(crate) tags: BTreeMap<u64, String>,
    /// Which node has which tag.
    pub(crate) tagged: BTreeSet<(u64, u64)>,
    /// Whether only administrators make tags.
    pub(crate) tags_are_restricted: bool,
    /// Scripted locks: requests still to be refused, by node.
    pub(crate) locks: HashMap<u64, u32>,
    pub(crate) faults: Vec<Fault>,
    /// Calendars and address books.
    pub(crate) collections: BTreeMap<CollectionKey, Collection>,
    pub(crate) webhooks: Webhooks,
    pub(crate) push: PushService,
}

impl State {
    pub(crate) fn new(script: NextcloudScript) -> Self {
        let mut state = Self {
            clock: script.clock.clone(),
            random: StdRng::seed_from_u64(script.seed),
            tree: Tree::new(),
            people: BTreeMap::new(),
            shares: BTreeMap::new(),
            next_share: 1,
            teams: Vec::new(),
            app_passwords: HashMap::new(),
            logins: Vec::new(),
            sessions: 0,
            failures: 0,
            maintenance: false,
            data_fingerprint: String::new(),
            synthetic: HashMap::new(),
            uploads: BTreeSet::new(),
            stages: BTreeMap::new(),
            tags: BTreeMap::new(),
            tagged: BTreeSet::new(),
            tags_are_restricted: false,
            locks: HashMap::new(),
            faults: Vec::new(),
            collections: BTreeMap::new(),
            webhooks: Webhooks::default(),
            push: PushService::default(),
            script,
        };
        for user in state.script.users.clone() {
            state.add_user(user);
        }
        state
    }

    /// Adds or redefines an account; files stay.
    pub(crate) fn add_user(&mut self, user: User) {
        let (now, id) = (self.clock.now(), user.id.clone());
        if let Some(person) = self.people.get_mut(&user.id) {
            person.user = user;
        } else {
            let root = self.tree.add_root(now);
            let person =
                Person { root, mounts: Vec::new(), targets: BTreeMap::new(), trash: Vec::new(), user };
            self.people.insert(person.user.id.clone(), person);
            self.add_default_collections(&id);
        }
        self.settle_mounts(&[id]);
    }

    /// Deletes an account with its files, its app passwords and the shares it made or received.
    pub(crate) fn remove_user(&mut self, id: &str) -> bool {
        let Some(person) = self.people.remove(id) else { return false };
        self.clock.change();
        self.app_passwords.retain(|_, entry| entry.user != id);
        self.collections.retain(|key, _| key.0 != id);
        let received = Recipient::user(id);
        self.shares.retain(|_, share| share.owner != id && share.sharer != id && share.with != received);
        let gone = self.tree.purge(person.root);
        self.forget_nodes(&gone);
        self.settle_everybody();
        true
    }

    /// Gives what is at a node to somebody else: ids and etags inside stay, and so do the shares, now theirs to end.
    pub(crate) fn transfer(&mut self, node: u64, from: &str, to: &str, parent: u64, name: &str) {
        let now = self.clock.change();
        self.tree.relocate(node, parent, name, now);
        let moved: Vec<u64> = self
            .shares
            .values()
            .filter(|share| share.owner == from && self.tree.is_within(share.node, node))
            .map(|share| share.id)
            .collect();
        for id in moved {
            if let Some(share) = self.shares.get_mut(&id) {
                to.clone_into(&mut share.owner);
                if share.sharer == from {
                    to.clone_into(&mut share.sharer);
                }
            }
        }
        self.settle_everybody();
    }

    pub(crate) fn user(&self, id: &str) -> Option<&User> {
        self.people.get(id).map(|person| &person.user)
    }

    /// The account that answers to a login name.
    pub(crate) fn by_login(&self, login: &str) -> Option<&User> {
        self.people.values().map(|person| &person.user).find(|user| user.answers_to(login))
    }

    /// Letters and digits nobody has seen before.
    pub(crate) fn token(&mut self, length: usize) -> String {
        const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        (0..length).map(|_| char::from(LETTERS[self.random.random_range(0..LETTERS.len())])).collect()
    }

    pub(crate) fn mint_app_password(&mut self, user: &str, client: &str) -> String {
        let password = self.token(APP_PASSWORD_LENGTH);
        let entry = AppPassword { user: user.to_owned(), client: client.to_owned() };
        self.app_passwords.insert(password.clone(), entry);
        password
    }

    pub(crate) fn forget_nodes(&mut self, gone: &[u64]) {
        for id in gone {
            self.locks.remove(id);
        }
        self.end_shares_of_the_gone();
    }

    /// The eight-digit id with the instance, as in `oc:id`.
    pub(crate) fn full_id(&self, node: u64) -> String {
        format!("{node:08}{}", self.script.instance_id)
    }

    /// Whether writing that many more bytes would exceed what the owner may hold.
    pub(crate) fn over_quota(&self, owner: &str, more: u64) -> Option<u64> {
        let person = self.people.get(owner)?;
        let free = person.user.quota?.saturating_sub(self.tree.size(person.root));
        (more > free).then_some(free)
    }
}
