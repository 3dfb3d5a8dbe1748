import { type CommandDescriptor, type TextTable, type Tier, Type, tiers } from '../../../kernel/index.ts';
import { migrateErrors } from '../errors.ts';
import type { Finding } from '../lint/index.ts';
import type { Migrate, MigrationStatus } from '../model/types.ts';
import { tenantsTable, upTenants } from '../tenants/surface.ts';

const tierFlag = Type.Union(
  tiers.map((tier) => Type.Literal(tier)),
  { description: 'Only this tier.' },
);

function planTable(list: readonly MigrationStatus[], findings: readonly Finding[]): TextTable {
  const verdict = (id: string) => {
    const open = findings.filter(({ migration, waived }) => migration === id && waived === undefined);
    const errors = open.filter(({ severity }) => severity === 'error').length;
    return [errors > 0 && `${errors} error(s)`, open.length > errors && `${open.length - errors} warning(s)`].filter(Boolean).join(', ');
  };
  const rows = list.map(({ tier, id, state, phase, changeClass }) => [tier, id, state, phase ?? '', changeClass ?? '', verdict(id)]);
  return { columns: ['tier', 'migration', 'state', 'phase', 'class', 'lint'], rows };
}

function table(list: readonly MigrationStatus[]): TextTable {
  return {
    columns: ['tier', 'migration', 'state', 'applied', 'ms', 'by'],
    rows: list.map(({ tier, id, state, applied, durationMs, actor }) => [
      tier,
      id,
      state,
      applied?.toISOString().slice(0, 19).replace('T', ' ') ?? '',
      durationMs ?? '',
      actor ?? '',
    ]),
  };
}

const status: CommandDescriptor = {
  name: 'migrate status',
  summary: 'What is applied, pending or in need of repair, per tier.',
  description: 'With --tenants instead: tenants that have a database of their own, as the last run over them left each.',
  needs: 'server',
  flags: Type.Object({ tenants: Type.Optional(Type.Boolean({ description: 'Placed tenants, by ring.' })) }),
  async run({ flags, use }) {
    const migrate = use<Migrate>('migrate');
    if (flags.tenants === true) return tenantsTable(await migrate.tenants.status());
    const list = await migrate.status();
    return { data: { migrations: list }, table: table(list), exitCode: list.some(({ state }) => state === 'needs_repair') ? 5 : 0 };
  },
};

const plan: CommandDescriptor = {
  name: 'migrate plan',
  summary: 'What "migrate up" would do, in order; changes no database.',
  description: 'With --write also puts unapplied migrations into plan.lock of the product, for review and for other machines.',
  needs: 'server',
  flags: Type.Object({ write: Type.Optional(Type.Boolean({ description: 'Write plan.lock.' })) }),
  async run({ flags, use }) {
    const migrate = use<Migrate>('migrate');
    const written = flags.write === true ? await migrate.writePlan() : [];
    const list = await migrate.plan();
    const { findings } = await migrate.lint.pending(new Set(list.map(({ id }) => id)));
    const data = { migrations: list, written, findings };
    if (list.length === 0) return { data, text: written.length > 0 ? `wrote ${written.join(', ')}` : 'Nothing to do.' };
    return { data, table: planTable(list, findings) };
  },
};

const up: CommandDescriptor = {
  name: 'migrate up',
  summary: 'Apply what is pending. May be killed at any time and run again.',
  description:
    'In production only what was approved is applied. With --tenants: to the databases of placed tenants, ring by ring, what the shared ones have already. Exit codes: 0 done, 1 failed, 3 done with warnings, 4 blocked by another run, a lock or a missing approval, 5 needs repair.',
  // The shared databases come first, and who knows the tenants may be opened on an up-to-date schema only.
  needs: ({ tenants }) => (tenants === true ? 'migrated' : 'server'),
  flags: Type.Object({
    tier: Type.Optional(tierFlag),
    planHash: Type.Optional(Type.String({ description: 'Apply this plan, or what is left of it, and no other.' })),
    wait: Type.Optional(Type.Boolean({ description: 'Also work on the backfills it starts, and apply what waits for them.' })),
    tenants: Type.Optional(Type.Boolean({ description: 'To the databases of placed tenants: canaries, one per cent, the rest.' })),
    atOnce: Type.Optional(Type.Integer({ minimum: 1, description: 'Databases of tenants at the same time. Default: 4.' })),
    maxFailures: Type.Optional(
      Type.Integer({ minimum: 1, description: 'Begin no further database of a tenant after so many failures. Default: 1.' }),
    ),
  }),
  async run({ flags, signal, progress, use }) {
    if (flags.tenants === true) {
      const { atOnce, maxFailures } = flags as { readonly atOnce?: number; readonly maxFailures?: number };
      return upTenants(use<Migrate>('migrate'), {
        signal,
        onProgress: progress,
        ...(atOnce !== undefined && { atOnce }),
        ...(maxFailures !== undefined && { maxFailures }),
      });
    }
    const {
      tier,
      planHash,
      wait: isWaiting = false,
    } = flags as { readonly tier?: Tier; readonly planHash?: string; readonly wait?: boolean };
    const report = await use<Migrate>('migrate').up({
      signal,
      onProgress: progress,
      isWaiting,
      ...(tier && { tier }),
      ...(planHash && { planHash }),
    });
    const done = `${report.applied.length} migration(s) and ${report.objectsReplaced.length} object file(s) in ${report.durationMs} ms.`;
    const warnings = report.warnings.map((warning) => `warning: ${warning}`);
    return { data: report, text: [...warnings, done].join('\n'), exitCode: report.warnings.length > 0 ? 3 : 0 };
  },
};

