import { randomBytes } from 'node:crypto';
import { type Connect, distinctDatabases, type Transaction } from '../../../foundation/connect/index.ts';
import { quoteIdentifier, quoteLiteral, type Tier } from '../../../kernel/index.ts';
import { quotedTable, readCatalog } from '../catalog/index.ts';
import { categoryNames } from '../model/categories.ts';
import { classificationLevels, type Registry } from '../model/types.ts';
import { maskingErrors } from './errors.ts';
import { maskedExpression } from './model/expression.ts';
import { type Mask, type MaskRules, masks } from './model/masks.ts';
import { type MaskedTable, planMasks } from './model/plan.ts';
import { findSeed, hasRole, listRules, listViews, putRule, putSeed, removeRule } from './sql/queries/queries.gen.ts';
import type { AppliedMasks, Masking } from './types.ts';

export interface MaskingDeps {
  readonly connect: Connect;
  readonly registry: Pick<Registry, 'list'>;
  /** Schemas of the platform itself, which nobody gets views of. */
  readonly platformSchemas: readonly string[];
}

// A scalar sub-select: read once per query, with the rights of the view's owner.
const seedOfViews = '(select s.seed from privacy.masking_seeds s)';

/** Opens masking; reads nothing yet. */
export function openMasking({ connect, registry, platformSchemas }: MaskingDeps): Masking {
  const on = <T>(tier: Tier, work: (tx: Transaction) => Promise<T>, signal?: AbortSignal) =>
    connect.transaction({ tier, as: 'owner', tag: 'privacy.masking', ...(signal && { signal }) }, work);

  const rulesOf = async (role: string): Promise<MaskRules> => {
    const rows = await on('oltp', (tx) => listRules.all(tx, { role_name: role }));
    return Object.fromEntries(rows.map(({ applies_to: appliesTo, mask }) => [appliesTo, mask as Mask]));
  };

  const plan = async (tx: Transaction, tier: Tier, rules: MaskRules) => {
    const { tables, foreignKeys } = await readCatalog(tx, platformSchemas);
    const here = (await registry.list()).filter(({ place }) => connect.databaseKey(place.tier) === connect.databaseKey(tier));
    return planMasks(tables, foreignKeys, here, rules);
  };

  return {
    rules: rulesOf,

    async rule(role, appliesTo, mask) {
      const known = [...categoryNames, ...classificationLevels];
      if (!(known as string[]).includes(appliesTo)) {
        throw maskingErrors.UNKNOWN_MASK({ what: 'category and no level', value: appliesTo, known });
      }
      if (mask !== undefined && !(masks as readonly string[]).includes(mask)) {
        throw maskingErrors.UNKNOWN_MASK({ what: 'mask', value: mask, known: masks });
      }
      const rule = { role_name: role, applies_to: appliesTo };
      await on('oltp', (tx) => (mask === undefined ? removeRule.run(tx, rule) : putRule.run(tx, { ...rule, mask })));
    },

    async show(role) {
      const rules = await rulesOf(role);
      const shown = distinctDatabases(connect).map(async (tier) => {
        const tables = await on(tier, (tx) => plan(tx, tier, rules));
        return tables.flatMap(({ schema, table, masked }) =>
          masked
            .filter(({ mask }) => mask !== 'keep')
            .map(({ facts, mask, category }) => ({
              tier,
              table: `${schema}.${table}`,
              column: facts.name,
              mask,
              ...(category && { category }),
            })),
        );
      });
      return (await Promise.all(shown)).flat();
    },

    async apply(role, { signal } = {}) {
      const rules = await rulesOf(role);
      const schema = `masked_${role.replace(/^plinth_/, '')}`;
      const seed = await on('oltp', async (tx) => {
        await putSeed.run(tx, { seed: (await findSeed.first(tx, {}))?.seed ?? randomBytes(32) });
        return (await findSeed.one(tx, {})).seed;
      });
      const views: AppliedMasks['views'][number][] = [];
      const omitted: AppliedMasks['omitted'][number][] = [];
      for (const tier of distinctDatabases(connect)) {
        const made = await on(
          tier,
          async (tx) => {
            if (!(await hasRole.one(tx, { role_name: role })).exists) throw maskingErrors.UNKNOWN_ROLE({ role, tier });
            await putSeed.run(tx, { seed });
            const made = (await plan(tx, tier, rules)).map((table) => viewOf(schema, table));
            await tx.query({ text: statementsFor(schema, role, await listViews.all(tx, { schema }), made).join(';\n') });
            return made;
          },
          signal,
        );
        views.push(...made.map(({ view, masked }) => ({ tier, view: `${schema}.${view}`, masked })));
        omitted.push(...made.flatMap(({ table, omitted: columns }) => columns.map((column) => ({ tier, table, column }))));
      }
      return { role, schema, views, omitted };
    },
  };
}

interface MadeView {
  readonly view: string;
  readonly table: string;
  readonly masked: number;
  readonly omitted: readonly string[];
  readonly definition: string;
}

function viewOf(schema: string, table: MaskedTable): MadeView {
  const view = `${table.schema}_${table.table}`;
  const columns = table.masked.map(({ facts, mask, category }) => ({
    name: facts.name,
    isMasked: mask !== 'keep',
    expression: maskedExpression(facts, mask, category, seedOfViews),
  }));
  const list = columns.flatMap(({ name, expression }) => (expression === undefined ? [] : [`${expression} as ${quoteIdentifier(name)}`]));
  const qualified = `${quoteIdentifier(schema)}.${quoteIdentifier(view)}`;
  return {
    view,
    table: `${table.schema}.${table.table}`,
    masked: columns.filter(({ isMasked }) => isMasked).length,
    omitted: columns.flatMap(({ name, expression }) => (expression === undefined ? [name] : [])),
    // A barrier: no function of the reader's own sees a value before it is masked.
    definition: `create view ${qualified} with (security_barrier) as select ${list.join(', ')} from ${quotedTable(table)} t;
comment on view ${qualified} is ${quoteLiteral(`${table.schema}.${table.table}, masked by its classification. Made by "plinth privacy mask apply".`)}`,
  };
}

function statementsFor(schema: string, role: string, old: readonly { readonly view: string }[], made: readonly MadeView[]): string[] {
  const [within, reader] = [quoteIdentifier(schema), quoteIdentifier(role)];
  return [
    `create schema if not exists ${within}`,
    `comment on schema ${within} is ${quoteLiteral(`What ${role} reads: tables with personal values masked.`)}`,
    ...old.map(({ view }) => `drop view ${within}.${quoteIdentifier(view)}`),
    ...made.map(({ definition }) => definition),
    `grant usage on schema ${within} to ${reader}`,
    `grant select on all tables in schema ${within} to ${reader}`,
  ];
}
