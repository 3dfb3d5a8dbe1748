import { type Tier, tiers, uuidv7 } from '../../../kernel/index.ts';
import type { Backfills } from '../backfill/index.ts';
import type { Context, Database } from '../context.ts';
import { ident, idents, literal, qualifiedIdent } from '../model/sql-text.ts';
import { renameIdentifiers } from '../parse/index.ts';
import { type Run, readLedger, updateLedger, withinLadder } from '../run/index.ts';
import { renameErrors } from './errors.ts';
import { findSource, mergeRows } from './merge.ts';
import { legacySchema } from './model/names.ts';
import { type NamedTable, planTables, type TablePlan } from './model/plan-tables.ts';
import {
  addRenameGroup,
  endRenameGroup,
  findRenameHindrances,
  listBodies,
  listNamedTables,
  listRelationKinds,
  listUnwritable,
} from './sql/queries/queries.gen.ts';
import type { MergeReport, RenameMap, RenameReport, RenameRequest, Renames, TierMap } from './types.ts';

/** Opens the renames; connects to nothing yet. */
export function openRenames(context: Context, backfills: Backfills): Renames {
  const parts = (map: RenameMap) => tiers.flatMap((tier) => (map.tiers[tier] ? [{ tier, part: map.tiers[tier] }] : []));
  return {
    async apply(map, request = {}) {
      const reports: RenameReport[] = [];
      for (const { tier, part } of parts(map)) {
        const found = await locked(context, tier, request, (run) => renameAll(context, run, { map, tier, part }));
        const merges: MergeReport[] = [];
        for (const merge of part.merges ?? []) {
          const report = await mergeRows(context, backfills, { map, tier, merge }, request);
          if (report) merges.push(report);
        }
        reports.push({ ...found, tier, merges, legacySchemas: part.schemas.map(legacySchema) });
      }
      return reports;
    },
    async contract(map, request = {}) {
      for (const { tier, part } of parts(map)) {
        for (const merge of part.merges ?? []) {
          const report = await mergeRows(context, backfills, { map, tier, merge }, request);
          if (report && report.different.length > 0) {
            const hindrances = [`rows of ${report.source} differ from ${report.into}, e.g. ${report.different[0]}`];
            throw renameErrors.RENAME_HELD({ tier, hindrances });
          }
        }
        await locked(context, tier, request, (run) => endOldNames(context, run, { map, tier, part }));
      }
    },
  };
}

interface Work {
  readonly map: RenameMap;
  readonly tier: Tier;
  readonly part: TierMap;
}

const groupName = ({ map, tier }: Work) => `${map.name}_${tier}`;

async function locked<T>(context: Context, tier: Tier, { signal, onProgress }: RenameRequest, work: (run: Run) => Promise<T>): Promise<T> {
  const key = context.connect.databaseKey(tier);
  const [first = tier, ...others] = tiers.filter((one) => context.connect.databaseKey(one) === key);
  const database: Database = [first, ...others];
  const request = { runId: uuidv7(), warnings: [], ...(signal && { signal }), ...(onProgress && { onProgress }) };
  return context.locked(database, request, async (run) => {
    await updateLedger(run, context.readFiles(), await readLedger(run.session));
    return work(run);
  });
}

/** One transaction: all names or none, so that functions and the tables they use change together. */
async function renameAll(context: Context, run: Run, work: Work): Promise<Pick<RenameReport, 'renamed' | 'rewritten' | 'toCheck'>> {
  const { map, tier, part } = work;
  const { session } = run;
  const rows = await listNamedTables.all(session, { schemas: [...part.schemas] });
  const tables = rows.map(
    ({ is_partition, grants, ...row }): NamedTable => ({ ...row, isPartition: is_partition, grants: grants as NamedTable['grants'] }),
  );
  const { plans, taken, names } = planTables(map, part, tables);
  if (taken.length > 0) throw renameErrors.RENAME_IN_THE_WAY({ tier, names: taken });
  const { rewritten, toCheck, definitions } = await rewriteBodies(run, part, names);
  const isMergeLeft = (await Promise.all((part.merges ?? []).map(({ source }) => findSource(context, tier, source)))).some(
    (at) => at !== undefined,
  );
  if (plans.length === 0 && !isMergeLeft) return { renamed: [], rewritten: [], toCheck: [] };
  const views = plans.flatMap((plan) => plan.views);
  await withinLadder(run, `${map.name} in ${tier}`, async () => {
    // All locks at once and before anything is changed: others wait as long as the catalog takes, and no longer.
    const text = [
      ...(plans.length > 0 ? [`lock table ${plans.map(({ table }) => table).join(', ')} in access exclusive mode`] : []),
      ...part.schemas.flatMap((schema) => legacyStatements(schema, tables)),
      ...plans.flatMap(({ statements }) => statements),
      ...definitions,
    ].join(';\n');
    await session.query({ text });
    const unwritable = await listUnwritable.all(session, { views });
    if (unwritable.length > 0) throw renameErrors.RENAME_VIEW({ views: unwritable.map(({ view }) => view) });
    const waits = context.options.needsWindow === true;
    await addRenameGroup.run(session, {
      name: groupName(work),
      definition: JSON.stringify(definitionOf(plans, views)),
      age_days: waits ? 7 : 0,
      quiet_days: waits ? 1 : 0,
    });
  });
  return { renamed: plans.flatMap(({ renamed }) => renamed), rewritten, toCheck };
}

