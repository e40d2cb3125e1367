-- What was written to Nextcloud on somebody's behalf, so that nothing is written twice.

create table remote_writes (
    id uuid primary key,
    account_id uuid not null references accounts (id) on delete cascade,
    -- BLAKE3 of the caller's idempotency key, which may say something about a person.
    key_hash bytea not null,
    kind text not null,
    -- BLAKE3 of everything that makes the request what it is, content included.
    request_digest bytea not null,
    state text not null check (state in ('planned', 'sent', 'done', 'refused', 'unknown')),
    -- Why it was refused or is unknown: a code.
    reason text,
    -- What was asked for and what came of it, paths included. Sealed.
    request bytea not null,
    result bytea,
    result_file_id bigint,
    result_etag text,
    attempts int not null default 0,
    -- Whoever carries it out now, and until when nobody else may.
    claim uuid,
    claimed_until timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    unique (account_id, key_hash)
);
comment on table remote_writes is 'Writes to Nextcloud by idempotency key: planned before, recorded after.';
create index remote_writes_by_age on remote_writes (updated_at);
