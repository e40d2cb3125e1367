-- Which Nextcloud apps may vouch for the people signed in there, and which of their words were taken already.

create table paired_apps (
    id uuid primary key,
    instance_id uuid not null references instances (id),
    -- The first sixteen digits of the SHA-256 of the public key: what a vouch names its key by.
    key_id text not null unique,
    -- Ed25519. The secret half never leaves the Nextcloud.
    public_key bytea not null check (octet_length(public_key) = 32),
    created_at timestamptz not null,
    last_used_at timestamptz
);
comment on table paired_apps is 'Public keys of paired Nextcloud apps.';

create table spent_vouches (
    paired_app_id uuid not null references paired_apps (id) on delete cascade,
    jti text not null,
    expires_at timestamptz not null,
    primary key (paired_app_id, jti)
);
create index spent_vouches_expiry on spent_vouches (expires_at);
comment on table spent_vouches is 'Vouches that were used, for as long as they would be believed a second time.';
