import { type DefinedQuery, definedQueries, messageOf, type Tier } from '../../kernel/index.ts';
import type { Session } from '../connect/index.ts';
import { stateOf } from '../migrate/index.ts';
import { type Context, databases } from './context.ts';
import { type PlanNode, parameterCount, reasonForAll, tablesRead } from './model/pruning.ts';
import type { Finding } from './model/types.ts';
import { listBranchingTables, listLeaves } from './sql/queries/queries.gen.ts';

/** A statement may touch so many partitions: a range that begins in one ends in the next. */
const mostTouched = 3;
/** From so many on, planning what is not needed costs more than the query. */
const many = 200;

/**
 * Explains every named query that reads a managed table, and says which ones plan more partitions than they need. Nothing is executed;
 * each statement takes ACCESS SHARE for as long as it is planned.
 */
export async function unprunedQueries(context: Context): Promise<readonly Finding[]> {
  const perDatabase = databases(context).map((tier) => unprunedIn(context, tier));
  return (await Promise.all(perDatabase)).flat();
}

async function unprunedIn(context: Context, tier: Tier): Promise<readonly Finding[]> {
  await using session = await context.connect.session({ tier, tag: 'partition.queries' });
  // NULL for every parameter: whatever is left out then is left out when the statement runs, and not before.
  await session.query({ text: "set plan_cache_mode = force_generic_plan; set lock_timeout = '500ms'; set statement_timeout = '10s'" });
  const findings: Finding[] = [];
  for (const { table_name: table, reached_by: names } of await listBranchingTables.all(session, {})) {
    const leaves = new Map((await listLeaves.all(session, { table_name: table })).map(({ leaf, part }) => [leaf, part]));
    const total = new Set(leaves.values()).size;
    if (total <= mostTouched) continue;
    for (const query of definedQueries()) {
      if (reasonForAll(query.text) !== undefined || !names.some((name) => query.text.includes(name))) continue;
      const found = await judge(session, query, leaves);
      if (found) findings.push({ tier, table, ...found });
    }
  }
  return findings;
}

async function judge(
  session: Session,
  query: DefinedQuery,
  leaves: ReadonlyMap<string, string>,
): Promise<Pick<Finding, 'severity' | 'finding' | 'detail'> | undefined> {
  const finding = 'query';
  const total = new Set(leaves.values()).size;
  const partsIn = (plan: PlanNode) => new Set([...tablesRead(plan)].flatMap((table) => leaves.get(table) ?? [])).size;
  try {
    const planned = partsIn(await explain(session, '(generic_plan, verbose, format json)', query.text));
    if (planned <= mostTouched) return undefined;
    const isLeftOut = partsIn(await explainRun(session, query.text)) < planned;
    const severity = isLeftOut && total <= many ? 'information' : 'warning';
    const when = isLeftOut ? 'and leaves some out only when it runs' : 'whatever its parameters';
    return { severity, finding, detail: `${query.name} has ${planned} of ${total} partitions planned, ${when}` };
  } catch (error) {
    // Not there: a statement for another database.
    if (/^(42|3F)/.test(stateOf(error) ?? '')) return undefined;
    return { severity: 'information', finding, detail: `${query.name} could not be explained: ${messageOf(error)}` };
  }
}

async function explain(session: Session, options: string, statement: string): Promise<PlanNode> {
  const { rows } = await session.query({ text: `explain ${options} ${statement}` });
  return rows[0]['QUERY PLAN'][0].Plan;
}

/** The plan as it would run: what its parameters rule out is not in it any more. */
async function explainRun(session: Session, text: string): Promise<PlanNode> {
  const nothing = Array.from({ length: parameterCount(text) }, () => 'null').join(', ');
  await session.query({ text: `prepare plinth_explained as ${text}` });
  try {
    return await explain(session, '(verbose, format json)', `execute plinth_explained${nothing && `(${nothing})`}`);
  } finally {
    await session.query({ text: 'deallocate plinth_explained' });
  }
}
