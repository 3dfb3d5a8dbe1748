import { type Connect, distinctDatabases } from '../../foundation/connect/index.ts';
import type { AcceptedFinding, Tier } from '../../kernel/index.ts';
import { judge, type Relation, type TableCoverage, type Verb } from './model/coverage.ts';
import { readDefinerFunctions, readRelations } from './sql/queries/queries.gen.ts';

/** The relations of one tier, as the catalog has them now. */
export async function readCatalog(connect: Connect, tier: Tier): Promise<readonly Relation[]> {
  const rows = await connect.transaction({ tier, as: 'owner', tag: 'tenancy.coverage', isReadOnly: true }, (tx) =>
    readRelations.all(tx, {}),
  );
  return rows.map((row) => ({
    tier,
    schema: row.schema_name,
    table: row.table_name,
    kind: row.kind,
    rowEstimate: row.row_estimate,
    isEnabled: row.is_enabled,
    isForced: row.is_forced,
    isInvoker: row.is_invoker,
    isTenantKey: row.is_tenant_key,
    granted: row.granted,
    declared: row.declared as Relation['declared'],
    policies: row.policies as Relation['policies'],
    keys: row.keys as Relation['keys'],
    foreignKeys: row.foreign_keys as Relation['foreignKeys'],
  }));
}

/** See `Tenancy.coverage`. */
export async function readCoverage(connect: Connect, accepted: readonly AcceptedFinding[]): Promise<readonly TableCoverage[]> {
  const byTier = await Promise.all(
    distinctDatabases(connect).map(async (tier) => {
      const judged = (await readCatalog(connect, tier)).map(judge).filter((table) => table !== undefined);
      return [...judged, ...(await definerFunctions(connect, tier))];
    }),
  );
  return byTier.flat().map((one) => withAccepted(one, accepted));
}

/** What a capability says is meant is no problem, and told with its reason. */
function withAccepted(one: TableCoverage, accepted: readonly AcceptedFinding[]): TableCoverage {
  const name = one.table.split('(')[0];
  const own = accepted.filter(({ object }) => object === name);
  if (own.length === 0) return one;
  const reasonOf = (problem: string) => own.find(({ finding }) => problem.startsWith(finding))?.reason;
  return {
    ...one,
    problems: one.problems.filter((problem) => reasonOf(problem) === undefined),
    accepted: one.problems.flatMap((problem) => reasonOf(problem) ?? []),
  };
}

async function definerFunctions(connect: Connect, tier: Tier): Promise<TableCoverage[]> {
  const request = { tier, as: 'owner', tag: 'tenancy.coverage', isReadOnly: true } as const;
  const found = await connect.transaction(request, (tx) => readDefinerFunctions.all(tx, {}));
  const verbs: Record<Verb, boolean> = { select: false, insert: false, update: false, delete: false };
  return found.map(({ signature }) => ({
    tier,
    table: signature,
    isEnabled: false,
    isForced: false,
    verbs,
    problems: ['a security definer function that the application may call passes row security'],
    accepted: [],
    rowEstimate: null,
  }));
}
