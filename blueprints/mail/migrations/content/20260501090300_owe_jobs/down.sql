alter table content.email_imports drop column owed_ids;
