-- A run that stopped halfway has changed the mirror, but the root it would have stored is not there. A share that comes
-- and goes brings the root's etag back to what it was, so "the root is the one we know" proves nothing after such a run.

alter table sync_cursors add column run_unfinished boolean not null default false;
