-- Signing in at a provider (OpenID Connect): what was begun, who is who, and which logouts were taken.

create table sign_ins (
    id uuid primary key,
    -- BLAKE3 of what the browser keeps, and of what travels through the provider.
    secret_hash bytea not null check (octet_length(secret_hash) = 32),
    state_hash bytea not null check (octet_length(state_hash) = 32),
    -- The nonce and the verifier of the code challenge. Sealed.
    expected bytea not null,
    created_at timestamptz not null,
    ends_at timestamptz not null
);
create index sign_ins_ending on sign_ins (ends_at);
comment on table sign_ins is 'Sign-ins that were begun at a provider; gone when completed.';

create table identities (
    issuer text not null,
    subject text not null,
    instance_id uuid not null references instances (id),
    user_id text not null,
    created_at timestamptz not null,
    primary key (issuer, subject),
    -- Nobody becomes somebody whom another identity of the provider is already.
    unique (issuer, instance_id, user_id)
);
comment on table identities is 'Which user of Nextcloud somebody of a provider is, once and for all.';

create table spent_logouts (
    issuer text not null,
    jti text not null,
    ends_at timestamptz not null,
    primary key (issuer, jti)
);
create index spent_logouts_ending on spent_logouts (ends_at);
comment on table spent_logouts is 'Logout tokens that were taken, for as long as they would be believed a second time.';

do $$
begin
    perform guard_sealed('sign_ins', 'expected');
end $$;
