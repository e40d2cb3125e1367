-- By what a search is narrowed (what a document is, its type, its time, who is in it) is written into the index beside its
-- words. This says in which form the index has it: 0 where it has none, or where it changed since.
alter table documents add column index_facts smallint not null default 0;
comment on column documents.index_facts is
    'The form in which the index has the type, time and people of the document; 0 where that is to be written.';
