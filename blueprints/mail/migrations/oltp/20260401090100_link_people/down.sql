-- Tables of these names in these schemas are the product's alone.
delete from privacy.subject_links
 where (schema_name, table_name) in (('oltp', 'contacts'), ('oltp', 'leads'), ('oltp', 'email_accounts'), ('content', 'email_messages'),
   ('olap', 'email_facts'), ('olap', 'lead_analytics'));
