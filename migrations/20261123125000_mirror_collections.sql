-- A mirror of people's calendars and address books: collections, the objects in them, and when events take place.

create table collections (
    id uuid primary key,
    account_id uuid not null references accounts (id) on delete cascade,
    class text not null check (class in ('calendar', 'address_book')),
    -- What it is to the person: own, shared, subscribed, birthdays, generated, system.
    kind text not null,
    -- A keyed hash of where it is.
    key bytea not null,
    -- Where it is, what it is called and whose it is, sealed together.
    about bytea not null,
    writable boolean not null,
    -- Whether the person shows it, and whether what is in it leaves its time free.
    enabled boolean not null,
    transparent boolean not null,
    -- After the last difference that was applied whole.
    sync_token text,
    -- Why it could not be mirrored, as a code.
    reason text,
    -- When so much of it was suddenly missing that a second look must confirm it.
    held_since timestamptz,
    -- When a listing of the home last named it.
    seen_at timestamptz not null,
    synced_at timestamptz,
    reconciled_at timestamptz,
    created_at timestamptz not null,
    unique (account_id, class, key)
);
comment on table collections is 'Calendars and address books of one person, and how far each is mirrored.';

create table collection_looks (
    account_id uuid not null references accounts (id) on delete cascade,
    class text not null check (class in ('calendar', 'address_book')),
    -- When a look last ended, well or not; and well.
    looked_at timestamptz not null,
    synced_at timestamptz,
    reason text,
    primary key (account_id, class)
);
comment on table collection_looks is 'When the calendars and the address books of a person were looked at.';

create table collection_objects (
    id uuid primary key,
    collection_id uuid not null references collections (id) on delete cascade,
    account_id uuid not null references accounts (id) on delete cascade,
    -- A keyed hash of where it is.
    key bytea not null,
    -- Null where the server gave none that can be read.
    etag text,
    state text not null check (state in ('read', 'quarantined')),
    reason text,
    -- Where it is, its text, and what was read of it, sealed.
    location bytea not null,
    body bytea,
    note bytea,
    -- A series with occurrences after this instant that are not kept yet.
    expanded_until timestamptz,
    updated_at timestamptz not null,
    unique (collection_id, key),
    check (state <> 'read' or (body is not null and note is not null))
);
create index collection_objects_owner on collection_objects (account_id);
create index collection_objects_to_expand on collection_objects (account_id, expanded_until)
    where expanded_until is not null;
comment on table collection_objects is 'Events, tasks and contacts as the server has them.';

create table occurrences (
    object_id uuid not null references collection_objects (id) on delete cascade,
    number int not null,
    account_id uuid not null references accounts (id) on delete cascade,
    collection_id uuid not null references collections (id) on delete cascade,
    kind text not null check (kind in ('event', 'task')),
    -- What the times are bound to. Of whole days and floating times they are what a clock shows, kept as if it were UTC.
    times text not null check (times in ('zoned', 'all_day', 'floating', 'undated')),
    start_at timestamptz not null,
    end_at timestamptz not null,
    -- Longer than a week: looked for apart, so that nothing else has to look so far back.
    is_long boolean not null,
    -- Which of the object's parts describes it.
    item int not null,
    -- Which instance of a series it is: the instant at which it would have begun unchanged.
    original_at timestamptz,
    busy boolean not null,
    done boolean not null,
    cancelled boolean not null,
    primary key (object_id, number)
);
create index occurrences_by_start on occurrences (account_id, kind, start_at);
create index occurrences_long on occurrences (account_id, kind, end_at) where is_long;
create index occurrences_collection on occurrences (collection_id);
comment on table occurrences is 'When events take place and tasks are due, within a window that moves on.';

alter table removal_receipts add column collection_objects bigint not null default 0;

do $$
begin
    perform guard_sealed('collections', 'about');
    perform guard_sealed('collection_objects', 'location', 'body', 'note');
end $$;
