import type { Tier } from '../../../kernel/index.ts';
import type { Signature } from '../signing/index.ts';

/**
 * `closed`: it was refused. `own rows only`: it ran, and nothing of the other tenant was reached. `figures only`: the same, but it tells
 * sizes or estimates over all tenants together, which PostgreSQL keeps from nobody; no row, no value, nothing about one tenant by itself.
 */
export type Verdict = 'closed' | 'own rows only' | 'figures only' | 'leak' | 'not proven';

/** One way that was tried to reach the rows of another tenant. */
export interface Attempt {
  readonly tier: Tier;
  /** A table or view, or what else was tried. */
  readonly target: string;
  readonly path: string;
  /** Role of the context; `none` without one. */
  readonly role: string;
  readonly verdict: Verdict;
  /** Of a leak: the statement that leaked. */
  readonly statement?: string;
  /** Why it is not proven, or what leaked. */
  readonly reason?: string;
}

export interface Certificate extends Signature {
  readonly made: string;
  /** Name of each database that was tried, by tier. */
  readonly databases: Readonly<Record<string, string>>;
  readonly attempts: readonly Attempt[];
}

const order: readonly Verdict[] = ['leak', 'not proven', 'figures only', 'own rows only', 'closed'];

/** The worst verdict of several. */
export function worst(verdicts: readonly Verdict[]): Verdict {
  return order.find((verdict) => verdicts.includes(verdict)) ?? 'not proven';
}
