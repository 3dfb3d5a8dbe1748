alter table oltp.campaign_leads drop column sending_job_id, drop column message_ids;
