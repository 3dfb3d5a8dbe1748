-- What an import owes the queue.

alter table content.email_imports
  add column owed_ids uuid[] not null default '{}';
comment on column content.email_imports.owed_ids is 'Messages of the last batch, whose jobs may not have been enqueued. Set with the batch, so that whoever goes on knows them; the jobs'' ids follow from these.';
