-- no-transaction
-- Found by the event, task or contact it was made from.
create unique index concurrently documents_object on documents (object_id) where object_id is not null;
