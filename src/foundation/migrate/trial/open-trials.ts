import type { Tier } from '../../../kernel/index.ts';
import type { Context } from '../context.ts';
import { migrateErrors } from '../errors.ts';
import type { MigrationFile } from '../model/migration.ts';
import { planDatabase, readLedger } from '../run/index.ts';
import { openShadow, type Shadow } from '../shadow/index.ts';
import { hasTrials, listTrials, saveTrial } from './sql/queries/queries.gen.ts';
import { tryMigration } from './try-migration.ts';
import type { Trial, Trials } from './types.ts';

/** Trials on throwaway servers; neither connects nor reads files yet. */
export function openTrials(context: Context): Trials {
  return {
    async run({ ids, signal, onProgress = () => {} } = {}) {
      const files = context.readFiles();
      const targets = await targetsOf(context, files, ids);
      if (targets.length === 0) return [];
      const trials: Trial[] = [];
      let shadow: Shadow | undefined;
      try {
        for (const target of targets) {
          signal?.throwIfAborted();
          onProgress(`trying ${target.id}`);
          shadow ??= await openShadow(context, { ...(signal && { signal }) });
          const result = await tryMigration(shadow, files, target);
          trials.push(...result.trials);
          if (result.isShadowUsable) continue;
          await shadow[Symbol.asyncDispose]();
          shadow = undefined;
        }
      } finally {
        await shadow?.[Symbol.asyncDispose]();
      }
      await record(context, trials);
      return trials;
    },
    recorded: () => recorded(context),
  };
}

/** In the order of application. @throws PLINTH_MIGRATE_UNKNOWN_MIGRATION */
async function targetsOf(
  context: Context,
  files: ReturnType<Context['readFiles']>,
  ids: readonly string[] | undefined,
): Promise<MigrationFile[]> {
  const all = files.flatMap(({ migrations }) => migrations).filter(({ source }) => source !== 'migrate');
  for (const id of ids ?? []) if (!all.some((file) => file.id === id)) throw migrateErrors.UNKNOWN_MIGRATION({ id });
  if (ids) return all.filter(({ id }) => ids.includes(id));
  const pending = new Set<string>();
  for (const database of context.databases(files)) {
    const look = { tier: database[0], as: 'owner', isReadOnly: true, tag: 'migrate.look' } as const;
    const ledger = await context.connect.transaction(look, readLedger);
    const work = await planDatabase({ tiers: database }, files, ledger, context.options.order);
    for (const { file } of work.pending) pending.add(file.path);
  }
  return all.filter(({ path }) => pending.has(path));
}

const ledger = { tier: 'oltp', as: 'owner', tag: 'migrate.trials' } as const;

/** Where there is a ledger already; before the first run there is nobody to decide anything. */
async function record(context: Context, trials: readonly Trial[]): Promise<void> {
  await context.connect.transaction(ledger, async (tx) => {
    if (!(await hasTrials.one(tx, {})).exists) return;
    for (const { migration, tier, checksumUp, checksumDown, outcome, findings, isSeeded } of trials) {
      const row = { migration, tier, checksum_up: checksumUp, checksum_down: checksumDown, outcome };
      await saveTrial.run(tx, { ...row, findings: [...findings], is_seeded: isSeeded });
    }
  });
}

async function recorded(context: Context): Promise<readonly Trial[]> {
  const rows = await context.connect.transaction({ ...ledger, isReadOnly: true }, async (tx) =>
    (await hasTrials.one(tx, {})).exists ? listTrials.all(tx, {}) : [],
  );
  return rows.map(
    ({ migration, tier, outcome, findings, tried, is_seeded: isSeeded, checksum_up: checksumUp, checksum_down: checksumDown }) => ({
      migration,
      tier: tier as Tier,
      outcome: outcome as Trial['outcome'],
      findings,
      isSeeded,
      checksumUp,
      checksumDown,
      tried,
    }),
  );
}
