import { resolve } from 'node:path';
import { type CommandDescriptor, type CommandInput, type RouteDescriptor, Type } from '../../../kernel/index.ts';
import { type Audit, type EventKind, eventKinds } from '../model/types.ts';
import { parseRange } from '../surface/time-range.ts';
import type { TrailEvent, TrailFilter } from './types.ts';

const range = {
  from: Type.Optional(
    Type.String({ description: 'Beginning, e.g. 2026-01-31 or 2026-01-31T12:00Z; UTC. Default: 30 days before the end.' }),
  ),
  to: Type.Optional(Type.String({ description: 'End, exclusive. Default: now.' })),
};
type Range = { readonly from?: string; readonly to?: string };
const usualDays = 30;
const faultsExitCode = 1;

const time = (date: Date) => date.toISOString().slice(0, 19).replace('T', ' ');
const auditOf = (input: Pick<CommandInput, 'use'>) => input.use<Audit>('audit');

function eventTable(events: readonly TrailEvent[]) {
  return {
    columns: ['when (UTC)', 'who', 'tenant', 'what', 'on what', 'rows', 'keys', 'why', 'from'],
    rows: events.map((event) => [
      time(event.created),
      event.user ?? event.databaseUser,
      event.tenant ?? '',
      `${event.action}${event.isSuccess ? '' : ' (refused or failed)'}`,
      [event.targetType === 'table' ? null : event.targetType, event.targetId].filter(Boolean).join(' '),
      event.rowCount ?? '',
      event.keys.length > 3 ? `${event.keys.slice(0, 3).join(' ')} …` : event.keys.join(' '),
      event.purpose ?? '',
      event.clientAddress ?? '',
    ]),
  };
}

export const answersCommands: readonly CommandDescriptor[] = [
  {
    name: 'audit who-saw',
    summary: 'Who read or changed the row with this key.',
    needs: 'migrated',
    description:
      'Looks for the key in every table of every tier. Reads are known of restricted columns read through Plinth; a row that was changed was seen by whoever changed it.',
    arguments: [{ name: 'subject', meaning: 'key of the row, e.g. a uuid' }],
    flags: Type.Object({ table: Type.Optional(Type.String({ description: 'Only in this table: schema.name.' })), ...range }),
    async run(input) {
      const { table, ...given } = input.flags as Range & { table?: string };
      const times = given.from === undefined && given.to === undefined ? {} : parseRange(given, new Date(), usualDays);
      const events = await auditOf(input).answers.whoSaw(input.args.subject as string, { ...times, ...(table !== undefined && { table }) });
      return { data: { events }, ...(events.length === 0 ? { text: 'Nobody, as far as is on record.' } : { table: eventTable(events) }) };
    },
  },
  {
    name: 'audit by',
    summary: 'What a user did, newest first.',
    needs: 'migrated',
    arguments: [{ name: 'user', meaning: 'address or id' }],
    flags: Type.Object({
      ...range,
      action: Type.Optional(Type.String({ description: 'Only actions that begin so, e.g. tenancy.' })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, description: 'At most so many; default 200.' })),
    }),
    async run(input) {
      const { from, to, ...filter } = input.flags as Range & Pick<TrailFilter, 'action' | 'limit'>;
      const times = parseRange({ ...(from !== undefined && { from }), ...(to !== undefined && { to }) }, new Date(), usualDays);
      const page = await auditOf(input).answers.events({ ...filter, ...times, user: input.args.user as string });
      return { data: page, ...(page.events.length === 0 ? { text: 'Nothing in this time.' } : { table: eventTable(page.events) }) };
    },
  },
  {
    name: 'audit export',
    summary: 'Write the events of a time into a signed file.',
    needs: 'migrated',
    description:
      'Beside the file goes <file>.seal.json; "plinth audit check-export <file>" tells whether both are as they were signed. That the export is made is on record before it begins.',
    arguments: [{ name: 'file', meaning: 'to be written; must not exist' }],
    flags: Type.Object({
      ...range,
      format: Type.Optional(Type.Union([Type.Literal('jsonl'), Type.Literal('csv')], { description: 'jsonl (default) or csv.' })),
      key: Type.Optional(
        Type.String({ description: 'PEM file of the Ed25519 key that signs. Default: the platform’s own, in its data folder.' }),
      ),
    }),
    async run(input) {
      const { from, to, format = 'jsonl', key } = input.flags as Range & { format?: 'jsonl' | 'csv'; key?: string };
      const times = parseRange({ ...(from !== undefined && { from }), ...(to !== undefined && { to }) }, new Date(), usualDays);
      const done = await auditOf(input).answers.export({
        ...times,
        ...{ format, file: resolve(input.args.file as string), signal: input.signal },
        ...(key !== undefined && { keyFile: resolve(key) }),
      });
      const text = `${done.events} events in ${done.file}\nsigned in ${done.sealFile} by key ${done.fingerprint}`;
      return { data: done, text };
    },
  },
  {
    name: 'audit check-export',
    summary: 'Tell whether an exported file is as it was signed.',
    needs: 'config',
    description: 'Needs no server. Exits with 1 when file or seal were changed, or another key signed.',
    arguments: [{ name: 'file', meaning: 'that was exported; its seal lies beside it' }],
    flags: Type.Object({
      key: Type.Optional(
        Type.String({ description: 'PEM file of the key it has to be signed with, public or private. Default: the platform’s own.' }),
      ),
    }),
    async run(input) {
      const { checkExport } = await import('./index.ts');
      const { key } = input.flags as { key?: string };
      const request = { dataDir: input.dataDir, ...(key !== undefined && { keyFile: resolve(key) }) };
      const checked = await checkExport(resolve(input.args.file as string), request);
      const { seal, faults, fingerprint, isKeyKnown } = checked;
      const whose = isKeyKnown ? '' : '; whose key that is has to be known from elsewhere';
      const text =
        faults.length === 0
          ? `As it was signed: ${seal.events} events from ${seal.from} to ${seal.to}, by key ${fingerprint}${whose}.`
          : `Not as it was signed: ${faults.join('; ')}.`;
      return { data: checked, text, exitCode: faults.length === 0 ? 0 : faultsExitCode };
    },
  },
];

