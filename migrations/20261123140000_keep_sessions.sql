-- Keys that sign access tokens, sessions of people, and what they are renewed with.

create table signing_keys (
    id uuid primary key,
    -- The RFC 7638 thumbprint of the public key: what a token names its key by.
    key_id text not null unique,
    -- Ed25519. Public.
    public_key bytea not null check (octet_length(public_key) = 32),
    -- The private key as PKCS#8 PEM. Sealed.
    private_key bytea not null,
    created_at timestamptz not null,
    -- Signs no more since.
    retired_at timestamptz,
    -- No token signed with it is believed from then on; after that the row goes.
    ends_at timestamptz,
    check ((retired_at is null) = (ends_at is null))
);
create unique index signing_keys_one_signs on signing_keys ((true)) where retired_at is null;
comment on table signing_keys is 'Keys that sign access tokens: one that signs, and those before it that are still believed.';

create table sessions (
    id uuid primary key,
    instance_id uuid not null references instances (id),
    -- Nextcloud's user id; a person may have a session before they have an account.
    user_id text not null,
    -- Who said who the person is: the paired app, or the provider they signed in at.
    kind text not null check (kind in ('nextcloud', 'sign_in')),
    paired_app_id uuid references paired_apps (id) on delete cascade,
    -- What the app calls the browser's session: a hash that says nothing here.
    browser text,
    issuer text,
    subject text,
    -- What the provider calls its session.
    provider_session text,
    roles text[] not null,
    created_at timestamptz not null,
    last_used_at timestamptz not null,
    ends_at timestamptz not null,
    address text not null,
    agent text not null,
    -- When and how the person last proved who they are.
    proved_at timestamptz,
    acr text,
    amr text[] not null,
    ended_at timestamptz,
    end_reason text,
    check ((kind = 'nextcloud') = (paired_app_id is not null)),
    check ((kind = 'sign_in') = (issuer is not null and subject is not null)),
    check ((ended_at is null) = (end_reason is null))
);
create index sessions_of_people on sessions (instance_id, user_id, last_used_at);
create index sessions_of_browsers on sessions (paired_app_id, user_id, browser) where paired_app_id is not null;
create index sessions_of_subjects on sessions (issuer, subject) where issuer is not null;
create index sessions_ended on sessions (ended_at) where ended_at is not null;
create index sessions_ending on sessions (ends_at);
comment on table sessions is 'Sessions of people: who, since when, from what kind of place. Ended ones are kept for a while.';

create table refresh_tokens (
    -- BLAKE3 of 32 random bytes.
    hash bytea primary key check (octet_length(hash) = 32),
    session_id uuid not null references sessions (id) on delete cascade,
    created_at timestamptz not null,
    -- Used. Whoever comes with it again has it from somebody else.
    spent_at timestamptz
);
create index refresh_tokens_of_sessions on refresh_tokens (session_id);
comment on table refresh_tokens is 'Hashes of what a session is renewed with, each good once.';

create table tickets (
    -- BLAKE3 of 32 random bytes.
    hash bytea primary key check (octet_length(hash) = 32),
    session_id uuid not null references sessions (id) on delete cascade,
    origin text not null,
    purpose text not null,
    ends_at timestamptz not null
);
create index tickets_ending on tickets (ends_at);
comment on table tickets is 'Hashes of what opens one stream within half a minute; gone when used.';

-- Somebody whom Nextcloud disabled, or no longer knows, has no session.
create function end_sessions_of_account() returns trigger as $$
    begin
        update sessions set ended_at = new.state_since, end_reason = 'account_' || new.state
         where instance_id = new.instance_id and user_id = new.user_id and ended_at is null;
        return null;
    end
    $$ language plpgsql;
create trigger accounts_end_sessions after update of state on accounts for each row
    when (new.state in ('disabled', 'gone') and new.state is distinct from old.state)
    execute function end_sessions_of_account();

do $$
begin
    perform guard_sealed('signing_keys', 'private_key');
end $$;
