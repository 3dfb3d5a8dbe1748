import type { changeClasses } from '../../model/migration.ts';
import { isStronger, type LockMode } from '../../rehearse/index.ts';

export type ChangeClass = (typeof changeClasses)[number];

export const risks = ['low', 'medium', 'high'] as const;
export type Risk = (typeof risks)[number];

/** A lock of a migration on a table that is there already. */
export interface HeldLock {
  readonly relation: string;
  readonly mode: LockMode;
  readonly isLarge: boolean;
  /** From taking it to the commit. */
  readonly heldMs: { readonly low: number; readonly high: number };
}

export interface RiskFacts {
  /** From its options; undefined where its author said nothing. */
  readonly declared: ChangeClass | undefined;
  /** Data goes: drop, truncate, delete. */
  readonly isDestructive: boolean;
  /** Policies, row security, grants, owners, definer functions. */
  readonly touchesSecurity: boolean;
  readonly isBackfill: boolean;
  readonly isRehearsed: boolean;
  readonly locks: readonly HeldLock[];
}

export interface Assessment {
  readonly changeClass: ChangeClass;
  readonly risk: Risk;
  /** Why not less; empty for low. */
  readonly reasons: readonly string[];
}

const riskOfClass: Readonly<Record<ChangeClass, Risk>> = { feature: 'low', performance: 'medium', scalability: 'medium', security: 'high' };
const longMs = 1_000;

/** What was declared and what was found; the higher of them wins, and security is never talked away. */
export function assess(facts: RiskFacts): Assessment {
  const changeClass = facts.touchesSecurity ? 'security' : (facts.declared ?? 'feature');
  const found: { readonly risk: Risk; readonly reason: string }[] = [
    { risk: riskOfClass[changeClass], reason: facts.touchesSecurity ? 'changes who may see or do what' : `is declared ${changeClass}` },
    ...(facts.isDestructive ? [{ risk: 'high', reason: 'removes data' } as const] : []),
    ...(facts.isBackfill ? [{ risk: 'medium', reason: 'changes rows' } as const] : []),
    ...(facts.isRehearsed ? [] : [{ risk: 'medium', reason: 'was not rehearsed' } as const]),
    ...facts.locks.filter(({ isLarge }) => isLarge).flatMap(riskOfLock),
  ];
  const risk = found.reduce<Risk>((highest, one) => (risks.indexOf(one.risk) > risks.indexOf(highest) ? one.risk : highest), 'low');
  return { changeClass, risk, reasons: found.filter((one) => one.risk !== 'low').map(({ reason }) => reason) };
}

function riskOfLock({ relation, mode, heldMs }: HeldLock): { readonly risk: Risk; readonly reason: string }[] {
  if (!isStronger(mode, 'SHARE UPDATE EXCLUSIVE')) return [];
  const isLong = mode === 'ACCESS EXCLUSIVE' && heldMs.high > longMs;
  const reason = `holds ${mode} on ${relation}, which is large, for up to ${Math.ceil(heldMs.high / 1000)} s`;
  return [{ risk: isLong ? 'high' : 'medium', reason }];
}

/** How many people have to agree, and in which role. */
export interface Needs {
  readonly approvers: number;
  readonly isSecurityReviewed: boolean;
  /** A restored backup is to be known before it is applied. */
  readonly isBackedUp: boolean;
}

/** What a plan needs where approval is asked for: two people when data goes, a security reviewer for what changes rights. */
export function needsOf(migrations: readonly (Assessment & { readonly isDestructive: boolean })[]): Needs {
  return {
    approvers: migrations.some(({ isDestructive }) => isDestructive) ? 2 : migrations.length > 0 ? 1 : 0,
    isSecurityReviewed: migrations.some(({ changeClass }) => changeClass === 'security'),
    isBackedUp: migrations.some(({ risk }) => risk === 'high'),
  };
}
