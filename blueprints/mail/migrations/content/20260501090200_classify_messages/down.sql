alter table content.email_messages drop column kind;
drop trigger email_messages_stamp on content.email_messages;
create trigger email_messages_stamp before update on content.email_messages for each row execute function content.stamp_email_message();
