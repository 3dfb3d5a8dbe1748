alter table content.email_messages drop constraint email_messages_content_id_fk;
drop table content.email_quarantines, content.email_imports, content.content_objects, content.email_content, content.email_messages,
  content.email_references, content.email_threads;
drop function content.stamp_email_message();
