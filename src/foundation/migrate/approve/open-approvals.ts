import { uuidv7 } from '../../../kernel/index.ts';
import type { Context } from '../context.ts';
import { evidenceOf, lintOf, reportOn } from '../impact/index.ts';
import type { SourceFiles } from '../model/migration.ts';
import {
  ensureProofTables,
  hasProofs,
  isLeftOf,
  type PendingPlan,
  type PlanItem,
  pendingPlan,
  type Rehearsal,
  rehearsalOf,
} from '../rehearse/index.ts';
import { authorsOf } from './authors.ts';
import { approvalErrors } from './errors.ts';
import { armFuse } from './fuse.ts';
import { approvalHours, type Given, isOwnChange, judge, missingBackup } from './model/judge.ts';
import { readSigned, type SignedApproval, signApproval } from './signed.ts';
import { listApprovals, replaceApprovals, saveApproval } from './sql/queries/queries.gen.ts';
import type { Approval, ApprovalRequest, ApprovalStatus, Approvals } from './types.ts';

const request = { tier: 'oltp', as: 'owner', tag: 'migrate.approvals' } as const;

/** Opens the part; from now on production takes only what was approved. Does not connect. */
export function openApprovals(context: Context): Approvals {
  context.aroundRuns.push(armFuse(context), {
    async admit(files, { planHash }) {
      const isProduction = context.options.environment === 'production';
      if (planHash === undefined && !isProduction) return;
      const plan = await pendingPlan(context, files);
      if (planHash !== undefined) await checkPlanHash(context, plan, planHash);
      if (!isProduction || plan.items.length === 0) return;
      const { isApproved, missing, needs } = await statusOf(context, files);
      if (!isApproved) throw approvalErrors.NOT_APPROVED({ planHash: plan.hash, missing });
      const gate = context.backupGate?.();
      const because = gate && needs.isBackedUp ? missingBackup(await gate.lastVerified(), context.clock.now()) : undefined;
      if (because) throw approvalErrors.NO_BACKUP({ because });
    },
  });
  return {
    status: () => statusOf(context, context.readFiles()),
    async approve(given) {
      const { plan, ...approval } = await prepare(context, given, false);
      await save(context, { ...approval, plan });
      return approval;
    },
    sign: async (given, privateKey) => signApproval(await prepare(context, given, true), privateKey),
    accept: (signed) => accept(context, signed),
  };
}

async function statusOf(context: Context, files: readonly SourceFiles[]): Promise<ApprovalStatus> {
  const { environment } = context.options;
  const report = await reportOn(context, files);
  const { items, hash } = await pendingPlan(context, files);
  const given = await listGiven(context);
  const evidence = new Map<string, string>();
  for (const { planHash, plan } of given) {
    const found = evidence.has(planHash) ? undefined : await evidenceFor(context, planHash, plan);
    if (found !== undefined) evidence.set(planHash, found);
  }
  const isRequired = environment === 'production' && items.length > 0;
  const warnings =
    report.needs.isBackedUp && !context.backupGate?.()
      ? [
          'Whether a restored backup exists is not known here, because no backup capability fills the gate. Make sure of it yourself: this plan is of high risk.',
        ]
      : [];
  return {
    environment,
    planHash: hash,
    isRequired,
    needs: report.needs,
    warnings,
    ...judge({ pending: items, needs: report.needs, given, evidence, now: context.clock.now() }),
  };
}

/** An approval of what is pending, if everything that has to be known about it is known and fits. */
async function prepare(
  context: Context,
  { approver, aliases = [], reason, role = 'reviewer' }: ApprovalRequest,
  isSigned: boolean,
): Promise<SignedApproval> {
  const files = context.readFiles();
  const plan = await pendingPlan(context, files);
  if (plan.items.length === 0) throw approvalErrors.NOTHING_TO_APPROVE();
  const rehearsal = await rehearsalOf(context, plan.hash);
  if (!rehearsal) throw approvalErrors.NOT_REHEARSED({ planHash: plan.hash });
  const failed = rehearsal.migrations.filter(({ result }) => result === 'failed').map(({ id, because }) => `${id}: ${because}`);
  if (failed.length > 0) throw approvalErrors.REHEARSAL_FAILED({ failed });
  const findings = await lintOf(context, plan.items);
  const errors = findings
    .filter(({ severity, waived }) => severity === 'error' && waived === undefined)
    .map(({ id, migration, line, message }) => `${id} ${migration}:${line} ${message}`);
  if (errors.length > 0) throw approvalErrors.LINT_ERRORS({ errors });
  const authors = await authorsOf(pathsOf(plan), context.sources);
  if (isOwnChange([approver, ...aliases], authors)) throw approvalErrors.OWN_CHANGE({ approver, authors });
  const now = context.clock.now();
  return {
    id: uuidv7(),
    planHash: plan.hash,
    environment: context.options.environment,
    evidence: evidenceOf(findings, rehearsal),
    approver,
    role,
    authors,
    reason,
    isSigned,
    created: now.toISOString(),
    expires: new Date(now.getTime() + approvalHours * 3_600_000).toISOString(),
    plan: plan.items,
  };
}

