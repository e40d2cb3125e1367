-- no-transaction
-- Documents whose points carry another set than the one that may read: few, and looked for by the set they belong to.
create index concurrently documents_behind on documents (access_set_id, id) where index_access_set_id <> access_set_id;
