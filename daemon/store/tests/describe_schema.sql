-- Writes the schema as statements, in one order and independent of the server's release.
with tables as (
    select c.oid, c.relname as name, c.reloptions as options
      from pg_class c
     where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> '_sqlx_migrations'
), lines as (
    select t.name, 1 as part, a.attnum::text as position,
           '    ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
           || case when a.attcollation not in (0, y.typcollation) then ' collate ' || quote_ident(l.collname) else '' end
           || case when a.attnotnull then ' not null' else '' end
           || case when a.attidentity = 'a' then ' generated always as identity' else '' end
           || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') as line
      from tables t
      join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
      join pg_type y on y.oid = a.atttypid
      left join pg_collation l on l.oid = a.attcollation
      left join pg_attrdef d on d.adrelid = t.oid and d.adnum = a.attnum
    union all
    select t.name, 2, k.conname, '    constraint ' || k.conname || ' ' || pg_get_constraintdef(k.oid)
      from tables t join pg_constraint k on k.conrelid = t.oid and k.contype <> 'n'
), statements as (
    select t.name, 1 as part, '' as position,
           'create table ' || t.name || E' (\n'
           || (select string_agg(line, E',\n' order by part, lpad(position, 100) collate "C") from lines where lines.name = t.name)
           || E'\n)' || coalesce(' with (' || array_to_string(t.options, ', ') || ')', '') || ';' as statement
      from tables t
    union all
    select t.name, 2, '', 'comment on table ' || t.name || ' is ' || quote_literal(obj_description(t.oid)) || ';'
      from tables t where obj_description(t.oid) is not null
    union all
    select t.name, 3, i.relname, replace(pg_get_indexdef(i.oid), ' public.', ' ') || ';'
      from tables t
      join pg_index x on x.indrelid = t.oid
      join pg_class i on i.oid = x.indexrelid
     where not exists (select from pg_constraint k where k.conindid = x.indexrelid and k.contype in ('p', 'u'))
)
-- Views are described by their columns: how a release prints their body differs. Functions keep their text as written.
, views as (
    select c.relname as name, 4 as part, '' as position,
           'create view ' || c.relname || E' (\n'
           || string_agg('    ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod), E',\n' order by a.attnum)
           || E'\n);' as statement
      from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
     where c.relnamespace = 'public'::regnamespace and c.relkind = 'v' group by c.relname
), functions as (
    select p.proname as name, 5 as part, '' as position,
           'create function ' || p.proname || '(' || pg_get_function_arguments(p.oid) || ') returns '
           || pg_get_function_result(p.oid) || ' as $$' || p.prosrc || '$$;' as statement
      from pg_proc p where p.pronamespace = 'public'::regnamespace
)
select string_agg(statement, E'\n' order by part > 3, name collate "C", part, position collate "C")
  from (select * from statements union all select * from views union all select * from functions) as everything;