const text = (description: string) => Type.Optional(Type.String({ maxLength: 300, description }));

export const answersRoutes: readonly RouteDescriptor[] = [
  {
    method: 'GET',
    path: '/audit/events',
    summary: 'Events of the trail, newest first, of all tiers.',
    role: 'operator',
    query: Type.Object({
      ...range,
      tenant: text('Slug or id.'),
      user: text('Address or id.'),
      kind: Type.Optional(Type.Union(eventKinds.map((kind) => Type.Literal(kind)))),
      action: text('Its beginning.'),
      target: text('Of what was acted on.'),
      outcome: Type.Optional(Type.Union([Type.Literal('done'), Type.Literal('refused')])),
      before: text('What a page before gave as next.'),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000 })),
    }),
    async handler({ query, use }) {
      const { from, to, kind, outcome, ...rest } = query as Range & Record<string, string | undefined> & { limit?: number };
      const times = parseRange({ ...(from !== undefined && { from }), ...(to !== undefined && { to }) }, new Date(), usualDays);
      const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
      return use<Audit>('audit').answers.events({
        ...given,
        ...times,
        ...(kind !== undefined && { kind: kind as EventKind }),
        ...(outcome !== undefined && { isSuccess: outcome === 'done' }),
      });
    },
  },
  {
    method: 'GET',
    path: '/audit/who-saw',
    summary: 'Events in which the key of a row stands, newest first.',
    role: 'operator',
    query: Type.Object({ subject: Type.String({ minLength: 1, maxLength: 300 }), table: text('Only in this table.') }),
    async handler({ query, use }) {
      const { subject, table } = query as { subject: string; table?: string };
      return { events: await use<Audit>('audit').answers.whoSaw(subject, table === undefined ? {} : { table }) };
    },
  },
];
