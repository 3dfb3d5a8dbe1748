/**
 * `npm run lock`: enters into the lock file the optional packages of other platforms that the registry at hand did not have.
 * npm leaves those out, and then `npm ci` refuses the lock file everywhere. Their versions are exact in the packages that
 * name them; only the hash stays unknown.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { completeLock } from './checks/lock-file.ts';
import { root } from './queries/capabilities.ts';

const file = join(root, 'package-lock.json');
const lock = JSON.parse(readFileSync(file, 'utf8'));
const added = completeLock(lock);
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(added.length === 0 ? 'complete' : `added ${added.join(', ')}`);
