import { type RouteDescriptor, type RouteRequest, Type } from '../../../kernel/index.ts';
import type { FilterFlags } from './asking.ts';

// What answers is imported where it does: each command loads this file.
const asking = () => import('./asking.ts');
const text = Type.Optional(Type.String());
const limit = Type.Integer({ default: 50, minimum: 1, maximum: 500 });
const filter = { queue: text, type: text, state: text, since: text, until: text };
const chosen = Type.Object({ ids: Type.Optional(Type.Array(Type.String(), { minItems: 1, maxItems: 1000 })), tenant: text, ...filter });
const by = (request: RouteRequest) => ({ by: request.account?.name ?? 'unknown' });

const action = (name: 'cancel' | 'retry' | 'promote', summary: string): RouteDescriptor => ({
  method: 'POST',
  path: `/queue/jobs/${name}`,
  summary,
  role: 'operator',
  body: chosen,
  async handler(request) {
    const { filterOf, queueOf } = await asking();
    const { ids, ...rest } = request.body as FilterFlags & { ids?: string[] };
    return queueOf(request).control[name]({ ...(await filterOf(request, rest)), ...(ids && { ids }) }, by(request));
  },
});

const pausing = (name: 'pause' | 'resume', kind: 'queue' | 'type' | 'tenant', path: string, summary: string): RouteDescriptor => ({
  method: 'POST',
  path,
  summary,
  role: 'operator',
  async handler(request) {
    const { queueOf, tenantIdOf } = await asking();
    const given = request.params.name ?? '';
    const what = kind === 'tenant' ? { tenantId: await tenantIdOf(request, given) } : kind === 'queue' ? { queue: given } : { type: given };
    await queueOf(request).control[name](what, by(request));
    return { [name]: given };
  },
});

