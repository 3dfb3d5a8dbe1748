-- name: start_campaign
update oltp.campaigns c set status = 'running', started = coalesce(c.started, now()), updated = now()
 where c.tenant_id = :tenant_id and c.id = :id and c.status in ('draft', 'scheduled', 'paused', 'running')
returning c.id, c.email_account_id;

-- name: find_campaign
select c.id, c.name, c.status, c.email_account_id, a.address::text as account_address, a.provider, a.daily_limit
  from oltp.campaigns c left join oltp.email_accounts a on a.tenant_id = c.tenant_id and a.id = c.email_account_id
 where c.tenant_id = :tenant_id and c.id = :id;

-- name: pause_campaign
update oltp.campaigns c set status = 'paused', updated = now() where c.tenant_id = :tenant_id and c.id = :id and c.status = 'running';

-- name: count_enrolments
select count(*) filter (where l.state in ('enrolled', 'active')) as "open!", count(*) as "all!",
       min(l.next_run) filter (where l.state in ('enrolled', 'active')) as next_run
  from oltp.campaign_leads l where l.tenant_id = :tenant_id and l.campaign_id = :campaign_id;

-- name: enrol_first_steps
-- Enrolments that nothing was planned for yet begin with the first step.
update oltp.campaign_leads l set next_step_id = s.id, next_run = greatest(l.next_run, now() + make_interval(hours => s.delay_hours))
  from oltp.campaign_steps s
 where l.tenant_id = :tenant_id and l.campaign_id = :campaign_id and l.state = 'enrolled' and l.next_step_id is null
   and s.tenant_id = l.tenant_id and s.campaign_id = l.campaign_id
   and s.position = (select min(f.position) from oltp.campaign_steps f where f.tenant_id = l.tenant_id and f.campaign_id = l.campaign_id);

-- name: drop_unwanted
-- Who does not want to be written to, or cannot be, gets nothing more.
update oltp.campaign_leads l
   set state = case when d.status = 'bounced' then 'bounced' when d.status = 'replied' then 'replied' else 'unsubscribed' end,
       next_run = null, finished = now()
  from oltp.leads d
 where l.tenant_id = :tenant_id and l.campaign_id = :campaign_id and l.state in ('enrolled', 'active') and l.next_run <= now() and l.sending_job_id is null
   and d.tenant_id = l.tenant_id and d.id = l.lead_id
   and (d.consent = 'opted_out' or d.status in ('unsubscribed', 'bounced') or (d.status = 'replied' and l.state = 'active'));

-- name: take_due
-- Each gets the id of its job before there is a job: killed after this, the next run enqueues the same ones.
with due as materialized (
  select l.id from oltp.campaign_leads l
   where l.tenant_id = :tenant_id and l.campaign_id = :campaign_id and l.state in ('enrolled', 'active') and l.next_step_id is not null
     and (l.sending_job_id is not null or l.next_run <= now())
   order by l.next_run limit :most::int for update skip locked)
update oltp.campaign_leads l set sending_job_id = coalesce(l.sending_job_id, uuidv7())
  from due, oltp.leads d, oltp.campaign_steps s
 where l.tenant_id = :tenant_id and l.id = due.id and d.tenant_id = l.tenant_id and d.id = l.lead_id
   and s.tenant_id = l.tenant_id and s.id = l.next_step_id
returning l.id, l.lead_id, l.next_step_id as "step_id!", l.sending_job_id as "job_id!", l.message_ids, d.address::text as "address!", s.position as "position!";

-- name: move_on
-- Behind a step that was handed over: on to the next one, or to the end, unless an answer has ended it meanwhile.
update oltp.campaign_leads l
   set message_ids = l.message_ids || m.message_id, sending_job_id = null, next_step_id = n.id,
       next_run = case when n.id is not null and o.state in ('enrolled', 'active') then now() + make_interval(hours => n.delay_hours) end,
       state = case when o.state not in ('enrolled', 'active') then o.state when n.id is not null then 'active' else 'finished' end,
       finished = case when o.state not in ('enrolled', 'active') then o.finished when n.id is null then now() end
  from unnest(:ids::uuid[], :job_ids::uuid[], :message_ids::text[]) m (id, job_id, message_id)
    join oltp.campaign_leads o on o.tenant_id = :tenant_id and o.id = m.id
    join oltp.campaign_steps s on s.tenant_id = o.tenant_id and s.id = o.next_step_id
    left join lateral (
      select f.id, f.delay_hours from oltp.campaign_steps f
       where f.tenant_id = s.tenant_id and f.campaign_id = s.campaign_id and f.position > s.position order by f.position limit 1) n on true
 where l.tenant_id = :tenant_id and l.id = m.id and l.sending_job_id = m.job_id;

