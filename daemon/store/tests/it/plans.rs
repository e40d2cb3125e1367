//! Questions about one person stay questions about few rows, however many rows there are. Tables of twenty rows may be
//! read from end to end; those that grow with people and files may not.

use std::fmt::Write as _;

use voiceassist_store::collections::CollectionClass;

use crate::clinic::{Clinic, MASTER};

/// Twenty people who all read the same two thousand documents and have five hundred contacts each, one chunk each,
/// written past the store.
async fn filled() -> (Clinic, String) {
    let clinic = Clinic::open().await;
    let mut people = Vec::new();
    for number in 0..20 {
        people.push(clinic.person(&format!("person-{number:02}")).await.to_string());
    }
    let members = people.iter().map(|id| format!("'{id}'")).collect::<Vec<_>>().join(", ");
    let mut sql = String::new();
    write!(
        sql,
        r"
        insert into access_sets (instance_id, digest, members, created_at)
        select id, '\x00', (select array_agg(m::uuid order by m::uuid) from unnest(array[{members}]) as m), now()
          from instances;
        insert into access_set_members (account_id, access_set_id)
        select member, id from access_sets, unnest(members) as member;
        insert into documents (id, instance_id, file_id, name, size, etag, raised_by, state, access_set_id, created_at,
                               updated_at)
        select gen_random_uuid(), instances.id, n, n || '.pdf', 1, 'e', instances.id, 'indexed', access_sets.id, now(), now()
          from instances, access_sets, generate_series(10, 2009) as n;
        insert into entries (account_id, file_id, parent_id, path, name, is_folder, size, permissions, document_id,
                             last_seen_run)
        select a.id, d.file_id, 1, '/' || d.name, d.name, false, 1, 'RG', d.id, d.id from accounts a, documents d
         where d.source = 'file';
        insert into collections (id, account_id, class, kind, key, about, writable, enabled, transparent, seen_at,
                                 created_at)
        select gen_random_uuid(), id, 'address_book', 'own', '\x00', '\x0100000001', true, true, false, now(), now()
          from accounts;
        insert into collection_objects (id, collection_id, account_id, key, state, location, body, note, updated_at)
        select gen_random_uuid(), id, account_id, decode(md5(n::text), 'hex'), 'read', '\x0100000001', '\x0100000001',
               '\x0100000001', now()
          from collections, generate_series(1, 500) as n;
        insert into access_sets (instance_id, digest, members, created_at)
        select i.id, members_digest(array[a.id]), array[a.id], now() from instances i, accounts a;
        insert into access_set_members (account_id, access_set_id)
        select members[1], id from access_sets where cardinality(members) = 1;
        insert into documents (id, instance_id, source, account_id, object_id, name, size, etag, raised_by, state,
                               access_set_id, created_at, updated_at)
        select gen_random_uuid(), i.id, 'contact', o.account_id, o.id, '', 0, '', i.id, 'indexed', s.id, now(), now()
          from instances i, collection_objects o join access_sets s on s.members = array[o.account_id];
        insert into chunks (id, document_id, ordinal, page_first, page_last, span_start, span_end, body, content_hash)
        select gen_random_uuid(), id, 0, 1, 1, 0, 1, '\x0100000001', '\x00' from documents;
        analyze;"
    )
    .unwrap();
    clinic.database.psql(&sql);
    let person = people.swap_remove(7);
    (clinic, person)
}

fn plan(clinic: &Clinic, question: &str) -> String {
    clinic.database.psql(&format!("explain {question}"))
}

