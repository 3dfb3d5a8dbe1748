import type { Finding } from '../../model/findings.ts';

/** Failures of one signature since the last look. */
export interface FailureCount {
  readonly jobs: number;
  readonly tenants: number;
  /** Part of them that one tenant had. */
  readonly topShare: number;
  /** Of the handlers they happened with; empty strings are unknown. */
  readonly versions: readonly string[];
  /** Of the same signature in the 24 hours before. */
  readonly dayJobs: number;
  /** Minutes since it was first seen, at most those of a day; undefined: never before. */
  readonly knownMinutes: number | undefined;
  /** Failures of its queue in the same time, its own among them. */
  readonly queueJobs: number;
  /** Versions with which jobs of its type have failed before, whatever the signature. */
  readonly knownVersions: readonly string[];
  /** Length of the look. */
  readonly minutes: number;
}

// Of fewer nobody can say what is usual.
const fewest = 10;
const surgeFactor = 3;
const dominantShare = 0.5;
const oneTenantShare = 0.8;

/** What stands out, each at most once. */
export function findingsOf(count: FailureCount): readonly Finding[] {
  const { jobs, dayJobs, knownMinutes, queueJobs, minutes } = count;
  const meanPerMinute = knownMinutes === undefined ? 0 : dayJobs / Math.max(knownMinutes, 1);
  const isMany = jobs >= fewest;
  return [
    ...(knownMinutes === undefined ? (['new'] as const) : []),
    ...(isMany && knownMinutes !== undefined && jobs / minutes > surgeFactor * meanPerMinute ? (['surge'] as const) : []),
    ...(isMany && queueJobs > jobs && jobs / queueJobs > dominantShare ? (['dominant'] as const) : []),
    ...(isMany && count.tenants > 1 && count.topShare > oneTenantShare ? (['one_tenant'] as const) : []),
    ...(beginsWithVersion(count) ? (['version'] as const) : []),
  ];
}

/** A new kind of failure, all of it with one version that no failure was seen with before, while others were. */
function beginsWithVersion({ knownMinutes, versions, knownVersions }: FailureCount): boolean {
  const [version] = versions;
  const others = knownVersions.filter((known) => known !== '');
  return knownMinutes === undefined && versions.length === 1 && version !== '' && others.length > 0 && !others.includes(version ?? '');
}
