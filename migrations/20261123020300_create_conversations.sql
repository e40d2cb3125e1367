-- What people asked and were told. Titles and texts are sealed.

create table conversations (
    id uuid primary key,
    account_id uuid not null references accounts (id) on delete cascade,
    title bytea not null,
    message_count int not null default 0,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create index conversations_recent on conversations (account_id, updated_at desc, id desc);

create table messages (
    id uuid primary key,
    conversation_id uuid not null references conversations (id) on delete cascade,
    ordinal int not null,
    role text not null check (role in ('user', 'assistant')),
    body bytea not null,
    citations bytea,
    details bytea,
    created_at timestamptz not null,
    unique (conversation_id, ordinal)
);
