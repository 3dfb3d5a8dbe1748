import { type Tier, uuidv7 } from '../../../kernel/index.ts';
import type { Context } from '../context.ts';
import { type Finding, openLint } from '../lint/index.ts';
import { sha256 } from '../model/checksum.ts';
import type { SourceFiles } from '../model/migration.ts';
import { parseFile } from '../parse/index.ts';
import {
  isStronger,
  type PendingPlan,
  type PlanItem,
  pendingPlan,
  type Rehearsal,
  type RehearsedMigration,
  rehearsalOf,
  whoWaits,
} from '../rehearse/index.ts';
import { mentioningQueries, mentionsIn } from './mentions.ts';
import { addRanges, durationOf, isLarge, type TableSize, walOf } from './model/estimate.ts';
import { assess, needsOf, type Risk, risks } from './model/risk.ts';
import { listDependants, listFunctionBodies, listSizes } from './sql/queries/queries.gen.ts';
import { factsOf, type StatementFacts } from './statement-facts.ts';
import type { Dependant, ImpactLock, ImpactReport, MigrationImpact } from './types.ts';

/** Everything about the plan, from files, catalogs and the last rehearsal; keeps nothing. */
export async function reportOn(context: Context, files: readonly SourceFiles[]): Promise<ImpactReport> {
  const plan = await pendingPlan(context, files);
  const rehearsal = await rehearsalOf(context, plan.hash);
  const findings = await lintOf(context, plan.items);
  const limits = [...(rehearsal?.limits ?? [])];
  if (!rehearsal && plan.items.length > 0)
    limits.push('This plan was not rehearsed: locks, durations and log are not known. Run "plinth migrate rehearse".');
  const migrations: MigrationImpact[] = [];
  for (const { database, work } of plan.databases) {
    for (const pending of work.pending) {
      migrations.push(await migrationImpact(context, database[0], pending, rehearsal, findings));
    }
    for (const { changed, removed } of work.objects) {
      for (const file of changed) migrations.push(await objectsImpact(database[0], file, rehearsal, findings));
      for (const { id } of removed) migrations.push(plainImpact(database[0], id, 'objects', rehearsal, findings));
    }
  }
  const outside = await outsiders(context, migrations, plan.hash, limits);
  const risk = migrations.reduce<Risk>((highest, one) => (risks.indexOf(one.risk) > risks.indexOf(highest) ? one.risk : highest), 'low');
  return {
    id: uuidv7(),
    created: context.clock.now().toISOString(),
    environment: context.options.environment,
    planHash: plan.hash,
    ...(rehearsal && { evidence: evidenceOf(findings, rehearsal) }),
    ...(rehearsal && { rehearsal: { id: rehearsal.id, taken: rehearsal.taken, depth: rehearsal.depth } }),
    risk,
    needs: needsOf(migrations),
    migrations: migrations.map((one) => ({
      ...one,
      dependants: [...one.dependants, ...outside.filter(({ table }) => one.relations.includes(table))],
    })),
    limits,
  };
}

/** Findings about the files of a plan, waived ones included. */
export async function lintOf(context: Context, items: readonly PlanItem[]): Promise<readonly Finding[]> {
  if (items.length === 0) return [];
  return (await openLint(context).pending(new Set(items.map(({ id }) => id)))).findings;
}

/** What an approval was given on, as one hash: what lint says and what the rehearsal found. */
export function evidenceOf(findings: readonly Finding[], { digest }: Rehearsal): string {
  const verdict = findings.map(({ id, migration, line, severity, waived = '' }) => [id, migration, line, severity, waived]);
  return sha256(JSON.stringify([verdict, digest]));
}

type Pending = PendingPlan['databases'][number]['work']['pending'][number];
type Objects = PendingPlan['databases'][number]['work']['objects'][number]['changed'][number];

async function migrationImpact(
  context: Context,
  tier: Tier,
  { file, parts }: Pending,
  rehearsal: Rehearsal | undefined,
  findings: readonly Finding[],
): Promise<MigrationImpact> {
  const facts = factsOf((await parseFile(file.path, file.up)).statements);
  const rehearsed = rehearsal?.migrations.find((one) => one.id === file.id);
  const seen = (rehearsed?.statements ?? []).flatMap(({ locks, rewrites, scans }) => [
    ...locks.map(({ relation }) => relation),
    ...rewrites,
    ...scans,
  ]);
  const relations = [...new Set([...facts.relations, ...seen])].sort();
  const { sizes, dependants } = await lookUp(context, tier, relations);
  const sizeOf = (table: string) => sizes.get(table);
  const locks = heldLocks(rehearsed, sizeOf, context.options.largeTableBytes);
  const declared = parts.options.changeClass;
  const isBackfill = parts.options.phase === 'backfill' || facts.changesRows;
  const assessed = assess({
    ...facts,
    declared,
    isBackfill,
    isRehearsed: rehearsed?.result === 'passed' && rehearsed.statements.length > 0,
    locks,
  });
  const statements = rehearsed?.statements ?? [];
  // What is made by the migration has no dependants yet, and no queries that could break.
  const tables = new Set([...sizes.keys(), ...dependants.map(({ table }) => table)]);
  return {
    ...plainImpact(tier, file.id, 'migration', rehearsal, findings),
    ...assessed,
    ...(declared && { declaredClass: declared }),
    ...only(facts),
    relations,
    locks,
    durationMs: addRanges(statements.map((one) => durationOf(one, sizeOf))),
    walBytes: addRanges(statements.map((one) => walOf(one, sizeOf))),
    dependants,
    queries: await mentioningQueries(context.sources, tables),
    rollback:
      parts.down !== undefined ? { way: 'down' } : { way: 'forward only', because: parts.options.irreversible ?? 'there is no down.sql' },
  };
}