async function accept(context: Context, signed: string): Promise<Approval> {
  const { plan, ...approval } = readSigned(signed, context.options.approverKeys);
  const { approver, environment } = approval;
  const refuse = (because: string) => approvalErrors.NOT_FITTING({ approver, because });
  if (environment !== context.options.environment) throw refuse(`it is for ${environment}, and this is ${context.options.environment}`);
  const pending = await pendingPlan(context, context.readFiles());
  if (pending.items.length === 0) throw approvalErrors.NOTHING_TO_APPROVE();
  // What the signer's machine took for the authors is not trusted; who is in git here counts.
  const authors = await authorsOf(pathsOf(pending), context.sources);
  if (isOwnChange([approver], authors)) throw approvalErrors.OWN_CHANGE({ approver, authors });
  const evidence = await evidenceFor(context, approval.planHash, plan);
  const needs = { approvers: 1, isSecurityReviewed: false, isBackedUp: false };
  const known = new Map(evidence === undefined ? [] : [[approval.planHash, evidence]]);
  // Taken twice it replaces itself.
  const kept: Given = { ...approval, id: uuidv7(), authors, isSigned: true, plan };
  const { isApproved, missing } = judge({ pending: pending.items, needs, given: [kept], evidence: known, now: context.clock.now() });
  if (!isApproved) throw refuse(missing.at(-1) ?? '');
  await save(context, kept);
  const { plan: _, ...taken } = kept;
  return taken;
}

async function save(
  context: Context,
  { id, planHash, environment, evidence, plan, approver, role, authors, reason, isSigned, created, expires }: SignedApproval,
) {
  await ensureProofTables(context);
  await context.connect.transaction(request, async (tx) => {
    await replaceApprovals.run(tx, { environment, approver, now: new Date(created) });
    await saveApproval.run(tx, {
      ...{ id, environment, evidence, approver, role, reason, plan_hash: planHash, plan: JSON.stringify(plan), authors: [...authors] },
      ...{ is_signed: isSigned, created: new Date(created), expires: new Date(expires) },
    });
  });
}

async function listGiven({ connect, options: { environment } }: Context): Promise<readonly Given[]> {
  const rows = await connect.transaction({ ...request, isReadOnly: true }, async (tx) =>
    (await hasProofs(tx)) ? listApprovals.all(tx, { environment }) : [],
  );
  return rows.map((row) => ({
    id: row.id,
    planHash: row.plan_hash,
    environment,
    evidence: row.evidence,
    approver: row.approver,
    role: row.role as Approval['role'],
    authors: row.authors,
    reason: row.reason,
    isSigned: row.is_signed,
    created: row.created.toISOString(),
    expires: row.expires.toISOString(),
    plan: row.plan as unknown as readonly PlanItem[],
  }));
}

/** What lint and the last rehearsal say about a plan now; undefined without a rehearsal. */
async function evidenceFor(context: Context, planHash: string, plan: readonly PlanItem[]): Promise<string | undefined> {
  const rehearsal: Rehearsal | undefined = await rehearsalOf(context, planHash);
  return rehearsal && evidenceOf(await lintOf(context, plan), rehearsal);
}

/** @throws PLINTH_MIGRATE_NOT_THIS_PLAN */
async function checkPlanHash(context: Context, plan: PendingPlan, asked: string): Promise<void> {
  if (plan.hash === asked) return;
  const agreed = (await rehearsalOf(context, asked))?.plan;
  if (!agreed || !isLeftOf(plan.items, agreed)) throw approvalErrors.NOT_THIS_PLAN({ asked, pending: plan.hash });
}

const pathsOf = (plan: PendingPlan) =>
  plan.databases.flatMap(({ work }) => [
    ...work.pending.map(({ file }) => file.path),
    ...work.objects.flatMap(({ changed }) => changed.map(({ path }) => path)),
  ]);
