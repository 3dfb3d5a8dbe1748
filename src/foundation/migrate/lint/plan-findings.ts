import { join } from 'node:path';
import type { MigrationSource, Tier } from '../../../kernel/index.ts';
import { readPlanText } from '../files/index.ts';
import { fitsChecksum } from '../model/checksum.ts';
import type { MigrationFile } from '../model/migration.ts';
import { comparePlan, parsePlanFile } from '../model/plan-file.ts';
import { placesIn, type Statement, type Tree } from '../parse/index.ts';
import type { Production } from './production.ts';
import { ruleById } from './rules/index.ts';
import { constraintOf, type Schema } from './schema/index.ts';
import type { Finding, LintedFile, Severity } from './types.ts';
import { kindIn, tableOf, written } from './vocabulary.ts';

const dayMs = 24 * 60 * 60 * 1000;
const deadlineMs = 30 * dayMs;

/** Constraints that were added NOT VALID: promises to validate them later. */
export interface Promises {
  see(file: LintedFile, statement: Statement, isJudged: boolean): void;
  /** Those that no later file kept. */
  unkept(now: Date, schemaOf: (tier: Tier) => Schema | undefined): Finding[];
}

export function createPromises(): Promises {
  const made: { file: LintedFile; statement: Statement; table: string; name: string; node: Tree }[] = [];
  return {
    see(file, statement, isJudged) {
      if (!isJudged || file.role !== 'up' || statement.type !== 'AlterTableStmt') return;
      const table = tableOf(statement.tree.relation);
      for (const { subtype, def } of kindIn(statement.tree.cmds, 'AlterTableCmd')) {
        const node = subtype === 'AT_AddConstraint' ? kindIn([def], 'Constraint')[0] : undefined;
        const constraint = node && constraintOf(node, table);
        if (node && constraint && !constraint.isValid && constraint.isEnforced)
          made.push({ file, statement, table, name: constraint.name, node });
      }
    },
    unkept(now, schemaOf) {
      return made.flatMap(({ file, statement, table, name, node }) => {
        const [tier = 'oltp'] = file.tiers;
        if (schemaOf(tier)?.tables.get(table)?.constraints.get(name)?.isValid !== false) return [];
        const offset = typeof node.location === 'number' ? node.location : statement.byteOffset;
        const isLate = timeOf(file.migration) !== undefined && now.getTime() - (timeOf(file.migration) ?? 0) > deadlineMs;
        const place = placesIn(file.text)(offset);
        return [
          finding(
            'L45',
            isLate ? 'error' : 'warning',
            file.migration,
            file.path,
            place,
            `${written(name)} on ${table} is validated by no later migration.`,
          ),
        ];
      });
    },
  };
}

/** When a product's migration was begun, from its name. */
function timeOf(migration: string): number | undefined {
  const [, year, month, day] = /\/(\d{4})(\d{2})(\d{2})\d{6}_/.exec(migration) ?? [];
  return year === undefined ? undefined : Date.UTC(Number(year), Number(month) - 1, Number(day));
}

const words = { deleted: 'its file is gone', edited: 'it has other bytes', reordered: 'it stands at another place' };

/** What differs from plan.lock, and files that sort before what production has already. */
export function changedHistory(
  source: MigrationSource,
  migrations: readonly MigrationFile[],
  production: Production | undefined,
): Finding[] {
  if (source.layout !== 'product') return [];
  const path = join(source.dir, 'plan.lock');
  const text = readPlanText(path);
  const entries = text === undefined ? [] : parsePlanFile(text);
  const files = migrations.map(({ name, tiers: [tier], checksum, up }) => ({
    id: `${tier}/${name}`,
    checksum,
    hasFitting: (one: string) => fitsChecksum(one, up),
  }));
  const differences = 'badLine' in entries || text === undefined ? [] : comparePlan(entries, files as Parameters<typeof comparePlan>[1]);
  const changed = differences.flatMap(({ id, kind }) => {
    if (kind === 'unlisted') return [];
    const place = placesIn(text ?? '')(Math.max(0, Buffer.from(text ?? '').indexOf(id)));
    return [finding('L72', 'error', `${source.name}/${id}`, path, place, `${id} is not what plan.lock says: ${words[kind]}.`)];
  });
  const applied = new Set(production?.applied);
  const inserted = migrations.flatMap((file) => {
    const later = migrations.find((other) => applied.has(other.id) && other.name > file.name && other.tiers[0] === file.tiers[0]);
    if (applied.has(file.id) || !later) return [];
    return [
      finding(
        'L72',
        'warning',
        file.id,
        file.path,
        placesIn(file.up)(0),
        `It sorts before ${later.name}, which production has: there it runs after it.`,
      ),
    ];
  });
  return [...changed, ...inserted];
}

function finding(
  id: string,
  severity: Severity,
  migration: string,
  file: string,
  place: Pick<Finding, 'line' | 'column' | 'excerpt'>,
  message: string,
): Finding {
  const rule = ruleById.get(id);
  if (!rule) throw new Error(`no rule ${id}`);
  return {
    id,
    rule: rule.name,
    severity,
    migration,
    file,
    ...place,
    message,
    safeWay: rule.safeWay,
    ...(rule.template && { template: rule.template }),
  };
}
