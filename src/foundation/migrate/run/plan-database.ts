import type { Tier } from '../../../kernel/index.ts';
import { migrateErrors } from '../errors.ts';
import { type MigrationParts, readParts } from '../files/index.ts';
import { fitsChecksum } from '../model/checksum.ts';
import { heldBack } from '../model/held.ts';
import { type MigrationFile, type ObjectsFile, type SourceFiles, successors } from '../model/migration.ts';
import { lateMigrations, orderMigrations } from '../model/order.ts';
import { isApplied } from '../model/states.ts';
import { localRequirements } from '../model/waves.ts';
import { parseFile } from '../parse/index.ts';
import type { Ledger, LedgerObjects, LedgerRow } from './ledger.ts';

/** A migration that has to be applied to a database. */
export interface Pending {
  readonly file: MigrationFile;
  readonly parts: MigrationParts;
  /** Its tiers that are kept in this database. */
  readonly tiers: readonly Tier[];
  /** Rows of earlier attempts. */
  readonly rows: readonly LedgerRow[];
}

/** What one database lacks. */
export interface Work {
  /** In the order of application. */
  readonly pending: readonly Pending[];
  /** Those that stand for others, all of which are applied here: to be recorded, not run. */
  readonly successions: readonly Succession[];
  /** Applied here for another tier: to be recorded for these as well. */
  readonly copies: readonly { readonly row: LedgerRow; readonly tiers: readonly Tier[] }[];
  /** Repeatable objects by source, in the order of sources; only sources with a change. */
  readonly objects: readonly SourceObjects[];
  /** Pending ones that wait for a backfill, each with what it waits for; not in `pending`. */
  readonly held: ReadonlyMap<string, string>;
  readonly warnings: readonly string[];
}

/** A migration with the rows of those it stands for. */
export interface Succession extends Pending {
  readonly replaced: readonly LedgerRow[];
}

export interface SourceObjects {
  readonly source: string;
  readonly changed: readonly ObjectsFile[];
  /** Files that are gone, with what they had defined. */
  readonly removed: readonly LedgerObjects[];
  /** Files as they stand in this database. */
  readonly recorded: readonly LedgerObjects[];
}

export function isEmpty(work: Work): boolean {
  return work.pending.length === 0 && work.successions.length === 0 && work.copies.length === 0 && work.objects.length === 0;
}

/**
 * Compares what sources bring with what a database has. Applied files are hashed, never parsed, unless their bytes changed.
 *
 * @throws PLINTH_MIGRATE_EDITED, PLINTH_MIGRATE_NEWER_LEDGER, PLINTH_MIGRATE_OUT_OF_ORDER, PLINTH_MIGRATE_CYCLE,
 * PLINTH_MIGRATE_MISSING_REQUIREMENT, PLINTH_MIGRATE_BAD_OPTION, PLINTH_MIGRATE_HALF_REVERTED, PLINTH_MIGRATE_HALF_SQUASHED,
 * PLINTH_MIGRATE_ALREADY_SQUASHED
 */
export async function planDatabase(
  database: { readonly tiers: readonly Tier[] },
  sources: readonly SourceFiles[],
  ledger: Ledger,
  order: 'any' | 'strict',
): Promise<Work> {
  const rowsOf = Map.groupBy(ledger.rows, ({ id }) => id);
  const warnings: string[] = [];
  const pending: Pending[] = [];
  const copies: { row: LedgerRow; tiers: readonly Tier[] }[] = [];
  const successions: Succession[] = [];
  const files = sources.flatMap(({ migrations }) => migrations);
  const gone = successors(files);
  for (const file of files) {
    const tiers = file.tiers.filter((tier) => database.tiers.includes(tier));
    if (tiers.length === 0) continue;
    const rows = (rowsOf.get(file.id) ?? []).filter(({ tier }) => file.tiers.includes(tier));
    const applied = rows.find(({ state }) => isApplied(state));
    if (rows.some(({ state }) => state === 'reverting')) throw migrateErrors.HALF_REVERTED({ id: file.id });
    if (rows.some(({ state }) => state === 'squashed')) throw migrateErrors.ALREADY_SQUASHED({ id: file.id });
    if (!applied) {
      const one = { file, parts: withSuccessors(readParts(file), gone), tiers, rows };
      const replaced = replacedRows(file, tiers, rowsOf);
      if (replaced.length > 0) successions.push({ ...one, replaced });
      else pending.push(one);
      continue;
    }
    if (applied.checksum !== file.checksum && !fitsChecksum(applied.checksum, file.up)) warnings.push(await judgeEdit(file, applied));
    const missing = tiers.filter((tier) => rows.every((row) => row.tier !== tier));
    if (missing.length > 0) copies.push({ row: applied, tiers: missing });
  }
  warnings.push(...missingFiles(database, sources, ledger));

  const applied = ledger.rows.filter(({ state }) => isApplied(state));
  const late = lateMigrations(
    // What takes away comes late by design: it waited for a backfill, or for other tiers.
    pending.filter(({ parts }) => parts.options.phase !== 'contract').map(({ file }) => file),
    applied.filter(({ tier }) => database.tiers.includes(tier)),
  );
  if (late.length > 0 && order === 'strict') throw migrateErrors.OUT_OF_ORDER({ ids: late.map(({ id }) => id) });
  for (const { id } of late) warnings.push(`${id} sorts before a migration that was applied earlier`);

  const known = new Set([...applied.map(({ id }) => id), ...successions.map(({ file }) => file.id)]);
  const byId = new Map(pending.map((one) => [one.file.id, one]));
  const ordered = orderMigrations(
    pending.map(({ file }) => file),
    ({ id }) => localRequirements(byId.get(id)?.parts.options.requires ?? [], database.tiers),
    known,
  );
  const inOrder = ordered.map(({ id }) => byId.get(id) as Pending);
  const held = heldBack(
    inOrder.map(({ file, parts }) => ({ id: file.id, source: file.source, options: parts.options })),
    ledger.unfinished,
  );
  return {
    pending: inOrder.filter(({ file }) => !held.has(file.id)),
    held,
    successions,
    copies,
    objects: sources
      .map((source) => objectsOf(source, database, ledger))
      .filter(({ changed, removed }) => changed.length + removed.length > 0),
    warnings,
  };
}

