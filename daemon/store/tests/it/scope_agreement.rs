//! For random trees, moves and rules: what going over the mirror decides is what a mirror made anew would decide.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use voiceassist_model::AccountId;
use voiceassist_store::documents::DocumentFilter;
use voiceassist_store::entries::ObservedEntry;
use voiceassist_store::scope::{Effect, Kind, NewRule, Tagged};
use voiceassist_store::{Job, Page};

use crate::clinic::{Clinic, file, folder, shown};

const CASES: u32 = 12;
const NAMES: [&str; 10] =
    ["a", "b", "Old", ".noindex", "x.pdf", "y.txt", "~$z.docx", "letter.pdf", "note.txt", "scan.pdf"];

/// A node of a random tree: its parent among the nodes before it, its name, its kind.
#[derive(Clone, Debug)]
struct Node {
    parent: usize,
    name: usize,
    is_folder: bool,
    size: i64,
    shared: bool,
}

#[derive(Clone, Debug)]
struct World {
    nodes: Vec<Node>,
    /// Nodes that get another parent, name and size later.
    moves: Vec<(usize, Node)>,
    gone: Vec<usize>,
    before: Vec<NewRule>,
    after: Vec<NewRule>,
    own: Vec<NewRule>,
    tagged: Vec<(usize, bool)>,
}

fn node() -> impl Strategy<Value = Node> {
    (any::<usize>(), 0..NAMES.len(), prop::bool::weighted(0.4), 0_i64..3_000, prop::bool::weighted(0.2))
        .prop_map(|(parent, name, is_folder, size, shared)| Node { parent, name, is_folder, size, shared })
}

fn rule() -> impl Strategy<Value = NewRule> {
    let patterns = prop_oneof![
        Just((Kind::Folder, "/a")),
        Just((Kind::Folder, "/Old/b")),
        Just((Kind::Glob, "Old/")),
        Just((Kind::Glob, "~$*")),
        Just((Kind::Glob, "/b/**/*.pdf")),
        Just((Kind::Type, "pdf")),
        Just((Kind::Type, "text/*")),
        Just((Kind::Size, ">2KB")),
        Just((Kind::Tag, "no-ai")),
        Just((Kind::Marker, ".noindex")),
        Just((Kind::Mount, "shared")),
    ];
    (patterns, 0..8_u8).prop_map(|((kind, pattern), die)| {
        let effect = if die == 0 { Effect::Include } else { Effect::Exclude };
        NewRule::parse(effect, kind, pattern).unwrap()
    })
}

fn world() -> impl Strategy<Value = World> {
    let rules = || prop::collection::vec(rule(), 0..4);
    (
        prop::collection::vec(node(), 30..60),
        prop::collection::vec((any::<usize>(), node()), 0..8),
        prop::collection::vec(any::<usize>(), 0..4),
        (rules(), rules(), rules()),
        prop::collection::vec((any::<usize>(), any::<bool>()), 0..4),
    )
        .prop_map(|(nodes, moves, gone, (before, after, own), tagged)| World {
            nodes,
            moves,
            gone,
            before,
            after,
            own,
            tagged,
        })
}

/// A tree as listings show it, by file id; ids do not follow the order of parents.
type Tree = BTreeMap<i64, ObservedEntry>;

fn id_of(place: usize) -> i64 {
    if place == 0 { 500 } else { 1_000 - i64::try_from(place).unwrap() }
}

/// Puts nodes into a tree. A node whose place is taken is left away.
fn grow(nodes: &[Node]) -> Tree {
    let mut tree = Tree::new();
    tree.insert(id_of(0), folder(id_of(0), None, "/", "root"));
    for (place, node) in nodes.iter().enumerate() {
        let folders: Vec<i64> =
            tree.values().filter(|entry| entry.is_folder).map(|entry| entry.file_id).collect();
        let parent = folders[node.parent % folders.len()];
        place_in(&mut tree, id_of(place + 1), parent, node);
    }
    tree
}

fn place_in(tree: &mut Tree, id: i64, parent: i64, node: &Node) {
    let Some(holder) = tree.get(&parent).filter(|holder| holder.is_folder).cloned() else { return };
    let path = format!("{}/{}", holder.path.trim_end_matches('/'), NAMES[node.name]);
    if tree.values().any(|entry| entry.path == path && entry.file_id != id) {
        return;
    }
    let shared = holder.permissions.starts_with('S') || (node.shared && holder.parent.is_none());
    let made =
        if node.is_folder { folder(id, Some(parent), &path, "f") } else { file(id, parent, &path, "e") };
    let is_text = path.split('.').next_back() == Some("txt");
    tree.insert(
        id,
        ObservedEntry {
            size: node.size,
            mime: (!node.is_folder)
                .then(|| if is_text { "text/plain" } else { "application/pdf" }.to_owned()),
            permissions: if shared { format!("S{}", made.permissions) } else { made.permissions.clone() },
            mount_type: shared.then(|| "shared".to_owned()),
            ..made
        },
    );
}

fn is_within(tree: &Tree, mut id: i64, ancestor: i64) -> bool {
    loop {
        if id == ancestor {
            return true;
        }
        match tree.get(&id).and_then(|entry| entry.parent) {
            Some(parent) => id = parent,
            None => return false,
        }
    }
}

