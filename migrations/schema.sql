create table access_set_members (
    account_id uuid not null,
    access_set_id bigint not null,
    constraint access_set_members_pkey PRIMARY KEY (account_id, access_set_id),
    constraint access_set_members_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id) ON DELETE CASCADE,
    constraint access_set_members_access_set_id_fkey FOREIGN KEY (access_set_id) REFERENCES access_sets(id) ON DELETE CASCADE
);
comment on table access_set_members is 'The sets of one person, which is the search filter.';
CREATE INDEX access_set_members_set ON access_set_members USING btree (access_set_id);
create table access_sets (
    id bigint not null generated always as identity,
    instance_id uuid not null,
    digest bytea not null,
    members uuid[] not null,
    created_at timestamp with time zone not null,
    constraint access_sets_pkey PRIMARY KEY (id),
    constraint access_sets_members_check CHECK ((cardinality(members) > 0)),
    constraint access_sets_instance_id_fkey FOREIGN KEY (instance_id) REFERENCES instances(id),
    constraint access_sets_instance_id_digest_key UNIQUE (instance_id, digest)
);
comment on table access_sets is 'Interned sets of readers; the index carries the number. Members are never changed.';
create table account_rhythm (
    account_id uuid not null,
    last_nudge_at timestamp with time zone,
    burst_since timestamp with time zone,
    behind_since timestamp with time zone,
    last_active_at timestamp with time zone,
    last_moved_at timestamp with time zone,
    look_after timestamp with time zone,
    constraint account_rhythm_pkey PRIMARY KEY (account_id),
    constraint account_rhythm_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id) ON DELETE CASCADE
);
comment on table account_rhythm is 'When each account was nudged and used, and when the timer looks at it next.';
create table accounts (
    id uuid not null,
    instance_id uuid not null,
    user_id text not null,
    login_name text,
    display_name text,
    secret bytea,
    state text not null,
    state_reason text,
    state_since timestamp with time zone not null,
    last_synced_at timestamp with time zone,
    suspended_until timestamp with time zone,
    created_at timestamp with time zone not null,
    names bytea,
    constraint accounts_pkey PRIMARY KEY (id),
    constraint accounts_state_check CHECK ((state = ANY (ARRAY['connected'::text, 'revoked'::text, 'throttled'::text, 'disabled'::text, 'maintenance'::text, 'failing'::text, 'gone'::text]))),
    constraint accounts_instance_id_fkey FOREIGN KEY (instance_id) REFERENCES instances(id),
    constraint accounts_instance_id_user_id_key UNIQUE (instance_id, user_id)
);
comment on table accounts is 'One person''s connection to one Nextcloud; the reader named by access sets.';
CREATE INDEX accounts_due ON accounts USING btree (last_synced_at NULLS FIRST) WHERE (state <> ALL (ARRAY['revoked'::text, 'disabled'::text]));
create table audit_records (
    sequence bigint not null,
    at timestamp with time zone not null,
    actor_kind text not null,
    actor bytea not null,
    action text not null,
    subjects bytea not null,
    outcome text not null,
    details text not null,
    previous bytea not null,
    hash bytea not null,
    constraint audit_records_pkey PRIMARY KEY (sequence),
    constraint audit_records_hash_check CHECK (((length(previous) = 32) AND (length(hash) = 32))),
    constraint audit_records_actor_check CHECK ((length(actor) = ANY (ARRAY[0, 16]))),
    constraint audit_records_sequence_check CHECK ((sequence >= 1)),
    constraint audit_records_subjects_check CHECK (((length(subjects) % 17) = 0))
);
comment on table audit_records is 'Append-only. The hash of a record covers the one before it.';
CREATE INDEX audit_records_action_idx ON audit_records USING btree (action, sequence DESC);
CREATE INDEX audit_records_actor_idx ON audit_records USING btree (actor, sequence DESC);
CREATE INDEX audit_records_at_idx ON audit_records USING brin (at) WITH (pages_per_range='16');
CREATE INDEX audit_records_subjects_idx ON audit_records USING gin (audit_marks(subjects));
create table checks (
    id uuid not null,
    repair boolean not null,
    state text not null,
    report jsonb,
    requested_at timestamp with time zone not null,
    finished_at timestamp with time zone,
    constraint checks_pkey PRIMARY KEY (id),
    constraint checks_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'running'::text, 'done'::text, 'failed'::text])))
);
comment on table checks is 'Comparisons of mirror, index and server, and how far each has come.';
create table chunks (
    id uuid not null,
    document_id uuid not null,
    ordinal integer not null,
    page_first integer not null,
    page_last integer not null,
    span_start integer not null,
    span_end integer not null,
    heading bytea,
    body bytea not null,
    content_hash bytea not null,
    printed bytea,
    recognised smallint,
    constraint chunks_pkey PRIMARY KEY (id),
    constraint chunks_document_id_fkey FOREIGN KEY (document_id) REFERENCES documents(id) ON DELETE CASCADE,
    constraint chunks_document_id_ordinal_key UNIQUE (document_id, ordinal)
);
comment on table chunks is 'The text of documents, sealed. The index holds only ids and vectors.';
create table collection_looks (
    account_id uuid not null,
    class text not null,
    looked_at timestamp with time zone not null,
    synced_at timestamp with time zone,
    reason text,
    constraint collection_looks_pkey PRIMARY KEY (account_id, class),
    constraint collection_looks_class_check CHECK ((class = ANY (ARRAY['calendar'::text, 'address_book'::text]))),
    constraint collection_looks_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id) ON DELETE CASCADE
);
comment on table collection_looks is 'When the calendars and the address books of a person were looked at.';
create table collection_objects (
    id uuid not null,
    collection_id uuid not null,
    account_id uuid not null,
    key bytea not null,
    etag text,
    state text not null,
    reason text,
    location bytea not null,
    body bytea,
    note bytea,
    expanded_until timestamp with time zone,
    updated_at timestamp with time zone not null,
    constraint collection_objects_pkey PRIMARY KEY (id),
    constraint collection_objects_check CHECK (((state <> 'read'::text) OR ((body IS NOT NULL) AND (note IS NOT NULL)))),
    constraint collection_objects_state_check CHECK ((state = ANY (ARRAY['read'::text, 'quarantined'::text]))),
    constraint collection_objects_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id) ON DELETE CASCADE,
    constraint collection_objects_collection_id_fkey FOREIGN KEY (collection_id) REFERENCES collections(id) ON DELETE CASCADE,
    constraint collection_objects_collection_id_key_key UNIQUE (collection_id, key)
);
comment on table collection_objects is 'Events, tasks and contacts as the server has them.';
CREATE INDEX collection_objects_owner ON collection_objects USING btree (account_id);
CREATE INDEX collection_objects_to_expand ON collection_objects USING btree (account_id, expanded_until) WHERE (expanded_until IS NOT NULL);
create table collections (
    id uuid not null,
    account_id uuid not null,
    class text not null,
    kind text not null,
    key bytea not null,
    about bytea not null,
    writable boolean not null,
    enabled boolean not null,
    transparent boolean not null,
    sync_token text,
    reason text,
    held_since timestamp with time zone,
    seen_at timestamp with time zone not null,
    synced_at timestamp with time zone,
    reconciled_at timestamp with time zone,
    created_at timestamp with time zone not null,
    constraint collections_pkey PRIMARY KEY (id),
    constraint collections_class_check CHECK ((class = ANY (ARRAY['calendar'::text, 'address_book'::text]))),
    constraint collections_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id) ON DELETE CASCADE,
    constraint collections_account_id_class_key_key UNIQUE (account_id, class, key)
);
comment on table collections is 'Calendars and address books of one person, and how far each is mirrored.';
create table connect_flows (
    id uuid not null,
    instance_id uuid not null,
    user_id text not null,
    state text not null,
    poll_token bytea,
    granted bytea,
    account_id uuid,
    created_at timestamp with time zone not null,
    expires_at timestamp with time zone not null,
    next_poll_at timestamp with time zone not null,
    ended_at timestamp with time zone,
    constraint connect_flows_pkey PRIMARY KEY (id),
    constraint connect_flows_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'granted'::text, 'connected'::text, 'expired'::text, 'wrong_user'::text, 'failed'::text, 'cancelled'::text]))),
    constraint connect_flows_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id) ON DELETE SET NULL,
    constraint connect_flows_instance_id_fkey FOREIGN KEY (instance_id) REFERENCES instances(id)
);
comment on table connect_flows is 'Running logins: who began, and the sealed secrets that end them.';
CREATE INDEX connect_flows_of_person ON connect_flows USING btree (instance_id, user_id) WHERE (ended_at IS NULL);
CREATE INDEX connect_flows_open ON connect_flows USING btree (next_poll_at) WHERE (ended_at IS NULL);
create table conversations (
    id uuid not null,
    account_id uuid not null,
    title bytea not null,
    message_count integer not null default 0,
    created_at timestamp with time zone not null,
    updated_at timestamp with time zone not null,
    pinned_at timestamp with time zone,
    constraint conversations_pkey PRIMARY KEY (id),
    constraint conversations_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id) ON DELETE CASCADE
);
CREATE INDEX conversations_pinned ON conversations USING btree (account_id, updated_at DESC, id DESC) WHERE (pinned_at IS NOT NULL);
CREATE INDEX conversations_recent ON conversations USING btree (account_id, updated_at DESC, id DESC);
create table data_keys (
    version integer not null,
    wrapped bytea not null,
    created_at timestamp with time zone not null,
    constraint data_keys_pkey PRIMARY KEY (version)
);
comment on table data_keys is 'Envelope encryption: rows are sealed by a data key, data keys by the master key.';
create table dead_letters (
    id uuid not null,
    kind text not null,
    payload jsonb not null,
    lane smallint not null,
    dedup_key text not null,
    subject uuid not null,
    attempts integer not null,
    reason text not null,
    last_error text,
    trace text,
    enqueued_at timestamp with time zone not null,
    buried_at timestamp with time zone not null,
    constraint dead_letters_pkey PRIMARY KEY (id)
);
comment on table dead_letters is 'Jobs that were given up, until somebody decides.';
create table documents (
    id uuid not null,
    instance_id uuid not null,
    file_id bigint,
    name text not null,
    mime text,
    size bigint not null,
    etag text not null,
    upload_time bigint,
    modified_at timestamp with time zone,
    version integer not null default 1,
    raised_by uuid not null,
    state text not null,
    reason text,
    attempts integer not null default 0,
    fetched_hash bytea,
    content_hash bytea,
    settled_state text,
    settled_reason text,
    sensitivity text not null default 'health'::text,
    page_count integer,
    truncated boolean not null default false,
    chunk_count integer not null default 0,
    access_set_id bigint,
    index_access_set_id bigint,
    indexed_at timestamp with time zone,
    created_at timestamp with time zone not null,
    updated_at timestamp with time zone not null,
    source text not null default 'file'::text,
    account_id uuid,
    object_id uuid,
    content_id uuid,
    about bytea,
    begins_at timestamp with time zone,
    ends_at timestamp with time zone,
    index_facts smallint not null default 0,
    recognised smallint[],
    places_asked boolean not null default false,
    constraint documents_pkey PRIMARY KEY (id),
    constraint documents_check CHECK (((source = 'file'::text) = (file_id IS NOT NULL))),
    constraint documents_check1 CHECK (((source = 'file'::text) = (account_id IS NULL))),
    constraint documents_check2 CHECK (((object_id IS NULL) OR (source = ANY (ARRAY['event'::text, 'task'::text, 'contact'::text])))),
    constraint documents_check3 CHECK (((content_id IS NULL) OR (source = 'message'::text))),
    constraint documents_check4 CHECK (((source <> 'file'::text) OR (about IS NULL))),
    constraint documents_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'fetched'::text, 'chunked'::text, 'searchable'::text, 'indexed'::text, 'skipped'::text, 'failed'::text]))),
    constraint documents_source_check CHECK ((source = ANY (ARRAY['file'::text, 'event'::text, 'task'::text, 'contact'::text, 'message'::text]))),
    constraint documents_object_id_fkey FOREIGN KEY (object_id) REFERENCES collection_objects(id) ON DELETE SET NULL,
    constraint documents_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id),
    constraint documents_content_id_fkey FOREIGN KEY (content_id) REFERENCES mail_contents(id) ON DELETE SET NULL,
    constraint documents_instance_id_fkey FOREIGN KEY (instance_id) REFERENCES instances(id),
    constraint documents_sensitivity_check CHECK ((sensitivity = ANY (ARRAY['public'::text, 'internal'::text, 'personal'::text, 'health'::text]))),
    constraint documents_access_set_id_fkey FOREIGN KEY (access_set_id) REFERENCES access_sets(id),
    constraint documents_settled_state_check CHECK ((settled_state = ANY (ARRAY['chunked'::text, 'searchable'::text, 'indexed'::text, 'skipped'::text, 'failed'::text]))),
    constraint documents_instance_id_file_id_key UNIQUE (instance_id, file_id)
);
comment on table documents is 'One row per file of a server, however many people may read it, and per event, task, contact and message of a person.';
CREATE INDEX documents_access_set ON documents USING btree (access_set_id);
CREATE INDEX documents_behind ON documents USING btree (access_set_id, id) WHERE (index_access_set_id <> access_set_id);
CREATE UNIQUE INDEX documents_content ON documents USING btree (content_id) WHERE (content_id IS NOT NULL);
CREATE INDEX documents_facts ON documents USING btree (index_facts, id) WHERE (state = ANY (ARRAY['searchable'::text, 'indexed'::text]));
CREATE INDEX documents_index_access_set ON documents USING btree (index_access_set_id) WHERE (index_access_set_id IS NOT NULL);
CREATE INDEX documents_lost ON documents USING btree (account_id) WHERE ((account_id IS NOT NULL) AND (object_id IS NULL) AND (content_id IS NULL));
CREATE UNIQUE INDEX documents_object ON documents USING btree (object_id) WHERE (object_id IS NOT NULL);
CREATE INDEX documents_owned ON documents USING btree (account_id, id) WHERE (account_id IS NOT NULL);
CREATE INDEX documents_without_places ON documents USING btree (id) WHERE ((NOT places_asked) AND (source = 'file'::text) AND (mime = 'application/pdf'::text) AND (state = ANY (ARRAY['searchable'::text, 'indexed'::text])));
create table egress_decisions (
    id uuid not null,
    at timestamp with time zone not null,
    destination text not null,
    protection text not null,
    purpose text not null,
    class text not null,
    mode text not null,
    rule text not null,
    passed boolean not null,
    counts jsonb not null,
    chars bigint not null,
    account_digest bytea not null,
    conversation_digest bytea,
    constraint egress_decisions_pkey PRIMARY KEY (id),
    constraint egress_decisions_mode_check CHECK ((mode = ANY (ARRAY['forbid'::text, 'redact'::text, 'allow'::text]))),
    constraint egress_decisions_chars_check CHECK ((chars >= 0)),
    constraint egress_decisions_protection_check CHECK ((protection = ANY (ARRAY['local'::text, 'agreement'::text, 'cloud'::text]))),
    constraint egress_decisions_account_digest_check CHECK ((octet_length(account_digest) = 32)),
    constraint egress_decisions_conversation_digest_check CHECK ((octet_length(conversation_digest) = 32))
);
comment on table egress_decisions is 'What was decided about content that was to leave.';
CREATE INDEX egress_decisions_order ON egress_decisions USING btree (at DESC, id DESC);
create table entries (
    account_id uuid not null,
    file_id bigint not null,
    parent_id bigint,
    path text collate "C" not null,
    name text not null,
    is_folder boolean not null,
    etag text,
    size bigint not null,
    mime text,
    modified_at timestamp with time zone,
    upload_time bigint,
    permissions text not null,
    mount_type text,
    document_id uuid,
    last_seen_run uuid not null,
    aliased boolean not null default false,
    scope_out text,
    scope_why text,
    scope_rule uuid,
    constraint entries_pkey PRIMARY KEY (account_id, file_id),
    constraint entries_check CHECK (((scope_out IS NULL) = (scope_why IS NULL))),
    constraint entries_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id) ON DELETE CASCADE,
    constraint entries_scope_out_check CHECK ((scope_out = ANY (ARRAY['everyone'::text, 'view'::text, 'person'::text]))),
    constraint entries_document_id_fkey FOREIGN KEY (document_id) REFERENCES documents(id)
) with (fillfactor=85, autovacuum_analyze_scale_factor=0.02);
comment on table entries is 'Each person''s tree as last observed. Its files say who may read a document.';
CREATE INDEX entries_document ON entries USING btree (document_id) WHERE (document_id IS NOT NULL);
CREATE INDEX entries_elsewhere ON entries USING btree (account_id) WHERE ((mount_type IS NOT NULL) AND (mount_type <> 'shared'::text));
CREATE INDEX entries_listed ON entries USING btree (account_id, document_id) WHERE (document_id IS NOT NULL);
CREATE INDEX entries_markers ON entries USING btree (account_id, name) WHERE ((NOT is_folder) AND (name ~~ '.%'::text));
CREATE INDEX entries_parent ON entries USING btree (parent_id, account_id);
CREATE INDEX entries_path ON entries USING hash (path);
CREATE INDEX entries_root ON entries USING btree (account_id) WHERE (parent_id IS NULL);
CREATE INDEX entries_scope ON entries USING btree (document_id) WHERE (scope_out = 'everyone'::text);
create table hook_keys (
    id uuid not null,
    instance_id uuid not null,
    kind text not null,
    token_hash bytea,
    sealed_key bytea,
    created_at timestamp with time zone not null,
    last_used_at timestamp with time zone,
    expires_at timestamp with time zone,
    constraint hook_keys_pkey PRIMARY KEY (id),
    constraint hook_keys_check CHECK (((kind = 'listener'::text) = (token_hash IS NOT NULL))),
    constraint hook_keys_check1 CHECK (((kind = 'app'::text) = (sealed_key IS NOT NULL))),
    constraint hook_keys_kind_check CHECK ((kind = ANY (ARRAY['listener'::text, 'app'::text]))),
    constraint hook_keys_instance_id_fkey FOREIGN KEY (instance_id) REFERENCES instances(id)
);
comment on table hook_keys is 'Who may send hints about a server.';
CREATE INDEX hook_keys_instance ON hook_keys USING btree (instance_id, kind);
create table hook_nonces (
    key_id uuid not null,
    nonce text not null,
    expires_at timestamp with time zone not null,
    constraint hook_nonces_pkey PRIMARY KEY (key_id, nonce),
    constraint hook_nonces_key_id_fkey FOREIGN KEY (key_id) REFERENCES hook_keys(id) ON DELETE CASCADE
);
comment on table hook_nonces is 'Signed hints already taken, for as long as their signature would be believed.';
CREATE INDEX hook_nonces_expiry ON hook_nonces USING btree (expires_at);
create table identities (
    issuer text not null,
    subject text not null,
    instance_id uuid not null,
    user_id text not null,
    created_at timestamp with time zone not null,
    constraint identities_pkey PRIMARY KEY (issuer, subject),
    constraint identities_instance_id_fkey FOREIGN KEY (instance_id) REFERENCES instances(id),
    constraint identities_issuer_instance_id_user_id_key UNIQUE (issuer, instance_id, user_id)
);
comment on table identities is 'Which user of Nextcloud somebody of a provider is, once and for all.';
create table index_builds (
    name text not null,
    epoch uuid not null,
    after_document uuid,
    done bigint not null,
    total bigint not null,
    started_at timestamp with time zone not null,
    updated_at timestamp with time zone not null,
    constraint index_builds_pkey PRIMARY KEY (name),
    constraint index_builds_done_check CHECK ((done >= 0)),
    constraint index_builds_total_check CHECK ((total >= 0))
);
comment on table index_builds is 'Indexes being made in the background, and how far they are.';
create table index_epochs (
    name text not null,
    epoch uuid not null,
    recorded_at timestamp with time zone not null,
    constraint index_epochs_pkey PRIMARY KEY (name)
);
comment on table index_epochs is 'Which incarnation of each index was filled, so that a lost or foreign one is noticed.';
create table index_removals (
    document_id uuid not null,
    chunk_id uuid not null,
    receipt_id uuid,
    constraint index_removals_pkey PRIMARY KEY (document_id, chunk_id),
    constraint index_removals_receipt_id_fkey FOREIGN KEY (receipt_id) REFERENCES removal_receipts(id) ON DELETE SET NULL
);
comment on table index_removals is 'Points to take out of the index; outlives the document they came from.';
CREATE INDEX index_removals_receipt ON index_removals USING btree (receipt_id) WHERE (receipt_id IS NOT NULL);
create table instances (
    id uuid not null,
    base_url text not null,
    created_at timestamp with time zone not null,
    constraint instances_pkey PRIMARY KEY (id),
    constraint instances_base_url_key UNIQUE (base_url)
);
comment on table instances is 'Nextcloud servers. File ids are unique within one of them only.';
create table jobs (
    id uuid not null,
    kind text not null,
    payload jsonb not null,
    lane smallint not null,
    dedup_key text not null,
    subject uuid not null,
    state text not null,
    run_at timestamp with time zone not null,
    attempts integer not null default 0,
    lease_token uuid,
    leased_by text,
    leased_until timestamp with time zone,
    last_error text,
    trace text,
    enqueued_at timestamp with time zone not null,
    constraint jobs_pkey PRIMARY KEY (id),
    constraint jobs_check CHECK (((state = 'running'::text) = ((lease_token IS NOT NULL) AND (leased_until IS NOT NULL)))),
    constraint jobs_lane_check CHECK (((lane >= 0) AND (lane <= 3))),
    constraint jobs_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'running'::text])))
) with (fillfactor=70);
comment on table jobs is 'The queue.';
CREATE INDEX jobs_leases ON jobs USING btree (leased_until) WHERE (state = 'running'::text);
CREATE INDEX jobs_next ON jobs USING btree (lane, run_at, id) WHERE (state = 'waiting'::text);
CREATE UNIQUE INDEX jobs_one_running ON jobs USING btree (subject) WHERE (state = 'running'::text);
CREATE UNIQUE INDEX jobs_waiting_once ON jobs USING btree (dedup_key) WHERE (state = 'waiting'::text);
create table leases (
    name text not null,
    holder text not null,
    token bigint not null,
    expires_at timestamp with time zone not null,
    constraint leases_pkey PRIMARY KEY (name)
);
comment on table leases is 'Leadership.';
create table mail_accounts (
    id uuid not null,
    account_id uuid not null,
    connection bytea not null,
    state text not null,
    reason text,
    state_since timestamp with time zone not null,
    last_synced_at timestamp with time zone,
    looked_at timestamp with time zone,
    created_at timestamp with time zone not null,
    constraint mail_accounts_pkey PRIMARY KEY (id),
    constraint mail_accounts_state_check CHECK ((state = ANY (ARRAY['connected'::text, 'refused'::text, 'failing'::text]))),
    constraint mail_accounts_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id) ON DELETE CASCADE
);
comment on table mail_accounts is 'One mailbox of one person. Only that person reads what is in it.';
CREATE INDEX mail_accounts_owner ON mail_accounts USING btree (account_id);
create table mail_adrift (
    content_id uuid not null,
    mail_account_id uuid not null,
    constraint mail_adrift_pkey PRIMARY KEY (content_id),
    constraint mail_adrift_content_id_fkey FOREIGN KEY (content_id) REFERENCES mail_contents(id) ON DELETE CASCADE,
    constraint mail_adrift_mail_account_id_fkey FOREIGN KEY (mail_account_id) REFERENCES mail_accounts(id) ON DELETE CASCADE
);
comment on table mail_adrift is 'Messages taken out of a folder, until it is known whether they lie in another.';
CREATE INDEX mail_adrift_account ON mail_adrift USING btree (mail_account_id);
create table mail_contents (
    id uuid not null,
    mail_account_id uuid not null,
    key bytea not null,
    size bigint not null,
    state text not null,
    reason text,
    attempts integer not null default 0,
    thread_id uuid,
    sent_at timestamp with time zone,
    note bytea,
    body bytea,
    created_at timestamp with time zone not null,
    constraint mail_contents_pkey PRIMARY KEY (id),
    constraint mail_contents_check CHECK (((state <> 'read'::text) OR ((note IS NOT NULL) AND (body IS NOT NULL)))),
    constraint mail_contents_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'read'::text, 'quarantined'::text]))),
    constraint mail_contents_thread_id_fkey FOREIGN KEY (thread_id) REFERENCES mail_threads(id) ON DELETE SET NULL,
    constraint mail_contents_mail_account_id_fkey FOREIGN KEY (mail_account_id) REFERENCES mail_accounts(id) ON DELETE CASCADE,
    constraint mail_contents_mail_account_id_key_size_key UNIQUE (mail_account_id, key, size)
);
comment on table mail_contents is 'What a message says, once for all folders it is in.';
CREATE INDEX mail_contents_by_time ON mail_contents USING btree (mail_account_id, LEAST(sent_at, created_at) DESC, id DESC) WHERE (state = 'read'::text);
CREATE INDEX mail_contents_pending ON mail_contents USING btree (mail_account_id) WHERE (state = 'pending'::text);
CREATE INDEX mail_contents_thread ON mail_contents USING btree (thread_id);
create table mail_folders (
    id uuid not null,
    mail_account_id uuid not null,
    name text collate "C" not null,
    role text not null,
    selectable boolean not null,
    chosen boolean,
    uid_validity bigint,
    uid_next bigint not null default 1,
    mod_seq bigint,
    backfill_below bigint,
    reason text,
    synced_at timestamp with time zone,
    constraint mail_folders_pkey PRIMARY KEY (id),
    constraint mail_folders_mail_account_id_fkey FOREIGN KEY (mail_account_id) REFERENCES mail_accounts(id) ON DELETE CASCADE,
    constraint mail_folders_mail_account_id_name_key UNIQUE (mail_account_id, name)
);
comment on table mail_folders is 'Folders and how far each is mirrored.';
create table mail_messages (
    folder_id uuid not null,
    uid bigint not null,
    content_id uuid not null,
    flags text[] not null,
    internal_date timestamp with time zone,
    constraint mail_messages_pkey PRIMARY KEY (folder_id, uid),
    constraint mail_messages_folder_id_fkey FOREIGN KEY (folder_id) REFERENCES mail_folders(id) ON DELETE CASCADE,
    constraint mail_messages_content_id_fkey FOREIGN KEY (content_id) REFERENCES mail_contents(id) ON DELETE CASCADE
);
comment on table mail_messages is 'Where messages lie. UIDs are of the folder''s present epoch.';
CREATE INDEX mail_messages_content ON mail_messages USING btree (content_id);
create table mail_thread_keys (
    mail_account_id uuid not null,
    key bytea not null,
    thread_id uuid not null,
    constraint mail_thread_keys_pkey PRIMARY KEY (mail_account_id, key),
    constraint mail_thread_keys_thread_id_fkey FOREIGN KEY (thread_id) REFERENCES mail_threads(id) ON DELETE CASCADE,
    constraint mail_thread_keys_mail_account_id_fkey FOREIGN KEY (mail_account_id) REFERENCES mail_accounts(id) ON DELETE CASCADE
);
comment on table mail_thread_keys is 'Which conversation a Message-ID belongs to.';
CREATE INDEX mail_thread_keys_thread ON mail_thread_keys USING btree (thread_id);
create table mail_threads (
    id uuid not null,
    mail_account_id uuid not null,
    constraint mail_threads_pkey PRIMARY KEY (id),
    constraint mail_threads_mail_account_id_fkey FOREIGN KEY (mail_account_id) REFERENCES mail_accounts(id) ON DELETE CASCADE
);
comment on table mail_threads is 'Conversations: messages that name each other.';
CREATE INDEX mail_threads_account ON mail_threads USING btree (mail_account_id);
create table messages (
    id uuid not null,
    conversation_id uuid not null,
    ordinal integer not null,
    role text not null,
    body bytea not null,
    citations bytea,
    details bytea,
    created_at timestamp with time zone not null,
    rating text,
    constraint messages_pkey PRIMARY KEY (id),
    constraint messages_role_check CHECK ((role = ANY (ARRAY['user'::text, 'assistant'::text]))),
    constraint messages_rating_check CHECK ((rating = ANY (ARRAY['helpful'::text, 'not_helpful'::text]))),
    constraint messages_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversations(id) ON DELETE CASCADE,
    constraint messages_conversation_id_ordinal_key UNIQUE (conversation_id, ordinal)
);
create table model_spending (
    month date not null,
    tokens bigint not null,
    cost bigint not null,
    constraint model_spending_pkey PRIMARY KEY (month),
    constraint model_spending_cost_check CHECK ((cost >= 0)),
    constraint model_spending_tokens_check CHECK ((tokens >= 0))
);
comment on table model_spending is 'Tokens and cost of all questions to models, by month.';
create table model_spending_of_people (
    account_id uuid not null,
    day date not null,
    tokens bigint not null,
    cost bigint not null,
    constraint model_spending_of_people_pkey PRIMARY KEY (account_id, day),
    constraint model_spending_of_people_cost_check CHECK ((cost >= 0)),
    constraint model_spending_of_people_tokens_check CHECK ((tokens >= 0)),
    constraint model_spending_of_people_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id) ON DELETE CASCADE
);
comment on table model_spending_of_people is 'Tokens and cost of a person''s questions to models, by day.';
create table named_keys (
    name text not null,
    wrapped bytea not null,
    created_at timestamp with time zone not null,
    constraint named_keys_pkey PRIMARY KEY (name)
);
comment on table named_keys is 'Keys for other uses than sealing rows, wrapped by the master key.';
create table nudged_files (
    account_id uuid not null,
    file_id bigint not null,
    gone boolean not null,
    noted_at timestamp with time zone not null,
    constraint nudged_files_pkey PRIMARY KEY (account_id, file_id),
    constraint nudged_files_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id) ON DELETE CASCADE
);
comment on table nudged_files is 'What a person was said to have changed, until a look at that person shows whom else it concerns.';
CREATE INDEX nudged_files_age ON nudged_files USING btree (noted_at);
create table occurrences (
    object_id uuid not null,
    number integer not null,
    account_id uuid not null,
    collection_id uuid not null,
    kind text not null,
    times text not null,
    start_at timestamp with time zone not null,
    end_at timestamp with time zone not null,
    is_long boolean not null,
    item integer not null,
    original_at timestamp with time zone,
    busy boolean not null,
    done boolean not null,
    cancelled boolean not null,
    constraint occurrences_pkey PRIMARY KEY (object_id, number),
    constraint occurrences_kind_check CHECK ((kind = ANY (ARRAY['event'::text, 'task'::text]))),
    constraint occurrences_times_check CHECK ((times = ANY (ARRAY['zoned'::text, 'all_day'::text, 'floating'::text, 'undated'::text]))),
    constraint occurrences_object_id_fkey FOREIGN KEY (object_id) REFERENCES collection_objects(id) ON DELETE CASCADE,
    constraint occurrences_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id) ON DELETE CASCADE,
    constraint occurrences_collection_id_fkey FOREIGN KEY (collection_id) REFERENCES collections(id) ON DELETE CASCADE
);
comment on table occurrences is 'When events take place and tasks are due, within a window that moves on.';
CREATE INDEX occurrences_by_start ON occurrences USING btree (account_id, kind, start_at);
CREATE INDEX occurrences_collection ON occurrences USING btree (collection_id);
CREATE INDEX occurrences_long ON occurrences USING btree (account_id, kind, end_at) WHERE is_long;
CREATE INDEX occurrences_of_days ON occurrences USING btree (account_id, kind, start_at) WHERE ((NOT is_long) AND ((end_at - start_at) > '24:00:00'::interval));
create table paired_apps (
    id uuid not null,
    instance_id uuid not null,
    key_id text not null,
    public_key bytea not null,
    created_at timestamp with time zone not null,
    last_used_at timestamp with time zone,
    constraint paired_apps_pkey PRIMARY KEY (id),
    constraint paired_apps_key_id_key UNIQUE (key_id),
    constraint paired_apps_instance_id_fkey FOREIGN KEY (instance_id) REFERENCES instances(id),
    constraint paired_apps_public_key_check CHECK ((octet_length(public_key) = 32))
);
comment on table paired_apps is 'Public keys of paired Nextcloud apps.';
create table refresh_tokens (
    hash bytea not null,
    session_id uuid not null,
    created_at timestamp with time zone not null,
    spent_at timestamp with time zone,
    constraint refresh_tokens_pkey PRIMARY KEY (hash),
    constraint refresh_tokens_hash_check CHECK ((octet_length(hash) = 32)),
    constraint refresh_tokens_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions(id) ON DELETE CASCADE
);
comment on table refresh_tokens is 'Hashes of what a session is renewed with, each good once.';
CREATE INDEX refresh_tokens_of_sessions ON refresh_tokens USING btree (session_id);
create table remote_writes (
    id uuid not null,
    account_id uuid not null,
    key_hash bytea not null,
    kind text not null,
    request_digest bytea not null,
    state text not null,
    reason text,
    request bytea not null,
    result bytea,
    result_file_id bigint,
    result_etag text,
    attempts integer not null default 0,
    claim uuid,
    claimed_until timestamp with time zone,
    created_at timestamp with time zone not null,
    updated_at timestamp with time zone not null,
    constraint remote_writes_pkey PRIMARY KEY (id),
    constraint remote_writes_state_check CHECK ((state = ANY (ARRAY['planned'::text, 'sent'::text, 'done'::text, 'refused'::text, 'unknown'::text]))),
    constraint remote_writes_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id) ON DELETE CASCADE,
    constraint remote_writes_account_id_key_hash_key UNIQUE (account_id, key_hash)
);
comment on table remote_writes is 'Writes to Nextcloud by idempotency key: planned before, recorded after.';
CREATE INDEX remote_writes_by_age ON remote_writes USING btree (updated_at);
create table removal_receipts (
    id uuid not null,
    instance_id uuid not null,
    account_digest bytea not null,
    cause text not null,
    begun_at timestamp with time zone not null,
    removed_at timestamp with time zone,
    completed_at timestamp with time zone,
    entries bigint not null default 0,
    documents_purged bigint not null default 0,
    documents_kept bigint not null default 0,
    chunks bigint not null default 0,
    conversations bigint not null default 0,
    messages bigint not null default 0,
    jobs_cancelled bigint not null default 0,
    collection_objects bigint not null default 0,
    constraint removal_receipts_pkey PRIMARY KEY (id),
    constraint removal_receipts_cause_check CHECK ((cause = ANY (ARRAY['disconnected'::text, 'gone'::text]))),
    constraint removal_receipts_instance_id_fkey FOREIGN KEY (instance_id) REFERENCES instances(id),
    constraint removal_receipts_account_digest_key UNIQUE (account_digest)
);
comment on table removal_receipts is 'What went with a person. Counts only: no name, no path, no text.';
CREATE INDEX removal_receipts_unfinished ON removal_receipts USING btree (id) WHERE (completed_at IS NULL);
create table scope_rules (
    id uuid not null,
    instance_id uuid not null,
    account_id uuid,
    effect text not null,
    kind text not null,
    pattern text not null,
    origin text not null,
    created_at timestamp with time zone not null,
    constraint scope_rules_pkey PRIMARY KEY (id),
    constraint scope_rules_check CHECK (((account_id IS NULL) = (origin <> 'person'::text))),
    constraint scope_rules_kind_check CHECK ((kind = ANY (ARRAY['folder'::text, 'glob'::text, 'mount'::text, 'type'::text, 'size'::text, 'tag'::text, 'marker'::text]))),
    constraint scope_rules_effect_check CHECK ((effect = ANY (ARRAY['exclude'::text, 'include'::text]))),
    constraint scope_rules_origin_check CHECK ((origin = ANY (ARRAY['configuration'::text, 'administrator'::text, 'person'::text]))),
    constraint scope_rules_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id) ON DELETE CASCADE,
    constraint scope_rules_instance_id_fkey FOREIGN KEY (instance_id) REFERENCES instances(id),
    constraint scope_rules_instance_id_account_id_effect_kind_pattern_key UNIQUE NULLS NOT DISTINCT (instance_id, account_id, effect, kind, pattern)
);
comment on table scope_rules is 'What is read and what is left out, for a server or for one person.';
CREATE INDEX scope_rules_account ON scope_rules USING btree (account_id) WHERE (account_id IS NOT NULL);
create table scope_tagged (
    account_id uuid not null,
    tag text not null,
    file_id bigint not null,
    is_folder boolean not null,
    constraint scope_tagged_pkey PRIMARY KEY (account_id, tag, file_id),
    constraint scope_tagged_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id) ON DELETE CASCADE
);
comment on table scope_tagged is 'Files and folders with such a tag, as each person''s server view last showed them.';
CREATE INDEX scope_tagged_folders ON scope_tagged USING btree (account_id) WHERE is_folder;
create table scope_tags (
    account_id uuid not null,
    tag text not null,
    looked_at timestamp with time zone not null,
    constraint scope_tags_pkey PRIMARY KEY (account_id, tag),
    constraint scope_tags_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id) ON DELETE CASCADE
);
comment on table scope_tags is 'When the server was last asked which files carry a tag that a rule names.';
create table sessions (
    id uuid not null,
    instance_id uuid not null,
    user_id text not null,
    kind text not null,
    paired_app_id uuid,
    browser text,
    issuer text,
    subject text,
    provider_session text,
    roles text[] not null,
    created_at timestamp with time zone not null,
    last_used_at timestamp with time zone not null,
    ends_at timestamp with time zone not null,
    address text not null,
    agent text not null,
    proved_at timestamp with time zone,
    acr text,
    amr text[] not null,
    ended_at timestamp with time zone,
    end_reason text,
    constraint sessions_pkey PRIMARY KEY (id),
    constraint sessions_check CHECK (((kind = 'nextcloud'::text) = (paired_app_id IS NOT NULL))),
    constraint sessions_check1 CHECK (((kind = 'sign_in'::text) = ((issuer IS NOT NULL) AND (subject IS NOT NULL)))),
    constraint sessions_check2 CHECK (((ended_at IS NULL) = (end_reason IS NULL))),
    constraint sessions_kind_check CHECK ((kind = ANY (ARRAY['nextcloud'::text, 'sign_in'::text]))),
    constraint sessions_instance_id_fkey FOREIGN KEY (instance_id) REFERENCES instances(id),
    constraint sessions_paired_app_id_fkey FOREIGN KEY (paired_app_id) REFERENCES paired_apps(id) ON DELETE CASCADE
);
comment on table sessions is 'Sessions of people: who, since when, from what kind of place. Ended ones are kept for a while.';
CREATE INDEX sessions_ended ON sessions USING btree (ended_at) WHERE (ended_at IS NOT NULL);
CREATE INDEX sessions_ending ON sessions USING btree (ends_at);
CREATE INDEX sessions_of_browsers ON sessions USING btree (paired_app_id, user_id, browser) WHERE (paired_app_id IS NOT NULL);
CREATE INDEX sessions_of_people ON sessions USING btree (instance_id, user_id, last_used_at);
CREATE INDEX sessions_of_subjects ON sessions USING btree (issuer, subject) WHERE (issuer IS NOT NULL);
create table settings (
    name text not null,
    value integer not null,
    changed_at timestamp with time zone not null,
    constraint settings_pkey PRIMARY KEY (name),
    constraint settings_name_check CHECK ((name ~ '^[a-z_]{1,60}$'::text)),
    constraint settings_value_check CHECK ((value > 0))
);
create table sign_ins (
    id uuid not null,
    secret_hash bytea not null,
    state_hash bytea not null,
    expected bytea not null,
    created_at timestamp with time zone not null,
    ends_at timestamp with time zone not null,
    constraint sign_ins_pkey PRIMARY KEY (id),
    constraint sign_ins_state_hash_check CHECK ((octet_length(state_hash) = 32)),
    constraint sign_ins_secret_hash_check CHECK ((octet_length(secret_hash) = 32))
);
comment on table sign_ins is 'Sign-ins that were begun at a provider; gone when completed.';
CREATE INDEX sign_ins_ending ON sign_ins USING btree (ends_at);
create table signing_keys (
    id uuid not null,
    key_id text not null,
    public_key bytea not null,
    private_key bytea not null,
    created_at timestamp with time zone not null,
    retired_at timestamp with time zone,
    ends_at timestamp with time zone,
    constraint signing_keys_pkey PRIMARY KEY (id),
    constraint signing_keys_check CHECK (((retired_at IS NULL) = (ends_at IS NULL))),
    constraint signing_keys_key_id_key UNIQUE (key_id),
    constraint signing_keys_public_key_check CHECK ((octet_length(public_key) = 32))
);
comment on table signing_keys is 'Keys that sign access tokens: one that signs, and those before it that are still believed.';
CREATE UNIQUE INDEX signing_keys_one_signs ON signing_keys USING btree ((true)) WHERE (retired_at IS NULL);
create table spent_logouts (
    issuer text not null,
    jti text not null,
    ends_at timestamp with time zone not null,
    constraint spent_logouts_pkey PRIMARY KEY (issuer, jti)
);
comment on table spent_logouts is 'Logout tokens that were taken, for as long as they would be believed a second time.';
CREATE INDEX spent_logouts_ending ON spent_logouts USING btree (ends_at);
create table spent_vouches (
    paired_app_id uuid not null,
    jti text not null,
    expires_at timestamp with time zone not null,
    constraint spent_vouches_pkey PRIMARY KEY (paired_app_id, jti),
    constraint spent_vouches_paired_app_id_fkey FOREIGN KEY (paired_app_id) REFERENCES paired_apps(id) ON DELETE CASCADE
);
comment on table spent_vouches is 'Vouches that were used, for as long as they would be believed a second time.';
CREATE INDEX spent_vouches_expiry ON spent_vouches USING btree (expires_at);
create table sync_cursors (
    account_id uuid not null,
    root_etag text,
    data_fingerprint text,
    run_id uuid,
    run_started_at timestamp with time zone,
    confirmed_at timestamp with time zone,
    held_since timestamp with time zone,
    held_unseen bigint,
    held_total bigint,
    held_reason text,
    held_accepted_at timestamp with time zone,
    known_since_on_server timestamp with time zone,
    doubts bigint not null default 0,
    doubts_at_run bigint not null default 0,
    doubts_settled bigint not null default 0,
    run_unfinished boolean not null default false,
    listed_at timestamp with time zone,
    constraint sync_cursors_pkey PRIMARY KEY (account_id),
    constraint sync_cursors_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id) ON DELETE CASCADE
);
comment on table sync_cursors is 'Where the mirror of each person''s files stands.';
create table tickets (
    hash bytea not null,
    session_id uuid not null,
    origin text not null,
    purpose text not null,
    ends_at timestamp with time zone not null,
    constraint tickets_pkey PRIMARY KEY (hash),
    constraint tickets_hash_check CHECK ((octet_length(hash) = 32)),
    constraint tickets_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions(id) ON DELETE CASCADE
);
comment on table tickets is 'Hashes of what opens one stream within half a minute; gone when used.';
CREATE INDEX tickets_ending ON tickets USING btree (ends_at);
create function account_works(state text) returns boolean as $$ select state not in ('revoked', 'disabled', 'gone') $$;
create function accounts_sealed() returns trigger as $$begin perform hold_data_key(new.secret); perform hold_data_key(new.names); return new; end$$;
create function audit_marks(packed bytea) returns bytea[] as $$
    select coalesce(array_agg(substring(packed from n * 17 + 1 for 17)), '{}')
      from generate_series(0, length(packed) / 17 - 1) as n
    $$;