/**
 * The rows of what a migration stands for, where all of that is applied here; none where none is.
 *
 * @throws PLINTH_MIGRATE_HALF_SQUASHED
 */
function replacedRows(
  { id, replaces = [] }: MigrationFile,
  tiers: readonly Tier[],
  rowsOf: ReadonlyMap<string, readonly LedgerRow[]>,
): LedgerRow[] {
  const found = replaces.map((one) => ({
    one,
    rows: (rowsOf.get(one) ?? []).filter(({ tier, state }) => tiers.includes(tier) && isApplied(state)),
  }));
  const missing = found.filter(({ rows }) => rows.length === 0).map(({ one }) => one);
  if (missing.length > 0 && missing.length < found.length) throw migrateErrors.HALF_SQUASHED({ id, missing, count: found.length });
  return found.flatMap(({ rows }) => rows);
}

/** Requirements of what another stands for are met by that other. */
function withSuccessors(parts: MigrationParts, gone: ReadonlyMap<string, string>): MigrationParts {
  if (gone.size === 0 || parts.options.requires.length === 0) return parts;
  const resolve = (text: string) => {
    const at = text.indexOf(':');
    const successor = at < 0 ? [...gone].find(([key]) => key.endsWith(`:${text}`))?.[1] : gone.get(text);
    return successor === undefined ? text : `${text.slice(0, at + 1)}${successor}`;
  };
  return { ...parts, options: { ...parts.options, requires: parts.options.requires.map(resolve) } };
}

/** Other bytes: a warning when the tree is the same. @throws PLINTH_MIGRATE_EDITED */
async function judgeEdit(file: MigrationFile, row: LedgerRow): Promise<string> {
  const { treeSha256 } = await parseFile(file.path, file.up);
  if (treeSha256 !== row.treeSha256) throw migrateErrors.EDITED({ id: file.id, path: file.path });
  return `${file.id} has other comments or layout than what was applied: restore ${file.path}, or "plinth migrate accept ${file.id}"`;
}

function missingFiles(database: { readonly tiers: readonly Tier[] }, sources: readonly SourceFiles[], ledger: Ledger): string[] {
  const known = new Set(sources.flatMap(({ migrations }) => migrations.flatMap(({ id, replaces = [] }) => [id, ...replaces])));
  const names = new Set(sources.map(({ name }) => name));
  const isGone = ({ id, source, state }: LedgerRow) => state !== 'reverted' && names.has(source) && !known.has(id);
  const missing = [...new Set(ledger.rows.filter(isGone).map(({ id }) => id))];
  const ours = missing.filter((id) => id.startsWith('migrate/'));
  if (ours.length > 0) throw migrateErrors.NEWER_LEDGER({ tier: database.tiers.join(', '), names: ours });
  return missing.map((id) => `${id} is recorded here but its file is gone; restore it from version control`);
}

function objectsOf(source: SourceFiles, database: { readonly tiers: readonly Tier[] }, ledger: Ledger): SourceObjects {
  const recorded = ledger.objects.filter(({ id }) => id.startsWith(`${source.name}/objects/`));
  const here = source.objects.filter(({ tiers }) => tiers.some((tier) => database.tiers.includes(tier)));
  const hashOf = new Map(recorded.map(({ id, sha256 }) => [id, sha256]));
  const ids = new Set(here.map(({ id }) => id));
  return {
    source: source.name,
    changed: here.filter(({ id, sha256 }) => hashOf.get(id) !== sha256),
    removed: recorded.filter(({ id }) => !ids.has(id)),
    recorded,
  };
}
