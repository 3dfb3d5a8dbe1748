import { quoteIdentifier } from '../../../kernel/index.ts';
import { migrateErrors } from '../errors.ts';
import { type Tree, textIn } from '../parse/index.ts';
import { estimateIndex, sizeOfIndexes } from '../sql/queries/queries.gen.ts';
import type { Step } from './probes.ts';
import type { Run } from './run.ts';

/** The index, the runs of the sort that makes it, and the WAL of both. */
const timesIndex = 2;

/**
 * Stops before an index is built for which the disk of our own server has no room: half built, it would fill the disk for everybody.
 * Does nothing where nobody knows how much is free.
 *
 * @throws PLINTH_MIGRATE_DISK_LOW
 */
export async function refuseLowDisk(run: Run, step: Step): Promise<void> {
  const { kind, schema, name, table } = step.target;
  if (kind !== 'create-index' && kind !== 'reindex') return;
  const freeBytes = await run.freeBytes();
  if (freeBytes === undefined) return;
  const place = `${quoteIdentifier(schema)}.${quoteIdentifier(table ?? name)}`;
  const indexBytes = kind === 'reindex' ? await rebuiltBytes(run, place) : await builtBytes(run, place, step.statement.tree);
  if (freeBytes >= timesIndex * indexBytes) return;
  throw migrateErrors.DISK_LOW({
    id: step.id,
    step: step.number,
    index: name,
    indexBytes,
    neededBytes: timesIndex * indexBytes,
    freeBytes,
  });
}

const rebuiltBytes = async ({ session }: Run, relation: string) => (await sizeOfIndexes.one(session, { relation })).bytes;

async function builtBytes({ session }: Run, table: string, tree: Tree): Promise<number> {
  // Ranges of blocks: next to nothing.
  if (tree.accessMethod === 'brin') return 0;
  const parts = [tree.indexParams, tree.indexIncludingParams].flatMap((list) => (list ?? []) as readonly { readonly IndexElem: Tree }[]);
  // An expression has no name, and with it the width of the whole row is taken.
  const columns = parts.map(({ IndexElem }) => textIn(IndexElem, 'name') ?? '');
  return (await estimateIndex.first(session, { table, columns }))?.bytes ?? 0;
}
