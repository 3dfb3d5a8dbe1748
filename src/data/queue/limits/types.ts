/**
 * How many jobs of a key may be run. With `per`: begun in each minute, hour or day of a zone. With `perMs`: begun in any such time, and as
 * many more as were saved up while fewer were. With neither: at the same time.
 */
export interface JobLimit {
  /** Names the rule, e.g. `account-day`; lower case letters, digits and hyphens. */
  readonly name: string;
  /** What is limited, e.g. the id of an account. */
  readonly key: string;
  /** 0: none at all, until somebody says another number. */
  readonly most: number;
  readonly per?: 'minute' | 'hour' | 'day';
  /** IANA zone in which a window begins. Default UTC. */
  readonly zone?: string;
  readonly perMs?: number;
  /** Whether jobs of all tenants share it. Default: each tenant has its own. */
  readonly isShared?: boolean;
  /** At the same time only: a job that is tried again keeps its place, and nobody of its key goes before it. */
  readonly isStrict?: boolean;
}
