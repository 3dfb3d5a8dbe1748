import type { Tier } from '../../../kernel/index.ts';

export const aspects = ['schema', 'migration', 'objects', 'server', 'extension', 'setting', 'collation', 'role'] as const;
export type Aspect = (typeof aspects)[number];

/** Something that is not the same everywhere. */
export interface ParityRow {
  readonly aspect: Aspect;
  readonly name: string;
  /** One value per environment, in their order; null where there is none. */
  readonly values: readonly (string | null)[];
  readonly verdict: 'allowed' | 'drift';
  /** Why it is allowed, or that the permission has expired. */
  readonly because?: string;
}

export interface ParityReport {
  readonly tier: Tier;
  /** This platform's database first. */
  readonly environments: readonly string[];
  readonly rows: readonly ParityRow[];
  /** How much is the same, by aspect. */
  readonly equal: Readonly<Record<Aspect, number>>;
}

/** An entry of `parity.allow.json` in the folder of the product. */
export interface Allowance {
  readonly aspect: Aspect;
  /** As in the report. */
  readonly name: string;
  readonly reason: string;
  /** Date from which it is drift again, e.g. 2027-01-31. */
  readonly expires: string;
}

export interface ParityRequest {
  /** postgres:// URLs, or names of environment variables that hold one. */
  readonly environments: readonly string[];
  readonly tier?: Tier;
  readonly signal?: AbortSignal;
}

export interface Parity {
  /**
   * Compares this platform's database of a tier with others, without changing any.
   *
   * @throws PLINTH_MIGRATE_BAD_DATABASE_URL, PLINTH_MIGRATE_UNKNOWN_ENVIRONMENT, PLINTH_MIGRATE_BAD_ALLOWANCE
   */
  compare(request: ParityRequest): Promise<ParityReport>;
}
