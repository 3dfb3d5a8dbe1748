-- Tables of these names in these schemas are the product's alone.
delete from privacy.data_classification where source = 'manual'
  and (schema_name, table_name) in (('oltp', 'contacts'), ('oltp', 'leads'), ('oltp', 'email_accounts'), ('oltp', 'domains'), ('oltp', 'companies'),
    ('content', 'email_threads'), ('content', 'email_messages'), ('content', 'email_content'), ('content', 'email_quarantines'));
delete from privacy.processing_records where name in ('Outreach', 'Accounts and billing');
