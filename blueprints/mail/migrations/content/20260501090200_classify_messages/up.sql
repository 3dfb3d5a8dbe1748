-- What a received message turned out to be.

alter table content.email_messages
  add column kind text,
  add constraint email_messages_kind_check check (kind in ('letter', 'reply', 'automatic', 'bounce', 'complaint', 'unsubscribe')) not valid;
comment on column content.email_messages.kind is 'What a received message turned out to be; reply: to a message of a campaign. Null: nobody has looked yet, or the tenant wrote it.';
