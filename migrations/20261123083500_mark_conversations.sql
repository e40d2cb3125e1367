-- What people mark: conversations they keep at the top, answers that helped them or did not.

alter table conversations add column pinned_at timestamptz;
create index conversations_pinned on conversations (account_id, updated_at desc, id desc) where pinned_at is not null;

alter table messages add column rating text check (rating in ('helpful', 'not_helpful'));
