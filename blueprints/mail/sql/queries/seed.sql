-- name: find_any_lead
select l.id from oltp.leads l where l.tenant_id = :tenant_id limit 1;

-- name: find_plan
select p.id, p.price_cents from oltp.plans p where p.code = :code;

-- name: put_subscription
insert into oltp.subscriptions (tenant_id, id, plan_id, status, started) values (:tenant_id, :id, :plan_id, 'active', :started);

-- name: put_invoice
insert into oltp.invoices (tenant_id, id, subscription_id, number, amount_cents, status, issued, due, paid)
values (:tenant_id, :id, :subscription_id, :number, :amount_cents, case when :paid?::timestamptz is null then 'open' else 'paid' end,
  :issued, :due, :paid?);
