import { type CommandDescriptor, type RouteDescriptor, type TextTable, Type } from '../../../kernel/index.ts';
import type { Migrate } from '../model/types.ts';
import type { BackfillStatus } from './types.ts';

const nameArgument = { name: 'name', meaning: 'as in "migrate backfill list"' } as const;

function table(list: readonly BackfillStatus[]): TextTable {
  const percent = ({ rowsSeen, rowsTotal }: BackfillStatus) =>
    rowsTotal > 0 ? Math.min(100, Math.floor((100 * rowsSeen) / rowsTotal)) : '';
  return {
    columns: ['tier', 'backfill', 'state', '%', 'rows', 'rows/s', 'left s', 'quarantine', 'waits for'],
    rows: list.map((one) => [
      one.tier,
      one.name,
      one.state,
      one.state === 'completed' ? 100 : percent(one),
      one.rowsSeen,
      one.rowsPerSecond ?? '',
      one.etaSeconds ?? '',
      one.quarantined,
      one.throttled ?? one.error ?? '',
    ]),
  };
}

async function show(status: BackfillStatus) {
  const { describe } = await import('./status.ts');
  return { data: status, text: describe(status) };
}

const list: CommandDescriptor = {
  name: 'migrate backfill list',
  summary: 'Backfills with their progress, and why one waits.',
  needs: 'server',
  async run({ use }) {
    const backfills = await use<Migrate>('migrate').backfills.list();
    return { data: { backfills }, table: table(backfills) };
  },
};

const run: CommandDescriptor = {
  name: 'migrate backfill run',
  summary: 'Work on a backfill until it is completed, or follow the process that does.',
  description: 'May be killed at any time and run again. Exit code 3: completed, but rows are in quarantine.',
  needs: 'server',
  arguments: [nameArgument],
  async run({ args, signal, progress, use }) {
    const status = await use<Migrate>('migrate').backfills.run(String(args.name), { signal, onProgress: progress });
    return { ...(await show(status)), exitCode: status.quarantined > 0 ? 3 : 0 };
  },
};

const pause: CommandDescriptor = {
  name: 'migrate backfill pause',
  summary: 'Stop a backfill after its running batch.',
  needs: 'server',
  arguments: [nameArgument],
  run: async ({ args, use }) => show(await use<Migrate>('migrate').backfills.pause(String(args.name))),
};

const resume: CommandDescriptor = {
  name: 'migrate backfill resume',
  summary: 'Let a paused backfill go on where it stopped.',
  needs: 'server',
  arguments: [nameArgument],
  run: async ({ args, use }) => show(await use<Migrate>('migrate').backfills.resume(String(args.name))),
};

const quarantine: CommandDescriptor = {
  name: 'migrate backfill quarantine',
  summary: 'The rows a backfill left behind, with what each failed with; the first 1,000.',
  description: 'With --retry they are due again: correct the rows first. The next run takes them.',
  needs: 'server',
  arguments: [nameArgument],
  flags: Type.Object({ retry: Type.Optional(Type.Boolean({ description: 'Make the failed rows due again.' })) }),
  async run({ args, flags, use }) {
    const { backfills } = use<Migrate>('migrate');
    const name = String(args.name);
    if (flags.retry === true) {
      const count = await backfills.retry(name);
      return { data: { name, count }, text: `${count} row(s) are due again. Next: plinth migrate backfill run ${name}` };
    }
    const found = await backfills.quarantine(name);
    const rows = found.map(({ key, error, created }) => [key.join(', '), error ?? 'locked by another session', created.toISOString()]);
    return { data: { rows: found }, table: { columns: ['key', 'error', 'since'], rows } };
  },
};

export const backfillCommands: readonly CommandDescriptor[] = [list, run, pause, resume, quarantine];

export const backfillRoutes: readonly RouteDescriptor[] = [
  {
    method: 'GET',
    path: '/migrate/backfills',
    summary: 'Backfills with their progress, rate, and why one waits.',
    role: 'viewer',
    handler: async ({ use }) => ({ backfills: await use<Migrate>('migrate').backfills.list() }),
  },
];
