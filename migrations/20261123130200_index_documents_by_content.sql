-- no-transaction
-- Found by the message it was made from.
create unique index concurrently documents_content on documents (content_id) where content_id is not null;
