import { type Tier, uuidv7 } from '../../../kernel/index.ts';
import type { Transaction } from '../../connect/index.ts';
import type { Context } from '../context.ts';
import type { MigrationFile, SourceFiles } from '../model/migration.ts';
import { readLedger, updateLedger } from '../run/index.ts';
import { openShadow } from '../shadow/index.ts';
import { type Described, describeDatabase } from '../snapshot/index.ts';
import { listHolders } from './sql/queries/queries.gen.ts';

/** A stretch of a product's migrations, and what is to stand for it. */
export interface Stretch {
  readonly tier: Tier;
  readonly range: readonly MigrationFile[];
  /** Undefined: the stretch as it is. */
  readonly squash?: MigrationFile;
}

/** What a database built from the files is on the way. */
export interface Way {
  readonly before: Described;
  readonly after: Described;
  readonly whole: Described;
  /** Tables and sequences that held something else after the range than before it. */
  readonly filled: readonly string[];
  readonly creator: string;
}

/** Builds everything on a throwaway server, one or two seconds and the time of all migrations, and looks at it three times. */
export async function buildWay(context: Context, files: readonly SourceFiles[], stretch: Stretch, signal?: AbortSignal): Promise<Way> {
  await using shadow = await openShadow(context, { ...(signal && { signal }) });
  const read = <T>(work: (tx: Transaction) => Promise<T>) =>
    shadow.context.connect.transaction(
      { tier: stretch.tier, as: 'owner', isReadOnly: true, isolation: 'repeatable read', tag: 'migrate.squash', deadlineMs: 60_000 },
      work,
    );
  const [first, last] = [stretch.range[0], stretch.range.at(-1)];
  // Where nothing comes before, no run would make the ledger yet, and it would be taken for a part of the range.
  await shadow.context.locked([stretch.tier], { runId: uuidv7(), warnings: [] }, async (run) => {
    await updateLedger(run, files, await readLedger(run.session));
  });
  await shadow.up(() => until(files, stretch, first, false));
  const start = await read(async (tx) => {
    const { rows } = await tx.query({ text: 'select current_user::text as name' });
    return { described: await describeDatabase(tx), holds: await readHolds(tx), creator: (rows[0] as { name: string }).name };
  });
  await shadow.up(() => until(files, stretch, last, true));
  const end = await read(async (tx) => ({ described: await describeDatabase(tx), holds: await readHolds(tx) }));
  await shadow.up(() => files.map((source) => ({ ...source, migrations: exchange(source.migrations, stretch) })));
  const whole = await read((tx) => describeDatabase(tx));
  const filled = [...end.holds].filter(([name, holds]) => holds !== (start.holds.get(name) ?? 0)).map(([name]) => name);
  return { before: start.described, after: end.described, whole, filled, creator: start.creator };
}

/** All sources before the product with their objects, and the product's migrations up to one, without its objects. */
function until(files: readonly SourceFiles[], stretch: Stretch, last: MigrationFile | undefined, isIncluded: boolean): SourceFiles[] {
  const at = files.findIndex(({ name }) => name === last?.source);
  return files.slice(0, at + 1).map((source) => {
    if (source.name !== last?.source) return source;
    const index = source.migrations.findIndex(({ path }) => path === last.path);
    const migrations = exchange(source.migrations.slice(0, isIncluded ? index + 1 : index), stretch);
    return { ...source, migrations, objects: [] };
  });
}

/** The squash at the place of the last it stands for, where there is one. */
function exchange(migrations: readonly MigrationFile[], { range, squash }: Stretch): MigrationFile[] {
  if (!squash) return [...migrations];
  const paths = new Set(range.map(({ path }) => path));
  const last = range.at(-1)?.path;
  return migrations.flatMap((file) => (file.path === last ? squash : paths.has(file.path) ? [] : file));
}

async function readHolds(tx: Transaction): Promise<ReadonlyMap<string, number>> {
  const holds = new Map<string, number>();
  for (const { name, is_sequence: isSequence } of await listHolders.all(tx, {})) {
    const text = isSequence
      ? `select case when is_called then last_value else 0 end as holds from ${name}`
      : `select count(*)::int8 as holds from ${name}`;
    const { rows } = await tx.query({ text });
    holds.set(name, Number((rows[0] as { holds: number | string }).holds));
  }
  return holds;
}
