import { userInfo } from 'node:os';
import { type CommandDescriptor, type CommandInput, type RouteDescriptor, Type } from '../../../kernel/index.ts';
import type { Tenancy } from '../model/types.ts';

const tenantArgument = { name: 'tenant', meaning: 'slug or id' } as const;
const keyArgument = { name: 'key', meaning: 'as in "plinth tenancy settings show"' } as const;
const shown = (value: unknown) => (value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value));
const minute = (date: Date | undefined) => date?.toISOString().slice(0, 16).replace('T', ' ') ?? '';

async function change(input: CommandInput, value: string | undefined) {
  const tenancy = input.use<Tenancy>('tenancy');
  const { tenant, key } = input.args as { tenant: string; key: string };
  const setting = await tenancy.settings.set((await tenancy.find(tenant)).id, key, value, userInfo().username);
  return { data: { setting }, text: `${setting.key} is ${shown(setting.value) || 'not set'}${setting.isDefault ? ', the default' : ''}.` };
}

export const settingsCommands: readonly CommandDescriptor[] = [
  {
    name: 'tenancy settings show',
    summary: 'What a tenant has set, its limits among them, and who changed what.',
    needs: 'migrated',
    arguments: [tenantArgument],
    flags: Type.Object({ history: Type.Boolean({ default: false, description: 'Every change instead, newest first.' }) }),
    async run(input) {
      const tenancy = input.use<Tenancy>('tenancy');
      const { id } = await tenancy.find(input.args.tenant as string);
      if (input.flags.history) {
        const changes = await tenancy.settings.history(id);
        const rows = changes.map((one) => [
          minute(one.changed),
          one.changedBy,
          one.key,
          one.value === undefined ? '(default)' : shown(one.value),
        ]);
        return { data: { changes }, table: { columns: ['changed', 'by', 'key', 'to'], rows } };
      }
      const settings = await tenancy.settings.of(id);
      const rows = settings.map((one) => [
        one.key,
        shown(one.value),
        one.isDefault ? 'default' : `${one.changedBy}, ${minute(one.changed)}`,
        one.allowed,
        one.meaning,
      ]);
      return { data: { settings }, table: { columns: ['key', 'value', 'from', 'may be', 'meaning'], rows } };
    },
  },
  {
    name: 'tenancy settings set',
    summary: 'Set something for a tenant. Limits count everywhere within 3 seconds.',
    needs: 'migrated',
    arguments: [tenantArgument, keyArgument, { name: 'value', meaning: 'as its type wants it' }],
    run: (input) => change(input, input.args.value as string),
  },
  {
    name: 'tenancy settings reset',
    summary: 'Take a setting of a tenant back to its default.',
    needs: 'migrated',
    arguments: [tenantArgument, keyArgument],
    run: (input) => change(input, undefined),
  },
];

export const settingsRoutes: readonly RouteDescriptor[] = [
  {
    method: 'GET',
    path: '/tenancy/tenants/:id/settings',
    summary: 'What a tenant has set, its limits among them.',
    role: 'viewer',
    async handler({ params, use }) {
      const tenancy = use<Tenancy>('tenancy');
      return { settings: await tenancy.settings.of((await tenancy.find(params.id ?? '')).id) };
    },
  },
];
