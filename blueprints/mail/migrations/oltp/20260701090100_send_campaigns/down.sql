alter table oltp.campaign_leads drop constraint campaign_leads_sending_job_id_check;
alter table oltp.campaign_leads drop column sending_job_id, drop column message_ids;
