import type { Tier } from '../../kernel/index.ts';
import type { Context, Database } from './context.ts';
import { readParts } from './files/index.ts';
import { fitsChecksum } from './model/checksum.ts';
import { type SourceFiles, successors } from './model/migration.ts';
import { isApplied, type MigrationState } from './model/states.ts';
import type { MigrationStatus, Problem, RunRecord } from './model/types.ts';
import { planFindings } from './plan-files.ts';
import { isLockHeld, type Ledger, planDatabase, readLedger } from './run/index.ts';
import { type ListChecksumsRow, listChecksums, listHistory, listRuns } from './sql/queries/queries.gen.ts';

const look = (database: Database) => ({ tier: database[0], as: 'owner', isReadOnly: true, tag: 'migrate.status' }) as const;

export async function planOf(context: Context): Promise<readonly MigrationStatus[]> {
  const files = context.readFiles();
  const plan: MigrationStatus[] = [];
  for (const database of context.databases(files)) {
    const ledger = await context.connect.transaction(look(database), readLedger);
    const work = await planDatabase({ tiers: database }, files, ledger, context.options.order);
    for (const { row, tiers } of work.copies) {
      for (const tier of tiers) plan.push({ tier, id: row.id, kind: 'migration', state: 'pending', checksum: row.checksum });
    }
    for (const { file, tiers } of work.successions) {
      for (const tier of tiers) plan.push({ tier, id: file.id, kind: 'migration', state: 'pending', checksum: file.checksum });
    }
    for (const { file, parts, tiers, rows } of work.pending) {
      const { phase, changeClass } = parts.options;
      const declared = { ...(phase && { phase }), ...(changeClass && { changeClass }) };
      const state = rows[0]?.state === 'running' ? 'pending' : (rows[0]?.state ?? 'pending');
      for (const tier of tiers) plan.push({ tier, id: file.id, kind: 'migration', state, checksum: file.checksum, ...declared });
    }
    for (const { changed, removed } of work.objects) {
      for (const { id, sha256 } of [...changed, ...removed]) {
        plan.push({ tier: database[0], id, kind: 'objects', state: 'pending', checksum: sha256 });
      }
    }
  }
  return plan;
}

export async function statusOf(context: Context): Promise<readonly MigrationStatus[]> {
  const files = context.readFiles();
  const all: MigrationStatus[] = [];
  for (const database of context.databases(files)) {
    const { rows, objects, settled, isRunning } = await context.connect.transaction(look(database), async (tx) => {
      const ledger = await readLedger(tx);
      return {
        // One whose backfill is not through is not done, though its record is committed.
        settled: new Map(
          ledger.rows.map((row) => [
            `${row.tier} ${row.id}`,
            row.state === 'applied' && ledger.unfinished.has(row.id) ? 'running' : row.state,
          ]),
        ),
        rows: ledger.exists ? await listHistory.all(tx, {}) : [],
        objects: new Map(ledger.objects.map(({ id, sha256 }) => [id, sha256])),
        isRunning: await isLockHeld(tx),
      };
    });
    const byKey = new Map(rows.map((row) => [`${row.tier} ${row.source}/${row.name}`, row]));
    const known = new Set<string>();
    const add = (tier: Tier, id: string, checksum: string) => {
      const row = byKey.get(`${tier} ${id}`);
      known.add(`${tier} ${id}`);
      const recorded = (row?.state ?? 'pending') as MigrationState;
      all.push({
        tier,
        id,
        kind: 'migration',
        // A free lock tells that the run which wrote this is dead and its transaction rolled back.
        state: isRunning ? recorded : recorded === 'running' ? 'pending' : (settled.get(`${tier} ${id}`) ?? recorded),
        checksum,
        ...(row?.applied && { applied: row.applied }),
        ...(row?.duration_ms !== undefined && row.duration_ms !== null && { durationMs: row.duration_ms }),
        ...(row?.error && { error: row.error }),
        ...(row && { actor: row.actor }),
      });
    };
    for (const file of files.flatMap(({ migrations }) => migrations)) {
      for (const tier of file.tiers) if (database.includes(tier)) add(tier, file.id, file.checksum);
    }
    for (const row of rows) {
      if (!known.has(`${row.tier} ${row.source}/${row.name}`)) add(row.tier as Tier, `${row.source}/${row.name}`, row.checksum_up);
    }
    for (const file of files.flatMap((source) => source.objects)) {
      const tier = database.find((one) => file.tiers.includes(one));
      if (!tier) continue;
      const state = objects.get(file.id) === file.sha256 ? 'applied' : 'pending';
      all.push({ tier, id: file.id, kind: 'objects', state, checksum: file.sha256 });
    }
  }
  return all;
}

