import { describe, expect, test } from 'vitest';
import { fixture, readTruths } from '../rehearse/lock-truth/cases.ts';
import { lintText } from './cases/lint-text.ts';

// What lint says must be what was measured.
const strong = new Set(['ACCESS EXCLUSIVE', 'EXCLUSIVE', 'SHARE ROW EXCLUSIVE', 'SHARE']);

// The only way to come to a validated constraint on a domain; its scan under SHARE is the price.
const withoutGentlerWay = new Set(['validate a constraint of a domain']);
// An index has no readers that name it; the lock keeps nobody from reading and writing.
const notWorthAWord = new Set(['rename an index']);

// Locks that are held for a moment: fine in a migration of their own, where the runner asks briefly and again.
const beside = 'alter table app.readings_2026 set (fillfactor = 90);\nalter table app.events_2028 set (fillfactor = 90);\n';

describe.each(readTruths().cases)('$title: $statement', ({ title, given, before, statement, isTransactional, isGood, rules, ...truth }) => {
  const history = [fixture(), ...given].join(';\n');
  const change = `${[...before, statement].join(';\n')};`;

  test('[I20] gets the verdict that its locks deserve', async () => {
    const findings = await lintText(change, { before: history, isTransactional });
    const isLong = [truth.rewrites, truth.scans, truth.indexBuilds].some((list) => list.length > 0);
    const isHeavy = isLong && Object.values(truth.locks).some((lock) => strong.has(lock));
    if (isHeavy && !withoutGentlerWay.has(title)) expect(findings.map(({ id }) => id)).not.toEqual([]);

    if (isGood) {
      expect(findings.filter(({ id, severity }) => rules.includes(id) && severity === 'error')).toEqual([]);
    } else if (!notWorthAWord.has(title)) {
      const crowded = await lintText(beside + change, { before: history, isTransactional });
      expect([...findings, ...crowded].map(({ id }) => id)).toEqual(expect.arrayContaining([...rules]));
    }
  });
});
