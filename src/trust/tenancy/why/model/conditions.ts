import { protectedExpression, type Verb } from '../../model/coverage.ts';
import { memberRoles, type TenantState } from '../../model/types.ts';
import type { Condition } from '../types.ts';

/** What was found out about a row, a table and who asks. */
export interface Facts {
  readonly verb: Verb;
  readonly table: {
    readonly name: string;
    readonly hasTenant: boolean;
    readonly isEnabled: boolean;
    readonly mayUseSchema: boolean;
    readonly mayVerb: boolean;
    /** What `tenancy.protect` was asked for; undefined when it was not called. */
    readonly declaredRole?: string;
    readonly policies: readonly { readonly name: string; readonly text: string | null; readonly isPermissive: boolean }[];
  };
  readonly tenant: { readonly id: string; readonly slug: string; readonly state: TenantState };
  /** Undefined for work without a user; `role` is missing where there never was a membership. */
  readonly user?: { readonly name: string; readonly isKnown: boolean; readonly role?: string; readonly ended?: Date };
  /** Tenants that have a row with this key. */
  readonly owners: readonly string[];
}

const ranks: readonly string[] = [...memberRoles.toReversed(), 'service'];

/** Everything that has to hold, in the order in which the database asks. */
export function conditionsOf(facts: Facts): Condition[] {
  const { verb, table, tenant, user, owners } = facts;
  const conditions: Condition[] = [];
  const add = (what: Condition['what'], holds: boolean, because: string) => conditions.push({ what, holds, because });

  const isOpen = tenant.state === 'active' || (tenant.state === 'suspended' && verb === 'select');
  add(
    'tenant',
    isOpen,
    `tenant ${tenant.slug} is ${tenant.state}${tenant.state === 'suspended' ? ': read-only transactions may enter' : ''}`,
  );
  const role = user ? user.role : 'service';
  if (user) add('membership', user.isKnown && role !== undefined && !user.ended, membership(user, tenant.slug));

  add('grant', table.mayUseSchema && table.mayVerb, grant(table, verb));
  if (!table.hasTenant) {
    add(
      'row security',
      !table.isEnabled,
      `${table.name} has no tenant_id: it is ${table.isEnabled ? 'under policies of its own' : 'the same for all'}`,
    );
    add('row', owners.length > 0, owners.length > 0 ? 'there is a row with this key' : 'no row has this key');
    return conditions;
  }
  add('row security', table.isEnabled, table.isEnabled ? 'on' : 'off: rows of all tenants are reached');
  conditions.push(...policyConditions(facts, role));
  add('row', owners.length > 0, owners.length > 0 ? 'there is a row with this key' : 'no row of any tenant has this key');
  if (owners.length > 0) {
    const isOwn = owners.includes(tenant.id);
    add(
      'row of this tenant',
      isOwn,
      isOwn ? `tenant_id = ${tenant.id}` : `its tenant_id is ${owners.join(' and ')}, the context's is ${tenant.id}`,
    );
  }
  return conditions;
}

function policyConditions({ verb, table }: Facts, role: string | undefined): Condition[] {
  const needed = table.declaredRole;
  if (needed === undefined)
    return [{ what: 'policy', holds: false, because: `${table.name} is not protected: tenancy.protect() was never called for it` }];
  if (needed === 'none') return [{ what: 'policy', holds: false, because: `${verb} is narrowed to none: there is no policy for it` }];
  const conditions: Condition[] = [];
  const own = table.policies.find(({ isPermissive, text }) => isPermissive && text === protectedExpression(needed));
  conditions.push(
    own
      ? { what: 'policy', holds: true, because: `${own.name}: ${own.text}` }
      : { what: 'policy', holds: false, because: `no policy for ${verb} is as declared; see "plinth tenancy check"` },
  );
  for (const { name, text, isPermissive } of table.policies) {
    if (!isPermissive) conditions.push({ what: 'policy', holds: false, because: `${name} restricts it further: ${text}` });
  }
  const isEnough = role !== undefined && ranks.indexOf(role) >= ranks.indexOf(needed);
  conditions.push({ what: 'role', holds: isEnough, because: `${verb} needs ${needed}; the context has ${role ?? 'none'}` });
  return conditions;
}

function membership({ name, isKnown, role, ended }: NonNullable<Facts['user']>, slug: string): string {
  if (!isKnown) return `there is no user ${name}`;
  if (role === undefined) return `${name} was never a member of ${slug}`;
  return ended ? `the membership of ${name} in ${slug} ended ${ended.toISOString()}` : `${name} is ${role} of ${slug}`;
}

function grant({ name, mayUseSchema, mayVerb }: Facts['table'], verb: Verb): string {
  if (!mayUseSchema) return `the application may not use the schema of ${name}`;
  return mayVerb ? `the application may ${verb} ${name}` : `the application was not granted ${verb} on ${name}`;
}
