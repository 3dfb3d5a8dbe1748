import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');

// Says which modules the command line loads, one a line.
const program = `
  import { registerHooks } from 'node:module';
  const loaded = [];
  registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
  const { main } = await import(${JSON.stringify(join(root, 'src/platform/main.ts'))});
  await main(['config', 'show', '--json', '--config', 'plinth.config.ts']);
  console.error(loaded.filter((url) => url.startsWith('file:')).join('\\n'));
`;

test('to know its commands the command line loads what they are called, not what they do', () => {
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { cwd: root, encoding: 'utf8' });
  expect(status).toBe(0);
  const loaded = stderr.trim().split('\n');
  expect(loaded.length).toBeGreaterThan(50);
  const packages = new Set(loaded.flatMap((url) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? []));
  expect([...packages].sort()).toEqual(['commander', 'typebox']);
  const work = loaded.filter((url) => /\/(src\/(?!kernel|platform|serve\/cli)|blueprints\/)/.test(url));
  const light = /\/(manifest|options|errors|types|index|surface)\.ts$|\/(surface|model)\//;
  expect(work.filter((url) => !light.test(url))).toEqual([]);
});
