import type { Clock, DeclaredPartitions, Log, Tier } from '../../kernel/index.ts';
import { type Connect, distinctDatabases, type Transaction } from '../connect/index.ts';
import type { Backfills } from '../migrate/index.ts';
import type { ArchiveSink } from './archive/types.ts';
import { partitionErrors, toPartitionError } from './errors.ts';
import type { PartitionOptions } from './options.ts';
import type { BeforeDetach, Holds } from './retention/types.ts';
import { findSet, listSets } from './sql/queries/queries.gen.ts';

export interface PartitionDeps {
  readonly connect: Connect;
  /** Copies rows when a table is converted. */
  readonly backfills: Backfills;
  /** Of the disk under the servers; absent, or giving undefined: nobody knows. */
  readonly freeBytes?: () => Promise<number | undefined>;
  readonly clock: Clock;
  readonly log: Log;
  /** What manifests and the configuration declare. */
  readonly declared: readonly DeclaredPartitions[];
  readonly holds: () => Holds | undefined;
  readonly beforeDetach: () => BeforeDetach | undefined;
  readonly sink: () => ArchiveSink;
}

/** The capability as its parts see it. */
export interface Context extends PartitionDeps {
  readonly options: PartitionOptions;
}

/** A table that is looked after, and where it is. */
export interface Place {
  readonly tier: Tier;
  readonly id: string;
  readonly table: string;
}

/** The first tier of each database. */
export function databases({ connect }: Context): readonly Tier[] {
  return distinctDatabases(connect);
}

/** One transaction as owner. @throws PLINTH_PARTITION_REFUSED and the others that functions of schema `partition` raise */
export async function asOwner<T>(context: Context, tier: Tier, tag: string, work: (tx: Transaction) => Promise<T>): Promise<T> {
  try {
    return await context.connect.transaction({ tier, as: 'owner', priority: 'maintenance', tag: `partition.${tag}` }, work);
  } catch (error) {
    throw toPartitionError(error);
  }
}

/** Finds a table by its qualified name in all databases. @throws PLINTH_PARTITION_NOT_MANAGED */
export async function placeOf(context: Context, table: string): Promise<Place> {
  const known: string[] = [];
  for (const tier of databases(context)) {
    const found = await asOwner(context, tier, 'find', async (tx) => {
      const set = await findSet.first(tx, { table_name: table });
      if (!set) known.push(...(await listSets.all(tx, {})).map((one) => one.table_name));
      return set;
    });
    if (found) return { tier, id: found.id, table: found.table_name };
  }
  throw partitionErrors.NOT_MANAGED({ table, known });
}
