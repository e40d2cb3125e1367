-- Limits and times that administrators changed while the daemon runs; what has no row is as configured. Numbers and names of the
-- program's own, so in the clear.
create table settings (
    name text primary key check (name ~ '^[a-z_]{1,60}$'),
    value integer not null check (value > 0),
    changed_at timestamptz not null
);
