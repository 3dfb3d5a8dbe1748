import type { Tier } from '../../../kernel/index.ts';

export const verbs = ['select', 'insert', 'update', 'delete'] as const;
export type Verb = (typeof verbs)[number];

/** A relation as the catalog describes it. */
export interface Relation {
  readonly tier: Tier;
  readonly schema: string;
  readonly table: string;
  /** As `pg_class.relkind`: r table, p partitioned, v view, m materialised view, f foreign table. */
  readonly kind: string;
  /** Null: no vacuum or analyze has counted yet. */
  readonly rowEstimate: number | null;
  readonly isEnabled: boolean;
  readonly isForced: boolean;
  /** A view that reads with the rights of who asks. */
  readonly isInvoker: boolean;
  /** Whether `tenant_id` is uuid and not null; null when there is no such column. */
  readonly isTenantKey: boolean | null;
  /** What the application may do, by table or column grant. */
  readonly granted: readonly string[];
  /** What `tenancy.protect` was asked for; null when it was not called. */
  readonly declared: Readonly<Record<`${Verb}_role`, string>> | null;
  /** The permissive policies that apply to the application. */
  readonly policies: readonly {
    readonly name: string;
    readonly verb: Verb | 'all';
    readonly using: string | null;
    readonly check: string | null;
  }[];
  readonly keys: readonly { readonly name: string; readonly isPrimary: boolean; readonly columns: readonly string[] }[];
  readonly foreignKeys: readonly {
    readonly name: string;
    readonly target: string;
    readonly isTenantTable: boolean;
    readonly pairs: readonly string[];
  }[];
}

/** One relation, judged. `verbs`: whether exactly the declared policy decides; closed verbs count as decided. */
export interface TableCoverage {
  readonly tier: Tier;
  readonly table: string;
  readonly isEnabled: boolean;
  readonly isForced: boolean;
  readonly verbs: Readonly<Record<Verb, boolean>>;
  readonly problems: readonly string[];
  /** Why what would be a problem is none, where the capability that made the object says so. */
  readonly accepted: readonly string[];
  /** Null where nothing was counted yet or nothing can be. */
  readonly rowEstimate: number | null;
}

// Tables of the registry itself have no tenant_id; their policies are written by hand in its migrations.
const registryPolicies: Readonly<Record<string, string>> = {
  'tenancy.tenants': '(id = ( SELECT tenancy.current_tenant_id() AS current_tenant_id))',
  'tenancy.users':
    '(EXISTS ( SELECT\n   FROM tenancy.tenant_users u\n  WHERE ((u.user_id = users.id) AND (u.tenant_id = ( SELECT tenancy.current_tenant_id() AS current_tenant_id)) AND (u.deleted IS NULL))))',
};

/** The text in which the server prints the expression of a policy that `tenancy.protect` wrote. */
export const protectedExpression = (role: string) =>
  `(tenant_id = ( SELECT tenancy.current_tenant_id('${role}'::text) AS current_tenant_id))`;

/** Judges a relation; undefined for what holds no tenant's rows and shows none. */
export function judge(relation: Relation): TableCoverage | undefined {
  const name = `${relation.schema}.${relation.table}`;
  const problems: string[] = [];
  const decided = Object.fromEntries(verbs.map((verb) => [verb, !relation.granted.includes(verb)])) as Record<Verb, boolean>;
  const registryPolicy = registryPolicies[name];

  if (relation.kind === 'v' || relation.kind === 'm' || relation.kind === 'f') {
    if (relation.granted.length === 0) return undefined;
    if (relation.kind === 'm') problems.push('a materialised view knows no row security: the application reads every row of it');
    if (relation.kind === 'f') problems.push('a foreign table knows no row security: the application reads every row of it');
    if (relation.kind === 'v' && !relation.isInvoker)
      problems.push('the view reads with the rights of its owner: set security_invoker, or the application sees the rows of all tenants');
    for (const verb of verbs) decided[verb] ||= problems.length === 0;
  } else if (relation.isTenantKey === null && registryPolicy === undefined) {
    const written = relation.granted.filter((verb) => verb !== 'select');
    // Read by all and written by the owner only, it is a reference table.
    if (written.length === 0) return undefined;
    problems.push(`has no tenant_id, and the application may ${written.join(', ')}: tenants share what is written there`);
  } else {
    problems.push(...rowSecurityProblems(relation, registryPolicy, decided), ...(registryPolicy ? [] : keyProblems(relation)));
  }
  const { tier, isEnabled, isForced, rowEstimate } = relation;
  return { tier, table: name, isEnabled, isForced, verbs: decided, problems, accepted: [], rowEstimate };
}