/// The same tree after some of its nodes have moved and some are gone.
fn changed(tree: &Tree, world: &World) -> Tree {
    let mut next = tree.clone();
    let ids: Vec<i64> = tree.keys().copied().filter(|id| *id != id_of(0)).collect();
    for (which, to) in &world.moves {
        let Some(id) = ids.get(which % ids.len().max(1)).copied() else { continue };
        let parent = *next.keys().nth(to.parent % next.len()).unwrap();
        if !next.contains_key(&id) || is_within(&next, parent, id) {
            continue;
        }
        let is_folder = next[&id].is_folder;
        place_in(&mut next, id, parent, &Node { is_folder, ..to.clone() });
        refresh(&mut next);
    }
    for which in &world.gone {
        let Some(id) = ids.get(which % ids.len().max(1)).copied() else { continue };
        let below: Vec<i64> = next.keys().copied().filter(|other| is_within(&next, *other, id)).collect();
        for id in &below {
            next.remove(id);
        }
    }
    next
}

/// Brings paths and shares below moved folders in line.
fn refresh(tree: &mut Tree) {
    let order: Vec<i64> = tree.keys().copied().collect();
    for _ in 0..order.len() {
        for id in &order {
            let Some(parent) = tree[id].parent else { continue };
            let holder = tree[&parent].clone();
            let entry = tree.get_mut(id).unwrap();
            entry.path = format!("{}/{}", holder.path.trim_end_matches('/'), entry.name);
            let own = entry.permissions.trim_start_matches('S').to_owned();
            let shared = holder.permissions.starts_with('S')
                || (holder.parent.is_none() && entry.permissions.starts_with('S'));
            entry.permissions = if shared { format!("S{own}") } else { own };
            entry.mount_type = shared.then(|| "shared".to_owned());
        }
    }
}

struct Mirror<'a> {
    clinic: &'a Clinic,
    account: AccountId,
}

impl Mirror<'_> {
    async fn show(&self, tree: &Tree) {
        let run = self.clinic.run();
        let mut listing: Vec<ObservedEntry> = tree.values().cloned().collect();
        listing.sort_by(|one, other| one.path.cmp(&other.path));
        for batch in listing.chunks(7) {
            self.clinic.observe_in(self.account, run, batch).await;
        }
        self.clinic.store.entries().vanish_unseen(self.account, run).await.unwrap();
    }

    async fn tag(&self, world: &World) {
        let carriers: Vec<Tagged> = world
            .tagged
            .iter()
            .map(|(place, is_folder)| Tagged { file_id: id_of(place % 60), is_folder: *is_folder })
            .collect();
        self.clinic.store.scope().tagged(self.account, "no-ai", &carriers).await.unwrap();
    }

    async fn rules(&self, server: &[NewRule], own: &[NewRule]) {
        self.clinic.store.scope().configure(self.clinic.instance, server).await.unwrap();
        self.clinic.store.scope().replace(self.account, own).await.unwrap();
        for job in self.clinic.drain_jobs().await {
            if let Job::ApplyScope { account } = job {
                self.clinic.store.scope().reapply(account).await.unwrap();
            }
        }
    }

    /// What the person is told about each file, without ids that differ between mirrors.
    async fn verdicts(&self) -> Vec<(String, String, Option<String>)> {
        let mut told = Vec::new();
        let mut page = Page::first(200);
        loop {
            let documents = self.clinic.store.documents();
            let listed = documents.list_for(self.account, DocumentFilter::default(), &page).await.unwrap();
            told.extend(shown(listed.0).await.into_iter().map(|item| {
                let reach = item.left_out.map(|out| out.reach.as_str().to_owned());
                (item.path, item.state.as_str().to_owned(), reach)
            }));
            match listed.1 {
                Some(next) => page = Page { after: Some(next), limit: 200 },
                None => break,
            }
        }
        told.sort();
        told
    }

    async fn forget(&self) {
        self.clinic.store.accounts().remove(self.account).await.unwrap().expect("it was there");
    }
}

#[tokio::test]
async fn going_over_the_mirror_decides_what_a_mirror_made_anew_would() {
    let clinic = Clinic::open().await;
    let mut runner = TestRunner::new_with_rng(
        Config { failure_persistence: None, ..Config::default() },
        TestRng::deterministic_rng(RngAlgorithm::ChaCha),
    );
    let strategy = world();
    let (mut out, mut all) = (0, 0);
    for case in 0..CASES {
        let world = strategy.new_tree(&mut runner).unwrap().current();
        let start = grow(&world.nodes);
        let end = changed(&start, &world);

        // One person's mirror lives through it all; the other's is made at the end.
        let lived = Mirror { clinic: &clinic, account: clinic.person(&format!("lived-{case}")).await };
        lived.rules(&world.before, &[]).await;
        lived.show(&start).await;
        lived.tag(&world).await;
        lived.show(&end).await;
        lived.rules(&world.after, &world.own).await;
        let by_living = lived.verdicts().await;
        lived.forget().await;

        let anew = Mirror { clinic: &clinic, account: clinic.person(&format!("anew-{case}")).await };
        anew.rules(&world.after, &world.own).await;
        anew.tag(&world).await;
        anew.show(&end).await;
        let by_new_start = anew.verdicts().await;
        anew.forget().await;

        assert_eq!(by_living, by_new_start, "case {case}: {world:?}");
        assert_eq!(
            by_living.len(),
            end.values().filter(|entry| !entry.is_folder).count(),
            "nothing is unlisted"
        );
        all += by_living.len();
        out += by_living.iter().filter(|(_, _, reach)| reach.is_some()).count();
    }
    assert!(
        all > 200 && out * 10 > all && out * 10 < all * 9,
        "the cases say something: {out} of {all} are out"
    );
}
