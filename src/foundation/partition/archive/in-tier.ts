import { pipeline } from 'node:stream/promises';
import { quoteIdentifier, type Tier } from '../../../kernel/index.ts';
import type { Transaction } from '../../connect/index.ts';
import type { Context } from '../context.ts';
import { partitionName } from '../model/names.ts';
import { sealTable, sizeTable } from '../sql/queries/queries.gen.ts';
import { bareTable, columnList, longWork } from './long-work.ts';
import type { ArchivedRows, TierManifest } from './types.ts';

/** For people: where the copy is. */
export const locateCopy = ({ tier, relation }: TierManifest) => `${tier}: ${relation}`;

/**
 * Copies the rows of `part`, as the transaction sees them, into a table of another tier that nobody but the owner reaches. A copy that was
 * made before, and is perhaps not whole, is replaced.
 */
export async function copyToTier(
  context: Context,
  tx: Transaction,
  archive: { readonly to: Tier; readonly partId: string; readonly part: string; readonly relation: string; readonly rows: ArchivedRows },
  signal: AbortSignal | undefined,
): Promise<{ readonly manifest: TierManifest; readonly sizeBytes: number }> {
  const { to, partId, part, rows } = archive;
  const relation = `partition_archived.${quoteIdentifier(partitionName(archive.relation, partId.replaceAll('-', '').slice(-8)))}`;
  const columns = columnList(rows.columns);
  const sizeBytes = await longWork(context, to, 'archive', signal, async (other) => {
    await other.query({ text: `drop table if exists ${relation}; ${bareTable(relation, rows.columns)}` });
    await sealTable.run(other, { table_name: relation });
    await pipeline(
      tx.copyTo(`copy (select ${columns} from ${part}) to stdout`),
      other.copyFrom(`copy ${relation} (${columns}) from stdin`),
    );
    return (await sizeTable.one(other, { table_name: relation })).size_bytes;
  });
  return { manifest: { ...rows, format: 'table', tier: to, relation }, sizeBytes };
}

/** Fills `table` with the rows of the copy. */
export async function readCopy(
  context: Context,
  tx: Transaction,
  manifest: TierManifest,
  table: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const columns = columnList(manifest.columns);
  await longWork(context, manifest.tier, 'restore', signal, (other) =>
    pipeline(
      other.copyTo(`copy (select ${columns} from ${manifest.relation}) to stdout`),
      tx.copyFrom(`copy ${table} (${columns}) from stdin`),
    ),
  );
}
