import { execFile } from 'node:child_process';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { cases, given } from './cases/index.ts';
import { lintText } from './cases/lint-text.ts';

const squawk = join(import.meta.dirname, '../../../../node_modules/squawk-cli/js/bin/squawk');

// Rules of squawk that say something else than ours mean, and why.
const notShared: Readonly<Record<string, string>> = {
  'require-lock-timeout': 'the runner sets it, anew for each attempt (L64)',
  'require-statement-timeout': 'the runner sets it (L64)',
  'require-timeout-settings': 'the runner sets them (L64)',
  'prefer-robust-stmts': 'IF NOT EXISTS hides a difference; what is applied is known from the ledger (L79)',
  'prefer-bigint-over-int': 'an int that is no key does not run out (L69 is about keys)',
  'prefer-text-field': 'said where a column is made (L69), not where its type changes',
};

// Examples of what is right, in which squawk still sees what is wrong, and why it is not.
const harmless: Readonly<Record<string, string>> = {
  'L06 require-concurrent-index-creation': 'ON ONLY the parent builds nothing',
  'L12 adding-field-with-default': 'a virtual column is computed when it is read: measured, no rewrite',
  'L23 changing-column-type': 'it is the type that the column has',
  'L27 ban-drop-column': 'allowed with a reason in our words',
  'L29 renaming-table': 'a view keeps the old name',
  'L48 ban-alter-domain-with-add-constraint': 'NOT VALID looks at no row',
  'L71 ban-drop-table': 'allowed with a reason in our words',
};

test('[I20] what squawk objects to, lint objects to as well, or there is a reason', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'plinth-squawk-'));
  const texts = cases
    .filter(({ rule }) => rule.startsWith('L'))
    .flatMap(({ rule, bad, good, after = '' }) => [
      { name: `${rule} bad`, text: bad, after },
      { name: `${rule} good`, text: good, after },
    ]);
  const paths = texts.map(({ name }) => join(folder.path, `${name}.sql`));
  for (const [i, { text }] of texts.entries()) await writeFile(paths[i] ?? '', `${text.replace('--! tx: none\n', '')}\n`);
  // It exits with 1 when there are findings.
  const { stdout } = await promisify(execFile)(process.execPath, [squawk, '--reporter', 'json', '--pg-version', '18', ...paths], {
    maxBuffer: 64 << 20,
  }).catch((error) => error as { stdout: string });
  const theirs = JSON.parse(stdout) as { readonly file: string; readonly rule_name: string }[];
  expect(theirs.length).toBeGreaterThan(100);

  const missed: string[] = [];
  const used = new Set<string>();
  for (const { name, text, after } of texts) {
    const found = theirs.filter(({ file }) => basename(file, '.sql') === name).map((one) => one.rule_name);
    const ours = (await lintText(text, { before: `${given}\n${after.replace('concurrently', '')}` })).filter(
      ({ waived }) => waived === undefined,
    );
    for (const rule of new Set(found)) {
      const key = `${name.split(' ')[0]} ${rule}`;
      if (notShared[rule] !== undefined) continue;
      if (name.endsWith('good') && harmless[key] !== undefined) used.add(key);
      else if (ours.length === 0) missed.push(`${name}: ${rule}`);
    }
  }
  expect(missed).toEqual([]);
  expect([...used].sort()).toEqual(Object.keys(harmless).sort());
});
