//! HTTP clients are made in one place, where the list of servers is; decisions about content are kept by one recorder; and
//! what the gate lets out is made by the gate. The compiler holds the last; the first two are looked for here.

use super::shown::Only;

const fn only(text: &'static str, but: &'static [&'static str], why: &'static str) -> Only {
    Only { text, below: "", but, why }
}

/// The rule.
pub(super) const ONLY: &[Only] = &[
    only(
        "reqwest::Client::builder",
        &["dav/src/egress.rs"],
        "only there a client learns which servers it may reach",
    ),
    only(
        "Client::builder()",
        &["dav/src/egress.rs"],
        "only there a client learns which servers it may reach",
    ),
    only("ClientBuilder", &["dav/src/egress.rs"], "only there a client learns which servers it may reach"),
    only("reqwest::Client::new", &[], "it would reach any server"),
    only("reqwest::get", &[], "it would reach any server"),
    only("reqwest::blocking", &[], "it would reach any server"),
    only(
        "impl RecordsDecisions for",
        &["daemon/assistant/src/write.rs", "daemon/src/cli/eval/answers/writing.rs"],
        "one recorder keeps decisions, in the store; only an evaluation on this machine has no store",
    ),
    only("Cleared::mint", &["rag/phi/src/gate.rs"], "only the gate lets content out"),
    only("Cleared {", &["rag/phi/src/clearance.rs"], "only the gate lets content out"),
    only(
        "named_by_clients()",
        &["dav/src/egress.rs", "dav/src/transport.rs", "daemon/workers/src/connections.rs"],
        "the program lists its servers; an open list is for trials",
    ),
];

#[test]
fn a_second_maker_of_clients_is_named() {
    let code = "//! Speaks.\nlet http = reqwest::Client::builder().build()?;\n";
    let complaints = super::shown::misplaced("rag/src/x.rs", code, ONLY);
    assert!(complaints.iter().any(|line| line.starts_with("rag/src/x.rs:2:")), "{complaints:?}");
    assert!(super::shown::misplaced("dav/src/egress.rs", code, ONLY).is_empty());
    assert_eq!(
        super::shown::misplaced("daemon/src/x.rs", "impl RecordsDecisions for Nobody {}", ONLY).len(),
        1
    );
}
