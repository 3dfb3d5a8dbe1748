/** `npm run pack`: the package as it is published, in `dist/`, and its tarball beside it. Prints the tarball's path. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildConsole } from './build-console.ts';
import { root } from './queries/capabilities.ts';

const dist = join(root, 'dist');
const run = (command: string, args: readonly string[], cwd = root) =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

rmSync(dist, { recursive: true, force: true });
await buildConsole();
run(join(root, 'node_modules/.bin/tsc'), ['-p', 'tsconfig.pack.json']);

// Files the code reads beside itself lie where they lie in the sources.
const beside = [
  'src/**/sql/**/*.sql',
  'blueprints/**/*.{sql,json,lock}',
  '{src,blueprints}/**/README.md',
  'console/dist/**/*',
  'bin/*',
  'README.md',
  'LICENSE',
  'docs/reference/*.md',
];
for (const path of globSync(beside, { cwd: root, exclude: (path) => path.endsWith('.ts') })) {
  mkdirSync(dirname(join(dist, path)), { recursive: true });
  cpSync(join(root, path), join(dist, path), { recursive: true });
}

const { scripts: _, devDependencies: __, ...description } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const compiled = (path: string) => path.replace(/\.ts$/, '.js');
description.exports = Object.fromEntries(
  Object.entries(description.exports as Record<string, string>).map(([name, path]) => [
    name,
    path.endsWith('.ts') ? { types: path.replace(/\.ts$/, '.d.ts'), default: compiled(path) } : path,
  ]),
);
writeFileSync(join(dist, 'package.json'), `${JSON.stringify(description, null, 2)}\n`);

const strays = globSync('{src,blueprints}/**/*.js', { cwd: dist }).filter((file) =>
  /(['"`])\.{1,2}\/[^'"`]*\.ts\1/.test(readFileSync(join(dist, file), 'utf8')),
);
if (strays.length > 0) throw new Error(`These would look for .ts files in the package: ${strays.join(', ')}`);
if (!existsSync(join(dist, 'console/dist/index.html'))) throw new Error('console/dist/index.html is missing: the console was not built');

const [packed] = JSON.parse(run('npm', ['pack', '--json'], dist));
console.log(join(dist, packed.filename));
