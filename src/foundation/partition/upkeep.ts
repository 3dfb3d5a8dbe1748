import { loop, type Service } from '../../kernel/index.ts';
import { asOwner, type Context, databases, placeOf } from './context.ts';
import type { Conversions } from './conversion/index.ts';
import { partitionErrors } from './errors.ts';
import type { PlannedChange, UpkeepReport, WorkBounds } from './model/types.ts';
import { listUpkeep, manageTable } from './sql/queries/queries.gen.ts';

/** Applies what manifests and the configuration declare; a table that is not there yet is left to a later run. */
async function declare(context: Context): Promise<readonly PlannedChange[]> {
  const changes: PlannedChange[] = [];
  for (const { tier, table, declaration } of context.declared) {
    const rows = await asOwner(context, tier, 'manage', (tx) =>
      manageTable.all(tx, { table_name: table, declaration: JSON.stringify(declaration) }),
    );
    changes.push(...rows.map(({ change }) => ({ tier, table, change })));
  }
  for (const { table, change } of changes) context.log.info(`partition: ${table}: ${change}`);
  return changes;
}

/** Makes tables ready for the time to come. @throws PLINTH_PARTITION_NOT_COVERED, PLINTH_PARTITION_NOT_MANAGED */
export async function maintain(context: Context, request: WorkBounds & { readonly table?: string }): Promise<UpkeepReport> {
  const { clock, connect } = context;
  const started = clock.monotonicMs();
  const place = request.table === undefined ? undefined : await placeOf(context, request.table);
  const changed = place ? [] : await declare(context);
  const made: Record<string, number> = {};
  const failures: string[] = [];
  for (const tier of place ? [place.tier] : databases(context)) {
    request.onProgress?.(`${tier}: making partitions`);
    const before = await attachedIn(context, tier);
    // A procedure that commits runs on a session, never inside a transaction.
    await using session = await connect.session({ tier, tag: 'partition.upkeep', ...(request.signal && { signal: request.signal }) });
    await session.query({ text: 'call partition.run_maintenance($1)', values: [place?.table ?? null] });
    for (const set of await listUpkeep.all(session, {})) {
      if (place && set.table_name !== place.table) continue;
      const more = set.attached - (before.get(set.table_name) ?? 0);
      if (more > 0) made[set.table_name] = more;
      if (set.blocked_by !== null && !set.is_paused) failures.push(`${set.table_name}: ${set.blocked_by}`);
    }
  }
  if (failures.length > 0) throw partitionErrors.NOT_COVERED({ failures });
  return { made, changed, durationMs: Math.round(clock.monotonicMs() - started) };
}

async function attachedIn(context: Context, tier: Context['declared'][number]['tier']): Promise<ReadonlyMap<string, number>> {
  const sets = await asOwner(context, tier, 'status', (tx) => listUpkeep.all(tx, {}));
  return new Map(sets.map((set) => [set.table_name, set.attached]));
}

/** Makes partitions at start and then every hour, give or take a tenth so that several processes do not meet. */
export function upkeepService(context: Context, conversions: Pick<Conversions, 'giveUpDue'>): Service {
  const intervalMs = context.options.upkeepIntervalMs;
  return loop(context, {
    name: 'partition.upkeep',
    intervalMs: Math.round(intervalMs * (0.9 + Math.random() * 0.2)),
    async run(signal) {
      // First: whether a table can be made ready or not, no table may begin to refuse rows.
      const failure = await giveUpDue(context, conversions, signal);
      const { made } = await maintain(context, { signal });
      for (const [table, count] of Object.entries(made)) context.log.info(`partition: ${count} new partitions of ${table}`);
      if (failure) throw failure.error;
    },
  });
}

/** @returns what went wrong, for it must not keep partitions from being made */
async function giveUpDue({ log }: Context, conversions: Pick<Conversions, 'giveUpDue'>, signal: AbortSignal) {
  try {
    for (const table of await conversions.giveUpDue({ signal }))
      log.warn(`partition: the adoption of ${table} was given up before its bound`);
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    return { error };
  }
}
