-- A person's mail is listed by when it was written. A message that says it was written after it came is listed when it came,
-- so that none stays on top for years.
create index mail_contents_by_time on mail_contents (mail_account_id, least(sent_at, created_at) desc, id desc)
 where state = 'read';
