/** `npm run new-capability -- data/search`: the common shape, ready to be filled; `npm run check` passes on it at once. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { layers } from '../src/kernel/index.ts';
import { writeCapability } from './capability/template.ts';
import { root } from './queries/capabilities.ts';

const places = layers.filter((layer) => layer !== 'kernel' && layer !== 'platform');
const [layer = '', name = ''] = (process.argv[2] ?? '').split('/');
const problem = !(places as readonly string[]).includes(layer)
  ? `The layer is one of ${places.join(', ')}.`
  : !/^[a-z][a-z0-9]*$/.test(name)
    ? 'The name is one lower-case word: it becomes folder, SQL schema, error prefix and command.'
    : existsSync(join(root, 'src', layer, name))
      ? `src/${layer}/${name} exists.`
      : undefined;
if (problem) {
  console.error(`npm run new-capability -- <layer>/<name>\n${problem}`);
  process.exit(2);
}

for (const [path, text] of Object.entries(writeCapability(layer, name))) {
  const file = join(root, 'src', layer, name, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  console.log(`src/${layer}/${name}/${path}`);
}

execFileSync(join(root, 'node_modules/.bin/biome'), ['check', '--write', `src/${layer}/${name}`], { cwd: root, stdio: 'ignore' });

const packageFile = join(root, 'package.json');
const description = JSON.parse(readFileSync(packageFile, 'utf8'));
description.exports = { ...description.exports, [`./${name}`]: `./src/${layer}/${name}/index.ts` };
writeFileSync(packageFile, `${JSON.stringify(description, null, 2)}\n`);
console.log(`package.json: plinth/${name}\nNext: add its manifest to src/platform/capabilities.ts.`);
