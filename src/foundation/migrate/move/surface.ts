import { type CommandDescriptor, type Tier, Type, tiers } from '../../../kernel/index.ts';
import type { Migrate } from '../model/types.ts';
import { moveErrors } from './errors.ts';
import type { MoveDefinition, MoveStatus } from './types.ts';

const nameArgument = { name: 'name', meaning: 'as in "migrate move list"' } as const;

function line({ name, state, from, to, rowsCopied, rowsApplied, discrepancies, pauseMs }: MoveStatus): string {
  const parts = [
    `${rowsCopied} rows copied`,
    `${rowsApplied} changed since`,
    ...(discrepancies === undefined ? [] : [`${discrepancies} differed`]),
    ...(pauseMs === undefined ? [] : [`writers waited ${pauseMs} ms`]),
  ];
  return `${name} ${state}, ${from} → ${to}: ${parts.join(', ')}`;
}

/** `tier:schema.table`. @throws PLINTH_MIGRATE_MOVE_REFUSED */
function place(text: string, other: string): { readonly tier: Tier; readonly table: string } {
  const [tier, table] = text.split(':', 2);
  const known = tiers.find((one) => one === tier);
  if (!known || !table) {
    throw moveErrors.MOVE_REFUSED({
      from: text,
      to: other,
      reason: `"${text}" is no tier:schema.table`,
      remedy: `Tiers are ${tiers.join(', ')}`,
    });
  }
  return { tier: known, table };
}

const plan: CommandDescriptor = {
  name: 'migrate move plan',
  summary: 'Declare the move of a large table; says how much it is and how long it may take.',
  description: `Nothing is moved yet. The target is an empty table with the same primary key; columns are paired by name.
Example: plinth migrate move plan archive oltp:shop.orders olap:shop.orders`,
  needs: 'server',
  arguments: [
    { name: 'name', meaning: 'how you will call it' },
    { name: 'from', meaning: 'tier:schema.table' },
    { name: 'to', meaning: 'tier:schema.table' },
  ],
  async run({ args, use }) {
    const { moves } = use<Migrate>('migrate');
    const definition: MoveDefinition = {
      name: String(args.name),
      from: place(String(args.from), String(args.to)),
      to: place(String(args.to), String(args.from)),
    };
    const estimate = await moves.plan(definition);
    await moves.start(definition);
    const megabytes = Math.ceil(estimate.bytes / 1024 / 1024);
    const text = `About ${estimate.rows} rows, ${megabytes} MB, ${estimate.seconds} s without other load. Next: plinth migrate move run ${definition.name}`;
    return { data: { definition, estimate }, text };
  },
};

const run: CommandDescriptor = {
  name: 'migrate move run',
  summary: 'Copy what is left and carry changes over until none is waiting. May be killed at any time and run again.',
  needs: 'server',
  arguments: [nameArgument],
  async run({ args, signal, progress, use }) {
    const status = await use<Migrate>('migrate').moves.run(String(args.name), { signal, onProgress: progress });
    return { data: status, text: line(status) };
  },
};

const verify: CommandDescriptor = {
  name: 'migrate move verify',
  summary: 'Compare both sides, range by range and where they differ row by row; exit code 1 on any difference.',
  needs: 'server',
  arguments: [nameArgument],
  flags: Type.Object({ repair: Type.Optional(Type.Boolean({ description: 'Take the differing rows from the source again.' })) }),
  async run({ args, flags, signal, progress, use }) {
    const found = await use<Migrate>('migrate').moves.verify(String(args.name), {
      signal,
      onProgress: progress,
      repair: flags.repair === true,
    });
    if (found.count === 0) return { data: found, text: `${found.rows} rows in ${found.ranges} range(s) are the same on both sides.` };
    const rows = found.discrepancies.map(({ key, kind }) => [key.join(', '), kind]);
    return { data: found, table: { columns: ['key', 'in the target'], rows }, exitCode: 1 };
  },
};

const cutover: CommandDescriptor = {
  name: 'migrate move cutover',
  summary: 'End writes to the old side, after the last changes were carried over; the old side is kept.',
  description:
    'Only after a comparison without a difference. Writers wait for at most 2 s; if that is not enough, nothing happens. Point programs to the new side with it: writes to the old one fail afterwards.',
  needs: 'server',
  arguments: [nameArgument],
  async run({ args, signal, progress, use }) {
    const status = await use<Migrate>('migrate').moves.cutover(String(args.name), { signal, onProgress: progress });
    return { data: status, text: line(status) };
  },
};

const list: CommandDescriptor = {
  name: 'migrate move list',
  summary: 'Moves of large tables with their states.',
  needs: 'server',
  async run({ use }) {
    const moves = await use<Migrate>('migrate').moves.list();
    const rows = moves.map((one) => [
      one.name,
      one.from,
      one.to,
      one.state,
      one.rowsCopied,
      one.rowsApplied,
      one.discrepancies ?? '',
      one.pauseMs ?? '',
    ]);
    return { data: { moves }, table: { columns: ['move', 'from', 'to', 'state', 'copied', 'changed', 'differed', 'pause ms'], rows } };
  },
};

export const moveCommands: readonly CommandDescriptor[] = [plan, run, verify, cutover, list];
