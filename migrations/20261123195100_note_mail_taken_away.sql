-- Contents that were taken out of a folder: whoever ends a run looks whether they lie in another, and need not look at
-- all of a mailbox for that.
create table mail_adrift (
    content_id uuid primary key references mail_contents (id) on delete cascade,
    mail_account_id uuid not null references mail_accounts (id) on delete cascade
);
create index mail_adrift_account on mail_adrift (mail_account_id);
comment on table mail_adrift is 'Messages taken out of a folder, until it is known whether they lie in another.';

insert into mail_adrift (content_id, mail_account_id)
select c.id, c.mail_account_id from mail_contents c
 where not exists (select from mail_messages m where m.content_id = c.id);

-- What goes with its mailbox is no longer there when this looks.
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
    $$ language plpgsql;

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
    $$ language plpgsql;

create trigger mail_messages_taken after delete on mail_messages referencing old table as taken
    for each statement execute function note_mail_taken();
create trigger mail_messages_replaced after update on mail_messages referencing old table as taken new table as put
    for each statement execute function note_mail_replaced();

-- A fourth lane, behind the three there are: what a first look at a large mailbox or calendar leaves to be indexed.
alter table jobs drop constraint jobs_lane_check;
alter table jobs add constraint jobs_lane_check check (lane between 0 and 3) not valid;
alter table jobs validate constraint jobs_lane_check;
