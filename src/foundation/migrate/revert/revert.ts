import { type Tier, uuidv7 } from '../../../kernel/index.ts';
import type { Context, Database } from '../context.ts';
import { migrateErrors } from '../errors.ts';
import { readParts } from '../files/index.ts';
import type { MigrationFile } from '../model/migration.ts';
import { isInRelease } from '../model/plan-file.ts';
import type { DownReport, DownRequest } from '../model/types.ts';
import { parseFile } from '../parse/index.ts';
import { readReleases } from '../plan-files.ts';
import { type Retreat, readLedger, retreatAll, updateLedger } from '../run/index.ts';
import { type ListReversibleRow, listReversible } from '../sql/queries/queries.gen.ts';
import { type Applied, chooseReverts, refusals } from './model/choose.ts';
import { isOpen, readWindow } from './model/window.ts';

/** What one database has, latest first, as it may go back. */
interface Candidate extends Applied {
  readonly rows: readonly ListReversibleRow[];
  readonly retreat?: Retreat;
}

/** Takes back what was applied after `to`; see `Migrate.down`. */
export async function revert(context: Context, request: DownRequest): Promise<DownReport> {
  return revertWhere(context, request, (all) => keeper(context, request.to, all));
}

/** Takes back one migration, whatever came after it; refused as `revert` is. */
export async function revertOnly(context: Context, id: string): Promise<DownReport> {
  return revertWhere(context, { to: `before ${id}` }, () => (one) => one.id !== id);
}

async function revertWhere(
  context: Context,
  request: DownRequest,
  keeperOf: (all: readonly Candidate[]) => (one: Candidate) => boolean,
): Promise<DownReport> {
  const { clock } = context;
  const started = clock.monotonicMs();
  const window = checkWindow(context, request.window);
  const files = context.readFiles();
  const byKey = new Map(
    files.flatMap(({ migrations }) => migrations).flatMap((file) => file.tiers.map((tier) => [`${tier}:${file.id}`, file])),
  );
  const found: { readonly database: Database; readonly candidates: readonly Candidate[] }[] = [];
  // What a later tier stands on goes last, so the tiers go back in reverse.
  for (const database of context.databases(files, request.tier).toReversed()) {
    const look = { tier: database[0], as: 'owner', isReadOnly: true, tag: 'migrate.look' } as const;
    const rows = await context.connect.transaction(look, async (tx) => {
      const { isCurrent } = await readLedger(tx);
      return isCurrent ? listReversible.all(tx, {}) : [];
    });
    const groups = Map.groupBy(rows, ({ source, name, tier }) => `${source}/${name} ${byKey.get(`${tier}:${source}/${name}`)?.path}`);
    found.push({ database, candidates: await Promise.all([...groups.values()].map((group) => candidateOf(group, byKey))) });
  }
  const all = found.flatMap(({ candidates }) => candidates);
  const isKept = keeperOf(all);
  const chosen = found.map(({ database, candidates }) => ({ database, candidates: chooseReverts(candidates, isKept) }));
  const reasons = refusals(
    chosen.flatMap(({ candidates }) => candidates),
    all,
  );
  if (reasons.length > 0) throw migrateErrors.NO_WAY_BACK({ target: request.to, reasons });

  const runId = uuidv7();
  const warnings = chosen.flatMap(({ candidates }) => candidates.flatMap(changedWay));
  const reverted: string[] = [];
  for (const { database, candidates } of chosen) {
    if (candidates.length === 0) continue;
    const run = { ...request, runId, warnings, command: 'down', ...(window && { declaredWindow: window }) } as const;
    const ids = await context.locked(database, run, async (held) => {
      await updateLedger(held, files, await readLedger(held.session));
      const retreated = await retreatAll(
        held,
        candidates.flatMap(({ retreat }) => retreat ?? []),
      );
      for (const around of context.aroundRuns) await around.after?.(held);
      return retreated;
    });
    reverted.push(...ids.map((id) => `${database[0]}:${id}`));
  }
  return { runId, reverted, warnings, durationMs: Math.round(clock.monotonicMs() - started) };
}

/** The window as it was declared; undefined where none is needed. @throws PLINTH_MIGRATE_WINDOW_CLOSED, PLINTH_MIGRATE_BAD_WINDOW */
function checkWindow({ options, clock, isDryRun }: Context, declared = options.downWindow): string | undefined {
  if (isDryRun) return undefined;
  if (declared === undefined) {
    if (options.needsWindow) throw migrateErrors.WINDOW_CLOSED({ declared: 'none is declared' });
    return undefined;
  }
  const window = readWindow(declared);
  if (!window) throw migrateErrors.BAD_WINDOW({ window: declared });
  if (!isOpen(window, clock.now())) throw migrateErrors.WINDOW_CLOSED({ declared: `${declared} is not now` });
  return declared;
}

/** @throws PLINTH_MIGRATE_UNKNOWN_TARGET */
function keeper(context: Context, to: string, all: readonly Candidate[]): (one: Candidate) => boolean {
  const release = readReleases(context).find(({ name }) => name === to);
  if (release) {
    const kept = new Set(release.entries);
    return ({ source, name, rows, retreat }) => {
      const listed = (one: string) => `${rows[0]?.tier}/${one}`;
      const replaces = retreat?.file.replaces?.map((id) => listed(id.slice(source.length + 1)));
      return source !== release.source || isInRelease({ id: listed(name), ...(replaces && { replaces }) }, kept);
    };
  }
  if (all.some(({ source }) => source === to)) return ({ source }) => source !== to;
  const target = all.find(({ id }) => id === to);
  if (!target) throw migrateErrors.UNKNOWN_TARGET({ target: to });
  return ({ source, name }) => source !== target.source || name <= target.name;
}

async function candidateOf(rows: readonly ListReversibleRow[], byKey: ReadonlyMap<string, MigrationFile>): Promise<Candidate> {
  const [{ id: rowId, source, name, tier, state }] = rows as [ListReversibleRow];
  const id = `${source}/${name}`;
  const known = { id, source, name, state: state as Applied['state'], rows };
  const file = byKey.get(`${tier as Tier}:${id}`);
  if (!file) return known;
  const { options, down = '' } = readParts(file);
  const parsed = await parseFile(file.paths.down, down);
  const way = {
    statements: parsed.statements.length,
    isContract: options.phase === 'contract',
    requires: options.requires,
    ...(options.irreversible !== undefined && { irreversible: options.irreversible }),
  };
  const rowIds = [rowId, ...rows.slice(1).map((row) => row.id)] as const;
  return { ...known, way, retreat: { file, options, down, parsed, rowIds } };
}

/** A way back that is another than the one the migration was applied with. */
function changedWay({ id, rows, retreat }: Candidate): string[] {
  const recorded = rows[0]?.checksum_down;
  const now = retreat && readParts(retreat.file).checksums.down;
  return recorded === now ? [] : [`${id} went back by another down.sql than the one it was applied with`];
}
