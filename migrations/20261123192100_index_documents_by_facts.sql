-- no-transaction
-- Documents whose facts the index does not have, or has in an older form.
create index concurrently documents_facts on documents (index_facts, id) where state in ('searchable', 'indexed');