export const routes: readonly RouteDescriptor[] = [
  {
    method: 'GET',
    path: '/queue/queues',
    summary: 'Queues with what waits in each band, for how long, and what runs.',
    role: 'viewer',
    async handler(request) {
      const { control } = (await asking()).queueOf(request);
      const [status, settings] = [await control.status(), await control.queues()];
      return { ...status, settings };
    },
  },
  {
    method: 'GET',
    path: '/queue/types',
    summary: 'Job types with how many wait and how many workers can run them.',
    role: 'viewer',
    handler: async (request) => ({ types: await (await asking()).queueOf(request).control.types() }),
  },
  {
    method: 'GET',
    path: '/queue/jobs',
    summary: 'Jobs of a tenant under a running grant, or the platform’s own, newest first.',
    role: 'viewer',
    query: Type.Object({ tenant: text, ...filter, before: text, limit }),
    async handler(request) {
      const { filterOf, queueOf, underGrant } = await asking();
      const { tenant, before, limit: size, ...rest } = request.query as FilterFlags & { before?: string; limit: number };
      const { tenantId } = await underGrant(request, tenant);
      const page = { limit: size, ...(before !== undefined && { before }) };
      return queueOf(request).control.list({ ...(await filterOf(request, rest)), tenantId }, page);
    },
  },
  {
    method: 'GET',
    path: '/queue/jobs/:id',
    summary: 'Everything about a job: of a tenant under a running grant and on record.',
    role: 'viewer',
    query: Type.Object({ tenant: text }),
    async handler(request) {
      const { queueOf, showOnRecord, underGrant } = await asking();
      const { tenantId, purpose } = await underGrant(request, (request.query as { tenant?: string }).tenant);
      const queue = queueOf(request);
      const job = await queue.control.show(request.params.id ?? '', tenantId);
      const shown = await showOnRecord(request, job, { ...by(request), ...(purpose !== undefined && { purpose }) });
      return { ...shown, effects: await queue.overview.effectsOf(job) };
    },
  },
  {
    method: 'POST',
    path: '/queue/jobs',
    summary: 'Enqueues a job by hand, for a tenant or for the platform itself.',
    role: 'operator',
    body: Type.Object({ type: Type.String(), payload: Type.Unknown(), tenant: text, band: text, due: text }),
    async handler(request) {
      const { bandOf, queueOf, tenantIdOf, timeOf } = await asking();
      const given = request.body as { type: string; payload: unknown; tenant?: string; band?: string; due?: string };
      const { type, payload, band, due } = given;
      const [queue, tenantId] = [queueOf(request), await tenantIdOf(request, given.tenant)];
      const options = {
        tenantId,
        ...(band !== undefined && { band: bandOf(band) }),
        ...(due !== undefined && { due: timeOf('due', due) }),
      };
      const { id, isNew } = await queue.enqueue(type, payload, options);
      if (isNew) await queue.control.noteEnqueued({ id, tenantId, type }, by(request));
      return { id, isNew };
    },
  },
  {
    method: 'POST',
    path: '/queue/jobs/count',
    summary: 'How many jobs an action would be about, by state.',
    role: 'operator',
    body: chosen,
    async handler(request) {
      const { filterOf, queueOf } = await asking();
      const { ids, ...rest } = request.body as FilterFlags & { ids?: string[] };
      return { counts: await queueOf(request).control.count({ ...(await filterOf(request, rest)), ...(ids && { ids }) }) };
    },
  },
  action('cancel', 'Cancels jobs: waiting ones at once, running ones are told to end.'),
  action('retry', 'Tries failed jobs again at once; those that have ended, by id, as new jobs.'),
  action('promote', 'Makes scheduled and retrying jobs due now.'),
  pausing('pause', 'queue', '/queue/queues/:name/pause', 'Claims nothing of a queue any more; what runs goes on.'),
  pausing('resume', 'queue', '/queue/queues/:name/resume', 'Goes on with a queue.'),
  pausing('pause', 'type', '/queue/types/:name/pause', 'Claims nothing of a job type any more; what runs goes on.'),
  pausing('resume', 'type', '/queue/types/:name/resume', 'Goes on with a job type.'),
  pausing('pause', 'tenant', '/queue/tenants/:name/pause', 'Begins nothing of a tenant any more; what is due is parked.'),
  pausing('resume', 'tenant', '/queue/tenants/:name/resume', 'Goes on with a tenant.'),
  {
    method: 'GET',
    path: '/queue/dead',
    summary: 'Dead letters of a tenant under a running grant, or the platform’s own, newest first.',
    role: 'viewer',
    query: Type.Object({ tenant: text, signature: text, type: text, before: text, limit }),
    async handler(request) {
      const { queueOf, underGrant } = await asking();
      const { tenant, before, limit: size, ...rest } = request.query as { tenant?: string; before?: string; limit: number };
      const { tenantId } = await underGrant(request, tenant);
      return queueOf(request).dead.list({ ...rest, tenantId }, { limit: size, ...(before !== undefined && { before }) });
    },
  },
  {
    method: 'GET',
    path: '/queue/patterns',
    summary: 'What fails most, by kind, over all tenants; of messages what varies is left out.',
    role: 'operator',
    handler: async (request) => ({ patterns: await (await asking()).queueOf(request).dead.patterns() }),
  },
  {
    method: 'POST',
    path: '/queue/dead/redrive',
    summary: 'Enqueues dead letters again: by ids, or ten of a kind to try, or all where the trial worked.',
    role: 'operator',
    body: Type.Object({
      ids: Type.Optional(Type.Array(Type.String(), { minItems: 1, maxItems: 1000 })),
      tenant: text,
      signature: text,
      type: text,
      since: text,
      until: text,
      all: Type.Optional(Type.Boolean()),
    }),
    async handler(request) {
      const { filterOf, queueOf } = await asking();
      const { ids, signature, all = false, ...rest } = request.body as FilterFlags & { ids?: string[]; signature?: string; all?: boolean };
      const given = { ...(await filterOf(request, rest)), ...(ids && { ids }), ...(signature !== undefined && { signature }) };
      const { redriven, left } = await queueOf(request).dead.redrive({ ...given, isAll: all }, by(request));
      return { redriven: redriven.length, left };
    },
  },
  {
    method: 'GET',
    path: '/queue/workers',
    summary: 'Processes that run jobs, with what they did in their last minute.',
    role: 'viewer',
    async handler(request) {
      const { control, promise } = (await asking()).queueOf(request);
      const [workers, figures] = [await control.workers(), await promise.workers()];
      const performances = new Map(figures.map(({ id, performance }) => [id, performance]));
      return { workers: workers.map((worker) => ({ ...worker, performance: performances.get(worker.id) })) };
    },
  },
];
