-- no-transaction
-- A person's own events, tasks, contacts and messages, latest first.
create index concurrently documents_owned on documents (account_id, id) where account_id is not null;
