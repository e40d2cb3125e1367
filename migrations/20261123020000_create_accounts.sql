-- Who is connected to which Nextcloud, and the wrapped keys that protect what is kept for them.

create table data_keys (
    version int primary key,
    -- The data key, sealed by the master key. The master key itself is never in the database.
    wrapped bytea not null,
    created_at timestamptz not null
);
comment on table data_keys is 'Envelope encryption: rows are sealed by a data key, data keys by the master key.';

create table instances (
    id uuid primary key,
    base_url text not null unique,
    created_at timestamptz not null
);
comment on table instances is 'Nextcloud servers. File ids are unique within one of them only.';

create table accounts (
    id uuid primary key,
    instance_id uuid not null references instances (id),
    user_id text not null,
    login_name text not null,
    display_name text not null,
    -- The app password, sealed; the header of the sealed bytes names the data key. Null once it is known to be dead.
    secret bytea,
    state text not null
        check (state in ('connected', 'revoked', 'throttled', 'disabled', 'maintenance', 'failing')),
    state_reason text,
    state_since timestamptz not null,
    last_synced_at timestamptz,
    suspended_until timestamptz,
    created_at timestamptz not null,
    unique (instance_id, user_id)
);
comment on table accounts is 'One person''s connection to one Nextcloud; the reader named by access sets.';

create index accounts_due on accounts (last_synced_at nulls first) where state not in ('revoked', 'disabled');
