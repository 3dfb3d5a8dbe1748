import { type CommandDescriptor, type RouteDescriptor, Type, tiers } from '../../../kernel/index.ts';
import type { Migrate } from '../model/types.ts';

const build: CommandDescriptor = {
  name: 'migrate docs build',
  summary: 'Write the dictionary and diagrams of your product from its migrations.',
  description:
    'Writes <tier>.md, .html, .dot and .svg below docs/schema of the product. A throwaway server applies the migrations; no real database is read, so every machine writes the same bytes. Commit them.',
  needs: 'server',
  async run({ use, signal }) {
    const files = await use<Migrate>('migrate').documents.build({ signal });
    return { data: { files }, text: files.length === 0 ? 'up to date' : files.join('\n') };
  },
};

const check: CommandDescriptor = {
  name: 'migrate docs check',
  summary: 'Find documents that name what the schema does not have.',
  description:
    'Looks at dotted names in code marks of every Markdown file of the product, such as `oltp.leads`, and at the generated files. Exit code 1 when something is wrong. Names of something else are excepted by a comment: <!-- plinth:allow-name content.put -->.',
  needs: 'server',
  async run({ use, signal }) {
    const { problems, agreeing, schemaHash } = await use<Migrate>('migrate').documents.check({ signal });
    const data = { problems, agreeing, schemaHash };
    if (problems.length === 0) return { data, text: `${agreeing.length} documents agree with the schema` };
    const rows = problems.map(({ path, line, problem }) => [`${path}:${line}`, problem]);
    return { data, table: { columns: ['document', 'problem'], rows }, exitCode: 1 };
  },
};

export const documentsCommands: readonly CommandDescriptor[] = [build, check];

const ofTier = Type.Object({ tier: Type.Union(tiers.map((tier) => Type.Literal(tier))) });
type OfTier = { readonly tier: (typeof tiers)[number] };

export const documentsRoutes: readonly RouteDescriptor[] = [
  {
    method: 'GET',
    path: '/migrate/dictionary',
    summary: 'Tables, columns, keys, policies and functions of a tier with their meanings.',
    role: 'viewer',
    query: ofTier,
    handler: ({ use, query }) => use<Migrate>('migrate').documents.dictionary((query as OfTier).tier),
  },
  {
    method: 'GET',
    path: '/migrate/erd',
    summary: 'Tables and keys of a tier, with the place of each in a drawing.',
    role: 'viewer',
    query: ofTier,
    handler: ({ use, query }) => use<Migrate>('migrate').documents.diagram((query as OfTier).tier),
  },
];
