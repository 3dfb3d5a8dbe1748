-- What is personal here, in all three databases, and what it is processed for. Names and values of columns say most of it to a scan;
-- what follows is what they cannot say, and what may not depend on a scan.

select privacy.classify('oltp', 'oltp.contacts', '{
  "address": {"category": "email", "reason": "whoever wrote or was written to"},
  "name": {"category": "person-name", "reason": "as the person signs"}
}');
select privacy.classify('oltp', 'oltp.leads', '{
  "address": {"category": "email", "reason": "whom a campaign writes to"},
  "first_name": "person-name",
  "last_name": "person-name",
  "title": {"level": "confidential", "category": "demographic", "reason": "what a person does for a living"},
  "consent": {"level": "confidential", "reason": "on what grounds a person may be written to"},
  "custom": {"level": "confidential", "reason": "a tenant may put anything about a lead here"},
  "search": {"level": "confidential", "category": "person-name", "reason": "made of name, address and title"}
}');
select privacy.classify('oltp', 'oltp.email_accounts', '{
  "address": {"category": "email", "reason": "mailbox of an employee"},
  "display_name": {"category": "person-name", "reason": "name of an employee"}
}');
select privacy.classify('oltp', 'oltp.domains', '{
  "verification_token": {"level": "internal", "reason": "published in DNS by the tenant: no secret"}
}');
select privacy.classify('oltp', 'oltp.companies', '{"name": "business"}');

select privacy.classify('content', 'content.email_threads', '{
  "subject": {"level": "confidential", "reason": "words of a correspondence"},
  "subject_key": {"level": "confidential", "reason": "words of a correspondence"}
}');
select privacy.classify('content', 'content.email_messages', '{
  "from_address": "email",
  "from_name": "person-name",
  "to_addresses": "email",
  "cc_addresses": "email",
  "subject": {"level": "confidential", "reason": "words of a correspondence"},
  "message_id": {"level": "internal", "reason": "an identifier that looks like an address"},
  "in_reply_to": {"level": "internal", "reason": "an identifier that looks like an address"}
}');
select privacy.classify('content', 'content.email_content', '{
  "snippet": {"level": "restricted", "sensitivity": 8, "compliance": ["gdpr"], "reason": "what people write to each other, whatever it is"}
}');
select privacy.classify('content', 'content.email_quarantines', '{
  "detail": {"level": "confidential", "reason": "may quote what could not be read"}
}');

select privacy.record_processing('{
  "name": "Outreach",
  "purpose": "Writing to leads on behalf of a tenant and keeping the correspondence",
  "legal_basis": "legitimate_interests",
  "data_subjects": ["leads", "correspondents"],
  "recipients": ["the tenant", "providers of its mailboxes"],
  "retention": "until the tenant deletes the lead or leaves",
  "tables": {
    "oltp": ["oltp.leads", "oltp.contacts", "oltp.campaign_leads"],
    "content": ["content.email_threads", "content.email_messages", "content.email_content", "content.email_quarantines"],
    "olap": ["olap.email_facts", "olap.lead_analytics"]
  }
}');
select privacy.record_processing('{
  "name": "Accounts and billing",
  "purpose": "Giving the people of a tenant access and charging for it",
  "legal_basis": "contract",
  "data_subjects": ["employees of tenants"],
  "recipients": ["the tenant"],
  "retention": "as long as the contract; invoices ten years",
  "tables": {"oltp": ["tenancy.users", "oltp.email_accounts", "oltp.user_preferences", "oltp.subscriptions", "oltp.invoices", "http.accounts"]}
}');
