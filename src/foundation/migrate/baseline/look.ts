import type { Context, Database } from '../context.ts';
import { readParts } from '../files/index.ts';
import { type MigrationFile, type ObjectsFile, type SourceFiles, successors } from '../model/migration.ts';
import { isApplied } from '../model/states.ts';
import { isDataStatement, parseFile } from '../parse/index.ts';
import { type Ready, readLedger } from '../run/index.ts';
import { type Snapshot, takeSnapshot } from '../snapshot/index.ts';
import type { Place } from './model/choose.ts';

/** Which of the files of a database are to be recorded in it. */
export type Choose = (files: readonly SourceFiles[], place: Place) => readonly MigrationFile[];

/** One database before anything is recorded. */
export interface Looked {
  readonly database: Database;
  readonly actual: Snapshot;
  /** What is recorded as there already, migrations and objects: `tier:id`. */
  readonly recorded: ReadonlySet<string>;
  readonly chosen: readonly Ready[];
  /** Objects of sources that will be there with all of their migrations, and are not recorded yet. */
  readonly objects: readonly ObjectsFile[];
  /** Ids of what is chosen that is there for rows. */
  readonly dataSteps: readonly string[];
}

/** Reads schema and ledger in one transaction, and parses what is chosen. Takes no lock. */
export async function lookInto(
  context: Context,
  files: readonly SourceFiles[],
  database: Database,
  request: { readonly choose: Choose; readonly signal?: AbortSignal },
): Promise<Looked> {
  const work = {
    tier: database[0],
    as: 'owner',
    isReadOnly: true,
    isolation: 'repeatable read',
    tag: 'migrate.baseline',
    deadlineMs: 60_000,
    ...(request.signal && { signal: request.signal }),
  } as const;
  const { ledger, actual } = await context.connect.transaction(work, async (tx) => ({
    ledger: await readLedger(tx),
    actual: await takeSnapshot(tx),
  }));
  const rows = ledger.rows.filter(({ state }) => isApplied(state)).map(({ tier, id }) => `${tier}:${id}`);
  // What stands for recorded ones is as good as recorded; the next run says so in the ledger.
  for (const [key, successor] of successors(files.flatMap((source) => source.migrations))) {
    if (rows.includes(key)) rows.push(`${key.slice(0, key.indexOf(':'))}:${successor}`);
  }
  const schemas = new Set([...actual.objects.values()].filter(({ kind }) => kind === 'schema').map(({ name }) => name));
  const migrations = request.choose(files, { tiers: database, schemas, recorded: new Set(rows) });
  const chosen: Ready[] = [];
  const dataSteps: string[] = [];
  for (const file of migrations) {
    const parts = readParts(file);
    const parsed = await parseFile(file.path, file.up);
    const tiers = file.tiers.filter((tier) => database.includes(tier));
    chosen.push({
      pending: { file, parts, tiers, rows: ledger.rows.filter(({ id, tier }) => id === file.id && tiers.includes(tier)) },
      parsed,
    });
    if (parts.options.phase === 'backfill' || parsed.statements.some(isDataStatement)) dataSteps.push(file.id);
  }
  const objectIds = new Set(ledger.objects.map(({ id }) => id));
  const isHere = ({ tiers }: ObjectsFile | MigrationFile) => tiers.some((tier) => database.includes(tier));
  const isThere = (file: MigrationFile) => file.tiers.some((tier) => rows.includes(`${tier}:${file.id}`)) || migrations.includes(file);
  const whole = files.filter((source) => {
    const here = source.migrations.filter(isHere);
    return here.some((file) => migrations.includes(file)) && here.every(isThere);
  });
  const named = files.flatMap((source) => source.objects).filter(({ id }) => objectIds.has(id));
  return {
    database,
    actual,
    recorded: new Set([
      ...rows,
      ...named.flatMap(({ id, tiers }) => tiers.filter((tier) => database.includes(tier)).map((tier) => `${tier}:${id}`)),
    ]),
    chosen,
    objects: whole.flatMap((source) => source.objects.filter((file) => isHere(file) && !objectIds.has(file.id))),
    dataSteps,
  };
}
