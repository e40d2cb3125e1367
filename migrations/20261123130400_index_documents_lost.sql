-- no-transaction
-- Documents that have lost what they were made from: few, and soon gone.
create index concurrently documents_lost on documents (account_id)
    where account_id is not null and object_id is null and content_id is null;
