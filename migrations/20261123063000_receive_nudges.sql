-- What Nextcloud hints at, who may hint, and how often each account is looked at. Rows hold ids, hashes and times.

create table hook_keys (
    id uuid primary key,
    instance_id uuid not null references instances (id),
    kind text not null check (kind in ('listener', 'app')),
    -- Of a listener's token only the hash is kept; the app's signing key is sealed, because checking needs it.
    token_hash bytea,
    sealed_key bytea,
    created_at timestamptz not null,
    last_used_at timestamptz,
    -- A key that was replaced is believed until then.
    expires_at timestamptz,
    check ((kind = 'listener') = (token_hash is not null)),
    check ((kind = 'app') = (sealed_key is not null))
);
create index hook_keys_instance on hook_keys (instance_id, kind);
comment on table hook_keys is 'Who may send hints about a server.';

create table hook_nonces (
    key_id uuid not null references hook_keys (id) on delete cascade,
    nonce text not null,
    expires_at timestamptz not null,
    primary key (key_id, nonce)
);
create index hook_nonces_expiry on hook_nonces (expires_at);
comment on table hook_nonces is 'Signed hints already taken, for as long as their signature would be believed.';

create table account_rhythm (
    account_id uuid primary key references accounts (id) on delete cascade,
    last_nudge_at timestamptz,
    -- When the present run of nudges began; looks are spaced wider the longer it lasts.
    burst_since timestamptz,
    -- The oldest nudge that no look has answered.
    behind_since timestamptz,
    -- When the person last asked something, and when a look last found something.
    last_active_at timestamptz,
    last_moved_at timestamptz,
    -- The timer looks at the account again after this.
    look_after timestamptz
);
comment on table account_rhythm is 'When each account was nudged and used, and when the timer looks at it next.';

create table nudged_files (
    account_id uuid not null references accounts (id) on delete cascade,
    file_id bigint not null,
    gone boolean not null,
    noted_at timestamptz not null,
    primary key (account_id, file_id)
);
create index nudged_files_age on nudged_files (noted_at);
comment on table nudged_files is 'What a person was said to have changed, until a look at that person shows whom else it concerns.';
