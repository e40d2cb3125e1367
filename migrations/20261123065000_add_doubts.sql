-- Somebody said that an account's files changed, and no look at Nextcloud has answered since. Counted rather than
-- dated, so that two machines whose clocks differ cannot lose one: a look settles the doubts it knew of when it began.

alter table sync_cursors
    add column doubts bigint not null default 0,
    add column doubts_at_run bigint not null default 0,
    add column doubts_settled bigint not null default 0;
