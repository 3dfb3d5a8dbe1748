-- Looking at a message is nothing that the figures have to be counted anew for, nor is its move to another thread.
create or replace trigger email_messages_stamp before update of direction, campaign_id, campaign_step_id, email_account_id, lead_id, created, queued, sent, delivered,
  opened, clicked, replied, bounced, complained, unsubscribed on content.email_messages for each row execute function content.stamp_email_message();
