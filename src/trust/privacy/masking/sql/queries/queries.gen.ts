// Made by `npm run generate` from masking.sql; do not edit.
// sources: c48f5f5ec2ee9736eee24e3fcb5b80d5
import { defineQuery } from '../../../../../kernel/index.ts';

export interface ListRulesParams {
  readonly role_name: string;
}
export interface ListRulesRow {
  readonly applies_to: string;
  readonly mask: string;
}
export const listRules = defineQuery<ListRulesParams, ListRulesRow>('privacy/masking.list_rules', ['role_name'], `select r.applies_to, r.mask from privacy.masking_rules r where r.role_name = $1 order by 1`);

export interface PutRuleParams {
  readonly role_name: string;
  readonly applies_to: string;
  readonly mask: string;
}
export type PutRuleRow = Record<string, never>;
export const putRule = defineQuery<PutRuleParams, PutRuleRow>('privacy/masking.put_rule', ['role_name', 'applies_to', 'mask'], `insert into privacy.masking_rules (role_name, applies_to, mask) values ($1, $2, $3)
on conflict (role_name, applies_to) do update set mask = excluded.mask, created = now()`);

export interface RemoveRuleParams {
  readonly role_name: string;
  readonly applies_to: string;
}
export type RemoveRuleRow = Record<string, never>;
export const removeRule = defineQuery<RemoveRuleParams, RemoveRuleRow>('privacy/masking.remove_rule', ['role_name', 'applies_to'], `delete from privacy.masking_rules where role_name = $1 and applies_to = $2`);

export type FindSeedParams = Record<string, never>;
export interface FindSeedRow {
  readonly seed: Buffer;
}
export const findSeed = defineQuery<FindSeedParams, FindSeedRow>('privacy/masking.find_seed', [], `select s.seed from privacy.masking_seeds s`);

export interface PutSeedParams {
  readonly seed: Buffer;
}
export type PutSeedRow = Record<string, never>;
export const putSeed = defineQuery<PutSeedParams, PutSeedRow>('privacy/masking.put_seed', ['seed'], `insert into privacy.masking_seeds (seed) values ($1) on conflict (id) do update set seed = excluded.seed where masking_seeds.seed <> excluded.seed`);

export interface HasRoleParams {
  readonly role_name: string;
}
export interface HasRoleRow {
  readonly exists: boolean;
}
export const hasRole = defineQuery<HasRoleParams, HasRoleRow>('privacy/masking.has_role', ['role_name'], `select exists (select from pg_catalog.pg_roles r where r.rolname = $1) as "exists"`);

export interface ListViewsParams {
  readonly schema: string;
}
export interface ListViewsRow {
  readonly view: string;
}
export const listViews = defineQuery<ListViewsParams, ListViewsRow>('privacy/masking.list_views', ['schema'], `select c.relname as "view" from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
 where n.nspname = $1 and c.relkind = 'v' order by 1`);