-- name: complete_campaign
update oltp.campaigns c set status = 'completed', completed = now(), updated = now()
 where c.tenant_id = :tenant_id and c.id = :id and c.status = 'running'
   and not exists (select from oltp.campaign_leads l where l.tenant_id = c.tenant_id and l.campaign_id = c.id and l.state in ('enrolled', 'active'));

-- name: find_sendings
-- Everything messages are made of, as it is now; `place` counts from 1.
select w.place::int as "place!", d.address::text as "address!", d.first_name, d.last_name, d.title, d.custom, d.consent, d.status as lead_status, l.state,
       coalesce(o.name, '') as "company!", s.subject, s.body_template, c.status as campaign_status,
       a.address::text as "account_address!", a.display_name
  from unnest(:enrolment_ids::uuid[], :step_ids::uuid[], :account_ids::uuid[]) with ordinality w (enrolment_id, step_id, account_id, place)
    join oltp.campaign_leads l on l.tenant_id = :tenant_id and l.id = w.enrolment_id
    join oltp.leads d on d.tenant_id = l.tenant_id and d.id = l.lead_id
    join oltp.campaigns c on c.tenant_id = l.tenant_id and c.id = l.campaign_id
    join oltp.campaign_steps s on s.tenant_id = l.tenant_id and s.id = w.step_id
    join oltp.email_accounts a on a.tenant_id = l.tenant_id and a.id = w.account_id
    left join oltp.companies o on o.tenant_id = d.tenant_id and o.id = d.company_id;

-- name: contact_leads
update oltp.leads l set status = 'contacted', updated = now() where l.tenant_id = :tenant_id and l.id = any (:ids::uuid[]) and l.status = 'new';

-- name: mark_sent_messages
-- Messages that were there before they were filed, by an import, become those of their campaigns.
update content.email_messages m
   set campaign_id = r.campaign_id, campaign_step_id = r.campaign_step_id, lead_id = r.lead_id, queued = coalesce(m.queued, least(m.sent, r.queued))
  from json_to_recordset(:rows::json) as r (raw_sha256 bytea, campaign_id uuid, campaign_step_id uuid, lead_id uuid, queued timestamptz)
 where m.tenant_id = :tenant_id and m.raw_sha256 = r.raw_sha256 and m.queued is null;

-- name: list_campaigns
select c.id, c.name, c.status, a.address::text as account_address, count(l.id) as "leads!",
       count(l.id) filter (where l.state in ('enrolled', 'active')) as "open!", min(l.next_run) as next_run
  from oltp.campaigns c
    left join oltp.email_accounts a on a.tenant_id = c.tenant_id and a.id = c.email_account_id
    left join oltp.campaign_leads l on l.tenant_id = c.tenant_id and l.campaign_id = c.id
 where c.tenant_id = :tenant_id
 group by c.id, c.name, c.status, c.created, a.address order by c.created, c.name;

-- name: list_sending_accounts
select a.id, a.address::text as "address!", a.daily_limit, a.warmup_state, a.warmup_started from oltp.email_accounts a
 where a.tenant_id = :tenant_id and a.provider <> 'imported' order by a.created, a.id;

-- name: end_warm_up
update oltp.email_accounts a set warmup_state = 'warm', updated = now() where a.tenant_id = :tenant_id and a.id = :id and a.warmup_state = 'warming';

-- name: find_pair
select f.warmup_state, f.address::text as "from_address!", f.display_name as from_name, t.address::text as "to_address!", t.display_name as to_name
  from oltp.email_accounts f, oltp.email_accounts t
 where f.tenant_id = :tenant_id and f.id = :from_id and t.tenant_id = :tenant_id and t.id = :to_id;

-- name: set_warm_up
update oltp.email_accounts a
   set warmup_state = :state, warmup_started = coalesce(a.warmup_started, now()), updated = now()
 where a.tenant_id = :tenant_id and a.address operator(oltp.=) :address::text::oltp.citext and a.provider <> 'imported'
returning a.address::text as "address!", a.warmup_state as state;
