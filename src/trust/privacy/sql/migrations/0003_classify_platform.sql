--! tiers: oltp
-- What the platform itself keeps of people. Decided here for capabilities below, whose tables are made before privacy is there, and for
-- the console's accounts, whose migrations stand alone.

insert into privacy.data_classification
  (tier, schema_name, table_name, column_name, classification_level, category, sensitivity_score, compliance, source, reason)
values
  ('oltp', 'tenancy', 'users', 'email', 'confidential', 'email', 6, '{gdpr,ccpa}', 'manual', 'address for signing in'),
  ('oltp', 'tenancy', 'users', 'name', 'confidential', 'person-name', 5, '{gdpr,ccpa}', 'manual', 'name of a person'),
  ('oltp', 'http', 'accounts', 'name', 'confidential', 'account', 5, '{gdpr,ccpa}', 'manual', 'name for signing in to the console'),
  ('oltp', 'http', 'accounts', 'password_verifier', 'restricted', 'credential', 10, '{iso-27001}', 'manual',
    'salted verifier, from which the password cannot be read'),
  ('oltp', 'http', 'sessions', 'token_hash', 'restricted', 'credential', 10, '{iso-27001}', 'manual', 'hash of a random token'),
  ('oltp', 'http', 'links', 'token_hash', 'restricted', 'credential', 10, '{iso-27001}', 'manual', 'hash of a random token'),
  ('oltp', 'migrate', 'ddl_events', 'client_address', 'confidential', 'ip-address', 5, '{gdpr,ccpa}', 'manual', 'from where the schema was changed'),
  ('content', 'migrate', 'ddl_events', 'client_address', 'confidential', 'ip-address', 5, '{gdpr,ccpa}', 'manual', 'from where the schema was changed'),
  ('queue', 'migrate', 'ddl_events', 'client_address', 'confidential', 'ip-address', 5, '{gdpr,ccpa}', 'manual', 'from where the schema was changed'),
  ('olap', 'migrate', 'ddl_events', 'client_address', 'confidential', 'ip-address', 5, '{gdpr,ccpa}', 'manual', 'from where the schema was changed');
