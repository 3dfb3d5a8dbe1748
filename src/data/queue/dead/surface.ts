import { type CommandDescriptor, Type } from '../../../kernel/index.ts';
import { acting, moment, queueOf, tenantIdOf, tenantText, timeOf, timeText } from '../surface/asking.ts';
import type { LetterFilter } from './types.ts';

const chosen = {
  tenant: tenantText,
  signature: Type.Optional(Type.String({ description: 'Only failures of this kind.' })),
  type: Type.Optional(Type.String({ description: 'Only jobs of this type.' })),
};
type Chosen = {
  readonly tenant?: string;
  readonly signature?: string;
  readonly type?: string;
};

export const deadCommands: readonly CommandDescriptor[] = [
  {
    name: 'queue dead list',
    summary: 'Jobs that were given up and wait for somebody, newest first.',
    needs: 'migrated',
    flags: Type.Object({
      ...chosen,
      all: Type.Optional(Type.Boolean({ description: 'Those that were redriven, too.' })),
      limit: Type.Integer({ default: 50, minimum: 1, maximum: 500, description: 'At most so many.' }),
      before: Type.Optional(Type.String({ description: 'The next page: what the last one said.' })),
    }),
    async run(input) {
      const { tenant, all = false, limit, before, ...rest } = input.flags as Chosen & { all?: boolean; limit: number; before?: string };
      const filter = { ...rest, isRedrivenToo: all, ...(tenant !== undefined && { tenantId: await tenantIdOf(input, tenant) }) };
      const page = await queueOf(input).dead.list(filter, { limit, ...(before !== undefined && { before }) });
      const rows = page.letters.map((one) => [
        one.jobId,
        one.type,
        one.reason,
        one.runs,
        moment(one.failed),
        one.signature,
        one.kind,
        one.redrivenAs ?? '',
      ]);
      if (rows.length === 0) return { data: page, text: 'No dead letters.' };
      const columns = ['job', 'type', 'reason', 'runs', 'failed (UTC)', 'signature', 'kind', 'redriven as'];
      return { data: page, table: { columns, rows }, ...(page.next !== undefined && { text: `\nMore with --before ${page.next}` }) };
    },
  },
  {
    name: 'queue patterns',
    summary: 'What fails most, by kind, with what stands out about it.',
    description:
      'new: not in the 30 days before. surge: over three times the mean of the day. dominant: over half of the failures of its queue. ' +
      'one_tenant: over 80 % in one minute. version: began with a version of the handlers.',
    needs: 'migrated',
    flags: Type.Object({ type: chosen.type, since: timeText('Failures since') }),
    async run(input) {
      const { type, since } = input.flags as { type?: string; since?: string };
      const patterns = await queueOf(input).dead.patterns({
        ...(type !== undefined && { type }),
        ...(since !== undefined && { since: timeOf('--since', since) }),
      });
      const rows = patterns.map((one) => [
        one.signature,
        one.type,
        one.count,
        one.tenants,
        one.dead,
        moment(one.lastHour).slice(0, 13),
        one.findings.join(' '),
        one.lastJobId,
        one.kind,
      ]);
      if (rows.length === 0) return { data: { patterns }, text: 'Nothing failed.' };
      const columns = ['signature', 'type', 'failed', 'tenants', 'dead', 'last hour', 'stands out', 'last job', 'kind'];
      return { data: { patterns }, table: { columns, rows } };
    },
  },
  {
    name: 'queue redrive',
    summary: 'Enqueue dead letters again as new jobs, each once.',
    description:
      'By ids all of them; else ten to try. --all takes the rest once those of the last day worked, so many a second: ' +
      'plinth queue redrive --signature 0a1b2c3d4e5f6071, and then with --all',
    needs: 'migrated',
    arguments: [{ name: 'ids', meaning: 'of jobs; none: those of the filter', isVariadic: true, isOptional: true }],
    flags: Type.Object({
      ...chosen,
      since: timeText('Given up at or after'),
      until: timeText('Given up before'),
      all: Type.Optional(Type.Boolean({ description: 'All that fit, where the trial worked.' })),
      force: Type.Optional(Type.Boolean({ description: 'All that fit, whatever became of a trial.' })),
      perSecond: Type.Number({ default: 20, exclusiveMinimum: 0, maximum: 10_000, description: 'How many become due in a second.' }),
    }),
    async run(input) {
      const {
        tenant,
        since,
        until,
        all = false,
        force = false,
        ...rest
      } = input.flags as Chosen & {
        since?: string;
        until?: string;
        all?: boolean;
        force?: boolean;
        perSecond: number;
      };
      const ids = [input.args.ids ?? []].flat();
      const filter: LetterFilter = {
        ...rest,
        ...(ids.length > 0 && { ids }),
        ...(tenant !== undefined && { tenantId: await tenantIdOf(input, tenant) }),
        ...(since !== undefined && { since: timeOf('--since', since) }),
        ...(until !== undefined && { until: timeOf('--until', until) }),
      };
      const result = await queueOf(input).dead.redrive({ ...filter, perSecond: rest.perSecond, isAll: all, isForced: force }, acting());
      const shown = result.redriven.slice(0, 10).map(({ jobId, as }) => `  ${jobId} again as ${as}`);
      const left = result.left > 0 ? ` ${result.left} are left${all || force ? '' : '; --all takes them when these worked'}.` : '';
      return { data: result, text: [`${result.redriven.length} redriven.${left}`, ...shown].join('\n') };
    },
  },
];
