-- What a received message turned out to be.

alter table content.email_messages
  add column kind text,
  add constraint email_messages_kind_check check (kind in ('letter', 'reply', 'automatic', 'bounce', 'complaint', 'unsubscribe'));
comment on column content.email_messages.kind is 'What a received message turned out to be; reply: to a message of a campaign. Null: nobody has looked yet, or the tenant wrote it.';

-- Looking at a message is nothing that the figures have to be counted anew for, nor is its move to another thread.
drop trigger email_messages_stamp on content.email_messages;
create trigger email_messages_stamp before update of direction, campaign_id, campaign_step_id, email_account_id, lead_id, created, queued, sent, delivered,
  opened, clicked, replied, bounced, complained, unsubscribed on content.email_messages for each row execute function content.stamp_email_message();
