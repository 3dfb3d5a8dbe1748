import { defineOptions, type Tier, Type } from '../../../../kernel/index.ts';
import type { RetentionRule } from '../types.ts';

const entry = '(?:oltp|content|queue|olap):[a-z_][a-z0-9_]*\\.[a-z_][a-z0-9_]* [1-9][0-9]{0,4} (?:day|month|year)s?';

/** What the operator decides for each tenant, and retention enforces. */
export const retentionPolicies = defineOptions(
  'privacy',
  Type.Object({
    retention: Type.Optional(
      Type.String({
        pattern: `^${entry}(?:, ${entry})*$`,
        description:
          'How long rows of the tenant are kept where it is not as for the others: "oltp:shop.orders 2 years, oltp:shop.visits 90 days".',
      }),
    ),
  }),
);

/** The value of `privacy.retention` that a tenant has. */
export interface TenantRetention {
  readonly tenantId: string;
  readonly value: unknown;
}

interface Kept {
  readonly tier: Tier;
  readonly schema: string;
  readonly table: string;
  readonly keep: string;
}

function parse(value: unknown): readonly Kept[] {
  return String(value)
    .split(', ')
    .map((text) => {
      const [, tier = '', schema = '', table = '', keep = ''] = /^([^:]+):([^.]+)\.(\S+) (.+)$/.exec(text) ?? [];
      return { tier: tier as Tier, schema, table, keep };
    });
}

const isOf = (rule: RetentionRule, { tier, schema, table }: Kept) => rule.tier === tier && rule.schema === schema && rule.table === table;

/**
 * The rules with those of tenants that have a policy: as the rule for all tenants, but kept for as long as the policy says. It takes the
 * place of a rule that a migration made for that tenant. `unruled` gets a policy for a table without a rule for all: nothing says how old
 * its rows are.
 */
export function withPolicies(
  rules: readonly RetentionRule[],
  policies: readonly TenantRetention[],
  unruled: (tenantId: string, table: string) => Error,
): readonly RetentionRule[] {
  const own = policies.flatMap(({ tenantId, value }) =>
    parse(value).map((kept): RetentionRule => {
      const general = rules.find((rule) => rule.tenantId === undefined && isOf(rule, kept));
      if (!general) throw unruled(tenantId, `${kept.schema}.${kept.table}`);
      return { ...general, tenantId, keep: kept.keep, basis: 'policy of the tenant' };
    }),
  );
  const isReplaced = (rule: RetentionRule) =>
    own.some(
      (other) => rule.tenantId === other.tenantId && rule.tier === other.tier && rule.schema === other.schema && rule.table === other.table,
    );
  return [...rules.filter((rule) => !isReplaced(rule)), ...own];
}
