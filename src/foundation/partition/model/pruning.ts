/** A node of EXPLAIN (verbose, format json), as far as it is looked at. */
export interface PlanNode {
  readonly 'Node Type': string;
  readonly Schema?: string;
  readonly 'Relation Name'?: string;
  readonly Plans?: readonly PlanNode[];
}

/** `schema.name` of all tables that a plan reads; what it only writes to is not among them. */
export function tablesRead(plan: PlanNode): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = ({ 'Node Type': type, Schema: schema, 'Relation Name': name, Plans: plans = [] }: PlanNode) => {
    if (name !== undefined && type !== 'ModifyTable') found.add(`${schema}.${name}`);
    plans.forEach(visit);
  };
  visit(plan);
  return found;
}

/** The greatest number of a parameter: how many values EXECUTE needs. */
export function parameterCount(text: string): number {
  return Math.max(0, ...[...text.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number)));
}

/** Why a statement reads every partition on purpose: `-- plinth:allow unpruned <reason>` within it. */
export const reasonForAll = (text: string): string | undefined => /--[ \t]*plinth:allow unpruned[ \t]+(\S.*)/.exec(text)?.[1];
