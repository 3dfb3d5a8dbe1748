import { userInfo } from 'node:os';
import { type CommandDescriptor, type CommandInput, type RouteDescriptor, Type } from '../../../kernel/index.ts';
import type { Tenancy } from '../model/types.ts';

/** Settings and policies are shown and changed alike. */
type Kind = 'settings' | 'policies';
const nouns = { settings: 'settings', policies: 'policy' } as const;

const tenantArgument = { name: 'tenant', meaning: 'slug or id' } as const;
const shown = (value: unknown) => (value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value));
const minute = (date: Date | undefined) => date?.toISOString().slice(0, 16).replace('T', ' ') ?? '';

async function change(kind: Kind, input: CommandInput, value: string | undefined) {
  const tenancy = input.use<Tenancy>('tenancy');
  const { tenant, key } = input.args as { tenant: string; key: string };
  const setting = await tenancy[kind].set((await tenancy.find(tenant)).id, key, value, userInfo().username);
  return { data: { setting }, text: `${setting.key} is ${shown(setting.value) || 'not set'}${setting.isDefault ? ', the default' : ''}.` };
}

async function show(kind: Kind, input: CommandInput) {
  const tenancy = input.use<Tenancy>('tenancy');
  const { id } = await tenancy.find(input.args.tenant as string);
  if (input.flags.history) {
    const changes = await tenancy[kind].history(id);
    const rows = changes.map((one) => [
      minute(one.changed),
      one.changedBy,
      one.key,
      one.value === undefined ? '(default)' : shown(one.value),
    ]);
    return { data: { changes }, table: { columns: ['changed', 'by', 'key', 'to'], rows } };
  }
  const settings = await tenancy[kind].of(id);
  const rows = settings.map((one) => [
    one.key,
    shown(one.value),
    one.isDefault ? 'default' : `${one.changedBy}, ${minute(one.changed)}`,
    one.allowed,
    one.meaning,
  ]);
  return { data: { settings }, table: { columns: ['key', 'value', 'from', 'may be', 'meaning'], rows } };
}

const commandsOf = (kind: Kind, summaries: Record<'show' | 'set' | 'reset', string>): readonly CommandDescriptor[] => {
  const noun = `tenancy ${nouns[kind]}`;
  const keyArgument = { name: 'key', meaning: `as in "plinth ${noun} show"` };
  return [
    {
      name: `${noun} show`,
      summary: summaries.show,
      needs: 'migrated',
      arguments: [tenantArgument],
      flags: Type.Object({ history: Type.Boolean({ default: false, description: 'Every change instead, newest first.' }) }),
      run: (input) => show(kind, input),
    },
    {
      name: `${noun} set`,
      summary: summaries.set,
      needs: 'migrated',
      arguments: [tenantArgument, keyArgument, { name: 'value', meaning: 'as its type wants it' }],
      run: (input) => change(kind, input, input.args.value as string),
    },
    {
      name: `${noun} reset`,
      summary: summaries.reset,
      needs: 'migrated',
      arguments: [tenantArgument, keyArgument],
      run: (input) => change(kind, input, undefined),
    },
  ];
};

export const settingsCommands: readonly CommandDescriptor[] = [
  ...commandsOf('settings', {
    show: 'What a tenant has set, and who changed what.',
    set: 'Set something for a tenant.',
    reset: 'Take a setting of a tenant back to its default.',
  }),
  ...commandsOf('policies', {
    show: 'What was decided about a tenant: its limits, how long its rows are kept, and who changed what.',
    set: 'Decide something about a tenant. Limits count everywhere within 3 seconds.',
    reset: 'Take a policy of a tenant back to its default.',
  }),
];

const routeOf = (kind: Kind, summary: string): RouteDescriptor => ({
  method: 'GET',
  path: `/tenancy/tenants/:id/${kind}`,
  summary,
  role: 'viewer',
  async handler({ params, use }) {
    const tenancy = use<Tenancy>('tenancy');
    return { [kind]: await tenancy[kind].of((await tenancy.find(params.id ?? '')).id) };
  },
});

export const settingsRoutes: readonly RouteDescriptor[] = [
  routeOf('settings', 'What a tenant has set.'),
  routeOf('policies', 'What was decided about a tenant: its limits, how long its rows are kept.'),
];
