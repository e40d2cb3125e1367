-- no-transaction
-- What lasts longer than a day and no longer than a week: the rest begins on the day that is asked about or the one before.
create index concurrently occurrences_of_days on occurrences (account_id, kind, start_at)
    where not is_long and end_at - start_at > interval '24 hours';
