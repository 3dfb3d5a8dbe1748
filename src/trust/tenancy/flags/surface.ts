import { userInfo } from 'node:os';
import { type CommandDescriptor, type CommandInput, type Ring, type RouteDescriptor, rings, Type } from '../../../kernel/index.ts';
import type { Tenancy } from '../model/types.ts';
import type { FlagStatus, FlagStep, Flags, Outcomes } from './types.ts';

const flagsOf = (input: { use<T>(name: string): T }): Flags => input.use<Tenancy>('tenancy').flags;
const nameArgument = { name: 'name', meaning: 'of the flag' } as const;
const reasonFlag = Type.Optional(Type.String({ description: 'Why, for the history.' }));
const minute = (date: Date) => date.toISOString().slice(0, 16).replace('T', ' ');
const failed = ({ calls, failures }: Outcomes) => (calls === 0 ? '' : `${failures} of ${calls}`);
const onward = ({ everyMinutes }: FlagStep) => (everyMinutes === undefined ? 'by hand' : `every ${everyMinutes} min`);

function stepped(flag: FlagStatus) {
  const { name, ring, everyMinutes } = flag;
  const onwards = everyMinutes === undefined ? '' : `, and goes on by itself after ${everyMinutes} minutes that worked`;
  return { data: { flag }, text: `${name} is in ring "${ring}"${onwards}.` };
}

const reasonOf = ({ flags }: CommandInput) => (flags.reason === undefined ? {} : { reason: flags.reason as string });

export const flagCommands: readonly CommandDescriptor[] = [
  {
    name: 'tenancy flag list',
    summary: 'What is rolled out to some tenants before others, and how its work ended in the last five minutes.',
    needs: 'migrated',
    async run(input) {
      const flags = await flagsOf(input).list();
      const rows = flags.map((flag) => [
        flag.name,
        flag.ring,
        minute(flag.created),
        onward(flag),
        failed(flag.on),
        failed(flag.off),
        flag.meaning,
      ]);
      return { data: { flags }, table: { columns: ['name', 'ring', 'since', 'goes on', 'failed with', 'without', 'meaning'], rows } };
    },
  },
  {
    name: 'tenancy flag show',
    summary: 'Every step of a flag, newest first: who, when, why.',
    needs: 'migrated',
    arguments: [nameArgument],
    async run(input) {
      const steps = await flagsOf(input).history(input.args.name as string);
      const rows = steps.map((step) => [step.number, minute(step.created), step.ring, step.cause, step.changedBy, step.reason ?? '']);
      return { data: { steps }, table: { columns: ['step', 'taken', 'ring', 'cause', 'by', 'reason'], rows } };
    },
  },
  {
    name: 'tenancy flag add',
    summary: 'Add a flag; nobody has it until its first step.',
    needs: 'migrated',
    arguments: [nameArgument, { name: 'meaning', meaning: 'what it turns on, for people' }],
    async run(input) {
      const { name, meaning } = input.args as { name: string; meaning: string };
      return stepped(await flagsOf(input).add({ name, meaning, by: userInfo().username }));
    },
  },
  {
    name: 'tenancy flag step',
    summary: 'Give a flag to the next ring of tenants. Counts everywhere within 3 seconds.',
    description:
      'Rings are canary (tenants with "plinth tenancy policy set <tenant> tenancy.isCanary true"), 1 %, 10 %, all. With --every-minutes it ' +
      'goes on by itself; where much more of its work fails than without it, it goes back by itself and waits.',
    needs: 'migrated',
    arguments: [nameArgument],
    flags: Type.Object({
      to: Type.Optional(
        Type.Union(
          rings.map((ring) => Type.Literal(ring)),
          { description: 'This ring instead of the next one.' },
        ),
      ),
      everyMinutes: Type.Optional(
        Type.Integer({ minimum: 1, maximum: 100_000, unit: 'minutes', description: 'Go on by itself after so long in each ring.' }),
      ),
      reason: reasonFlag,
    }),
    async run(input) {
      const { to, everyMinutes } = input.flags as { to?: Ring; everyMinutes?: number };
      const timed = everyMinutes === undefined ? {} : { everyMinutes };
      const request = { ...(to !== undefined && { to }), ...timed, ...reasonOf(input), by: userInfo().username };
      return stepped(await flagsOf(input).step(input.args.name as string, request));
    },
  },
  {
    name: 'tenancy flag back',
    summary: 'Take a flag one ring back.',
    needs: 'migrated',
    arguments: [nameArgument],
    flags: Type.Object({ reason: reasonFlag }),
    run: async (input) => stepped(await flagsOf(input).back(input.args.name as string, { ...reasonOf(input), by: userInfo().username })),
  },
];

export const flagRoutes: readonly RouteDescriptor[] = [
  {
    method: 'GET',
    path: '/tenancy/flags',
    summary: 'What is rolled out to some tenants before others, and how its work ended in the last five minutes.',
    role: 'viewer',
    handler: async (request) => ({ flags: await flagsOf(request).list() }),
  },
  {
    method: 'GET',
    path: '/tenancy/flags/:name',
    summary: 'Every step of a flag, newest first.',
    role: 'viewer',
    handler: async (request) => ({ steps: await flagsOf(request).history(request.params.name ?? '') }),
  },
];
