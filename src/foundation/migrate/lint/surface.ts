import { resolve } from 'node:path';
import { type CommandDescriptor, type Manifest, type MigrationSource, type RouteDescriptor, Type } from '../../../kernel/index.ts';
import type { Migrate } from '../model/types.ts';

const lint: CommandDescriptor = {
  name: 'migrate lint',
  summary: 'What the SQL of your product would do to those who use the database meanwhile.',
  description:
    'Without paths: every migration that production.json does not list as applied, its down.sql, and the objects. Rules: docs/reference/lint-rules.md. ' +
    'Allowed by a comment before the statement: -- plinth:allow L27 <reason>. Exit code 1 with errors. Example: plinth migrate lint migrations/oltp',
  // What is applied somewhere keeps its bytes, so who fixes has to ask the databases.
  needs: (flags) => (flags.fix === true ? 'server' : 'config'),
  arguments: [{ name: 'paths', meaning: 'files and folders; any SQL', isOptional: true, isVariadic: true }],
  flags: Type.Object({
    fix: Type.Optional(Type.Boolean({ description: 'Rewrite what is mechanical in files that are applied nowhere, and show which.' })),
    all: Type.Optional(Type.Boolean({ description: 'Also the capabilities, and what production has.' })),
    serverVersion: Type.Optional(Type.Integer({ minimum: 13, description: 'Major version of the server that will run it.' })),
  }),
  async run({ args, flags, manifests, use }) {
    const paths = ((args.paths ?? []) as readonly string[]).map((path) => resolve(path));
    const fixed = flags.fix === true ? await use<Migrate>('migrate').lint.fix(paths) : [];
    // The parser and the rules are loaded by this command only: all the others start without them.
    const [{ lint: judge }, { isRefused, renderFixed, renderReport }] = await Promise.all([import('./lint.ts'), import('./render.ts')]);
    const report = await judge({
      sources: sourcesOf(manifests),
      now: new Date(),
      paths,
      isAll: flags.all === true,
      ...(flags.serverVersion !== undefined && { server: Number(flags.serverVersion) }),
    });
    const data = flags.fix === true ? { ...report, fixed } : report;
    return { data, text: [...fixed.map(renderFixed), renderReport(report)].join('\n'), exitCode: report.findings.some(isRefused) ? 1 : 0 };
  },
};

const stats: CommandDescriptor = {
  name: 'migrate stats',
  summary: 'The sizes by which lint tells a large table from a small one.',
  description:
    'With --write puts version, applied migrations and table sizes (no data) into production.json beside plan.lock: run it against production, ' +
    'commit the file, and lint knows production wherever it runs.',
  needs: 'server',
  flags: Type.Object({ write: Type.Optional(Type.Boolean({ description: 'Write production.json.' })) }),
  async run({ flags, use }) {
    const { stats: found, path, isWritten } = await use<Migrate>('migrate').lint.stats({ write: flags.write === true });
    const rows = Object.entries(found.tables).flatMap(([tier, sizes]) =>
      Object.entries(sizes ?? {}).map(([name, { rows: count, bytes }]) => [tier, name, count, bytes]),
    );
    const data = { ...found, written: isWritten ? path : null };
    if (path !== undefined) return { data, text: isWritten ? `wrote ${path}` : `${path} says so already` };
    return { data, table: { columns: ['tier', 'table', 'rows', 'bytes'], rows } };
  },
};

/** In the order of opening, each with the tiers of its manifest where it names none. */
function sourcesOf(manifests: readonly Manifest[]): MigrationSource[] {
  return manifests.flatMap(({ migrations, tiers }) => (migrations ? [{ tiers, ...migrations }] : []));
}

export const lintCommands: readonly CommandDescriptor[] = [lint, stats];

export const lintRoutes: readonly RouteDescriptor[] = [
  {
    method: 'GET',
    path: '/migrate/lint',
    summary: 'What lint objects to in the files of the product that production does not have yet, waived findings included.',
    role: 'viewer',
    handler: ({ use }) => use<Migrate>('migrate').lint.findings(),
  },
];
