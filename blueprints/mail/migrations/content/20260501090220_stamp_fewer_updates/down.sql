create or replace trigger email_messages_stamp before update on content.email_messages for each row execute function content.stamp_email_message();
