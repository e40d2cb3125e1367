//! Team folders: folders that belong to nobody and appear in the root of everybody in their groups.
//!
//! As measured with groupfolders 20.1.18: one id for all members, mount type `group`, the viewer as owner, rights by group;
//! what changes inside moves the etags of every member's root. A rule that hides a part from a group moves **no** etag,
//! and the part is absent from listings, searches and GET all the same; `nc:acl-enabled` says that such rules may exist.
//! Not measured, general knowledge: rights of several groups add up, and a part is hidden only from those to whom every
//! group that gives them the folder denies it.

use std::collections::{BTreeMap, BTreeSet};

use super::share::{Mount, MountKind, Rights, free_name};
use super::state::State;

/// One team folder.
#[derive(Debug, Clone)]
pub(crate) struct Team {
    pub(crate) node: u64,
    pub(crate) name: String,
    /// What each group may do.
    pub(crate) groups: BTreeMap<String, Rights>,
    /// From which groups a part is hidden.
    pub(crate) hidden: BTreeMap<u64, BTreeSet<String>>,
}

impl State {
    pub(crate) fn add_team_folder(&mut self, name: &str, groups: &[(&str, Rights)]) -> u64 {
        let now = self.clock.change();
        let node = self.tree.add_root(now);
        let groups = groups.iter().map(|(group, rights)| ((*group).to_owned(), *rights)).collect();
        self.teams.push(Team { node, name: name.to_owned(), groups, hidden: BTreeMap::new() });
        self.settle_everybody();
        node
    }

    /// Gives a group other rights in a team folder; none takes it out.
    pub(crate) fn set_team_rights(&mut self, node: u64, group: &str, rights: Option<Rights>) -> bool {
        self.clock.change();
        let Some(team) = self.teams.iter_mut().find(|team| team.node == node) else { return false };
        match rights {
            Some(rights) => team.groups.insert(group.to_owned(), rights),
            None => team.groups.remove(group),
        };
        self.settle_everybody();
        true
    }

    /// Hides a part of a team folder from a group, or shows it again.
    pub(crate) fn hide_from_group(&mut self, part: u64, group: &str, hide: bool) -> bool {
        let within = self.teams.iter().position(|team| self.tree.is_within(part, team.node));
        let Some(team) = within.and_then(|at| self.teams.get_mut(at)) else { return false };
        let groups = team.hidden.entry(part).or_default();
        if hide {
            groups.insert(group.to_owned())
        } else {
            groups.remove(group)
        };
        true
    }

    /// The team folder that a node lies in: its id, and whether parts of it are hidden from somebody.
    pub(crate) fn team_of(&self, node: u64) -> Option<(u64, bool)> {
        let team = self.teams.iter().find(|team| self.tree.is_within(node, team.node))?;
        Some((team.node, !team.hidden.is_empty()))
    }

    /// Whether a part of a team folder is hidden from this person: from every group through which they have the folder.
    pub(crate) fn is_hidden(&self, user: &str, node: u64) -> bool {
        let Some(groups) = self.user(user).map(|user| &user.groups) else { return true };
        self.teams.iter().any(|team| {
            team.hidden.get(&node).is_some_and(|hidden| {
                let mut through = groups.iter().filter(|group| team.groups.contains_key(*group));
                through.all(|group| hidden.contains(group))
            })
        })
    }

    pub(crate) fn settle_everybody(&mut self) {
        let everybody: Vec<String> = self.people.keys().cloned().collect();
        self.settle_mounts(&everybody);
    }

    pub(crate) fn add_team_mounts(&self, user: &str, mounts: &mut Vec<Mount>) {
        let Some(person) = self.people.get(user) else { return };
        for team in &self.teams {
            let granted = person.user.groups.iter().filter_map(|group| team.groups.get(group));
            let Some(rights) = granted.copied().reduce(Rights::with) else { continue };
            let name = free_name(&self.tree, person.root, mounts, &team.name);
            let (node, parent, owner) = (team.node, person.root, user.to_owned());
            mounts.push(Mount { node, parent, name, rights, owner, kind: MountKind::Team });
        }
    }
}