#[tokio::test]
async fn asking_who_may_read_never_reads_a_whole_table() {
    let (clinic, person) = filled().await;
    let questions = [
        // A search's hits, turned into passages.
        format!(
            "select c.id, may.path from unnest(array(select id from chunks order by id limit 60)) with ordinality as
             wanted (id, place) join chunks c on c.id = wanted.id
             cross join lateral (select file_id, name, path, sensitivity from readable_documents
                                  where account_id = '{person}' and document_id = c.document_id limit 1) as may"
        ),
        // A page of a person's documents.
        format!(
            "select document_id, name from listed_documents where account_id = '{person}'
              order by document_id desc limit 51"
        ),
        // A page of a person's contacts, and each of them asked for.
        format!(
            "select id from documents d
              where account_id = '{person}' and account_id is not null and source = 'contact'
                and (object_id is not null or content_id is not null) order by id desc limit 51"
        ),
        format!(
            "select wanted.id, may.about from unnest(array(select id from chunks order by id limit 51)) as wanted (id)
              cross join lateral (select * from readable_documents
                                   where account_id = '{person}' and document_id = wanted.id and source <> 'file'
                                   limit 1) as may"
        ),
        format!(
            "select document_id from readable_documents
              where account_id = '{person}' and document_id = (select id from documents limit 1)"
        ),
    ];
    for question in questions {
        let plan = plan(&clinic, &question);
        for table in ["entries", "documents d", "collection_objects"] {
            let whole = plan.contains(&format!("Seq Scan on {table}"));
            assert!(!whole, "{table} is read from end to end:\n{plan}");
        }
    }
}

/// What one person has on in ten years, a thousandth of it longer than a day, asked about as an agenda does.
#[tokio::test]
async fn a_question_about_a_day_looks_at_that_day_and_the_one_before() {
    let (clinic, person) = filled().await;
    clinic.database.psql(
        "insert into occurrences
         select o.id, n, o.account_id, o.collection_id, 'event', 'zoned', start_at,
                start_at + case when n % 1000 = 0 then interval '3 days' else interval '30 minutes' end, false, 0, null,
                true, false, false
           from collection_objects o, generate_series(1, 20) as n,
                lateral (select timestamptz '2020-01-01' + interval '1 hour' * ((n * 500 + abs(hashtext(o.id::text)) % 500) * 8) as start_at) as at;
         analyze occurrences;",
    );
    let plan = plan(
        &clinic,
        &format!(
            "select * from occurrences
              where account_id = '{person}' and kind = 'event' and start_at >= '2026-11-21' and start_at < '2026-11-23'
                and end_at - start_at <= interval '24 hours'
             union all
             select * from occurrences
              where account_id = '{person}' and kind = 'event' and not is_long and end_at - start_at > interval '24 hours'
                and start_at >= '2026-11-15' and start_at < '2026-11-23'
             union all
             select * from occurrences
              where account_id = '{person}' and kind = 'event' and is_long and end_at > '2026-11-22' and start_at < '2026-11-23'"
        ),
    );
    for index in ["occurrences_by_start", "occurrences_of_days", "occurrences_long"] {
        assert!(plan.contains(index), "{plan}");
    }
    assert!(!plan.contains("Seq Scan"), "{plan}");
}

#[tokio::test]
async fn what_would_vanish_is_found_by_keys() {
    let (clinic, person) = filled().await;
    let plan = plan(
        &clinic,
        &format!("select count(*) from missing_subtree('{person}', array[10, 11], gen_random_uuid())"),
    );
    assert!(!plan.contains("Seq Scan on entries"), "{plan}");
}

/// A server that hands work to helpers wherever it may, and a function that is asked about every person and refuses to run
/// in one.
const EAGER: &str = "
    do $$ begin
        execute format('alter database %I set %I = on', current_database(),
                       case when current_setting('server_version_num')::int >= 160000 then 'debug_parallel_query'
                            else 'force_parallel_mode' end);
    end $$;
    create or replace function account_works(state text) returns boolean language plpgsql immutable parallel safe as $$
        begin
            if (select backend_type from pg_stat_activity where pid = pg_backend_pid()) = 'parallel worker' then
                raise exception 'a helper was started';
            end if;
            return true;
        end $$;";

#[tokio::test]
async fn no_question_starts_helpers_on_the_server() {
    let clinic = Clinic::open().await;
    let person = clinic.person("alice").await;
    clinic.database.psql(EAGER);
    let eager = clinic.database.psql("explain select account_works(state) from accounts");
    assert!(eager.contains("Gather"), "the server would start them: {eager}");
    let store = clinic.another_store(MASTER, 7).await;
    let collections = store.collections().list(person, CollectionClass::Calendar).await;
    assert_eq!(collections.unwrap().len(), 0);
}
