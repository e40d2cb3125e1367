-- Logins that wait for their person (Login Flow v2), so that they survive a restart.

create table connect_flows (
    id uuid primary key,
    instance_id uuid not null references instances (id),
    -- Who may grant: Nextcloud's user id of the person who began.
    user_id text not null,
    state text not null
        check (state in ('pending', 'granted', 'connected', 'expired', 'wrong_user', 'failed', 'cancelled')),
    -- The token to poll with; forgotten when the flow ends. Sealed.
    poll_token bytea,
    -- Login name and app password between the grant and its end. Sealed.
    granted bytea,
    account_id uuid references accounts (id) on delete set null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    next_poll_at timestamptz not null,
    ended_at timestamptz
);
comment on table connect_flows is 'Running logins: who began, and the sealed secrets that end them.';
create index connect_flows_open on connect_flows (next_poll_at) where ended_at is null;
create index connect_flows_of_person on connect_flows (instance_id, user_id) where ended_at is null;
