-- Keeping sets until the index has let go of them, and the receipts of people who were removed.

create table removal_receipts (
    id uuid primary key,
    instance_id uuid not null references instances (id),
    -- SHA-256 of the account's id: whoever knows the id can find the receipt, nobody can read the id out of it.
    account_digest bytea not null unique,
    cause text not null check (cause in ('disconnected', 'gone')),
    begun_at timestamptz not null,
    -- When nothing of the account was left in the database.
    removed_at timestamptz,
    -- When the index had let go of the last point as well.
    completed_at timestamptz,
    entries bigint not null default 0,
    documents_purged bigint not null default 0,
    documents_kept bigint not null default 0,
    chunks bigint not null default 0,
    conversations bigint not null default 0,
    messages bigint not null default 0,
    jobs_cancelled bigint not null default 0
);
comment on table removal_receipts is 'What went with a person. Counts only: no name, no path, no text.';
create index removal_receipts_unfinished on removal_receipts (id) where completed_at is null;

alter table index_removals add column receipt_id uuid references removal_receipts (id) on delete set null;
create index index_removals_receipt on index_removals (receipt_id) where receipt_id is not null;

-- One reader more or fewer: sorted and without repeats, as sets are kept.
create function next_members(members uuid[], reader uuid, joins boolean) returns uuid[] language sql immutable parallel safe
    as $$ select array(select m from unnest(members) as m where m <> reader
                       union select reader where joins order by 1) $$;
comment on function next_members is 'A set''s members after one reader joined or left.';

create function members_digest(members uuid[]) returns bytea language sql immutable parallel safe
    as $$ select sha256(string_agg(uuid_send(m), ''::bytea order by m)) from unnest(members) as m $$;
comment on function members_digest is 'The digest under which a set of readers is kept once.';
