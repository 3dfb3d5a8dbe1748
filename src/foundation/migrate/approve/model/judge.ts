import type { Needs } from '../../impact/index.ts';
import { isLeftOf, type PlanItem } from '../../rehearse/index.ts';
import type { Approval, ApprovalStatus, ApprovalVerdict } from '../types.ts';

export const approvalHours = 72;
const backupHours = 24;

/** An approval with what it was given for. */
export interface Given extends Approval {
  readonly plan: readonly PlanItem[];
}

export interface Case {
  readonly pending: readonly PlanItem[];
  readonly needs: Needs;
  readonly given: readonly Given[];
  /** The evidence there is now for a plan, by its hash; undefined where it was never rehearsed. */
  readonly evidence: ReadonlyMap<string, string>;
  readonly now: Date;
}

/** What each approval is worth, and what is missing for all that is pending. */
export function judge({ pending, needs, given, evidence, now }: Case): Pick<ApprovalStatus, 'given' | 'missing' | 'isApproved'> {
  const judged = given.map(({ plan, ...approval }) => ({ ...approval, verdict: verdictOn(approval, plan) }));
  function verdictOn(approval: Approval, plan: readonly PlanItem[]): ApprovalVerdict {
    if (!isLeftOf(pending, plan)) return 'other plan';
    if (evidence.get(approval.planHash) !== approval.evidence) return 'other evidence';
    if (new Date(approval.expires) <= now) return 'expired';
    return isOwnChange([approval.approver], approval.authors) ? 'own change' : 'counts';
  }
  const counting = judged.filter(({ verdict }) => verdict === 'counts');
  const people = new Set(counting.map(({ approver }) => approver.toLowerCase()));
  const missing = [
    ...(people.size < needs.approvers ? [`${needs.approvers - people.size} of ${needs.approvers} approvals`] : []),
    ...(needs.isSecurityReviewed && !counting.some(({ role }) => role === 'security') ? ['an approval by a security reviewer'] : []),
  ];
  const stale = judged
    .filter(({ verdict }) => verdict !== 'counts')
    .map(({ approver, verdict }) => `that of ${approver} does not count: ${words[verdict]}`);
  return { given: judged, missing: missing.length > 0 ? [...missing, ...stale] : [], isApproved: missing.length === 0 };
}

const words: Readonly<Record<ApprovalVerdict, string>> = {
  counts: 'it does',
  expired: `it is older than ${approvalHours} hours`,
  'other plan': 'files have changed since',
  'other evidence': 'what lint or the rehearsal says has changed since',
  'own change': 'it is their own change',
};

/** Whether somebody of these names wrote it. Authors are names, or addresses, of which the part before @ counts as well. */
export function isOwnChange(names: readonly string[], authors: readonly string[]): boolean {
  const known = new Set(authors.flatMap((author) => [author, author.split('@')[0] ?? '']).map((name) => name.trim().toLowerCase()));
  return names.some((name) => known.has(name.trim().toLowerCase()) || known.has((name.split('@')[0] ?? '').trim().toLowerCase()));
}

/** Why a change of high risk has to wait for a backup; undefined when there is one. */
export function missingBackup(last: { readonly restored: Date; readonly isArchiving: boolean } | undefined, now: Date): string | undefined {
  if (!last) return 'no backup was restored and verified yet';
  const hours = (now.getTime() - last.restored.getTime()) / 3_600_000;
  if (hours > backupHours)
    return `the last backup that was restored and verified is ${Math.round(hours)} hours old, and ${backupHours} are allowed`;
  return last.isArchiving ? undefined : 'the log is not archived continuously';
}
