import { type CommandDescriptor, type CommandResult, type RouteDescriptor, Type } from '../../../kernel/index.ts';
import { acting, moment, queueOf, tenantIdOf, tenantText, underGrant } from '../surface/asking.ts';
import type { BatchDetails, BatchInfo, BatchState } from './types.ts';

const states = ['open', 'completed', 'failed', 'cancelled'] as const;
const stateText = Type.Optional(
  Type.Union(
    states.map((state) => Type.Literal(state)),
    { description: 'Only those that are so.' },
  ),
);
const id = [{ name: 'id', meaning: 'of the batch or flow' }] as const;

const endedOf = ({ total, completed, failed, cancelled }: BatchInfo) =>
  `${completed + failed + cancelled} of ${total}${failed > 0 ? `, ${failed} failed` : ''}${cancelled > 0 ? `, ${cancelled} cancelled` : ''}`;

function detailsOf(batch: BatchDetails): CommandResult {
  const calls = Object.entries(batch.calls).map(([occasion, type]) => `${occasion} ${type}`);
  const head = [
    `${batch.kind} ${batch.id}${batch.name === null ? '' : ` (${batch.name})`}`,
    `  ${batch.state}${batch.isCancelled && batch.state === 'open' ? ', being cancelled' : ''}; ${endedOf(batch)} ended; tenant ${batch.tenantId}`,
    `  made ${moment(batch.created)}${batch.ended ? `, ended ${moment(batch.ended)}` : ''} (UTC)`,
    ...(calls.length > 0 ? [`  ${calls.join(', ')}`] : []),
    ...batch.steps.map(
      ({ key, state, place, jobId, after }) =>
        `  ${key}: ${place ?? state}, ${jobId}${after.length > 0 ? `, after ${after.join(', ')}` : ''}`,
    ),
    ...batch.members.map(({ type, state, jobId }) => `  ${type}: ${state}, ${jobId}`),
  ];
  return { data: batch, text: head.join('\n') };
}

export const flowCommands: readonly CommandDescriptor[] = [
  {
    name: 'queue batches list',
    summary: 'Batches and flows of one tenant, newest first, with how many of their jobs have ended.',
    description: 'Without --tenant those of the platform itself.',
    needs: 'migrated',
    flags: Type.Object({
      tenant: tenantText,
      state: stateText,
      limit: Type.Integer({ default: 50, minimum: 1, maximum: 500, description: 'At most so many.' }),
      before: Type.Optional(Type.String({ description: 'The next page: what the last one said.' })),
    }),
    async run(input) {
      const { tenant, state, limit, before } = input.flags as { tenant?: string; state?: BatchState; limit: number; before?: string };
      const filter = { tenantId: await tenantIdOf(input, tenant), ...(state !== undefined && { state }) };
      const page = await queueOf(input).flows.list(filter, { limit, ...(before !== undefined && { before }) });
      if (page.batches.length === 0) return { data: page, text: 'No batches or flows.' };
      const rows = page.batches.map((one) => [
        one.id,
        one.kind,
        one.name ?? '',
        one.state,
        endedOf(one),
        moment(one.created),
        moment(one.ended),
      ]);
      const columns = ['id', 'kind', 'name', 'state', 'ended', 'made (UTC)', 'ended (UTC)'];
      return { data: page, table: { columns, rows }, ...(page.next !== undefined && { text: `\nMore with --before ${page.next}` }) };
    },
  },
  {
    name: 'queue batches show',
    summary: 'A batch or flow: how many of its jobs have ended, and its steps with what they wait for.',
    needs: 'migrated',
    arguments: id,
    async run(input) {
      return detailsOf(await queueOf(input).flows.show(input.args.id as string));
    },
  },
  {
    name: 'queue batches cancel',
    summary: 'Cancel what waits of a batch or flow; what runs is told to end, and nothing is enqueued at its end.',
    needs: 'migrated',
    arguments: id,
    async run(input) {
      const result = await queueOf(input).flows.cancel(input.args.id as string, acting());
      return { data: result, text: `${result.cancelled} cancelled, ${result.requested} running ones told to end.` };
    },
  },
  {
    name: 'queue batches retry',
    summary: 'Run again what ended and did not complete of a batch or flow, and what was not run because of it.',
    needs: 'migrated',
    arguments: id,
    async run(input) {
      const result = await queueOf(input).flows.retry(input.args.id as string, acting());
      return {
        data: result,
        text: result.again.map(({ id: old, as }) => `${old} again as ${as}`).join('\n') || 'All of it that ended completed.',
      };
    },
  },
];

const text = Type.Optional(Type.String());

export const flowRoutes: readonly RouteDescriptor[] = [
  {
    method: 'GET',
    path: '/queue/batches',
    summary: 'Batches and flows of a tenant under a running grant, or the platform’s own, newest first.',
    role: 'viewer',
    query: Type.Object({ tenant: text, state: stateText, before: text, limit: Type.Integer({ default: 50, minimum: 1, maximum: 500 }) }),
    async handler(request) {
      const { tenant, state, before, limit } = request.query as { tenant?: string; state?: BatchState; before?: string; limit: number };
      const { tenantId } = await underGrant(request, tenant);
      return queueOf(request).flows.list(
        { tenantId, ...(state !== undefined && { state }) },
        { limit, ...(before !== undefined && { before }) },
      );
    },
  },
  {
    method: 'GET',
    path: '/queue/batches/:id',
    summary: 'A batch or flow with its steps, of a tenant under a running grant.',
    role: 'viewer',
    query: Type.Object({ tenant: text }),
    async handler(request) {
      const { tenantId } = await underGrant(request, (request.query as { tenant?: string }).tenant);
      return queueOf(request).flows.show(request.params.id ?? '', tenantId);
    },
  },
  {
    method: 'GET',
    path: '/queue/batches/:id/drawing',
    summary: 'Where the steps of a flow stand in a picture; null where there are too many to see.',
    role: 'viewer',
    query: Type.Object({ tenant: text }),
    async handler(request) {
      const { tenantId } = await underGrant(request, (request.query as { tenant?: string }).tenant);
      const { steps } = await queueOf(request).flows.show(request.params.id ?? '', tenantId);
      const { drawFlow, mostDrawn } = await import('./draw.ts');
      return { drawing: steps.length === 0 || steps.length > mostDrawn ? null : await drawFlow(steps) };
    },
  },
  ...(['cancel', 'retry'] as const).map(
    (action): RouteDescriptor => ({
      method: 'POST',
      path: `/queue/batches/:id/${action}`,
      summary: action === 'cancel' ? 'Cancels a batch or flow.' : 'Runs again what ended and did not complete of a batch or flow.',
      role: 'operator',
      async handler(request) {
        return queueOf(request).flows[action](request.params.id ?? '', { by: request.account?.name ?? 'unknown' });
      },
    }),
  ),
];
