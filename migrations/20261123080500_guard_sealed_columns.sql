-- Sealed values name the data key that opens them. The database holds them to it as it holds a reference to a row: a key
-- that a value needs cannot be deleted, and a value whose key is gone is refused. So a data key can be destroyed while
-- replicas of any age write.

create function sealed_key_version(sealed bytea) returns integer as $$
    select case when octet_length(sealed) < 5 then -1
                else (get_byte(sealed, 1) << 24) | (get_byte(sealed, 2) << 16) | (get_byte(sealed, 3) << 8)
                     | get_byte(sealed, 4) end
    $$ language sql immutable strict parallel safe;

-- Holds the key of a value until the transaction ends, or refuses the value.
create function hold_data_key(sealed bytea) returns void as $$
    begin
        if sealed is null then
            return;
        end if;
        perform from data_keys where version = sealed_key_version(sealed) for key share;
        if not found then
            raise exception using errcode = 'VA001', table = 'data_keys',
                message = 'a value was sealed with a data key that is not there';
        end if;
    end
    $$ language plpgsql;

-- Puts the rule on sealed columns of a table. A migration that adds such a column calls it again with all of them.
create function guard_sealed(guarded text, variadic sealed text[]) returns void as $$
    declare
        held text;
    begin
        select string_agg(format('perform hold_data_key(new.%I);', name), ' ') into held from unnest(sealed) as name;
        execute format('create or replace function %I() returns trigger as %L language plpgsql',
                       guarded || '_sealed', 'begin ' || held || ' return new; end');
        execute format('create or replace trigger %I before insert or update of %s on %I for each row execute function %I()',
                       guarded || '_sealed',
                       (select string_agg(format('%I', name), ', ') from unnest(sealed) as name), guarded,
                       guarded || '_sealed');
    end
    $$ language plpgsql;

-- What people are called and sign in with, sealed together. The two columns before it are emptied by the program, which
-- alone can seal, when it migrates; the release after this one drops them.
alter table accounts add column names bytea;
alter table accounts alter column login_name drop not null;
alter table accounts alter column display_name drop not null;

-- Keys that must outlive the master key they were once derived from, wrapped like data keys.
create table named_keys (
    name text primary key,
    wrapped bytea not null,
    created_at timestamptz not null
);
comment on table named_keys is 'Keys for other uses than sealing rows, wrapped by the master key.';

do $$
begin
    perform guard_sealed('accounts', 'secret', 'names');
    perform guard_sealed('chunks', 'heading', 'body');
    perform guard_sealed('connect_flows', 'poll_token', 'granted');
    perform guard_sealed('conversations', 'title');
    perform guard_sealed('hook_keys', 'sealed_key');
    perform guard_sealed('messages', 'body', 'citations', 'details');
    perform guard_sealed('remote_writes', 'request', 'result');
end $$;
