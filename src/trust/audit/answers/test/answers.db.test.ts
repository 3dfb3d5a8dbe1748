import { generateKeyPairSync } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { tiers } from '../../../../kernel/index.ts';
import { partsFixture } from '../../test/parts-fixture.ts';
import { checkExport } from '../index.ts';

const fixture = await partsFixture({ isApart: true });
const { audit, tenancy, platform } = fixture;
const { oltp, content } = platform.databases;
const folder = await mkdtemp(join(tmpdir(), 'plinth-audit-'));
const dataDir = join(folder, 'data');
afterAll(async () => {
  await fixture[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const { id: tenantId } = await tenancy.create({ slug: 'acme' });
const { userId } = await tenancy.addUser({ tenantId, email: 'ann@acme.example', role: 'member' });
const other = await tenancy.addUser({ tenantId, email: 'bob@acme.example', role: 'member' });
await audit.settled();

const day = '2026-03-05T00:00:00.000001Z';
const range = { from: new Date('2026-03-05'), to: new Date('2026-03-06') };
const put = (database: typeof oltp, user: string, action: string, keys: readonly string[], created = day) =>
  database.client.query(
    `insert into audit.events (created, tenant_id, user_id, kind, action, target_type, target_id, row_count, keys, key_hashes, details, origin)
     values ($1, $2, $3, case when $4 = 'read' then 'access' else 'change' end, $4, 'table', 'shop.orders', cardinality($5::text[]), $5,
       array(select audit.key_hash(k) from unnest($5::text[]) k), $6, '{"clientAddress": "192.0.2.1", "userAgent": "=cmd()"}')`,
    [created, tenantId, user, action, keys, JSON.stringify({ note: 'a "b",\nc' })],
  );
// Of one microsecond, in two databases.
for (let i = 0; i < 5; i++) for (const database of [oltp, content]) await put(database, userId, 'update', [`k${i}`]);
await put(oltp, other.userId, 'read', ['k1', 'k2'], '2026-03-05T08:00:00Z');
await put(content, userId, 'insert', ['only'], '2026-03-05T09:00:00Z');

test('[I24] events of all databases are one list, newest first', async () => {
  const { events, next } = await audit.answers.events(range);
  expect(next).toBeUndefined();
  expect(events).toHaveLength(12);
  expect(events.slice(0, 2)).toMatchObject([
    { tier: 'content', user: 'ann@acme.example', tenant: 'acme', action: 'insert', keys: ['only'], clientAddress: '192.0.2.1' },
    { tier: 'oltp', user: 'bob@acme.example', action: 'read', kind: 'access', rowCount: 2, details: { note: 'a "b",\nc' } },
  ]);
});

test.each([1, 2, 3, 5])(
  '[I24] pages of %i give each event once, in the same order, also where many are of one microsecond',
  async (limit) => {
    const whole = (await audit.answers.events(range)).events.map(({ id }) => id);
    const paged: string[] = [];
    let before: string | undefined;
    do {
      const page = await audit.answers.events({ ...range, limit, ...(before !== undefined && { before }) });
      expect(page.events.length).toBeLessThanOrEqual(limit);
      paged.push(...page.events.map(({ id }) => id));
      before = page.next;
    } while (before !== undefined);
    expect(paged).toEqual(whole);
  },
);

test('[I24] each filter leaves out what it says', async () => {
  const count = async (filter: object) => (await audit.answers.events({ ...range, ...filter })).events.length;
  expect(await count({ user: 'ANN@acme.example' })).toBe(11);
  expect(await count({ user: other.userId })).toBe(1);
  expect(await count({ tenant: 'acme' })).toBe(12);
  expect(await count({ kind: 'access' })).toBe(1);
  expect(await count({ action: 'up' })).toBe(10);
  expect(await count({ action: '_' })).toBe(0);
  expect(await count({ target: 'shop.orders' })).toBe(12);
  expect(await count({ isSuccess: false })).toBe(0);
  expect(await count({ to: new Date('2026-03-05T08:30:00Z') })).toBe(11);
});

test('[I24] what nobody knows is named', async () => {
  await expect(audit.answers.events({ user: 'zoe@acme.example' })).rejects.toMatchObject({ code: 'PLINTH_AUDIT_UNKNOWN_USER' });
  await expect(audit.answers.events({ tenant: 'nowhere' })).rejects.toMatchObject({ code: 'PLINTH_TENANCY_UNKNOWN_TENANT' });
  await expect(audit.answers.events({ before: 'yesterday' })).rejects.toMatchObject({ code: 'PLINTH_AUDIT_BAD_CURSOR' });
});

test('[I24] who saw a row: who read it, and who changed it, in every database', async () => {
  const about = async (...given: Parameters<typeof audit.answers.whoSaw>) =>
    (await audit.answers.whoSaw(...given)).map(({ tier, user, action }) => `${tier} ${user} ${action}`);
  expect(await about('k1')).toEqual(['oltp bob@acme.example read', 'content ann@acme.example update', 'oltp ann@acme.example update']);
  expect(await about('only')).toEqual(['content ann@acme.example insert']);
  expect(await about('only', { table: 'shop.items' })).toEqual([]);
  expect(await about('k1', { to: new Date('2026-03-05T07:00:00Z') })).toHaveLength(2);
  expect(await about("' or true --")).toEqual([]);
});

test('[I24] an export holds every event of its time and is as it was signed', async () => {
  const file = join(folder, 'march.jsonl');
  const done = await audit.answers.export({ ...range, format: 'jsonl', file });
  const lines = (await readFile(file, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines).toHaveLength(12);
  expect(done.events).toBe(12);
  expect(lines.map(({ tier }) => tier)).toEqual([...lines.map(({ tier }) => tier)].sort((a, b) => tiers.indexOf(a) - tiers.indexOf(b)));
  expect(lines.find(({ action }) => action === 'read')).toMatchObject({
    user_id: other.userId,
    created: '2026-03-05T08:00:00+00:00',
    keys: ['k1', 'k2'],
    details: { note: 'a "b",\nc' },
  });
  const home = platform.configuration.dataDir;
  const checked = await checkExport(file, { dataDir: home });
  expect(checked).toMatchObject({ faults: [], isKeyKnown: true, fingerprint: done.fingerprint, seal: { events: 12 } });
  expect(await checkExport(file, { dataDir })).toMatchObject({ faults: [], isKeyKnown: false });

  await writeFile(file, (await readFile(file, 'utf8')).replace('bob', 'bab').replace('k2', 'k3'));
  expect((await checkExport(file, { dataDir: home })).faults).toEqual([expect.stringMatching(/^the file was changed/)]);
  await expect(audit.answers.export({ ...range, format: 'jsonl', file })).rejects.toMatchObject({ code: 'PLINTH_AUDIT_FILE_EXISTS' });
  const exports = await fixture.events("action = 'audit.export'");
  expect(exports).toMatchObject([
    { target_id: 'march.jsonl', compliance_flags: ['GDPR'], details: { format: 'jsonl', from: range.from.toISOString() } },
  ]);
});

test('[I24] CSV has a line per event, and no formula runs in it', async () => {
  const file = join(folder, 'march.csv');
  await audit.answers.export({ ...range, format: 'csv', file });
  const text = await readFile(file, 'utf8');
  expect(text.startsWith('tier,created,id,tenant_id,kind,action,')).toBe(true);
  expect(text.match(/\r\n/g)).toHaveLength(13);
  expect(text).toContain('"{""note"":""a \\""b\\"",\\nc""}"');
});

test('[I24] an export by another key than one trusts is told', async () => {
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
  const keyFile = join(folder, 'theirs.pem');
  await writeFile(keyFile, pem, { mode: 0o600 });
  const file = join(folder, 'theirs.jsonl');
  await audit.answers.export({ ...range, format: 'jsonl', file, keyFile });
  expect(await checkExport(file, { dataDir, keyFile })).toMatchObject({ faults: [], isKeyKnown: true });
  expect((await checkExport(file, { dataDir: platform.configuration.dataDir })).faults).toEqual([
    expect.stringMatching(/^it was signed by another key/),
  ]);
  await chmod(keyFile, 0o644);
  const again = { ...range, format: 'jsonl', file: join(folder, 'no.jsonl'), keyFile } as const;
  await expect(audit.answers.export(again)).rejects.toMatchObject({ code: 'PLINTH_AUDIT_BAD_KEY_FILE' });
  await writeFile(keyFile, 'no key');
  await chmod(keyFile, 0o600);
  await expect(audit.answers.export(again)).rejects.toMatchObject({ code: 'PLINTH_AUDIT_BAD_KEY_FILE' });
  await expect(checkExport(join(folder, 'nothing'), { dataDir })).rejects.toMatchObject({ code: 'PLINTH_AUDIT_NO_SEAL' });
});

test('[I24] an export that is stopped leaves nothing under its name', async () => {
  const file = join(folder, 'stopped.jsonl');
  const controller = new AbortController();
  controller.abort(new Error('stop'));
  await expect(audit.answers.export({ ...range, format: 'jsonl', file, signal: controller.signal })).rejects.toThrow();
  expect((await readdir(folder)).filter((name) => name.startsWith('stopped'))).toEqual([]);
});
