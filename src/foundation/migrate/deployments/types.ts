import type { Environment } from '../impact/index.ts';

/** One run that changed something, over all databases it worked on. */
export interface Deployment {
  readonly id: string;
  readonly command: string;
  readonly outcome: 'running' | 'completed' | 'failed' | 'killed';
  readonly started: Date;
  /** Absent while it runs, and after it was killed. */
  readonly durationMs?: number;
  /** From the commit that added a migration until it was applied, one for each that is known. */
  readonly leadTimesMs: readonly number[];
  readonly leadTimesUnknown: number;
  readonly lockWaitMs: number;
  /** How often migrations were begun again. */
  readonly retries: number;
}

export interface Week {
  readonly from: Date;
  readonly completed: number;
  readonly failed: number;
}

/** Times are medians, absent where nothing was measured. */
export interface DeploymentFigures {
  readonly environment: Environment;
  readonly days: number;
  /** Runs forward that ended, well or not. */
  readonly deployments: number;
  readonly perWeek: number;
  /** Ended badly, were killed, or were taken back. */
  readonly failed: number;
  /** Between 0 and 1. */
  readonly changeFailureRate?: number;
  /** From a failure until a run went through. */
  readonly restoreMs?: number;
  /** The latest failure is not made good yet. */
  readonly isBroken: boolean;
  readonly durationMs?: number;
  readonly leadTimeMs?: number;
  /** Migrations of the product whose commit nobody knows: no git, a shallow clone, or not committed. */
  readonly leadTimesUnknown: number;
  /** Waited for locks that others held, in all. */
  readonly lockWaitMs: number;
  readonly retries: number;
  /** The oldest first. */
  readonly weeks: readonly Week[];
}

export interface Deployments {
  /**
   * How this environment was deployed to, from its ledgers. Reads only.
   *
   * @param request `days`: how far back; default 91
   */
  figures(request?: { readonly days?: number }): Promise<DeploymentFigures>;
}