const verify: CommandDescriptor = {
  name: 'migrate verify',
  summary: 'Compare files, plan.lock and databases; exit code 1 on any difference.',
  needs: 'server',
  async run({ use }) {
    const { problems } = await use<Migrate>('migrate').verify();
    if (problems.length === 0) return { data: { problems }, text: 'Files, plan and databases agree.' };
    const rows = problems.map(({ id, problem, remedy }) => [id, problem, remedy]);
    return { data: { problems }, table: { columns: ['what', 'problem', 'remedy'], rows }, exitCode: 1 };
  },
};

const repair: CommandDescriptor = {
  name: 'migrate repair',
  summary: 'Settle an interrupted step that could not be probed.',
  description: 'Look at the database first. --redo: it has not happened, run it again. --done: it has happened, go on after it.',
  needs: 'server',
  arguments: [{ name: 'id', meaning: 'source/name as in "migrate status"' }],
  flags: Type.Object({
    redo: Type.Optional(Type.Boolean({ description: 'The step is run again by the next "migrate up".' })),
    done: Type.Optional(Type.Boolean({ description: 'The step counts as done.' })),
    tier: Type.Optional(tierFlag),
  }),
  async run({ args, flags, use }) {
    if (flags.redo === flags.done) throw migrateErrors.NO_VERDICT();
    const tier = flags.tier as Tier | undefined;
    const verdict = flags.done === true ? 'done' : 'redo';
    await use<Migrate>('migrate').repair({ id: String(args.id), verdict, ...(tier && { tier }) });
    return { data: { id: args.id, verdict }, text: `Settled. Next: plinth migrate up` };
  },
};

const accept: CommandDescriptor = {
  name: 'migrate accept',
  summary: 'Take changed comments or layout of an applied migration for good.',
  needs: 'server',
  arguments: [{ name: 'id', meaning: 'source/name as in "migrate status"' }],
  async run({ args, use }) {
    await use<Migrate>('migrate').accept({ id: String(args.id) });
    return { data: { id: args.id }, text: 'Accepted and recorded.' };
  },
};

const rebase: CommandDescriptor = {
  name: 'migrate rebase',
  summary: 'Write plan.lock anew after a merge conflict: both sides are kept, only unapplied entries move.',
  needs: 'server',
  async run({ use }) {
    const written = await use<Migrate>('migrate').rebasePlan();
    return { data: { written }, text: written.length > 0 ? `wrote ${written.join(', ')}` : 'Nothing to write.' };
  },
};

const release: CommandDescriptor = {
  name: 'migrate release',
  summary: 'Give the plan as it is a name, or list the names it has.',
  description: 'Writes a line into plan.lock of the product, to be committed. "plinth migrate down --to <name>" goes back to it.',
  needs: 'server',
  arguments: [{ name: 'name', meaning: 'such as 2026.1; without it: all releases', isOptional: true }],
  async run({ args, use }) {
    const migrate = use<Migrate>('migrate');
    const releases = args.name === undefined ? await migrate.releases() : [await migrate.release(String(args.name))];
    const rows = releases.map(({ name, planHash, entries }) => [name, planHash, entries.length]);
    return { data: { releases }, table: { columns: ['release', 'plan hash', 'migrations'], rows } };
  },
};

export const commands: readonly CommandDescriptor[] = [status, plan, up, verify, repair, accept, rebase, release];
