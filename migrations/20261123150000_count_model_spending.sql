-- What asking models has cost: of each person by day, so that one cannot use up what is there for all, and of the whole by
-- month. Days and months are those of UTC. The sums of the whole do not go when a person does: the money is spent.

create table model_spending_of_people (
    account_id uuid not null references accounts (id) on delete cascade,
    day date not null,
    tokens bigint not null check (tokens >= 0),
    -- Millionths of the currency that the configuration names.
    cost bigint not null check (cost >= 0),
    primary key (account_id, day)
);
comment on table model_spending_of_people is 'Tokens and cost of a person''s questions to models, by day.';

create table model_spending (
    -- The first day of the month.
    month date not null primary key,
    tokens bigint not null check (tokens >= 0),
    cost bigint not null check (cost >= 0)
);
comment on table model_spending is 'Tokens and cost of all questions to models, by month.';
