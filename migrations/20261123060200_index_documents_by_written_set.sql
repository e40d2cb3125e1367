-- no-transaction
-- A set stays for as long as points of the index carry it, or its members would stop finding them before they moved.
create index concurrently documents_index_access_set on documents (index_access_set_id) where index_access_set_id is not null;