const definitionOf = (plans: readonly TablePlan[], views: readonly string[]) => {
  const pairs = plans.flatMap(({ renamed }) => renamed.map((line) => line.split(' → ')));
  return {
    table: '',
    old: pairs.map(([from]) => from),
    new: pairs.map(([, to]) => to),
    finish: [],
    contract: views.map((view) => `drop view ${view}`),
  };
};

function legacyStatements(schema: string, tables: readonly NamedTable[]): string[] {
  const name = ident(legacySchema(schema));
  const roles = new Set(tables.filter((table) => table.schema === schema).flatMap(({ grants }) => grants.map(({ to }) => to)));
  return [
    `create schema if not exists ${name}`,
    `comment on schema ${name} is ${literal(`${schema} under its former names, for programs that still use them: set their search_path to it.`)}`,
    ...[...roles].map((role) => `grant usage on schema ${name} to ${role}`),
  ];
}

/** Functions whose text uses an old name; where that is the name of an argument as well, somebody has to look. */
async function rewriteBodies(run: Run, part: TierMap, names: ReadonlyMap<string, string>) {
  const rewritten: string[] = [];
  const toCheck: string[] = [];
  const definitions: string[] = [];
  for (const { routine, body, definition, arguments: given } of await listBodies.all(run.session, { schemas: [...part.schemas] })) {
    const own = new Set(given);
    const renamed = await renameIdentifiers(body, new Map([...names].filter(([name]) => !own.has(name))));
    if ([...names.keys()].some((name) => own.has(name))) toCheck.push(routine);
    if (renamed === body) continue;
    const at = definition.lastIndexOf(body);
    definitions.push(definition.slice(0, at) + renamed + definition.slice(at + body.length));
    rewritten.push(routine);
  }
  return { rewritten, toCheck, definitions };
}

async function endOldNames(context: Context, run: Run, work: Work): Promise<void> {
  const { map, tier, part } = work;
  const { session } = run;
  const held = await findRenameHindrances.all(session, { name: groupName(work) });
  if (held.some(({ hindrance }) => hindrance === 'it is contracted already')) return;
  if (held.length > 0) throw renameErrors.RENAME_HELD({ tier, hindrances: held.map(({ hindrance }) => hindrance) });
  const sources = (await Promise.all((part.merges ?? []).map(({ source }) => findSource(context, tier, source)))).filter(
    (at) => at !== undefined,
  );
  const { rows } = await session.query({
    text: `select definition -> 'contract' as contract from migrate.groups where name = ${literal(groupName(work))}`,
  });
  const old = (part.merges ?? []).map(({ source }) => qualifiedIdent(source));
  const kinds = await listRelationKinds.all(session, { names: old });
  await withinLadder(run, `${map.name} in ${tier}`, async () => {
    const text = [
      ...((rows[0]?.contract ?? []) as string[]),
      ...kinds.filter(({ kind }) => kind === 'v').map(({ name }) => `drop view ${name}`),
      ...sources.map((source) => `select migrate.trash_table(${literal(source)})`),
      `drop schema ${idents(part.schemas.map(legacySchema))}`,
    ].join(';\n');
    await session.query({ text });
    await endRenameGroup.run(session, { name: groupName(work) });
  });
}
