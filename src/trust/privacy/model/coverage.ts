import type { Tier } from '../../../kernel/index.ts';
import type { ScannedTable } from './catalog.ts';
import type { Decisions } from './places.ts';
import type { CheckResult, Classification, Finding, MappedColumn, MappedTable, Place } from './types.ts';
import { classificationLevels } from './types.ts';

/**
 * What holds for each column of each table. A column of a view has what the tables have from which it takes a column of that name, the
 * strictest of them, unless the view has something of its own: so a classification follows the data into views.
 */
export function mapTables(tables: readonly ScannedTable[], decisions: Decisions): readonly MappedTable[] {
  return tables.map(({ place, isView, columns }) => ({
    place,
    isView,
    columns: columns.map(({ name, holds, sources }): MappedColumn => {
      const own = decisions.of({ ...place, column: name });
      if (own) return { name, holds, classification: own };
      const inherited = sources
        .flatMap((source) => {
          const from = { tier: place.tier, ...source };
          const classification = decisions.of({ ...from, column: name });
          return classification ? [{ from, classification }] : [];
        })
        .toSorted((a, b) => strictness(b.classification) - strictness(a.classification))[0];
      return { name, holds, ...inherited };
    }),
  }));
}

const strictness = ({ level, sensitivity }: Classification) => classificationLevels.indexOf(level) * 10 + sensitivity;

/** Types that can hold anything: what a strict check wants decided. */
const holdsAnything = new Set(['text', 'json', 'bytes']);

/** Compares findings and decisions with what there is. */
export function compareCoverage(
  mapped: readonly MappedTable[],
  findings: readonly Finding[],
  decided: readonly Classification[],
  firstTier: Readonly<Record<Tier, Tier>>,
): CheckResult {
  const keyOf = ({ tier, schema, table, column }: Place) => JSON.stringify([firstTier[tier], schema, table, column ?? null]);
  const covered = new Set<string>();
  const known = new Set<string>();
  const undecided: Required<Place>[] = [];
  for (const { place, isView, columns } of mapped) {
    known.add(keyOf(place));
    for (const { name, holds, classification } of columns) {
      const column = { ...place, column: name };
      known.add(keyOf(column));
      if (classification) covered.add(keyOf(column));
      else if (!isView && holdsAnything.has(holds)) undecided.push(column);
    }
  }
  return {
    unclassified: findings.filter(({ level, place }) => (level === 'confidential' || level === 'restricted') && !covered.has(keyOf(place))),
    undecided,
    gone: decided.filter(({ source, place }) => source === 'manual' && !known.has(keyOf(place))).map(({ place }) => place),
  };
}
