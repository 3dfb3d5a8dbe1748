/** `npm run generate:locks`: measures every statement of the lock truth table and writes what was found. */
import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { formatTruths, truthPath } from '../src/foundation/migrate/rehearse/lock-truth/cases.ts';
import { measureCases } from '../src/foundation/migrate/rehearse/lock-truth/measure-cases.ts';
import { root } from './queries/capabilities.ts';
import { withScratchDatabase } from './queries/scratch.ts';

const truths = await withScratchDatabase(({ host, port, user = '', password, database = '' }) =>
  measureCases({ host, port, user, database, ...(typeof password === 'string' && { password }) }),
);
writeFileSync(truthPath, formatTruths(truths));
console.log(`${relative(root, truthPath)}: ${truths.cases.length} statements measured on ${truths.server}`);
