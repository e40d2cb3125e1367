-- Who may read, said once: every statement that shows something to a person goes through this view.

-- Expand: a state for people whom the server no longer knows.
alter table accounts drop constraint accounts_state_check;
alter table accounts add constraint accounts_state_check
    check (state in ('connected', 'revoked', 'throttled', 'disabled', 'maintenance', 'failing', 'gone'));

-- A sentence of the language rather than a body of its own, so that the planner sees through it.
create function account_works(state text) returns boolean language sql immutable parallel safe
    as $$ select state not in ('revoked', 'disabled', 'gone') $$;
comment on function account_works is 'Whether somebody can ask Nextcloud on this person''s behalf. If not, they read nothing.';

-- Name, path and kind are those of the reader's own tree, never somebody else's.
create view readable_documents as
    select e.account_id, e.document_id, e.file_id, e.name, e.path, e.mime, e.size, e.modified_at,
           d.state, d.reason, d.sensitivity, d.page_count, d.truncated, d.updated_at, d.indexed_at
      from entries e
      join documents d on d.id = e.document_id
      join access_set_members m on m.account_id = e.account_id and m.access_set_id = d.access_set_id
      join accounts a on a.id = e.account_id
     where account_works(a.state);
comment on view readable_documents is
    'Who may read what: the account works, is a member of the document''s access set, and has the file in its own tree.';

-- What would go with these entries: they and everything below them, except what this run has seen at another place.
-- `union` drops repeats, so even a tree that is broken into a circle comes to an end. The account is joined where rows
-- are looked up by another key, so that the planner does not ask its statistics about a new account.
create function missing_subtree(tree uuid, missing bigint[], run uuid) returns table (file_id bigint)
    language sql stable as $$
    with recursive gone as (
        select top.file_id from (select tree as account_id offset 0) as me
          join entries as top using (account_id) join unnest(missing) as input (file_id) using (file_id)
         where top.last_seen_run <> run
        union
        select child.file_id from entries as child join gone on child.parent_id = gone.file_id
         where child.account_id = tree
    )
    select gone.file_id from gone
    $$;
comment on function missing_subtree is 'The entries that vanish when these do.';