create function chunks_sealed() returns trigger as $$begin perform hold_data_key(new.heading); perform hold_data_key(new.body); return new; end$$;
create function collection_objects_sealed() returns trigger as $$begin perform hold_data_key(new.location); perform hold_data_key(new.body); perform hold_data_key(new.note); return new; end$$;
create function collections_sealed() returns trigger as $$begin perform hold_data_key(new.about); return new; end$$;
create function connect_flows_sealed() returns trigger as $$begin perform hold_data_key(new.poll_token); perform hold_data_key(new.granted); return new; end$$;
create function conversations_sealed() returns trigger as $$begin perform hold_data_key(new.title); return new; end$$;
create view document_readers (
    account_id uuid,
    document_id uuid
);
create function documents_sealed() returns trigger as $$begin perform hold_data_key(new.about); return new; end$$;
create function end_sessions_of_account() returns trigger as $$
    begin
        update sessions set ended_at = new.state_since, end_reason = 'account_' || new.state
         where instance_id = new.instance_id and user_id = new.user_id and ended_at is null;
        return null;
    end
    $$;
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
    $$;
create function guard_sealed(guarded text, VARIADIC sealed text[]) returns void as $$
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
    $$;
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
    $$;
create function hook_keys_sealed() returns trigger as $$begin perform hold_data_key(new.sealed_key); return new; end$$;
create view listed_documents (
    account_id uuid,
    document_id uuid,
    file_id bigint,
    name text,
    path text,
    mime text,
    size bigint,
    modified_at timestamp with time zone,
    state text,
    reason text,
    sensitivity text,
    page_count integer,
    truncated boolean,
    updated_at timestamp with time zone,
    indexed_at timestamp with time zone,
    scope_out text,
    scope_why text,
    scope_rule uuid,
    tree_confirmed_at timestamp with time zone,
    tree_doubts bigint,
    etags_tell boolean
);
create function mail_accounts_sealed() returns trigger as $$begin perform hold_data_key(new.connection); return new; end$$;
create function mail_contents_sealed() returns trigger as $$begin perform hold_data_key(new.note); perform hold_data_key(new.body); return new; end$$;
create function members_digest(members uuid[]) returns bytea as $$ select sha256(string_agg(uuid_send(m), ''::bytea order by m)) from unnest(members) as m $$;
create function messages_sealed() returns trigger as $$begin perform hold_data_key(new.body); perform hold_data_key(new.citations); perform hold_data_key(new.details); return new; end$$;
create function missing_subtree(tree uuid, missing bigint[], run uuid) returns TABLE(file_id bigint) as $$
    with recursive gone as (
        select top.file_id from (select tree as account_id offset 0) as me
          join entries as top using (account_id) join unnest(missing) as input (file_id) using (file_id)
         where top.last_seen_run <> run
        union
        select child.file_id from entries as child join gone on child.parent_id = gone.file_id
         where child.account_id = tree
    )
    select gone.file_id from gone
    $$;
