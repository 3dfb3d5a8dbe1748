import { type CommandDescriptor, type RouteDescriptor, type TextTable, Type } from '../../../kernel/index.ts';
import type { Tenancy } from '../model/types.ts';
import type { MinuteUsage, UsageFigures } from './types.ts';

const mostHours = 9_600;
const backWords = 'How many hours back, with the one that runs.';
const hoursOf = (values: object) => (values as { hours: number }).hours;
const hoursFlag = Type.Integer({ default: 24, minimum: 1, maximum: mostHours, description: backWords });

const ms = (value: number) => Math.round(value);
const figures = ['queries', 'rows', 'executed ms', 'held ms', 'waited ms'] as const;
const cells = (of: UsageFigures) => [of.queries, of.rows, ms(of.executionMs), ms(of.heldMs), ms(of.poolWaitMs)];
const wal = (bytes: number | undefined) => (bytes === undefined ? '' : Math.round(bytes));

interface Measured extends UsageFigures {
  readonly walBytes?: number;
  readonly measures: Readonly<Record<string, number>>;
}

/** A line per tenant or hour, with a column for each thing that some capability measured. */
function usageTable<T extends Measured>(head: string, lines: readonly T[], nameOf: (line: T) => string): TextTable {
  const measures = [...new Set(lines.flatMap((line) => Object.keys(line.measures)))].sort();
  return {
    columns: [head, ...figures, 'WAL bytes', ...measures],
    rows: lines.map((line) => [nameOf(line), ...cells(line), wal(line.walBytes), ...measures.map((name) => line.measures[name] ?? '')]),
  };
}

const minuteTable = (tenants: readonly MinuteUsage[]): TextTable => ({
  columns: ['tier', 'tenant', 'held', ...figures],
  rows: tenants.map((one) => [one.tier, one.tenant.slug, `${Math.round(one.heldShare * 100)} %`, ...cells(one)]),
});

export const usageCommands: readonly CommandDescriptor[] = [
  {
    name: 'tenancy usage',
    summary: 'What tenants had of the databases, by the hour, and who slowed whom in a minute.',
    needs: 'migrated',
    description: [
      'Without a tenant: each that had any, who had the most first. With one: hour by hour.',
      'With --minute: who held the connections of each tier in that minute, and who waited for one.',
      'Processes write what they have counted every five seconds. `system` is the platform itself.',
      'Example: plinth tenancy usage --minute 09:31',
    ].join('\n'),
    arguments: [{ name: 'tenant', meaning: 'slug or id', isOptional: true }],
    flags: Type.Object({
      hours: hoursFlag,
      minute: Type.Optional(Type.String({ description: 'In UTC, of the last 24 hours: 2026-11-21T09:31, 09:31, or "last".' })),
    }),
    async run(input) {
      const tenancy = input.use<Tenancy>('tenancy');
      const { minute } = input.flags as { minute?: string };
      const key = input.args.tenant as string | undefined;
      const tenant = key === undefined ? undefined : await tenancy.find(key);
      if (minute !== undefined) {
        const { begun, tenants: all } = await tenancy.usage.minute(minute);
        const tenants = all.filter((one) => tenant === undefined || one.tenant.id === tenant.id);
        const table = minuteTable(tenants);
        return {
          data: { begun, tenants },
          ...(tenants.length > 0 ? { table } : { text: `Nobody had anything in ${begun.toISOString()}.` }),
        };
      }
      if (tenant) {
        const hours = await tenancy.usage.hours(tenant.id, hoursOf(input.flags));
        const nameOf = (hour: (typeof hours)[number]) => hour.begun.toISOString().slice(0, 16);
        return { data: { tenant: { id: tenant.id, slug: tenant.slug }, hours }, table: usageTable('hour', hours, nameOf) };
      }
      const tenants = await tenancy.usage.totals(hoursOf(input.flags));
      return { data: { tenants }, table: usageTable('tenant', tenants, (one) => one.tenant.slug) };
    },
  },
];

const hoursQuery = Type.Object({ hours: Type.Integer({ default: 24, minimum: 1, maximum: mostHours, description: backWords }) });

export const usageRoutes: readonly RouteDescriptor[] = [
  {
    method: 'GET',
    path: '/tenancy/usage',
    summary: 'What each tenant had of the databases, with its hours.',
    role: 'viewer',
    query: hoursQuery,
    handler: async ({ query, use }) => ({ tenants: await use<Tenancy>('tenancy').usage.totals(hoursOf(query)) }),
  },
  {
    method: 'GET',
    path: '/tenancy/usage/minutes',
    summary: 'Who slowed whom: the minutes of the last day in which tenants waited longest for connections.',
    role: 'viewer',
    handler: async ({ use }) => ({ minutes: await use<Tenancy>('tenancy').usage.slowest() }),
  },
  {
    method: 'GET',
    path: '/tenancy/usage/minutes/:minute',
    summary: 'The tenants in a minute of the last day, who held connections longest first.',
    role: 'viewer',
    handler: ({ params, use }) => use<Tenancy>('tenancy').usage.minute(params.minute ?? ''),
  },
  {
    method: 'GET',
    path: '/tenancy/tenants/:id/usage',
    summary: 'What a tenant had of the databases, hour by hour.',
    role: 'viewer',
    query: hoursQuery,
    async handler({ params, query, use }) {
      const tenancy = use<Tenancy>('tenancy');
      const { id } = await tenancy.find(params.id ?? '');
      return { hours: await tenancy.usage.hours(id, hoursOf(query)) };
    },
  },
];
