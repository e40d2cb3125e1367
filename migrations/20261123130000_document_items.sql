-- Events, tasks, contacts and messages are documents as well. Each is read by the person whose mirror holds it and by
-- nobody else, so its set of readers is that person from the first moment on and never changes.

alter table documents
    alter column file_id drop not null,
    add column source text not null default 'file'
        check (source in ('file', 'event', 'task', 'contact', 'message')),
    -- Whose it is. Nobody is removed before the documents that are theirs.
    add column account_id uuid references accounts (id),
    -- What it was made from. A document that has lost that is not shown any more and goes with its points.
    add column object_id uuid references collection_objects (id) on delete set null,
    add column content_id uuid references mail_contents (id) on delete set null,
    -- What it is called, where it opens and who is in it, sealed together; null until it was read.
    add column about bytea,
    -- When it takes place, is due or was written. An end that is not known is a series that goes on.
    add column begins_at timestamptz,
    add column ends_at timestamptz,
    add check ((source = 'file') = (file_id is not null)),
    add check ((source = 'file') = (account_id is null)),
    add check (object_id is null or source in ('event', 'task', 'contact')),
    add check (content_id is null or source = 'message'),
    add check (source <> 'file' or about is null);
comment on table documents is
    'One row per file of a server, however many people may read it, and per event, task, contact and message of a person.';
comment on column documents.name is 'Of a file; empty for everything else, whose name is in what is sealed.';

do $$
begin
    perform guard_sealed('documents', 'about');
end $$;

comment on view document_readers is
    'Who may read a file''s document, from which its set of readers is made: it is in their tree, and no rule leaves it out.';

-- Still the one place that says who may read what. Of what is not a file it also says as of when somebody else's
-- collection was last named by a listing: whoever shows it has to ask how long ago that is.
create or replace view readable_documents as
    select e.account_id, e.document_id, e.file_id, e.name, e.path, e.mime, e.size, e.modified_at,
           d.state, d.reason, d.sensitivity, d.page_count, d.truncated, d.updated_at, d.indexed_at,
           (select case when c.doubts <= c.doubts_settled and c.held_since is null then c.confirmed_at end
              from sync_cursors c where c.account_id = e.account_id) as tree_confirmed_at,
           coalesce((select c.doubts from sync_cursors c where c.account_id = e.account_id), 0) as tree_doubts,
           not exists (select from entries o where o.document_id = e.document_id
                        and o.mount_type is not null and o.mount_type <> 'shared') as etags_tell,
           'file'::text as source, null::bytea as about, e.modified_at as begins_at, e.modified_at as ends_at,
           null::timestamptz as lent_seen_at
      from entries e
      join documents d on d.id = e.document_id
      join access_set_members m on m.account_id = e.account_id and m.access_set_id = d.access_set_id
      join accounts a on a.id = e.account_id
     where account_works(a.state) and e.scope_out is null
    union all
    select d.account_id, d.id, 0::bigint, ''::text, ''::text collate "C", d.mime, d.size, d.begins_at,
           d.state, d.reason, d.sensitivity, d.page_count, d.truncated, d.updated_at, d.indexed_at,
           null::timestamptz, 0::bigint, true,
           d.source, d.about, d.begins_at, d.ends_at, case when c.kind = 'shared' then c.seen_at end
      from documents d
      join access_set_members m on m.account_id = d.account_id and m.access_set_id = d.access_set_id
      join accounts a on a.id = d.account_id
      join collection_objects o on o.id = d.object_id
      join collections c on c.id = o.collection_id
     where account_works(a.state) and o.state = 'read'
    union all
    select d.account_id, d.id, 0::bigint, ''::text, ''::text collate "C", d.mime, d.size, d.begins_at,
           d.state, d.reason, d.sensitivity, d.page_count, d.truncated, d.updated_at, d.indexed_at,
           null::timestamptz, 0::bigint, true,
           d.source, d.about, d.begins_at, d.ends_at, null::timestamptz
      from documents d
      join access_set_members m on m.account_id = d.account_id and m.access_set_id = d.access_set_id
      join accounts a on a.id = d.account_id
      join mail_contents t on t.id = d.content_id
     where account_works(a.state) and t.state = 'read'
       and exists (select from mail_messages l where l.content_id = t.id);
comment on view readable_documents is
    'Who may read what: the account works, is a member of the document''s access set, and has the file in its own tree, or the event, task, contact or message in its own mirror.';
