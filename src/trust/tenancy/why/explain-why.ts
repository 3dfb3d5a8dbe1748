import { type Connect, distinctDatabases, type Transaction } from '../../../foundation/connect/index.ts';
import { hasCode, quoteIdentifier, type Tier } from '../../../kernel/index.ts';
import type { Tenant } from '../model/types.ts';
import { whyErrors } from './errors.ts';
import { conditionsOf, type Facts } from './model/conditions.ts';
import { type FindTableRow, findMember, findTable } from './sql/queries/queries.gen.ts';
import type { Why, WhyRequest } from './types.ts';

export interface WhyDeps {
  /** The databases that the tenant is in. */
  connectOf(tenant: Tenant): Connect;
  /** By slug or id. @throws PLINTH_TENANCY_UNKNOWN_TENANT */
  find(slugOrId: string): Promise<Tenant>;
}

/** See `Tenancy.why`. */
export async function explainWhy(deps: WhyDeps, request: WhyRequest): Promise<Why> {
  const { table: name, key, verb = 'select' } = request;
  const tenant = await deps.find(request.tenant);
  const connect = deps.connectOf(tenant);
  const { tier, table } = await locate(connect, name, verb);
  const keyValues = key.split(',');
  const { key_columns: columns } = table;
  if (columns.length === 0 || columns.length !== keyValues.length) {
    throw whyErrors.NO_SUCH_KEY({ table: name, key, columns, reason: `its key has ${columns.length} columns beside the tenant's` });
  }
  const target = `${quoteIdentifier(table.schema_name)}.${quoteIdentifier(table.table_name)}`;
  const isRow = columns.map((column, index) => `${quoteIdentifier(column)}::text = $${index + 1}`).join(' and ');
  const hasTenant = table.has_tenant !== null;
  const owners = await connect.transaction({ tier, as: 'owner', tag: 'tenancy.why', isReadOnly: true }, async (tx) => {
    // The whole key as text: an uuid in capitals is another text and none.
    const text = `select ${hasTenant ? 'tenant_id::text' : "''"} as owner from ${target} where ${isRow}`;
    return (await tx.query({ text, values: keyValues })).rows.map((row: { owner: string }) => row.owner);
  });
  const member = request.user === undefined ? undefined : await memberOf(connect, tenant, request.user);
  const facts: Facts = {
    verb,
    table: {
      name,
      hasTenant,
      isEnabled: table.is_enabled,
      mayUseSchema: table.may_use_schema,
      mayVerb: table.may_verb,
      ...(table.declared_role !== null && { declaredRole: table.declared_role }),
      policies: table.policies as Facts['table']['policies'],
    },
    tenant,
    ...(member && { user: member.facts }),
    owners,
  };
  const conditions = conditionsOf(facts);
  const isRefusedBefore = conditions.some(({ what, holds }) => !holds && (what === 'tenant' || what === 'membership'));
  const subject = { tenantId: tenant.id, ...(member?.userId !== undefined && { userId: member.userId }) };
  const isSeen =
    verb !== 'select' || isRefusedBefore
      ? null
      : await connect
          .transaction({ tier, as: subject, tag: 'tenancy.why', isReadOnly: true }, async (tx: Transaction) => {
            return (await tx.query({ text: `select from ${target} where ${isRow}`, values: keyValues })).rowCount !== 0;
          })
          .catch((error) => {
            if (hasCode(error, 'PLINTH_SQL_FORBIDDEN')) return false;
            throw error;
          });
  return { tier, table: name, key, verb, isSeen, conditions };
}

async function locate(connect: Connect, name: string, verb: string): Promise<{ tier: Tier; table: FindTableRow }> {
  const [schema_name = '', table_name = ''] = name.split('.');
  for (const tier of distinctDatabases(connect)) {
    const request = { tier, as: 'owner', tag: 'tenancy.why', isReadOnly: true } as const;
    const table = await connect.transaction(request, (tx) => findTable.first(tx, { schema_name, table_name, verb }));
    if (table) return { tier, table };
  }
  throw whyErrors.NO_SUCH_TABLE({ table: name });
}

async function memberOf(connect: Connect, tenant: Tenant, key: string): Promise<{ userId?: string; facts: NonNullable<Facts['user']> }> {
  const request = { tier: 'oltp', as: 'owner', tag: 'tenancy.why', isReadOnly: true } as const;
  const found = await connect.transaction(request, (tx) => findMember.first(tx, { tenant_id: tenant.id, key }));
  if (!found || found.user_deleted) return { facts: { name: key, isKnown: false } };
  return {
    userId: found.id,
    facts: {
      name: found.email,
      isKnown: true,
      ...(found.role !== null && { role: found.role }),
      ...(found.deleted && { ended: found.deleted }),
    },
  };
}
