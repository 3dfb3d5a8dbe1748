import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { spawnScript, until } from '../support/index.ts';
import { serverFolder } from '../support/server-folder.ts';

/**
 * The whole platform as its user meets it: one process started by `plinth up`, other shells beside it, then
 * Ctrl-C. Everything goes through the command line and HTTP.
 */
const execute = promisify(execFile);
const plinth = new URL('../../bin/plinth.js', import.meta.url);
let folder: string;
const dataDir = () => join(folder, 'data ü');
const config = fileURLToPath(new URL('../../plinth.config.ts', import.meta.url));
const base = () => ['--config', config, '--data', dataDir(), '--http-port', '0'];

async function run(...args: string[]) {
  await using child = spawnScript(plinth, { args: [...base(), ...args], cwd: folder });
  const { code } = await child.exit();
  return { code, output: child.output() };
}

async function json(...args: string[]) {
  const { code, output } = await run(...args, '--json');
  expect(code, output).toBe(0);
  return JSON.parse(output);
}

const message = (n: number) =>
  [
    `From: Sender ${n} <sender${n}@example.org>`,
    'To: ann@example.com',
    `Subject: Offer ${n}`,
    `Message-ID: <m${n}@example.org>`,
    ...(n > 1 ? ['In-Reply-To: <m1@example.org>'] : []),
    `Date: Mon, 0${n} Jun 2026 10:00:00 +0200`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    '',
    `Grüße aus Zürich, number ${n}.`,
    '',
  ].join('\n');

beforeAll(async () => {
  folder = await serverFolder('plinth e2e ');
});
afterAll(async () => {
  await run('down');
  await rm(folder, { recursive: true, force: true });
});

test('up, work from other shells, a second up, Ctrl-C: nothing is lost and nothing stays behind', async () => {
  await using up = spawnScript(plinth, { args: [...base(), 'up'], cwd: folder });
  await up.line(/ready in/, 180_000);
  const address = /console +(http\S+)/.exec(up.output())?.[1] ?? '';
  expect((await fetch(`${address}/api/tenancy/tenants`)).status).toBe(401);
  expect((await fetch(address)).headers.get('content-security-policy')).toMatch(/default-src 'self'|default-src 'none'/);

  expect((await run('up')).output).toMatch(/already running \(pid \d+\)[\s\S]*console +http/);

  const acme = await json('tenancy', 'create', 'acme');
  await json('tenancy', 'create', 'other');
  expect(acme.slug ?? acme.tenant?.slug).toBe('acme');

  const mbox = join(folder, 'in box.mbox');
  const raw = [1, 2, 3].map(message);
  await writeFile(mbox, raw.map((text) => `From sender@example.org Mon Jun  1 10:00:00 2026\n${text}\n`).join(''));
  const first = await run('import', 'mail', mbox, '--tenant', 'acme');
  expect(first.code, first.output).toBe(0);
  const again = await json('import', 'mail', mbox, '--tenant', 'acme');
  expect(again).toMatchObject({ imported: 0, duplicates: 3 });

  const objects = await json('content', 'ls', '--tenant', 'acme', '--kind', 'raw');
  const stored = objects.objects ?? objects;
  expect(stored).toHaveLength(3);
  const hashes = raw.map((text) => createHash('sha256').update(text).digest('hex'));
  const raws = ['content', 'get', stored[0].id, '--raw', '--tenant'];
  const { stdout } = await execute(process.execPath, [fileURLToPath(plinth), ...base(), ...raws, 'acme'], { encoding: 'buffer' });
  expect(hashes).toContain(createHash('sha256').update(stdout).digest('hex'));
  expect((await run(...raws, 'other')).code).not.toBe(0);

  const trials = await run('access', 'tls', 'test');
  expect(trials.code, trials.output).toBe(0);
  const rotated = await run('access', 'rotate', 'app');
  expect(rotated.output).toContain('app logs in as plinth_app_alternate; plinth_app is refused.');

  expect((await run('tenancy', 'check')).code).toBe(0);
  expect((await run('tenancy', 'certify')).output).toMatch(/No leak in \d{4} attempts/);

  const status = await run('status');
  expect(status.output).toMatch(/oltp/);
  expect((await run('migrate', 'status', '--json')).output).not.toMatch(/"(pending|failed)"/);

  up.signal('SIGINT');
  expect(await up.exit()).toMatchObject({ code: 0 });
  await until(async () => !existsSync(join(dataDir(), 'supervisor.json')), { what: 'the lock to be gone' });
});

test('a second start is warm, takes another port when its own is taken, and finds everything again', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => taken.once('listening', resolve));
  const { port } = taken.address() as { port: number };
  await using up = spawnScript(plinth, { args: [...base(), '--http-port', String(port), 'up'], cwd: folder });
  await up.line(/ready in/, 180_000);
  expect(up.output()).not.toContain(`:${port}\n`);
  const tenants = await json('tenancy', 'list');
  expect(JSON.stringify(tenants)).toMatch(/acme[\s\S]*other/);
  const { code } = await run('down');
  expect(code).toBe(0);
  await up.exit();
  taken.close();
});
