import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, type Tier } from '../../../kernel/index.ts';
import { lintErrors } from './errors.ts';

/** What lint knows of production: committed beside plan.lock, written by `plinth migrate stats --write`. Sizes, no data. */
export interface Production {
  /** Major version of the server. */
  readonly server: number;
  /** By tier and table. Rounded to two digits, so that a fresh file differs only where something grew. */
  readonly tables: Readonly<Partial<Record<Tier, Readonly<Record<string, TableSize>>>>>;
  /** `source/name` of what is applied there. */
  readonly applied: readonly string[];
}

export interface TableSize {
  /** As the planner estimates them; -1 when the table was never analysed. */
  readonly rows: number;
  readonly bytes: number;
}

const largeRows = 100_000;
const largeBytes = 100 * 1024 * 1024;

export const productionPath = (dir: string) => join(dir, 'production.json');

/**
 * What is known of the database that a product's files go to; undefined where nobody wrote it down.
 *
 * @throws PLINTH_MIGRATE_BAD_STATS
 */
export function readProduction(dir: string): Production | undefined {
  const path = productionPath(dir);
  if (!existsSync(path)) return undefined;
  try {
    const read = JSON.parse(readFileSync(path, 'utf8')) as Production;
    if (typeof read.server !== 'number' || typeof read.tables !== 'object' || !Array.isArray(read.applied))
      throw new Error('"server", "tables" or "applied" is missing');
    return read;
  } catch (error) {
    throw lintErrors.BAD_STATS({ path, reason: messageOf(error) }, { cause: error });
  }
}

/** Whether a change of this table makes people wait. What is not known counts as large; what is not there yet is empty. */
export function isBeyondLimits(
  production: Production | undefined,
  tiers: readonly Tier[],
  table: string,
  madeBy: string | undefined,
): boolean {
  const sizes = tiers.flatMap((tier) => production?.tables[tier]?.[table] ?? []);
  if (sizes.length > 0) return sizes.some(({ rows, bytes }) => rows < 0 || rows > largeRows || bytes > largeBytes);
  return !(production && madeBy !== undefined && !production.applied.includes(madeBy));
}
