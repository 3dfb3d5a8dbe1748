// Made by `npm run generate` from approvals.sql; do not edit.
// sources: 407dd26fbe78dd906321f650316bdf3b
import { defineQuery } from '../../../../../kernel/index.ts';

export interface ListApprovalsParams {
  readonly environment: string;
}
export interface ListApprovalsRow {
  readonly id: string;
  readonly plan_hash: string;
  readonly environment: string;
  readonly evidence: string;
  readonly plan: unknown;
  readonly approver: string;
  readonly role: string;
  readonly authors: string[];
  readonly reason: string;
  readonly is_signed: boolean;
  readonly created: Date;
  readonly expires: Date;
}
/**
 * Given for an environment and not replaced, newest first.
 */
export const listApprovals = defineQuery<ListApprovalsParams, ListApprovalsRow>('migrate/approve.list_approvals', ['environment'], `select id, plan_hash, environment, evidence, plan, approver, role, authors, reason, is_signed, created, expires
  from migrate.approvals
 where environment = $1 and voided is null
 order by created desc, id desc
 limit 100`);

export interface ReplaceApprovalsParams {
  readonly now: Date;
  readonly environment: string;
  readonly approver: string;
}
export type ReplaceApprovalsRow = Record<string, never>;
export const replaceApprovals = defineQuery<ReplaceApprovalsParams, ReplaceApprovalsRow>('migrate/approve.replace_approvals', ['now', 'environment', 'approver'], `update migrate.approvals set voided = $1, voided_because = 'given again'
 where environment = $2 and lower(approver) = lower($3) and voided is null`);

export interface SaveApprovalParams {
  readonly id: string;
  readonly plan_hash: string;
  readonly environment: string;
  readonly evidence: string;
  readonly plan: string;
  readonly approver: string;
  readonly role: string;
  readonly authors: readonly string[];
  readonly reason: string;
  readonly is_signed: boolean;
  readonly created: Date;
  readonly expires: Date;
}
export type SaveApprovalRow = Record<string, never>;
export const saveApproval = defineQuery<SaveApprovalParams, SaveApprovalRow>('migrate/approve.save_approval', ['id', 'plan_hash', 'environment', 'evidence', 'plan', 'approver', 'role', 'authors', 'reason', 'is_signed', 'created', 'expires'], `insert into migrate.approvals (id, plan_hash, environment, evidence, plan, approver, role, authors, reason, is_signed, created, expires)
values ($1, $2, $3, $4, $5, $6, $7, $8::text[], $9, $10, $11, $12)`);
