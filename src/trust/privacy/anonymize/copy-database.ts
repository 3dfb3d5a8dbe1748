import { pipeline } from 'node:stream/promises';
import type { Connect, Transaction } from '../../../foundation/connect/index.ts';
import { quoteIdentifier, quoteLiteral, type Tier } from '../../../kernel/index.ts';
import { type ForeignKey, quotedTable, readCatalog } from '../catalog/index.ts';
import { type MaskedTable, maskedRows, planMasks } from '../masking/index.ts';
import type { Registry } from '../model/types.ts';
import { measureAnonymity } from './anonymity.ts';
import { anonymizeErrors } from './errors.ts';
import { findInOwnRows, findLeftovers, sampleOriginals } from './leftovers.ts';
import { schemaDifferences, selectTables } from './model/selection.ts';
import { identifyDatabase, listSequences } from './sql/queries/queries.gen.ts';
import type { AnonymizeReport, CopiedTable, Leftover } from './types.ts';

export interface CopyDeps {
  readonly connect: Connect;
  readonly registry: Pick<Registry, 'list'>;
  readonly platformSchemas: readonly string[];
}

export interface CopyRequest {
  readonly tier: Tier;
  readonly target: Connect;
  readonly isReplacing: boolean;
  readonly seed: Buffer;
  readonly signal: AbortSignal;
  onProgress(line: string): void;
}

export type CopiedDatabase = Pick<AnonymizeReport, 'tables' | 'foreignKeys' | 'anonymity' | 'leftovers'>;

// As long as it takes: Ctrl-C ends it, and leaves the target as it was.
const deadlineMs = 7 * 24 * 3_600_000;
// Evaluated once per statement. The seed is bound to the transaction, so that it stands in no statement.
export const seedOfCopy = "(select decode(current_setting('app.masking_seed'), 'hex'))";

export const bindSeed = (tx: Transaction, seed: Buffer) =>
  tx.query({ text: "select set_config('app.masking_seed', $1, true)", values: [seed.toString('hex')] });

/** See `Anonymizer.anonymize`. One database; a snapshot of the source, one transaction in the target. */
export function copyDatabase(deps: CopyDeps, request: CopyRequest): Promise<CopiedDatabase> {
  const { tier, target, signal } = request;
  const bound = { tier, as: 'owner', tag: 'privacy.anonymize', signal, deadlineMs, isRetryable: false } as const;
  return deps.connect.transaction({ ...bound, isReadOnly: true, isolation: 'repeatable read' }, (source) =>
    target.transaction(bound, async (into) => {
      const plan = await planCopy(deps, request, source, into);
      await bindSeed(source, request.seed);
      const originals = await sampleOriginals(source, plan.tables);
      const inOwnRows = await findInOwnRows(source, tier, plan.tables);
      const tables = await load(request, plan, source, into);
      request.onProgress(`${tier}: looking for leftovers`);
      return {
        tables,
        foreignKeys: plan.foreignKeys.length,
        anonymity: await measureAnonymity(into, tier, plan.tables),
        leftovers: merged(inOwnRows, await findLeftovers(into, tier, plan.tables, originals)),
      };
    }),
  );
}

/** A place of the full look is not told again by the sample. */
const merged = (full: readonly Leftover[], sampled: readonly Leftover[]): readonly Leftover[] => [
  ...full,
  ...sampled.filter((one) => !full.some(({ from, found }) => from === one.from && found === one.found)),
];

interface CopyPlan {
  readonly tables: readonly MaskedTable[];
  /** Of the platform: each database that was migrated has rows there, which the copy replaces. */
  readonly ofPlatform: readonly MaskedTable[];
  /** Of tables that are copied. */
  readonly foreignKeys: readonly ForeignKey[];
}

async function planCopy(deps: CopyDeps, request: CopyRequest, source: Transaction, into: Transaction): Promise<CopyPlan> {
  const { tier } = request;
  const [here, there] = [await identifyDatabase.one(source, {}), await identifyDatabase.one(into, {})];
  if (here.server === there.server && here.database === there.database) throw anonymizeErrors.SAME_DATABASE({ tier, database: here.name });
  const [from, to] = [await readCatalog(source, []), await readCatalog(into, [])];
  const selected = selectTables(from.tables, from.foreignKeys, deps.platformSchemas);
  const differences = schemaDifferences(selected, to.tables);
  if (differences.length > 0) throw anonymizeErrors.TARGET_DIFFERS({ tier, differences });
  const classified = (await deps.registry.list()).filter(
    ({ place }) => deps.connect.databaseKey(place.tier) === deps.connect.databaseKey(tier),
  );
  const names = new Set(selected.map(quotedTable));
  const tables = planMasks(selected, from.foreignKeys, classified, {});
  return {
    tables,
    ofPlatform: tables.filter(({ schema }) => deps.platformSchemas.includes(schema)),
    // Also those from tables that stay behind: rows they refer to are replaced.
    foreignKeys: to.foreignKeys.filter(
      (key) => names.has(quotedTable(key)) || names.has(quotedTable({ schema: key.parentSchema, table: key.parentTable })),
    ),
  };
}

