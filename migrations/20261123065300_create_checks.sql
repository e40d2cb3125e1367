-- Deep checks: somebody asks, a worker that holds the index compares, and whoever asked reads along. Numbers and ids only.

create table checks (
    id uuid primary key,
    repair boolean not null,
    state text not null check (state in ('waiting', 'running', 'done', 'failed')),
    report jsonb,
    requested_at timestamptz not null,
    finished_at timestamptz
);
comment on table checks is 'Comparisons of mirror, index and server, and how far each has come.';