function rowSecurityProblems(relation: Relation, registryPolicy: string | undefined, decided: Record<Verb, boolean>): string[] {
  const { granted, declared, policies } = relation;
  const problems: string[] = [];
  if (!relation.isEnabled) {
    problems.push(granted.length > 0 ? `row security is off: any tenant can ${granted.join(', ')} the rows of all` : 'row security is off');
  }
  if (!relation.isForced) problems.push('row security is not forced: the owner of the table passes it');
  if (granted.includes('truncate')) problems.push('the application may truncate it, which removes the rows of all tenants');
  if (!declared && !registryPolicy) {
    problems.push("not protected: call tenancy.protect() in the table's migration");
    return problems;
  }
  for (const verb of verbs) {
    const role = registryPolicy ? (verb === 'select' ? 'viewer' : 'none') : (declared?.[`${verb}_role`] ?? 'none');
    const expected = registryPolicy ?? protectedExpression(role);
    const applying = policies.filter((policy) => policy.verb === verb || policy.verb === 'all');
    if (role === 'none') {
      if (granted.includes(verb)) problems.push(`${verb} is declared closed, but granted to the application`);
      if (applying.length > 0)
        problems.push(`${verb} is declared closed, but ${applying.map((policy) => policy.name).join(', ')} admits it`);
      decided[verb] = !granted.includes(verb) && applying.length === 0;
      continue;
    }
    const expressions = (policy: Relation['policies'][number]) =>
      [policy.using, policy.check ?? (verb === 'update' ? policy.using : null)].filter((text) => text !== null);
    const foreign = applying.filter((policy) => expressions(policy).some((text) => text !== expected));
    for (const policy of foreign) {
      const wrong = expressions(policy).find((text) => text !== expected);
      problems.push(`${policy.name} lets the application ${verb} every row with ${wrong}, not only what ${role} of its own tenant may`);
    }
    const hasOwn = applying.length > foreign.length;
    if (!hasOwn) problems.push(`no policy for ${verb}: nobody can ${verb}, though ${role} should`);
    if (!granted.includes(verb)) problems.push(`${verb} is not granted to the application, though ${role} should have it`);
    decided[verb] = hasOwn && foreign.length === 0 && relation.isEnabled;
  }
  return problems;
}

function keyProblems({ isTenantKey, keys, foreignKeys }: Relation): string[] {
  const problems: string[] = [];
  if (!isTenantKey) problems.push('tenant_id is not `uuid not null`');
  const primary = keys.find((key) => key.isPrimary);
  if (!primary) problems.push('has no primary key; it has to begin with tenant_id');
  else if (primary.columns[0] !== 'tenant_id') problems.push(`primary key (${primary.columns.join(', ')}) does not begin with tenant_id`);
  for (const key of keys) {
    if (!key.isPrimary && !key.columns.includes('tenant_id'))
      problems.push(`unique index ${key.name} lacks tenant_id: a tenant learns what another one has, and blocks it`);
  }
  for (const key of foreignKeys) {
    if (key.isTenantTable && !key.pairs.includes('tenant_id=tenant_id'))
      problems.push(`foreign key ${key.name} to ${key.target} lacks tenant_id: it can point to a row of another tenant`);
  }
  return problems;
}

/** The statements that would distribute a sound schema over Citus; tables without problems only. */
export function citusStatements(tables: readonly TableCoverage[]): string[] {
  const isSound = ({ table, problems }: TableCoverage) => problems.length === 0 && !table.startsWith('tenancy.');
  const distributed = new Set(tables.filter(isSound).map(({ table }) => table));
  return [
    `select create_reference_table('tenancy.tenants');`,
    ...[...distributed].sort().map((table) => `select create_distributed_table('${table}', 'tenant_id');`),
  ];
}
