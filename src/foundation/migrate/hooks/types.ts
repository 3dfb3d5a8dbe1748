import type { Tier } from '../../../kernel/index.ts';

export const hookPoints = [
  'before-run',
  'after-run',
  'before-tier',
  'after-tier',
  'before-tenant',
  'after-tenant',
  'before-migration',
  'after-migration',
  'before-step',
  'after-step',
  'on-failure',
] as const;
export type HookPoint = (typeof hookPoints)[number];

/** What a hook is called around. */
export interface HookSubject {
  /** The tier whose database it is about. */
  readonly tier: Tier;
  /** `source/name`, at migrations and steps. */
  readonly migration?: string;
  /** From 1, at steps. */
  readonly step?: number;
  /** Why the run ends, on failure. */
  readonly error?: string;
  /** The placed tenant whose database it is; absent in the shared ones. */
  readonly tenant?: string;
}

/** What the default export of a TypeScript hook is called with. */
export interface HookCall extends HookSubject {
  readonly point: HookPoint;
  readonly runId: string;
  /** True on a shadow: nothing of what it sees is real, and nothing outside may change. */
  readonly isDryRun: boolean;
  /** Aborted at its timeout, and when the run is cancelled. */
  readonly signal: AbortSignal;
  /** Runs a statement in the database of the tier, as the owner, on a session of its own. */
  query(text: string, values?: readonly unknown[]): Promise<readonly Readonly<Record<string, unknown>>[]>;
}
