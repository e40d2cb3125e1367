-- Beside what a person may read: how the database comes to know. Below a team folder, or any mount that is not a plain
-- share, permissions change without moving an etag; a file that anybody has there is never believed by etags alone.

create or replace view readable_documents as
    select e.account_id, e.document_id, e.file_id, e.name, e.path, e.mime, e.size, e.modified_at,
           d.state, d.reason, d.sensitivity, d.page_count, d.truncated, d.updated_at, d.indexed_at,
           (select case when c.doubts <= c.doubts_settled and c.held_since is null then c.confirmed_at end
              from sync_cursors c where c.account_id = e.account_id) as tree_confirmed_at,
           coalesce((select c.doubts from sync_cursors c where c.account_id = e.account_id), 0) as tree_doubts,
           not exists (select from entries o where o.document_id = e.document_id
                        and o.mount_type is not null and o.mount_type <> 'shared') as etags_tell
      from entries e
      join documents d on d.id = e.document_id
      join access_set_members m on m.account_id = e.account_id and m.access_set_id = d.access_set_id
      join accounts a on a.id = e.account_id
     where account_works(a.state) and e.scope_out is null;

create or replace view listed_documents as
    select e.account_id, e.document_id, e.file_id, e.name, e.path, e.mime, e.size, e.modified_at,
           case when left_out then 'skipped' else d.state end as state,
           case when left_out then 'out_of_scope' else d.reason end as reason,
           case when left_out then 'health' else d.sensitivity end as sensitivity,
           case when left_out then null else d.page_count end as page_count,
           d.truncated and not left_out as truncated, d.updated_at,
           case when left_out then null else d.indexed_at end as indexed_at,
           case when left_out then coalesce(e.scope_out, 'everyone') end as scope_out, e.scope_why, e.scope_rule,
           (select case when c.doubts <= c.doubts_settled and c.held_since is null then c.confirmed_at end
              from sync_cursors c where c.account_id = e.account_id) as tree_confirmed_at,
           coalesce((select c.doubts from sync_cursors c where c.account_id = e.account_id), 0) as tree_doubts,
           not exists (select from entries o where o.document_id = e.document_id
                        and o.mount_type is not null and o.mount_type <> 'shared') as etags_tell
      from entries e
      join documents d on d.id = e.document_id
      join accounts a on a.id = e.account_id
      left join access_set_members m on m.account_id = e.account_id and m.access_set_id = d.access_set_id
     cross join lateral (select e.scope_out is not null or d.access_set_id is null as left_out) as scope
     where account_works(a.state) and (left_out or m.account_id is not null);
