import { type Connect, distinctDatabases, type Transaction } from '../../foundation/connect/index.ts';
import type { EventBus, Tier } from '../../kernel/index.ts';
import { auditErrors, toAuditError } from './errors.ts';
import type { Audit, Classification, TablePlace, TrackedTable } from './model/types.ts';
import { findTable, type ListTrackedRow, listTracked, refreshTracked, trackTable, untrackTable } from './sql/queries/queries.gen.ts';

export interface TrackDeps {
  readonly connect: Connect;
  readonly events: EventBus;
  readonly classification: () => Classification | undefined;
}

type Tracking = Pick<Audit, 'track' | 'untrack' | 'tracked' | 'refresh'>;

/** One transaction as owner. @throws PLINTH_AUDIT_NOT_TRACKABLE */
async function asOwner<T>(connect: Connect, tier: Tier, tag: string, work: (tx: Transaction) => Promise<T>): Promise<T> {
  try {
    return await connect.transaction({ tier, as: 'owner', tag: `audit.${tag}` }, work);
  } catch (error) {
    throw toAuditError(error);
  }
}

const toTracked = (tier: Tier, row: ListTrackedRow): TrackedTable => ({
  tier,
  table: row.table_name,
  ...(row.only_columns && { columns: row.only_columns }),
  concealed: row.concealed,
  undecided: row.undecided,
  tracked: row.created,
});

/** Every tracked table, of all databases or one. */
export async function listTrackedTables(connect: Connect, only?: Tier): Promise<TrackedTable[]> {
  const tiers = only ? [only] : distinctDatabases(connect);
  const perTier = tiers.map(async (tier) =>
    (await asOwner(connect, tier, 'tracked', (tx) => listTracked.all(tx, {}))).map((row) => toTracked(tier, row)),
  );
  return (await Promise.all(perTier)).flat();
}

/** The one tracked table of that name. @throws PLINTH_AUDIT_NOT_TRACKED, PLINTH_AUDIT_AMBIGUOUS_TABLE */
export async function trackedTable(connect: Connect, { table, tier }: TablePlace): Promise<TrackedTable> {
  const all = await listTrackedTables(connect, tier);
  // As regclass prints it, or as people write it.
  const found = all.filter((one) => one.table === table || one.table.replaceAll('"', '') === table);
  const [first, ...others] = found;
  if (!first) throw auditErrors.NOT_TRACKED({ table, known: all.map((one) => one.table) });
  if (others.length > 0) throw auditErrors.AMBIGUOUS_TABLE({ table, tiers: found.map((one) => one.tier) });
  return first;
}

/** Makes triggers anew that differ from their tables, in a transaction of the owner; gives the tables. Those that were missing are told of. */
export async function refreshTables(tx: Transaction, events: EventBus): Promise<string[]> {
  const made = await refreshTracked.all(tx, {});
  for (const { table } of made.filter((one) => one.is_mended)) {
    const reason = `A trigger that writes the changes of ${table} to the trail was removed or disabled; it is back. What was changed meanwhile is not there.`;
    events.emit('security', { eventType: 'audit_trigger_removed', severity: 'high', action: 'refresh', success: true, reason });
  }
  return made.map(({ table }) => table);
}

export function openTracking({ connect, events, classification }: TrackDeps): Tracking {
  /** Null where nobody classifies: then what was stays. */
  const classifiedOf = async (tier: Tier, table: string) => {
    const source = classification();
    if (!source) return null;
    const [levels, rules] = await Promise.all([source.levelsOf(tier, table), source.complianceOf?.(tier, table)]);
    const names = new Set([...Object.keys(levels), ...Object.keys(rules ?? {})]);
    return Object.fromEntries([...names].toSorted().map((name) => [name, { level: levels[name], flags: rules?.[name]?.toSorted() }]));
  };

  const makeTriggers = (tier: Tier, table: string, columns: readonly string[] | undefined, classified: object | null) =>
    asOwner(connect, tier, 'track', (tx) =>
      trackTable.one(tx, { table, columns: columns ? [...columns] : null, classified: classified && JSON.stringify(classified) }),
    );

  return {
    async track({ table, tier, columns }) {
      const places: { tier: Tier; table: string }[] = [];
      for (const one of tier ? [tier] : distinctDatabases(connect)) {
        const found = await asOwner(connect, one, 'find', (tx) => findTable.first(tx, { table }));
        if (found) places.push({ tier: one, table: found.table });
      }
      const [place, ...others] = places;
      if (!place) throw auditErrors.UNKNOWN_TABLE({ table });
      if (others.length > 0) throw auditErrors.AMBIGUOUS_TABLE({ table, tiers: places.map((one) => one.tier) });
      await makeTriggers(place.tier, place.table, columns, await classifiedOf(place.tier, place.table));
      return trackedTable(connect, place);
    },
    async untrack(place) {
      const { tier, table } = await trackedTable(connect, place);
      await asOwner(connect, tier, 'untrack', (tx) => untrackTable.one(tx, { table }));
    },
    tracked: () => listTrackedTables(connect),
    async refresh() {
      const perTier = distinctDatabases(connect).map(async (tier) => {
        const made = await asOwner(connect, tier, 'refresh', (tx) => refreshTables(tx, events));
        for (const { table, columns } of classification() ? await listTrackedTables(connect, tier) : []) {
          const { is_made: isMade } = await makeTriggers(tier, table, columns, await classifiedOf(tier, table));
          if (isMade && !made.includes(table)) made.push(table);
        }
        return made;
      });
      return (await Promise.all(perTier)).flat();
    },
  };
}
