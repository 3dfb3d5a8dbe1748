drop table olap.billing_analytics, olap.warmup_analytics, olap.lead_analytics, olap.sequence_step_analytics, olap.campaign_analytics,
  olap.mailbox_analytics, olap.email_facts, olap.fact_cursors;