async function load(request: CopyRequest, plan: CopyPlan, source: Transaction, into: Transaction): Promise<readonly CopiedTable[]> {
  const { tier, isReplacing, signal } = request;
  const names = plan.tables.map(quotedTable);
  if (!isReplacing)
    await refuseRows(
      tier,
      plan.tables.filter((table) => !plan.ofPlatform.includes(table)),
      into,
    );
  const run = (statements: readonly string[]) => (statements.length > 0 ? into.query({ text: statements.join(';\n') }) : undefined);
  const onChild = (key: ForeignKey) => `alter table ${quotedTable(key)}`;
  await run(plan.foreignKeys.map((key) => `${onChild(key)} drop constraint ${quoteIdentifier(key.name)}`));
  // Behind the dropped keys nothing cascades: what refers to these tables and is not copied keeps its rows, and is checked at the end.
  await run(names.map((name) => `alter table ${name} disable trigger user`));
  const emptied = (isReplacing ? plan.tables : plan.ofPlatform).map(quotedTable);
  if (emptied.length > 0) await run([`truncate ${emptied.join(', ')}`]);
  const copied: CopiedTable[] = [];
  for (const table of plan.tables) {
    request.onProgress(`${tier}: ${table.schema}.${table.table}`);
    const columns = table.masked.filter(({ facts }) => !facts.isGenerated);
    const list = columns.map(({ facts }) => quoteIdentifier(facts.name)).join(', ');
    const { expressions, from } = maskedRows(quotedTable(table), columns, seedOfCopy);
    for (const [index, { facts, mask }] of columns.entries()) {
      if (expressions[index] !== undefined) continue;
      throw anonymizeErrors.CANNOT_MASK({ table: `${table.schema}.${table.table}`, column: facts.name, type: facts.type, mask });
    }
    if (columns.length === 0) continue;
    const sink = into.copyFrom(`copy ${quotedTable(table)} (${list}) from stdin`);
    await pipeline(source.copyTo(`copy (select ${expressions.join(', ')} from ${from}) to stdout`), sink, { signal });
    copied.push({
      tier,
      table: `${table.schema}.${table.table}`,
      rows: (sink as unknown as { readonly rowCount: number }).rowCount,
      masked: columns.filter(({ mask }) => mask !== 'keep').map(({ facts }) => facts.name),
    });
  }
  await run(names.map((name) => `alter table ${name} enable trigger user`));
  request.onProgress(`${tier}: checking ${plan.foreignKeys.length} foreign keys`);
  await run(plan.foreignKeys.map((key) => `${onChild(key)} add constraint ${quoteIdentifier(key.name)} ${key.definition}`));
  await setSequences(plan.tables, source, into);
  await run(names.map((name) => `analyze ${name}`));
  return copied;
}

async function refuseRows(tier: Tier, tables: readonly MaskedTable[], into: Transaction): Promise<void> {
  if (tables.length === 0) return;
  const selects = tables.map(
    (table) => `select ${quoteLiteral(`${table.schema}.${table.table}`)} as name where exists (select from ${quotedTable(table)})`,
  );
  const { rows } = await into.query({ text: selects.join(' union all ') });
  if (rows.length > 0) throw anonymizeErrors.TARGET_NOT_EMPTY({ tier, tables: rows.map(({ name }) => name) });
}

async function setSequences(tables: readonly MaskedTable[], source: Transaction, into: Transaction): Promise<void> {
  const names = new Set(tables.map(quotedTable));
  for (const one of await listSequences.all(source, {})) {
    if (!names.has(quotedTable({ schema: one.table_schema, table: one.table }))) continue;
    const sequence = `${quoteIdentifier(one.schema)}.${quoteIdentifier(one.sequence)}`;
    const { rows } = await source.query({ text: `select last_value, is_called from ${sequence}` });
    await into.query({ text: 'select setval($1::regclass, $2, $3)', values: [sequence, rows[0].last_value, rows[0].is_called] });
  }
}
