/** `npm run check`: every rule of the repository that needs no database, side by side. `npm run check -- types shape` runs some of them. */

import type { Check } from './checks/files.ts';
import { checkGenerated } from './checks/generated.ts';
import { checkLockFile } from './checks/lock-file.ts';
import { checkConsoleTypes, checkFormat, checkImports, checkTypes, checkUnused } from './checks/programs.ts';
import { checkShape } from './checks/shape.ts';
import { checkSql } from './checks/sql.ts';
import { checkWords } from './checks/words.ts';
import { root } from './queries/capabilities.ts';

const checks: Readonly<Record<string, Check>> = {
  format: checkFormat,
  types: checkTypes,
  'console-types': checkConsoleTypes,
  imports: checkImports,
  shape: checkShape,
  sql: checkSql,
  generated: checkGenerated,
  unused: checkUnused,
  'lock-file': checkLockFile,
  words: checkWords,
};

const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !(name in checks));
if (unknown) {
  console.error(`No check is named ${unknown}. There are: ${Object.keys(checks).join(', ')}.`);
  process.exit(2);
}

const results = await Promise.all(
  Object.entries(checks)
    .filter(([name]) => wanted.length === 0 || wanted.includes(name))
    .map(async ([name, check]) => {
      const start = performance.now();
      const findings = await check(root).catch((error: Error) => [
        { file: '', line: undefined, message: `the check itself failed: ${error.message}` },
      ]);
      return { name, findings, ms: Math.round(performance.now() - start) };
    }),
);

for (const { name, findings } of results.filter((result) => result.findings.length > 0)) {
  console.log(`\n${name}`);
  for (const { file, line, message } of findings) console.log(`  ${file ? `${file}${line ? `:${line}` : ''}: ` : ''}${message}`);
}
console.log(`\n${'check'.padEnd(14)} ${'result'.padEnd(14)} ${'ms'.padStart(6)}`);
for (const { name, findings, ms } of results) {
  const verdict = findings.length === 0 ? 'ok' : `${findings.length} finding${findings.length === 1 ? '' : 's'}`;
  console.log(`${name.padEnd(14)} ${verdict.padEnd(14)} ${String(ms).padStart(6)}`);
}
process.exitCode = results.every(({ findings }) => findings.length === 0) ? 0 : 1;