async function objectsImpact(
  tier: Tier,
  file: Objects,
  rehearsal: Rehearsal | undefined,
  findings: readonly Finding[],
): Promise<MigrationImpact> {
  const facts = factsOf((await parseFile(file.path, file.text)).statements);
  const plain = plainImpact(tier, file.id, 'objects', rehearsal, findings);
  const isRehearsed = plain.rehearsal.result === 'passed';
  // Views and functions that are replaced lose no data, whatever DROP says in the file.
  const assessed = assess({ ...facts, isDestructive: false, declared: undefined, isBackfill: false, isRehearsed, locks: [] });
  return { ...plain, ...assessed, touchesSecurity: facts.touchesSecurity, relations: facts.relations };
}

/** What can be said about anything by its identity. */
function plainImpact(
  tier: Tier,
  id: string,
  kind: MigrationImpact['kind'],
  rehearsal: Rehearsal | undefined,
  findings: readonly Finding[],
): MigrationImpact {
  const rehearsed = rehearsal?.migrations.find((one) => one.id === id);
  const mine = findings.filter(({ migration }) => migration === id);
  const standing = mine.filter(({ waived }) => waived === undefined);
  return {
    id,
    tier,
    kind,
    ...assess({
      declared: undefined,
      isDestructive: false,
      touchesSecurity: false,
      isBackfill: false,
      isRehearsed: rehearsed?.result === 'passed',
      locks: [],
    }),
    isDestructive: false,
    touchesSecurity: false,
    relations: [],
    locks: [],
    durationMs: { low: 0, high: 0 },
    walBytes: { low: 0, high: 0 },
    dependants: [],
    queries: [],
    rollback: { way: 'forward only', because: 'the file as it was before is applied again' },
    lint: {
      errors: standing.filter(({ severity }) => severity === 'error').length,
      warnings: standing.filter(({ severity }) => severity === 'warning').length,
      waived: mine.length - standing.length,
    },
    rehearsal: {
      result: rehearsed?.result ?? 'not rehearsed',
      ...(rehearsed?.because !== undefined && { because: rehearsed.because }),
    },
  };
}

const only = ({ isDestructive, touchesSecurity }: StatementFacts) => ({ isDestructive, touchesSecurity });

/** From the statement that takes a lock to the commit; outside a transaction for that statement alone. */
function heldLocks(
  rehearsed: RehearsedMigration | undefined,
  sizeOf: (table: string) => TableSize | undefined,
  largeTableBytes: number,
): ImpactLock[] {
  const held = new Map<string, ImpactLock>();
  const statements = rehearsed?.statements ?? [];
  for (const [index, { locks }] of statements.entries()) {
    const during = rehearsed?.isTransactional === false ? statements.slice(index, index + 1) : statements.slice(index);
    for (const { relation, mode } of locks) {
      const size = sizeOf(relation);
      const before = held.get(relation);
      if (!size || (before && !isStronger(mode, before.mode))) continue;
      const waiting = whoWaits(mode);
      const heldMs = addRanges(during.map((one) => durationOf(one, sizeOf)));
      const { tableBytes, rows } = size;
      held.set(relation, { relation, mode, heldMs, whoWaits: waiting, isLarge: isLarge(size, largeTableBytes), tableBytes, rows });
    }
  }
  return [...held.values()];
}

async function lookUp(
  { connect }: Context,
  tier: Tier,
  names: readonly string[],
): Promise<{ readonly sizes: ReadonlyMap<string, TableSize>; readonly dependants: Dependant[] }> {
  return await connect.transaction({ tier, as: 'owner', isReadOnly: true, tag: 'migrate.impact' }, async (tx) => {
    const sizes = await listSizes.all(tx, { names: [...names] });
    const dependants = await listDependants.all(tx, { names: [...names] });
    const tables = new Set(sizes.map(({ name }) => name));
    const patterns = sizes.map(
      ({ name }) =>
        `%${name
          .slice(name.indexOf('.') + 1)
          .replaceAll('"', '')
          .replaceAll(/[\\%_]/g, '\\$&')}%`,
    );
    const bodies = patterns.length > 0 ? await listFunctionBodies.all(tx, { patterns }) : [];
    const found: Dependant[] = dependants.map(({ on_table: table, kind, object }) => ({ table, kind, object }));
    for (const { name, body } of bodies) {
      for (const table of new Set((await mentionsIn(body, tables)).map((one) => one.table)))
        found.push({ table, kind: 'function', object: name });
    }
    const sized = sizes.map((one): [string, TableSize] => [
      one.name,
      { tableBytes: one.table_bytes, indexBytes: one.index_bytes, rows: one.rows },
    ]);
    return { sizes: new Map(sized), dependants: found };
  });
}

/** What other capabilities know; each that is not there is named. */
async function outsiders(
  context: Context,
  migrations: readonly MigrationImpact[],
  planHash: string,
  limits: string[],
): Promise<readonly Dependant[]> {
  if (migrations.length === 0) return [];
  const lab = context.planLab?.();
  const queries = migrations.flatMap((one) => one.queries);
  if (lab) limits.push(...(await lab.compare(queries, planHash)));
  else if (queries.length > 0)
    limits.push('Plans of the named queries were not compared: not available here because no advisor capability fills it.');
  const source = context.impactSource?.();
  if (source) return source.dependants([...new Set(migrations.flatMap(({ relations }) => relations))]);
  limits.push(
    'Fields of APIs, shapes of sync, consumers of changes and search are not listed: not available here because no govern capability fills it.',
  );
  return [];
}
