-- What was decided about content that was to leave: one row for each time, whether it left or not. No content, no ids in the
-- clear, no foreign keys: the row outlives the account and the conversation it is about.

create table egress_decisions (
    id uuid primary key,
    at timestamptz not null,
    destination text not null,
    protection text not null check (protection in ('local', 'agreement', 'cloud')),
    purpose text not null,
    class text not null,
    mode text not null check (mode in ('forbid', 'redact', 'allow')),
    rule text not null,
    passed boolean not null,
    -- Identifiers found, by kind.
    counts jsonb not null,
    chars bigint not null check (chars >= 0),
    account_digest bytea not null check (octet_length(account_digest) = 32),
    conversation_digest bytea check (octet_length(conversation_digest) = 32)
);
create index egress_decisions_order on egress_decisions (at desc, id desc);
comment on table egress_decisions is 'What was decided about content that was to leave.';

create function refuse_change_of_egress_decisions() returns trigger language plpgsql as $$
begin
    raise exception 'egress decisions are kept as they are';
end
$$;
create trigger egress_decisions_stay before update or delete on egress_decisions
    for each row execute function refuse_change_of_egress_decisions();
