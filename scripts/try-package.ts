/** Installs the packed tarball in an empty folder and runs it as a stranger would: help, up until ready, status, down, destroy. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';

const tarball = process.argv[2];
if (!tarball) throw new Error('node scripts/try-package.ts <tarball>');

const folder = mkdtempSync(join(tmpdir(), 'plinth package '));
// Without this project's node_modules/.bin: the Node of the machine, as after a first `npm install plinth`.
const path = (process.env.PATH ?? '')
  .split(':')
  .filter((entry) => !entry.includes('node_modules'))
  .join(':');
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_|^NODE_OPTIONS$/i.test(name)));
const options = { cwd: folder, env: { ...environment, PATH: path }, encoding: 'utf8' } as const;
const plinth = (...args: string[]) => execFileSync(join(folder, 'node_modules/.bin/plinth'), args, options);

try {
  writeFileSync(join(folder, 'package.json'), '{ "name": "stranger", "private": true, "type": "module" }\n');
  execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', tarball], { ...options, stdio: 'inherit' });

  const help = plinth('--help');
  if (!/\bup\b/.test(help)) throw new Error(`plinth --help does not name "up":\n${help}`);

  const start = performance.now();
  const up = spawn(join(folder, 'node_modules/.bin/plinth'), ['up', '--http-port', '0'], {
    ...options,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve) => up.on('exit', resolve));
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('plinth up was not ready within 60 s')), 60_000);
    createInterface({ input: up.stdout }).on('line', (line) => {
      console.log(`  ${line}`);
      if (/ready in/.test(line)) resolve(clearTimeout(timer));
    });
    void ended.then((code) => reject(new Error(`plinth up ended with ${code} before it was ready`)));
  });
  console.log(`ready after ${Math.round(performance.now() - start)} ms`);
  console.log(plinth('status'));
  plinth('down');
  const code = await ended;
  if (code !== 0) throw new Error(`plinth up ended with ${code} after plinth down`);
  console.log(plinth('destroy', '--confirm', basename(folder)));
  console.log('The package installs, starts, answers, stops and leaves nothing.');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
