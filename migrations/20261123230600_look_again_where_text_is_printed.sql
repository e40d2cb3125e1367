-- Whether it was looked at, or is queued to be, where the lines of a document are printed. What was read before that was kept
-- is looked at again by and by.
alter table documents add column places_asked boolean not null default false;
update documents d set places_asked = true
 where exists (select from chunks c where c.document_id = d.id and (c.printed is not null or c.recognised is not null));
create index documents_without_places on documents (id)
    where not places_asked and source = 'file' and mime = 'application/pdf' and state in ('searchable', 'indexed');