create function next_members(members uuid[], reader uuid, joins boolean) returns uuid[] as $$ select array(select m from unnest(members) as m where m <> reader
                       union select reader where joins order by 1) $$;
create function note_mail_replaced() returns trigger as $$
    begin
        insert into mail_adrift (content_id, mail_account_id)
        select c.id, c.mail_account_id
          from (select content_id from taken except select content_id from put) t
          join mail_contents c on c.id = t.content_id
          join mail_accounts a on a.id = c.mail_account_id
        on conflict do nothing;
        return null;
    end
    $$;
create function note_mail_taken() returns trigger as $$
    begin
        insert into mail_adrift (content_id, mail_account_id)
        select c.id, c.mail_account_id
          from (select distinct content_id from taken) t
          join mail_contents c on c.id = t.content_id
          join mail_accounts a on a.id = c.mail_account_id
        on conflict do nothing;
        return null;
    end
    $$;
create function readable_among(reader uuid, wanted uuid[]) returns SETOF readable_documents as $$
    begin
        return query
        select may.* from (select distinct id from unnest(wanted) as each (id)) as asked
         cross join lateral (select * from readable_documents
                              where account_id = reader and document_id = asked.id limit 1) as may;
    end
    $$;
create view readable_documents (
    account_id uuid,
    document_id uuid,
    file_id bigint,
    name text,
    path text,
    mime text,
    size bigint,
    modified_at timestamp with time zone,
    state text,
    reason text,
    sensitivity text,
    page_count integer,
    truncated boolean,
    updated_at timestamp with time zone,
    indexed_at timestamp with time zone,
    tree_confirmed_at timestamp with time zone,
    tree_doubts bigint,
    etags_tell boolean,
    source text,
    about bytea,
    begins_at timestamp with time zone,
    ends_at timestamp with time zone,
    lent_seen_at timestamp with time zone
);
create function refuse_audit_change() returns trigger as $$
    begin
        raise exception using errcode = 'VA002', table = 'audit_records',
            message = 'the audit log is only ever added to';
    end
    $$;
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
    $$;
create function refuse_change_of_egress_decisions() returns trigger as $$
begin
    raise exception 'egress decisions are kept as they are';
end
$$;
create function remote_writes_sealed() returns trigger as $$begin perform hold_data_key(new.request); perform hold_data_key(new.result); return new; end$$;
create function sealed_key_version(sealed bytea) returns integer as $$
    select case when octet_length(sealed) < 5 then -1
                else (get_byte(sealed, 1) << 24) | (get_byte(sealed, 2) << 16) | (get_byte(sealed, 3) << 8)
                     | get_byte(sealed, 4) end
    $$;
create function sign_ins_sealed() returns trigger as $$begin perform hold_data_key(new.expected); return new; end$$;
create function signing_keys_sealed() returns trigger as $$begin perform hold_data_key(new.private_key); return new; end$$;
