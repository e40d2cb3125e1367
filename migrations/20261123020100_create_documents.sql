-- One copy per document, read by an interned set of people, and each person's own tree that says who may.

create table access_sets (
    id bigint generated always as identity primary key,
    instance_id uuid not null references instances (id),
    -- SHA-256 of the sorted members. The array itself can be too long for an index entry.
    digest bytea not null,
    -- Sorted and without repeats.
    members uuid[] not null check (cardinality(members) > 0),
    created_at timestamptz not null,
    unique (instance_id, digest)
);
comment on table access_sets is 'Interned sets of readers; the index carries the number. Members are never changed.';

create table access_set_members (
    account_id uuid not null references accounts (id) on delete cascade,
    access_set_id bigint not null references access_sets (id) on delete cascade,
    primary key (account_id, access_set_id)
);
create index access_set_members_set on access_set_members (access_set_id);
comment on table access_set_members is 'The sets of one person, which is the search filter.';

create table documents (
    id uuid primary key,
    instance_id uuid not null references instances (id),
    file_id bigint not null,
    name text not null,
    mime text,
    size bigint not null,
    etag text not null,
    -- Seconds since 1970, as the server gives it: an etag alone can stay the same while the bytes change.
    upload_time bigint,
    modified_at timestamptz,
    -- Grows with each sign of new content. Work done for an older version is refused.
    version int not null default 1,
    -- The observation that raised the version, so that one batch can tell what it caused.
    raised_by uuid not null,
    state text not null
        check (state in ('pending', 'fetched', 'chunked', 'searchable', 'indexed', 'skipped', 'failed')),
    reason text,
    attempts int not null default 0,
    -- BLAKE3 of the bytes fetched for this version.
    fetched_hash bytea,
    -- BLAKE3 of the bytes the present chunks, or the present verdict, were made from, and how far those got.
    content_hash bytea,
    settled_state text check (settled_state in ('chunked', 'searchable', 'indexed', 'skipped', 'failed')),
    settled_reason text,
    -- Not yet classified counts as the highest class.
    sensitivity text not null default 'health' check (sensitivity in ('public', 'internal', 'personal', 'health')),
    page_count int,
    truncated boolean not null default false,
    chunk_count int not null default 0,
    access_set_id bigint references access_sets (id),
    -- The set the index was last given, which may be gone; null while the index holds nothing of the document.
    index_access_set_id bigint,
    indexed_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    unique (instance_id, file_id)
);
create index documents_access_set on documents (access_set_id);
comment on table documents is 'One row per file of a server, however many people may read it.';

create table entries (
    account_id uuid not null references accounts (id) on delete cascade,
    file_id bigint not null,
    parent_id bigint,
    -- In the account's own tree: "/" is the root, no slash at the end.
    path text collate "C" not null,
    name text not null,
    is_folder boolean not null,
    -- Of a folder: set only after everything below it is applied, so that a crash makes the next sync look again.
    etag text,
    size bigint not null,
    mime text,
    modified_at timestamptz,
    upload_time bigint,
    permissions text not null,
    mount_type text,
    document_id uuid references documents (id),
    last_seen_run uuid not null,
    primary key (account_id, file_id)
) with (fillfactor = 85, autovacuum_analyze_scale_factor = 0.02);
-- The account comes second, so that a planner who knows too little of a new account is not led to read all of its tree.
create index entries_parent on entries (parent_id, account_id);
-- By hash, because a path can be longer than an entry of an ordered index.
create index entries_path on entries using hash (path);
create index entries_root on entries (account_id) where parent_id is null;
create index entries_document on entries (document_id) where document_id is not null;
-- A person's documents, latest first, without sorting all of them.
create index entries_listed on entries (account_id, document_id) where document_id is not null;
comment on table entries is 'Each person''s tree as last observed. Its files say who may read a document.';

create table sync_cursors (
    account_id uuid primary key references accounts (id) on delete cascade,
    root_etag text,
    data_fingerprint text,
    run_id uuid,
    run_started_at timestamptz,
    -- When the tree was last known to equal the server's.
    confirmed_at timestamptz,
    -- Deletions that were not believed.
    held_since timestamptz,
    held_unseen bigint,
    held_total bigint,
    held_reason text
);
comment on table sync_cursors is 'Where the mirror of each person''s files stands.';

create table chunks (
    id uuid primary key,
    document_id uuid not null references documents (id) on delete cascade,
    ordinal int not null,
    page_first int not null,
    page_last int not null,
    span_start int not null,
    span_end int not null,
    -- Sealed; null where there is no heading.
    heading bytea,
    -- Sealed.
    body bytea not null,
    content_hash bytea not null,
    unique (document_id, ordinal)
);
comment on table chunks is 'The text of documents, sealed. The index holds only ids and vectors.';

create table index_removals (
    document_id uuid not null,
    chunk_id uuid not null,
    primary key (document_id, chunk_id)
);
comment on table index_removals is 'Points to take out of the index; outlives the document they came from.';

create table index_epochs (
    name text primary key,
    epoch uuid not null,
    recorded_at timestamptz not null
);
comment on table index_epochs is 'Which incarnation of each index was filled, so that a lost or foreign one is noticed.';
