import { type CommandDescriptor, type RouteDescriptor, type Tier, Type, tiers } from '../../../kernel/index.ts';
import type { Migrate } from '../model/types.ts';

const tier = Type.Optional(
  Type.Union(
    tiers.map((one) => Type.Literal(one)),
    { description: 'Default: oltp.' },
  ),
);

const parity: CommandDescriptor = {
  name: 'migrate parity',
  summary: 'Compare this database with those of other environments: schema, migrations, versions, settings, collations, roles.',
  description:
    'Exit code 6 when something differs that parity.allow.json of the product does not allow. Its entries are { aspect, name, reason, expires }. Changes nothing anywhere.',
  needs: 'server',
  arguments: [{ name: 'environments', meaning: 'postgres:// URLs, or names of environment variables that hold one', isVariadic: true }],
  flags: Type.Object({ tier }),
  async run({ args, flags, signal, use }) {
    const environments = [args.environments ?? []].flat();
    const wanted = flags.tier as Tier | undefined;
    const report = await use<Migrate>('migrate').parity.compare({ environments, signal, ...(wanted && { tier: wanted }) });
    if (report.rows.length === 0) return { data: report, text: `${report.environments.join(', ')}: the same.` };
    const short = (value: string | null) => (value === null ? '—' : value.slice(0, 24));
    const rows = report.rows.map(({ aspect, name, values, verdict, because = '' }) => [
      aspect,
      name,
      ...values.map(short),
      verdict,
      because,
    ]);
    const columns = ['aspect', 'name', ...report.environments, 'verdict', 'because'];
    return { data: report, table: { columns, rows }, exitCode: report.rows.some(({ verdict }) => verdict === 'drift') ? 6 : 0 };
  },
};

export const parityCommands: readonly CommandDescriptor[] = [parity];

export const parityRoutes: readonly RouteDescriptor[] = [
  {
    method: 'GET',
    path: '/migrate/parity',
    summary: 'What differs between this database and that of another environment, by the name of the variable that holds its URL.',
    role: 'viewer',
    query: Type.Object({ environment: Type.String({ pattern: '^PLINTH_[A-Z0-9_]+_URL$' }), tier }),
    handler: ({ use, query, signal }) => {
      const { environment, tier: wanted } = query as { readonly environment: string; readonly tier?: Tier };
      return use<Migrate>('migrate').parity.compare({ environments: [environment], signal, ...(wanted && { tier: wanted }) });
    },
  },
];
