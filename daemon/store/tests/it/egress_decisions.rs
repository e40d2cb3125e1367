//! Decisions about outgoing content: kept in order, without content, for good.

use std::collections::BTreeMap;

use voiceassist_store::Page;
use voiceassist_store::egress_decisions::NewEgressDecision;

use crate::clinic::Clinic;

fn decision<'a>(counts: &'a BTreeMap<&'static str, u32>, rule: &'a str) -> NewEgressDecision<'a> {
    NewEgressDecision {
        destination: "chat",
        protection: "cloud",
        purpose: "answer",
        class: "health",
        mode: "redact",
        rule,
        passed: rule == "redacted",
        counts,
        chars: 1_234,
        account_digest: [1; 32],
        conversation_digest: Some([2; 32]),
    }
}

#[tokio::test]
async fn decisions_are_listed_latest_first_as_they_were_kept() {
    let clinic = Clinic::open().await;
    let counts = BTreeMap::from([("NAME", 2), ("MRN", 1)]);
    let decisions = clinic.store.egress_decisions();
    for rule in ["redacted", "about_somebody", "redacted"] {
        decisions.keep(&decision(&counts, rule)).await.unwrap();
        clinic.pass(1);
    }
    let first = decisions.list(&Page::first(2)).await.unwrap();
    let rules: Vec<_> = first.items.iter().map(|kept| (kept.rule.as_str(), kept.passed)).collect();
    assert_eq!(rules, [("redacted", true), ("about_somebody", false)]);
    assert_eq!((first.items[0].chars, first.items[0].counts["NAME"].as_u64()), (1_234, Some(2)));
    let rest = decisions.list(&Page { after: first.next, limit: 2 }).await.unwrap();
    assert_eq!((rest.items.len(), rest.next.is_none()), (1, true));
}

#[tokio::test]
async fn a_decision_that_was_kept_can_neither_be_changed_nor_deleted() {
    let clinic = Clinic::open().await;
    let counts = BTreeMap::new();
    clinic.store.egress_decisions().keep(&decision(&counts, "redacted")).await.unwrap();
    for change in ["update egress_decisions set passed = false", "delete from egress_decisions"] {
        let sql = format!(
            "do $$ begin begin {change}; exception when raise_exception then return; end; raise 'changed'; end $$; \
             select count(*) from egress_decisions where passed"
        );
        assert_eq!(clinic.database.psql(&sql).trim(), "1", "{change}");
    }
}
