import { type Tier, uuidv7 } from '../../kernel/index.ts';
import type { Context } from './context.ts';
import { migrateErrors } from './errors.ts';
import { readParts } from './files/index.ts';
import { checksumOf } from './model/checksum.ts';
import { isApplied, statesBefore } from './model/states.ts';
import { parseFile, stepOf } from './parse/index.ts';
import { probe, readLedger, userName } from './run/index.ts';
import { endStep, listSteps, recordStop, renameChecksum } from './sql/queries/queries.gen.ts';

/** @throws PLINTH_MIGRATE_UNKNOWN_MIGRATION, PLINTH_MIGRATE_NOT_IN_REPAIR, PLINTH_MIGRATE_PROBE_DISAGREES */
export async function repair(
  context: Context,
  request: { readonly id: string; readonly tier?: Tier; readonly verdict: 'redo' | 'done' },
): Promise<void> {
  const { id, verdict } = request;
  const files = context.readFiles();
  const file = files.flatMap(({ migrations }) => migrations).find((one) => one.id === id);
  if (!file) throw migrateErrors.UNKNOWN_MIGRATION({ id });
  let state = 'pending';
  for (const database of context.databases(files, request.tier).filter((tiers) => tiers.some((tier) => file.tiers.includes(tier)))) {
    const isSettled = await context.locked(database, { runId: uuidv7(), warnings: [] }, async (run) => {
      const row = (await readLedger(run.session)).rows.find((one) => one.id === id);
      if (row?.state !== 'needs_repair' && row?.state !== 'reverting') {
        state = row?.state ?? state;
        return false;
      }
      const direction = row.state === 'reverting' ? 'down' : 'up';
      const [path, text] = direction === 'down' ? [file.paths.down, readParts(file).down ?? ''] : [file.path, file.up];
      const open = (await listSteps.all(run.session, { migration_id: row.rowId, direction })).find((step) => step.state !== 'done');
      const statement = (await parseFile(path, text)).statements[(open?.number ?? 0) - 1];
      if (!open || !statement) throw migrateErrors.NOT_IN_REPAIR({ id, state: row.state });
      const answer = await probe(run, { id, number: open.number, statement, target: stepOf(statement) });
      if (answer !== 'unknown' && (answer === 'done') !== (verdict === 'done')) {
        throw migrateErrors.PROBE_DISAGREES({ id, step: open.number, verdict, answer });
      }
      // Both or neither: a step that is settled in a migration that is not would be asked about again.
      await run.session.query({ text: 'begin' });
      await endStep.run(run.session, {
        migration_id: row.rowId,
        direction,
        number: open.number,
        state: verdict === 'done' ? 'done' : 'pending',
        error: null,
      });
      const { source, name } = file;
      const pending = { source, name, state: 'pending', sqlstate: null, error: null, allowed: statesBefore('pending') };
      // The way back goes on where it stopped; its state says so already.
      if (direction === 'up') await recordStop.run(run.session, pending);
      await run.session.query({ text: 'commit' });
      return true;
    });
    if (isSettled) return;
  }
  throw migrateErrors.NOT_IN_REPAIR({ id, state });
}

/** @throws PLINTH_MIGRATE_UNKNOWN_MIGRATION, PLINTH_MIGRATE_EDITED */
export async function accept(context: Context, { id }: { readonly id: string }): Promise<void> {
  const files = context.readFiles();
  const file = files.flatMap(({ migrations }) => migrations).find((one) => one.id === id);
  if (!file) throw migrateErrors.UNKNOWN_MIGRATION({ id });
  const { treeSha256 } = await parseFile(file.path, file.up);
  for (const database of context.databases(files).filter((tiers) => tiers.some((tier) => file.tiers.includes(tier)))) {
    await context.locked(database, { runId: uuidv7(), warnings: [] }, async (run) => {
      const rows = (await readLedger(run.session)).rows.filter((row) => row.id === id && isApplied(row.state));
      if (rows.some((row) => row.treeSha256 !== treeSha256)) throw migrateErrors.EDITED({ id, path: file.path });
      await renameChecksum.run(run.session, {
        source: file.source,
        name: file.name,
        checksum_up: checksumOf(file.up),
        tree_sha256: treeSha256,
        accepted_by: userName(),
      });
    });
  }
}
