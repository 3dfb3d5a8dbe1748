--! tiers: oltp
-- Moves into another database are operations like the others.

alter table tenancy.operations
  drop constraint operations_kind_check,
  add constraint operations_kind_check check (kind in ('suspend', 'resume', 'export', 'import', 'erase', 'move', 'clone'));
comment on column tenancy.operations.kind is 'suspend, resume, export, import, erase, move or clone.';
