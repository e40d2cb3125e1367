-- A mirror of people's mailboxes: folders, messages where they lie, and what each message says, once.

create table mail_accounts (
    id uuid primary key,
    account_id uuid not null references accounts (id) on delete cascade,
    -- Where the server is, who signs in and with what, sealed together.
    connection bytea not null,
    state text not null check (state in ('connected', 'refused', 'failing')),
    -- A short code, never what a server said.
    reason text,
    state_since timestamptz not null,
    last_synced_at timestamptz,
    -- When a run last ended, well or not.
    looked_at timestamptz,
    created_at timestamptz not null
);
create index mail_accounts_owner on mail_accounts (account_id);
comment on table mail_accounts is 'One mailbox of one person. Only that person reads what is in it.';

create table mail_folders (
    id uuid primary key,
    mail_account_id uuid not null references mail_accounts (id) on delete cascade,
    -- As the server spells it.
    name text collate "C" not null,
    role text not null,
    selectable boolean not null,
    -- What the person said; null leaves it to the role.
    chosen boolean,
    -- The epoch of the UIDs, and how far in it the mirror came. Null until the folder was opened.
    uid_validity bigint,
    uid_next bigint not null default 1,
    mod_seq bigint,
    -- Messages with UIDs below this one were not looked at yet; null once there are none.
    backfill_below bigint,
    reason text,
    synced_at timestamptz,
    unique (mail_account_id, name)
);
comment on table mail_folders is 'Folders and how far each is mirrored.';

create table mail_threads (
    id uuid primary key,
    mail_account_id uuid not null references mail_accounts (id) on delete cascade
);
create index mail_threads_account on mail_threads (mail_account_id);
comment on table mail_threads is 'Conversations: messages that name each other.';

create table mail_thread_keys (
    mail_account_id uuid not null references mail_accounts (id) on delete cascade,
    -- A keyed hash of a Message-ID, of a message that came or that was only named.
    key bytea not null,
    thread_id uuid not null references mail_threads (id) on delete cascade,
    primary key (mail_account_id, key)
);
create index mail_thread_keys_thread on mail_thread_keys (thread_id);
comment on table mail_thread_keys is 'Which conversation a Message-ID belongs to.';

create table mail_contents (
    id uuid primary key,
    mail_account_id uuid not null references mail_accounts (id) on delete cascade,
    -- A keyed hash of the Message-ID, or of the place of a message that has none; with the size it finds a message again
    -- that was moved.
    key bytea not null,
    size bigint not null,
    state text not null check (state in ('pending', 'read', 'quarantined')),
    reason text,
    attempts int not null default 0,
    thread_id uuid references mail_threads (id) on delete set null,
    sent_at timestamptz,
    -- What the message says about itself and its text, sealed.
    note bytea,
    body bytea,
    created_at timestamptz not null,
    unique (mail_account_id, key, size),
    check (state <> 'read' or (note is not null and body is not null))
);
create index mail_contents_thread on mail_contents (thread_id);
create index mail_contents_pending on mail_contents (mail_account_id) where state = 'pending';
comment on table mail_contents is 'What a message says, once for all folders it is in.';

create table mail_messages (
    folder_id uuid not null references mail_folders (id) on delete cascade,
    uid bigint not null,
    content_id uuid not null references mail_contents (id) on delete cascade,
    flags text[] not null,
    internal_date timestamptz,
    primary key (folder_id, uid)
);
create index mail_messages_content on mail_messages (content_id);
comment on table mail_messages is 'Where messages lie. UIDs are of the folder''s present epoch.';

do $$
begin
    perform guard_sealed('mail_accounts', 'connection');
    perform guard_sealed('mail_contents', 'note', 'body');
end $$;
