import { type CommandDescriptor, Type } from '../../../../kernel/index.ts';
import { type Band, bands } from '../../model/bands.ts';
import {
  acting,
  type FilterFlags,
  filterFlags,
  filterOf,
  moment,
  queueOf,
  showOnRecord,
  tenantIdOf,
  timeOf,
} from '../../surface/asking.ts';
import { detailsText } from './details-text.ts';

const jobArgument = [{ name: 'id', meaning: 'of the job' }] as const;
/** One job, or a page of them. */
export const jobCommands: readonly CommandDescriptor[] = [
  {
    name: 'queue list',
    summary: 'Jobs of one tenant, newest first.',
    description: 'Without --tenant those of the platform itself. What a tenant wrote is not in it; "plinth queue show" has it, on record.',
    needs: 'migrated',
    flags: Type.Object({
      ...filterFlags,
      limit: Type.Integer({ default: 50, minimum: 1, maximum: 500, description: 'At most so many.' }),
      before: Type.Optional(Type.String({ description: 'The next page: what the last one said.' })),
    }),
    async run(input) {
      const { limit, before, tenant, ...flags } = input.flags as FilterFlags & { limit: number; before?: string };
      const filter = { ...(await filterOf(input, flags)), tenantId: await tenantIdOf(input, tenant) };
      const page = await queueOf(input).control.list(filter, { limit, ...(before !== undefined && { before }) });
      const rows = page.jobs.map((job) => [
        job.id,
        job.type,
        job.queue,
        job.band,
        job.state,
        moment(job.queued),
        moment(job.nextDue ?? job.due),
        moment(job.completed),
      ]);
      const columns = ['id', 'type', 'queue', 'band', 'state', 'enqueued (UTC)', 'due', 'ended'];
      if (rows.length === 0) return { data: page, text: 'No jobs.' };
      return { data: page, table: { columns, rows }, ...(page.next !== undefined && { text: `\nMore with --before ${page.next}` }) };
    },
  },
  {
    name: 'queue show',
    summary: 'Everything about a job: place, runs with their errors, log, payload, effects, what people did to it. On record.',
    needs: 'migrated',
    arguments: jobArgument,
    flags: Type.Object({ reason: Type.Optional(Type.String({ description: 'Why, for the audit trail.' })) }),
    async run(input) {
      const { reason } = input.flags as { reason?: string };
      const { control, overview } = queueOf(input);
      const found = await control.show(input.args.id as string);
      const job = await showOnRecord(input, found, { ...acting(), ...(reason !== undefined && { purpose: reason }) });
      const effects = await overview.effectsOf(job);
      return { data: { ...job, effects }, text: detailsText(job, effects) };
    },
  },
  {
    name: 'queue enqueue',
    summary: 'Enqueue a job by hand.',
    description:
      'For a job type that some process has defined, e.g. plinth queue enqueue welcome --payload \'{"to": "ada@example.com"}\' --tenant acme',
    needs: 'migrated',
    arguments: [{ name: 'type', meaning: 'job type' }],
    flags: Type.Object({
      payload: Type.String({ default: '{}', description: 'JSON.' }),
      tenant: filterFlags.tenant,
      band: Type.Optional(
        Type.Union(
          bands.map((band) => Type.Literal(band)),
          { description: 'Instead of that of the type.' },
        ),
      ),
      due: Type.Optional(Type.String({ description: 'When, e.g. 2026-01-31T12:00Z; default: now.' })),
    }),
    async run(input) {
      const { payload, tenant, band, due } = input.flags as { payload: string; tenant?: string; band?: Band; due?: string };
      const { enqueueErrors } = await import('../../enqueue/index.ts');
      let parsed: unknown;
      try {
        parsed = JSON.parse(payload);
      } catch {
        throw enqueueErrors.BAD_OPTION({ option: '--payload', value: payload, allowed: 'JSON' });
      }
      const [queue, tenantId, type] = [queueOf(input), await tenantIdOf(input, tenant), input.args.type as string];
      const options = { tenantId, ...(band !== undefined && { band }), ...(due !== undefined && { due: timeOf('--due', due) }) };
      const { id, isNew } = await queue.enqueue(type, parsed, options);
      await queue.control.noteEnqueued({ id, tenantId, type }, acting());
      return { data: { id, isNew }, text: isNew ? id : `${id} was there already.` };
    },
  },
];
