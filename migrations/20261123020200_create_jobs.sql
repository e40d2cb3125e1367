-- Work that must happen, and who is doing it. Rows hold ids and codes, never names, paths or text of documents.

create table jobs (
    id uuid primary key,
    kind text not null,
    payload jsonb not null,
    -- 0 access, 1 interactive, 2 bulk: lower goes first.
    lane smallint not null check (lane between 0 and 2),
    -- A waiting job with the same key takes in a second one.
    dedup_key text not null,
    -- Jobs about the same document or account never run at the same time.
    subject uuid not null,
    state text not null check (state in ('waiting', 'running')),
    run_at timestamptz not null,
    attempts int not null default 0,
    lease_token uuid,
    leased_by text,
    leased_until timestamptz,
    last_error text,
    -- The trace that caused the job, as a W3C traceparent.
    trace text,
    enqueued_at timestamptz not null,
    check ((state = 'running') = (lease_token is not null and leased_until is not null))
) with (fillfactor = 70);
create unique index jobs_waiting_once on jobs (dedup_key) where state = 'waiting';
create unique index jobs_one_running on jobs (subject) where state = 'running';
create index jobs_next on jobs (lane, run_at, id) where state = 'waiting';
create index jobs_leases on jobs (leased_until) where state = 'running';
comment on table jobs is 'The queue.';

create table dead_letters (
    id uuid primary key,
    kind text not null,
    payload jsonb not null,
    lane smallint not null,
    dedup_key text not null,
    subject uuid not null,
    attempts int not null,
    -- For a person: why it was given up.
    reason text not null,
    last_error text,
    trace text,
    enqueued_at timestamptz not null,
    buried_at timestamptz not null
);
comment on table dead_letters is 'Jobs that were given up, until somebody decides.';

create table leases (
    name text primary key,
    holder text not null,
    -- Grows with each change of hands, so that a holder that woke up late can be refused.
    token bigint not null,
    expires_at timestamptz not null
);
comment on table leases is 'Leadership.';
