import type { Tier } from '../../../../kernel/index.ts';
import type { MigrationFile } from '../../model/migration.ts';
import { squashErrors } from '../errors.ts';

/** `source/name..source/name`. The second may leave out the source. @throws PLINTH_MIGRATE_BAD_RANGE */
export function readRange(range: string): { readonly source: string; readonly from: string; readonly to: string } {
  const [, source, from, other, to] = /^([^/.]+)\/([^/.]+)\.\.(?:([^/.]+)\/)?([^/.]+)$/.exec(range) ?? [];
  if (!source || !from || !to) throw squashErrors.BAD_RANGE({ range, reason: 'it names no first and last migration' });
  if (other !== undefined && other !== source) throw squashErrors.BAD_RANGE({ range, reason: 'its ends are of different sources' });
  return { source, from, to };
}

/**
 * The migrations of a tier from the first to the last, in order; at least two.
 *
 * @param migrations of one source, in order
 * @throws PLINTH_MIGRATE_BAD_RANGE
 */
export function inRange(
  migrations: readonly MigrationFile[],
  tier: Tier,
  from: string | undefined,
  to: string,
  range: string,
): MigrationFile[] {
  const own = migrations.filter(({ tiers }) => tiers.includes(tier));
  const first = from === undefined ? 0 : own.findIndex(({ name }) => name === from);
  const last = own.findIndex(({ name }) => name === to);
  const unknown = first < 0 ? from : last < 0 ? to : undefined;
  if (unknown !== undefined) throw squashErrors.BAD_RANGE({ range, reason: `${tier} has no ${unknown}` });
  if (last <= first) throw squashErrors.BAD_RANGE({ range, reason: 'it has fewer than two migrations' });
  return own.slice(first, last + 1);
}

/** The one that stands for others has the number of the last, whose place in the order it takes. */
export const squashName = (last: string) => `${last.slice(0, last.indexOf('_'))}_squashed`;

/** The text of a squash: what it stands for, what was allowed in that, and the statements. */
export function squashText(replaces: readonly string[], allowed: readonly string[], statements: readonly string[]): string {
  const header = replaces.map((id) => `--! replaces: ${id}`);
  const allowances = [...new Set(allowed)].map((comment) => `-- ${comment}`);
  return `${[...header, ...allowances, ...statements.map((sql) => `${plain(sql)};`)].join('\n')}\n`;
}

/** It runs where nobody is yet, in one transaction: nothing has to be built beside others. */
const plain = (sql: string) => sql.replace(/^(create (?:unique )?index|drop index) concurrently /i, '$1 ');