export async function runsOf(context: Context, limit: number): Promise<readonly RunRecord[]> {
  const all: RunRecord[] = [];
  for (const database of context.databases(context.readFiles())) {
    const { rows, isRunning } = await context.connect.transaction(look(database), async (tx) => ({
      rows: (await readLedger(tx)).isCurrent ? await listRuns.all(tx, { limit }) : [],
      isRunning: await isLockHeld(tx),
    }));
    for (const { declared_window, completed, outcome, ...row } of rows) {
      all.push({
        ...row,
        tier: database[0],
        ...(declared_window && { declaredWindow: declared_window }),
        outcome: outcome === 'running' && !isRunning ? 'killed' : (outcome as RunRecord['outcome']),
        ...(completed && { durationMs: completed.getTime() - row.started.getTime() }),
      });
    }
  }
  return all.sort((a, b) => b.started.getTime() - a.started.getTime()).slice(0, limit);
}

export async function verify(context: Context): Promise<{ problems: readonly Problem[] }> {
  const files = context.readFiles();
  const problems: Problem[] = [...planFindings(context, files)];
  for (const database of context.databases(files)) {
    const found = await context.connect.transaction(look(database), async (tx) => {
      const ledger = await readLedger(tx);
      return { ledger, checksums: ledger.exists ? await listChecksums.all(tx, {}) : [] };
    });
    problems.push(...migrationProblems(database, files, found.ledger, new Map(found.checksums.map((row) => [row.id, row]))));
    problems.push(...objectProblems(database, files, found.ledger));
  }
  return { problems };
}

function* migrationProblems(
  database: Database,
  files: readonly SourceFiles[],
  ledger: Ledger,
  checksums: ReadonlyMap<string, ListChecksumsRow>,
): Generator<Problem> {
  const applied = new Map(ledger.rows.filter(({ state }) => isApplied(state)).map((row) => [`${row.tier}:${row.id}`, row]));
  for (const file of files.flatMap(({ migrations }) => migrations)) {
    for (const tier of file.tiers.filter((one) => database.includes(one))) {
      const id = `${tier}:${file.id}`;
      const row = applied.get(id);
      applied.delete(id);
      if (!row) yield { id, problem: 'is not applied', remedy: 'plinth migrate up' };
      else if (row.checksum !== file.checksum && !fitsChecksum(row.checksum, file.up)) {
        yield { id, problem: 'was applied with other bytes', remedy: `restore ${file.path}, or "plinth migrate accept ${row.id}"` };
      }
      const recorded = checksums.get(file.id);
      if (!row || !recorded) continue;
      const now = readParts(file).checksums;
      const before = {
        down: recorded.checksum_down,
        pre: recorded.checksum_pre,
        post: recorded.checksum_post,
        meta: recorded.checksum_meta,
      };
      for (const part of ['down', 'pre', 'post', 'meta'] as const) {
        if (now[part] !== before[part]) yield { id, problem: `changed after it was applied: ${part}`, remedy: 'restore the file' };
      }
    }
  }
  const names = new Set(files.map(({ name }) => name));
  const gone = successors(files.flatMap(({ migrations }) => migrations));
  for (const [id, row] of applied) {
    if (gone.has(id)) continue;
    if (names.has(row.source) && database.includes(row.tier))
      yield { id, problem: 'is applied, but its file is gone', remedy: 'restore the file' };
  }
}

function* objectProblems(database: Database, files: readonly SourceFiles[], ledger: Ledger): Generator<Problem> {
  const recorded = new Map(ledger.objects.map(({ id, sha256 }) => [id, sha256]));
  for (const { id, sha256, tiers } of files.flatMap(({ objects }) => objects)) {
    const tier = database.find((one) => tiers.includes(one));
    if (tier && recorded.get(id) !== sha256)
      yield { id: `${tier}:${id}`, problem: 'is not applied as it is now', remedy: 'plinth migrate up' };
  }
}
