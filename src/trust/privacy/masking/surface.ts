import { type CommandDescriptor, type RouteDescriptor, Type } from '../../../kernel/index.ts';
import type { Privacy } from '../model/types.ts';
import type { Masking } from './types.ts';

const maskingOf = (input: { use<T>(name: string): T }): Masking => input.use<Privacy>('privacy').masking;
const analyst = 'plinth_analyst';
const role = Type.String({ default: analyst, description: 'Role that reads through the views.' });

export const maskingCommands: readonly CommandDescriptor[] = [
  {
    name: 'privacy mask show',
    summary: 'Columns that a role sees masked, and how.',
    needs: 'migrated',
    flags: Type.Object({ role }),
    async run(input) {
      const columns = await maskingOf(input).show((input.flags as { role: string }).role);
      const rows = columns.map(({ tier, table, column, category, mask }) => [tier, table, column, category ?? '', mask]);
      return { data: { columns }, table: { columns: ['tier', 'table', 'column', 'category', 'mask'], rows } };
    },
  },
  {
    name: 'privacy mask set',
    summary: 'Change what a role sees of a category or level.',
    description: 'Without a mask it returns to the default. Views follow with "plinth privacy mask apply".',
    needs: 'migrated',
    arguments: [
      { name: 'what', meaning: 'a category, such as email, or a level, such as confidential' },
      { name: 'mask', meaning: 'keep, null, partial, hash, generalise, noise or fake', isOptional: true },
    ],
    flags: Type.Object({ role }),
    async run(input) {
      const { role } = input.flags as { role: string };
      const [what, mask] = [String(input.args.what), input.args.mask as string | undefined];
      await maskingOf(input).rule(role, what, mask);
      return {
        data: { role, what, mask: mask ?? null },
        text: `${role} sees ${what} as ${mask ?? 'by default'} once the masks are applied.`,
      };
    },
  },
  {
    name: 'privacy mask apply',
    summary: 'Make the masked views of a role, in every tier.',
    description:
      'In a schema of its own, made anew as a whole. The views show rows of all tenants; the role needs no rights on the tables.',
    needs: 'migrated',
    flags: Type.Object({ role }),
    async run(input) {
      const applied = await maskingOf(input).apply((input.flags as { role: string }).role, { signal: input.signal });
      const rows = applied.views.map(({ tier, view, masked }) => [tier, view, masked]);
      const omitted = applied.omitted.map(
        ({ tier, table, column }) => `\n${tier} ${table}.${column} is left out: nothing can stand in for it.`,
      );
      return {
        data: applied,
        table: { columns: ['tier', 'view', 'masked columns'], rows },
        ...(omitted.length > 0 && { text: omitted.join('') }),
      };
    },
  },
];

export const maskingRoutes: readonly RouteDescriptor[] = [
  {
    method: 'GET',
    path: '/privacy/masks',
    summary: 'Columns that a role sees masked, and how.',
    role: 'viewer',
    query: Type.Object({ role }),
    handler: async (request) => ({ columns: await maskingOf(request).show(String(request.query.role)) }),
  },
];
