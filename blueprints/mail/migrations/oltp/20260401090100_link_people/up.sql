-- Where people are found when they ask for their data or to be forgotten, and what becomes of it. Enrolments and the parts of messages go
-- with what they belong to; statistics keep their counts.

select privacy.link_subject('oltp', 'oltp.contacts', '{"address": "email"}', 'delete');
select privacy.link_subject('oltp', 'oltp.leads', '{"address": "email"}', 'delete', yields => '{"id": "lead"}');
select privacy.link_subject('oltp', 'oltp.email_accounts', '{"address": "email"}', 'keep',
  reason => 'a mailbox of the tenant, which the tenant removes');
select privacy.link_subject('content', 'content.email_messages',
  '{"from_address": "email", "to_addresses": "email", "cc_addresses": "email"}', 'delete');
select privacy.link_subject('olap', 'olap.email_facts', '{"lead_id": "lead"}', 'anonymise', anonymised => '{lead_id}');
select privacy.link_subject('olap', 'olap.lead_analytics', '{"lead_id": "lead"}', 'delete');
