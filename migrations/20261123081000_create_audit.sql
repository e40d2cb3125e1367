-- Who saw or did what, in a chain that shows when somebody changed it. Records are added and never changed or removed:
-- the triggers say so to everybody, and the role the daemon runs as has no right to try.

create table audit_records (
    -- Without gaps from 1.
    sequence bigint primary key,
    at timestamptz not null,
    actor_kind text not null,
    -- A keyed hash of an id, or nothing.
    actor bytea not null,
    action text not null,
    -- What it was about: 17 bytes each, a kind and a keyed hash of an id.
    subjects bytea not null,
    outcome text not null,
    -- Counts and codes as JSON, in the one spelling that is hashed. No content.
    details text not null,
    previous bytea not null,
    hash bytea not null,
    constraint audit_records_sequence_check check (sequence >= 1),
    constraint audit_records_actor_check check (length(actor) in (0, 16)),
    constraint audit_records_subjects_check check (length(subjects) % 17 = 0),
    constraint audit_records_hash_check check (length(previous) = 32 and length(hash) = 32)
);
comment on table audit_records is 'Append-only. The hash of a record covers the one before it.';

create function audit_marks(packed bytea) returns bytea[] as $$
    select coalesce(array_agg(substring(packed from n * 17 + 1 for 17)), '{}')
      from generate_series(0, length(packed) / 17 - 1) as n
    $$ language sql immutable strict parallel safe;

create index audit_records_subjects_idx on audit_records using gin (audit_marks(subjects));
create index audit_records_actor_idx on audit_records (actor, sequence desc);
create index audit_records_action_idx on audit_records (action, sequence desc);
create index audit_records_at_idx on audit_records using brin (at) with (pages_per_range = 16);

create function refuse_audit_change() returns trigger as $$
    begin
        raise exception using errcode = 'VA002', table = 'audit_records',
            message = 'the audit log is only ever added to';
    end
    $$ language plpgsql;

create trigger audit_records_are_kept before update or delete or truncate on audit_records
    for each statement execute function refuse_audit_change();
-- Even where a session says that triggers are not to run.
alter table audit_records enable always trigger audit_records_are_kept;

create function refuse_audit_gap() returns trigger as $$
    declare
        lowest bigint;
        highest bigint;
        amount bigint;
    begin
        select min(sequence), max(sequence), count(*) into lowest, highest, amount from added;
        if amount > 0 and (highest - lowest + 1 <> amount
            or (lowest > 1 and not exists (select from audit_records where sequence = lowest - 1))) then
            raise exception using errcode = 'VA003', table = 'audit_records',
                message = 'the audit log has no gaps';
        end if;
        return null;
    end
    $$ language plpgsql;

create trigger audit_records_continue after insert on audit_records
    referencing new table as added for each statement execute function refuse_audit_gap();
alter table audit_records enable always trigger audit_records_continue;

-- What the role may do that the daemon runs as, when it is not the owner of the tables: everything it needs, of what is
-- only ever added to nothing but reading and adding, and of the list of migrations nothing but reading.
create function grant_runtime(runtime name) returns void as $$
    declare
        here name := current_schema();
        kept name;
    begin
        execute format('grant usage on schema %I to %I', here, runtime);
        execute format('grant select, insert, update, delete on all tables in schema %I to %I', here, runtime);
        execute format('grant usage, select on all sequences in schema %I to %I', here, runtime);
        foreach kept in array array['audit_records', 'egress_decisions'] loop
            execute format('revoke update, delete, truncate, references, trigger on %I from %I', kept, runtime);
        end loop;
        if to_regclass('_sqlx_migrations') is not null then
            execute format('revoke insert, update, delete, truncate on _sqlx_migrations from %I', runtime);
        end if;
    end
    $$ language plpgsql;
