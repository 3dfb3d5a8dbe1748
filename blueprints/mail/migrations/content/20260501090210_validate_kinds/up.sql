-- Reads every message, and keeps nobody from reading or writing meanwhile.

alter table content.email_messages validate constraint email_messages_kind_check;
