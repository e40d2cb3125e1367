-- An index that is made anew in the background, for another model or another form, while the one before goes on answering. How
-- far it is stands here, so that a killed daemon goes on where it was.

create table index_builds (
    name text not null primary key,
    -- The epoch of the index being made.
    epoch uuid not null,
    -- The last document that is in it, in the order of ids.
    after_document uuid,
    done bigint not null check (done >= 0),
    total bigint not null check (total >= 0),
    started_at timestamptz not null,
    updated_at timestamptz not null
);
comment on table index_builds is 'Indexes being made in the background, and how far they are.';
