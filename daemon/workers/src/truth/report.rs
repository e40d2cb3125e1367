//! What a check found: numbers by kind, and a few ids of each. No name, no path, no text.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Ids named of each kind.
const EXAMPLES: usize = 10;

/// What can be wrong.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// The index has a point for which there is no chunk.
    OrphanPoints,
    /// The index has a point under another document than the chunk's.
    MisplacedPoints,
    /// The index lets other people find a document than may read it.
    WrongReadersInIndex,
    /// A chunk has no point, so nobody finds it.
    ChunksWithoutPoint,
    /// A document's readers are not the people whose trees hold it.
    WrongReadersInMirror,
    /// A document is on its way and nobody carries it.
    StuckDocuments,
    /// The mirror shows a person a file that Nextcloud does not show them.
    FilesNotOnServer,
    /// Nextcloud shows a person a file that the mirror does not have.
    FilesNotInMirror,
    /// The mirror has a person's file at another place.
    FilesMoved,
}

impl Fault {
    /// What it means to whoever looks after the system.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::OrphanPoints => "points of the index without a chunk",
            Self::MisplacedPoints => "points of the index under another document",
            Self::WrongReadersInIndex => "points of the index with other readers than the document has",
            Self::ChunksWithoutPoint => "chunks that nobody finds, because they have no point",
            Self::WrongReadersInMirror => "documents whose readers are not the people whose trees hold them",
            Self::StuckDocuments => "documents that stopped on their way",
            Self::FilesNotOnServer => "files in the mirror that Nextcloud does not show the person",
            Self::FilesNotInMirror => "files that Nextcloud shows the person and the mirror does not have",
            Self::FilesMoved => "files that are somewhere else than the mirror has them",
        }
    }
}

/// One kind of fault.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Found {
    /// How many.
    pub count: u64,
    /// How many repairs were queued; of documents or accounts, so often fewer.
    pub repairs: u64,
    /// A few of the documents, chunks or accounts concerned.
    pub examples: Vec<Uuid>,
}

/// An account that could not be compared with the server.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Unchecked {
    /// Which.
    pub account: Uuid,
    /// Why: a code.
    pub reason: String,
}

/// What was looked at and found.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Report {
    /// What is being looked at; absent at the end.
    pub part: Option<String>,
    /// Points of the index looked at.
    pub points: u64,
    /// Chunks looked at.
    pub chunks: u64,
    /// Documents looked at.
    pub documents: u64,
    /// Accounts compared with the server.
    pub accounts: u64,
    /// Files the server listed.
    pub files: u64,
    /// What is wrong.
    pub faults: BTreeMap<Fault, Found>,
    /// Accounts whose trees moved while they were listed; a look at each was queued.
    pub catching_up: Vec<Uuid>,
    /// Accounts that could not be compared.
    pub unchecked: Vec<Unchecked>,
}

impl Report {
    /// Whether everything agreed.
    pub fn is_clean(&self) -> bool {
        self.faults.is_empty()
    }

    /// Notes faults, and how many repairs were queued for them.
    pub(super) fn found(&mut self, fault: Fault, ids: impl IntoIterator<Item = Uuid>, repairs: u64) {
        let mut count = 0;
        let found = self.faults.entry(fault).or_default();
        for id in ids {
            count += 1;
            if found.examples.len() < EXAMPLES && !found.examples.contains(&id) {
                found.examples.push(id);
            }
        }
        found.count += count;
        found.repairs += repairs;
        if found.count == 0 {
            self.faults.remove(&fault);
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::{EXAMPLES, Fault, Report};

    #[test]
    fn a_report_counts_everything_and_names_a_few() {
        let mut report = Report::default();
        report.found(Fault::OrphanPoints, [], 0);
        assert!(report.is_clean(), "nothing found is no fault");
        report.found(Fault::OrphanPoints, (0..50).map(Uuid::from_u128), 3);
        report.found(Fault::OrphanPoints, [Uuid::from_u128(99)], 1);
        let found = &report.faults[&Fault::OrphanPoints];
        assert_eq!((found.count, found.repairs, found.examples.len()), (51, 4, EXAMPLES));
        let kept = serde_json::to_value(&report).unwrap();
        assert_eq!(kept["faults"]["orphan_points"]["count"], 51);
        assert_eq!(serde_json::from_value::<Report>(kept).unwrap(), report);
    }
}
