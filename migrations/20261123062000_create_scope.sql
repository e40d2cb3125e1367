-- Which of the files people see are read at all: rules, what they need to know about tags, and what they decided.

create table scope_rules (
    id uuid primary key,
    instance_id uuid not null references instances (id),
    -- Null: a rule for everybody on the server.
    account_id uuid references accounts (id) on delete cascade,
    effect text not null check (effect in ('exclude', 'include')),
    kind text not null check (kind in ('folder', 'glob', 'mount', 'type', 'size', 'tag', 'marker')),
    -- In its canonical form.
    pattern text not null,
    -- Where it came from: the configuration file, an administrator's command, or the person.
    origin text not null check (origin in ('configuration', 'administrator', 'person')),
    created_at timestamptz not null,
    check ((account_id is null) = (origin <> 'person')),
    unique nulls not distinct (instance_id, account_id, effect, kind, pattern)
);
create index scope_rules_account on scope_rules (account_id) where account_id is not null;
comment on table scope_rules is 'What is read and what is left out, for a server or for one person.';

create table scope_tags (
    account_id uuid not null references accounts (id) on delete cascade,
    -- Lower case, as rules compare it.
    tag text not null,
    looked_at timestamptz not null,
    primary key (account_id, tag)
);
comment on table scope_tags is 'When the server was last asked which files carry a tag that a rule names.';

create table scope_tagged (
    account_id uuid not null references accounts (id) on delete cascade,
    tag text not null,
    file_id bigint not null,
    -- A tagged folder speaks for everything below it.
    is_folder boolean not null,
    primary key (account_id, tag, file_id)
);
create index scope_tagged_folders on scope_tagged (account_id) where is_folder;
comment on table scope_tagged is 'Files and folders with such a tag, as each person''s server view last showed them.';

alter table entries
    -- Null: in scope. Otherwise for whom the rule counts: for everybody, for this view of the file, or for this person.
    add column scope_out text check (scope_out in ('everyone', 'view', 'person')),
    add column scope_why text,
    -- Null where no single rule took it out, as when none of the inclusions holds.
    add column scope_rule uuid,
    add check ((scope_out is null) = (scope_why is null));
-- Marker files all begin with a dot.
create index entries_markers on entries (account_id, name) where not is_folder and name like '.%';
-- Whether anybody's view takes a document out for everyone.
create index entries_scope on entries (document_id) where scope_out = 'everyone';

create view document_readers as
    select account_id, document_id from entries
     where document_id is not null and scope_out is null
       and not exists (select from entries as view_of_other
                        where view_of_other.document_id = entries.document_id
                          and view_of_other.scope_out = 'everyone');
comment on view document_readers is 'Who may read a document: it is in their tree, and no rule leaves it out.';

-- What is left out for this person is not read by them, whatever the set says while it is being brought in line.
create or replace view readable_documents as
    select e.account_id, e.document_id, e.file_id, e.name, e.path, e.mime, e.size, e.modified_at,
           d.state, d.reason, d.sensitivity, d.page_count, d.truncated, d.updated_at, d.indexed_at
      from entries e
      join documents d on d.id = e.document_id
      join access_set_members m on m.account_id = e.account_id and m.access_set_id = d.access_set_id
      join accounts a on a.id = e.account_id
     where account_works(a.state) and e.scope_out is null;

create view listed_documents as
    select e.account_id, e.document_id, e.file_id, e.name, e.path, e.mime, e.size, e.modified_at,
           case when left_out then 'skipped' else d.state end as state,
           case when left_out then 'out_of_scope' else d.reason end as reason,
           case when left_out then 'health' else d.sensitivity end as sensitivity,
           case when left_out then null else d.page_count end as page_count,
           d.truncated and not left_out as truncated, d.updated_at,
           case when left_out then null else d.indexed_at end as indexed_at,
           case when left_out then coalesce(e.scope_out, 'everyone') end as scope_out, e.scope_why, e.scope_rule
      from entries e
      join documents d on d.id = e.document_id
      join accounts a on a.id = e.account_id
      left join access_set_members m on m.account_id = e.account_id and m.access_set_id = d.access_set_id
     cross join lateral (select e.scope_out is not null or d.access_set_id is null as left_out) as scope
     where account_works(a.state) and (left_out or m.account_id is not null);
comment on view listed_documents is
    'What a person is told about the documents in their tree: those they may read, and those that rules leave out.';
