-- Planning the view costs ten to fifty times what answering it costs, and the planner weighs its plans anew for the first
-- statements of every connection. In a body of its own it is planned once for each connection, whoever asks, and every
-- statement that has documents in its hand asks through it.
create function readable_among(reader uuid, wanted uuid[]) returns setof readable_documents
    language plpgsql stable rows 32 set plan_cache_mode = force_generic_plan as $$
    begin
        return query
        select may.* from (select distinct id from unnest(wanted) as each (id)) as asked
         cross join lateral (select * from readable_documents
                              where account_id = reader and document_id = asked.id limit 1) as may;
    end
    $$;
comment on function readable_among is 'What the view says of these documents for one person, a row for each that they may read.';
