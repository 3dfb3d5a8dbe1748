import type { EnvironmentName } from '../../model/environments.ts';

/** `C` critical, `E` error, `W` warning. */
export type Severity = 'C' | 'E' | 'W';

export interface Finding {
  readonly server: string;
  /** What waivers name. */
  readonly subject: string;
  readonly what: string;
  /** SQL or a command that removes it; absent where it takes a decision. */
  readonly remedy?: string;
}

/** The verdict of one check over all servers of the platform. */
export interface CheckResult {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  /** `skipped` proves nothing, and says why. */
  readonly verdict: 'pass' | 'fail' | 'skipped';
  /** Why it, or a part of it, could not be judged. */
  readonly notJudged: readonly string[];
  readonly findings: readonly Finding[];
  /** Findings that a line of the configuration allows. */
  readonly waived: readonly (Finding & { readonly because: string })[];
}

export interface CheckReport {
  readonly environment: EnvironmentName;
  readonly checks: readonly CheckResult[];
  /** Waivers that allow nothing that is there: remove them. */
  readonly idleWaivers: readonly { readonly check: string; readonly subject: string; readonly reason: string }[];
}

export interface Checks {
  /** Reads catalogs, settings and, of our own server, its files and log. Changes nothing. */
  run(environment?: EnvironmentName): Promise<CheckReport>;
}

/** What looking at one server brought. */
export interface Judged {
  readonly findings: readonly Finding[];
  readonly notJudged: readonly string[];
}
