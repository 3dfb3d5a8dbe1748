import { userInfo } from 'node:os';
import { type CommandInput, nilUuid, type RouteRequest, Type } from '../../../kernel/index.ts';
import type { Audit } from '../../../trust/audit/index.ts';
import type { Tenancy } from '../../../trust/tenancy/index.ts';
import type { JobCounts, JobDetails, JobFilter } from '../control/index.ts';
import { enqueueErrors } from '../enqueue/errors.ts';
import { type Band, bands } from '../model/bands.ts';
import type { JobState } from '../model/types.ts';
import type { OpenedQueue } from '../queue.ts';

type Opened = Pick<CommandInput, 'use'>;

export const queueOf = (input: Opened) => input.use<OpenedQueue>('queue');
export const acting = () => ({ by: userInfo().username });
export const moment = (date: Date | null | undefined) => date?.toISOString().slice(0, 19).replace('T', ' ') ?? '';

export const jobStates: readonly JobState[] = [
  'scheduled',
  'waiting',
  'parked',
  'blocked',
  'running',
  'retrying',
  'completed',
  'cancelled',
  'discarded',
  'dead',
];

export const timeText = (description: string) =>
  Type.Optional(Type.String({ description: `${description}, e.g. 2026-01-31 or 2026-01-31T12:00Z; UTC.` }));
export const tenantText = Type.Optional(Type.String({ description: 'Tenant, by slug or id; "system" for the platform’s own.' }));
export const stateText = Type.Optional(
  Type.Union(
    jobStates.map((state) => Type.Literal(state)),
    { description: 'Only jobs in this state.' },
  ),
);
export const filterFlags = {
  queue: Type.Optional(Type.String({ description: 'Only jobs of this queue.' })),
  type: Type.Optional(Type.String({ description: 'Only jobs of this type.' })),
  tenant: tenantText,
  state: stateText,
  since: timeText('Enqueued at or after'),
  until: timeText('Enqueued before'),
};
export type FilterFlags = {
  readonly queue?: string;
  readonly type?: string;
  readonly tenant?: string;
  readonly state?: JobState;
  readonly since?: string;
  readonly until?: string;
};

/** A moment as people write it. @throws PLINTH_QUEUE_BAD_OPTION */
export function timeOf(option: string, value: string): Date {
  const isWritten = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/.test(value);
  const hasOffset = /(?:Z|[+-]\d{2}:?\d{2})$/.test(value.slice(10));
  const time = new Date(value.length > 10 && !hasOffset ? `${value}Z` : value);
  if (!isWritten || Number.isNaN(time.getTime())) {
    throw enqueueErrors.BAD_OPTION({ option, value, allowed: 'a time; write 2026-01-31 or 2026-01-31T12:00Z' });
  }
  return time;
}

/** @throws PLINTH_QUEUE_BAD_OPTION */
export function bandOf(value: string): Band {
  const band = bands.find((one) => one === value);
  if (band === undefined) throw enqueueErrors.BAD_OPTION({ option: 'band', value, allowed: bands.join(', ') });
  return band;
}

/** Id of a tenant as people name it; the platform's own where nobody is named. @throws PLINTH_TENANCY_UNKNOWN_TENANT */
export async function tenantIdOf(input: Opened, tenant: string | undefined): Promise<string> {
  return tenant === undefined || tenant === 'system' || tenant === nilUuid
    ? nilUuid
    : (await input.use<Tenancy>('tenancy').find(tenant)).id;
}

export async function filterOf(input: Opened, { tenant, state, since, until, ...same }: FilterFlags): Promise<JobFilter> {
  return {
    ...same,
    ...(tenant !== undefined && { tenantId: await tenantIdOf(input, tenant) }),
    ...(state !== undefined && { states: [state] }),
    ...(since !== undefined && { since: timeOf('since', since) }),
    ...(until !== undefined && { until: timeOf('until', until) }),
  };
}

export const countsText = (counts: JobCounts) =>
  jobStates.flatMap((state) => (counts[state] > 0 ? [`${counts[state]} ${state}`] : [])).join(', ') || 'no jobs';

/** Everything about a job, with what its tenant wrote in it: on record before anybody sees it. */
export async function showOnRecord(
  input: Opened,
  job: JobDetails,
  why: { readonly purpose?: string; readonly by: string },
): Promise<JobDetails> {
  if (job.tenantId !== nilUuid) {
    await input.use<Audit>('audit').record({
      kind: 'access',
      action: 'queue.show',
      success: true,
      tenantId: job.tenantId,
      tier: 'queue',
      target: { type: 'table', id: 'queue.jobs' },
      keys: [job.id],
      rowCount: 1,
      ...(why.purpose !== undefined && { purpose: why.purpose }),
      details: { by: why.by },
    });
  }
  return job;
}

/** Rows of a tenant are shown under a running grant; those of the platform's own to everybody who may ask at all. */
export async function underGrant(
  request: RouteRequest,
  tenant: string | undefined,
): Promise<{ readonly tenantId: string; readonly purpose?: string }> {
  const tenantId = await tenantIdOf(request, tenant);
  if (tenantId === nilUuid) return { tenantId };
  const { grant } = await request.use<Tenancy>('tenancy').breakGlass.takeOf(request.account?.name, tenantId);
  return { tenantId, purpose: grant.reason };
}
