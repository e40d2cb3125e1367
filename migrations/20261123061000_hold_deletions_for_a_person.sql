-- Large deletions wait for a person; a finished run remembers what the server's own clock showed when it began.
alter table sync_cursors add column held_accepted_at timestamptz;
alter table sync_cursors add column known_since_on_server timestamptz;
-- A file shared twice with one person stands at two places of their tree and has one row.
alter table entries add column aliased boolean not null default false;
