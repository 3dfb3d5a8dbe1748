select partition.unmanage('queue.job_email_sending_details');
select partition.unmanage('queue.job_analytics_details');
select partition.unmanage('queue.job_content_details');
drop table queue.job_email_sending_details;
drop table queue.job_analytics_details;
drop table queue.job_content_details;
