alter table content.email_messages drop column kind;
