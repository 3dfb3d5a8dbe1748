import { asOwner, type Context, databases, placeOf } from './context.ts';
import { partitionErrors } from './errors.ts';
import type { Declaration } from './model/declaration.ts';
import { boundOf, uuidFloor } from './model/interval.ts';
import type { Finding, KeyBounds, MissingRange, PartState, PartStatus, PlannedChange, SetStatus } from './model/types.ts';
import { unprunedQueries } from './queries.ts';
import {
  ensureRange,
  findSet,
  listFindings,
  listMissing,
  listParts,
  listSets,
  planDeclaration,
  setPaused,
} from './sql/queries/queries.gen.ts';

/** Leaves out what is null: absent and null mean the same here, and types say `?`. */
function present<T extends object>(
  values: T,
): { [K in keyof T as T[K] extends NonNullable<T[K]> ? K : never]: T[K] } & {
  [K in keyof T as T[K] extends NonNullable<T[K]> ? never : K]?: NonNullable<T[K]>;
} {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null)) as never;
}

export async function statusOf(context: Context): Promise<readonly SetStatus[]> {
  const perDatabase = databases(context).map(async (tier) => {
    const rows = await asOwner(context, tier, 'status', (tx) => listSets.all(tx, {}));
    return rows.map((row) =>
      present({
        tier,
        table: row.table_name,
        declaration: row.declaration as Declaration,
        isPaused: row.is_paused,
        exists: row.exists,
        coveredUntil: row.covered_until,
        attached: row.attached,
        detached: row.detached,
        sizeBytes: row.size_bytes,
        blockedBy: row.blocked_by,
        maintained: row.maintained,
        retained: row.retained,
      }),
    );
  });
  return (await Promise.all(perDatabase)).flat();
}

export async function partsOf(context: Context, table?: string): Promise<readonly PartStatus[]> {
  const place = table === undefined ? undefined : await placeOf(context, table);
  const perDatabase = (place ? [place.tier] : databases(context)).map(async (tier) => {
    const rows = await asOwner(context, tier, 'parts', (tx) => listParts.all(tx, { only_set: place?.table ?? null }));
    return rows.map((row) =>
      present({
        tier,
        id: row.id,
        set: row.set_name,
        table: row.table_name,
        from: row.lower_bound,
        to: row.upper_bound,
        group: row.group_name,
        state: row.state as PartState,
        rows: row.row_count,
        sizeBytes: row.size_bytes,
        blockedBy: row.blocked_by,
        created: row.created,
        detached: row.detached,
        archived: row.archived,
        dropped: row.dropped,
      }),
    );
  });
  return (await Promise.all(perDatabase)).flat();
}

export async function missingRanges(context: Context): Promise<readonly MissingRange[]> {
  const perDatabase = databases(context).map(async (tier) => {
    const rows = await asOwner(context, tier, 'missing', (tx) => listMissing.all(tx, {}));
    return rows.map((row) => present({ tier, table: row.table_name, group: row.group_name, range: row.range }));
  });
  return (await Promise.all(perDatabase)).flat();
}

const severities: readonly Finding['severity'][] = ['critical', 'warning', 'information'];

export async function findingsOf(context: Context): Promise<readonly Finding[]> {
  const perDatabase = databases(context).map(async (tier) => {
    const rows = await asOwner(context, tier, 'health', (tx) => listFindings.all(tx, {}));
    return rows.map((row) => ({
      tier,
      table: row.table_name,
      severity: row.severity as Finding['severity'],
      finding: row.finding,
      detail: row.detail,
    }));
  });
  const found = (await Promise.all(perDatabase)).flat();
  return [...found, ...(await unprunedQueries(context))].sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
}

export async function boundsOf(context: Context, table: string, from: Date, to: Date): Promise<KeyBounds> {
  const place = await placeOf(context, table);
  const set = await asOwner(context, place.tier, 'bounds', (tx) => findSet.one(tx, { table_name: place.table }));
  const literal = set.strategy === 'uuid7' ? uuidFloor : boundOf;
  if (set.strategy !== 'uuid7' && set.strategy !== 'time') throw partitionErrors.NO_TIME({ table: place.table, strategy: set.strategy });
  return { column: set.key_column, from: literal(from), to: literal(to) };
}

export async function planOf(context: Context): Promise<readonly PlannedChange[]> {
  const changes: PlannedChange[] = [];
  for (const { tier, table, declaration } of context.declared) {
    const rows = await asOwner(context, tier, 'plan', (tx) =>
      planDeclaration.all(tx, { table_name: table, declaration: JSON.stringify(declaration) }),
    );
    changes.push(...rows.map(({ change }) => ({ tier, table, change })));
  }
  return changes;
}

export async function ensure(context: Context, table: string, from: string, to: string): Promise<number> {
  const place = await placeOf(context, table);
  const request = { table_name: place.table, lower_value: from, upper_value: to };
  return (await asOwner(context, place.tier, 'ensure', (tx) => ensureRange.one(tx, request))).made;
}

export async function pause(context: Context, table: string, isPaused: boolean): Promise<void> {
  const place = await placeOf(context, table);
  await asOwner(context, place.tier, 'pause', (tx) => setPaused.run(tx, { table_name: place.table, is_paused: isPaused }));
}
