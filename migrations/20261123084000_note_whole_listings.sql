-- Below a team folder rights change without moving an etag, so its people's trees are listed whole from time to time.

alter table sync_cursors add column listed_at timestamptz;

create index entries_elsewhere on entries (account_id) where mount_type is not null and mount_type <> 'shared';
