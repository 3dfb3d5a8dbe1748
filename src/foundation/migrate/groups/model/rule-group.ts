import type { Draft } from '../../model/draft.ts';
import { ident } from '../../model/sql-text.ts';
import { declareGroup, undeclareGroup } from './definition.ts';

/** A rule that the rows there do not keep yet: a value is filled in, then the rule is validated. */
export interface RuleChange {
  readonly name: string;
  readonly recipe: string;
  readonly schema: string;
  readonly table: string;
  readonly column: string;
  /** What the rows get that lack a value. */
  readonly fill: string;
  /** Makes the rule for new rows; part of the first migration. */
  readonly expand: readonly string[];
  readonly down: readonly string[];
  /** Proves it for all rows, after they were filled. */
  readonly finish: readonly string[];
}

/** New rows keep the rule from now on, the old ones are filled in batches and proved then. */
export function expandRule(change: RuleChange): Draft {
  const where = `${ident(change.schema)}.${ident(change.table)}`;
  const place = `${change.schema}.${change.table}.${change.column}`;
  const up = `-- Holds for new rows at once. The rows that are there are filled and proved by "plinth migrate group switch ${change.name}".
${change.expand.map((statement) => `${statement};\n`).join('')}
${declareGroup(change.name, change.recipe, {
  table: where,
  old: [place],
  new: [place],
  fill: { columns: { [change.column]: change.fill }, needed: `${ident(change.column)} is null` },
  finish: change.finish,
  contract: [],
})}`;
  const down = `${change.down.map((statement) => `${statement};\n`).join('')}${undeclareGroup(change.name)}`;
  return { slug: change.name, up, down, meta: { phase: 'expand' } };
}
