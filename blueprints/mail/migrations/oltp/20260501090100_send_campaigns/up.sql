-- What sending keeps of an enrolment: the job that was made for its next step, and what was sent before it.

alter table oltp.campaign_leads
  add column sending_job_id uuid,
  add column message_ids text[] not null default '{}';
comment on column oltp.campaign_leads.sending_job_id is 'Set before the job is enqueued and cleared when the enrolment has moved on: whoever is killed in between enqueues the same job.';
comment on column oltp.campaign_leads.message_ids is 'Message-IDs of what was handed over so far, oldest first. Denormalised: the next message names them, and they are in another database.';
