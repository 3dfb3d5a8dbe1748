import { mkdir } from 'node:fs/promises';
import { inspect } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { spawnScript } from '../../../../../tests/support/index.ts';
import { cryptoFixture } from '../../test/fixture.ts';
import { testKey } from '../../test/harness.ts';
import { DataKeys, ringLifeMs } from '../data-keys.ts';
import { LocalKeySource } from '../local-key-source.ts';

const fixture = await cryptoFixture();
afterAll(() => fixture[Symbol.asyncDispose]());
const { crypto, tenancy, connect, insert, database, dataDir, audited } = fixture;
const work = { tier: 'oltp', tag: 'test.people' } as const;
const read = async (opened: typeof crypto, tenantId: string) => {
  const rows = await tenancy.run(
    { tenantId },
    work,
    async (tx) => (await tx.query({ text: 'select id, email, note from shop.people order by id' })).rows,
  );
  return (await opened.table({ tenantId, table: 'shop.people' })).decryptRows(rows as { id: string; email: Buffer; note: Buffer }[]);
};
let monotonicMs = 0;
const clock = { now: () => new Date(), monotonicMs: () => monotonicMs, sleep: async () => {} };
const sourceOf = (...bytes: number[]) =>
  new LocalKeySource({ origin: 'test', read: async () => bytes.map((byte) => Buffer.alloc(32, byte).toString('base64')).join('\n') });
const dataKeysWith = (source = sourceOf(7)) => new DataKeys({ connect, clock, source: () => source });

describe('the first key', () => {
  test('[I3] two processes that need it at once use the same', async () => {
    const { id } = await tenancy.create({ slug: 'racing' });
    const program = new URL('./first-key.ts', import.meta.url);
    const args = [JSON.stringify({ endpoint: database.endpoint, tenantId: id, dataDir })];
    const children = [1, 2, 3].map(() => spawnScript(program, { args }));
    await using stack = new AsyncDisposableStack();
    for (const child of children) stack.use(child);
    for (const child of children) expect(await child.exit(), child.output()).toMatchObject({ code: 0 });
    const sealed = children.map((child) => /^sealed ([0-9a-f]+)$/m.exec(child.output())?.[1] ?? '');
    expect(await crypto.keys(id)).toHaveLength(1);
    const values = await crypto.values({ tenantId: id, purpose: 'race', name: 'race' });
    for (const hex of sealed) expect(values.decrypt(Buffer.from(hex, 'hex'), ['x'])).toBe('from a child');
  });

  test('[I3] a machine with a master key of its own is told, before it makes anything', async () => {
    const { id } = await tenancy.create({ slug: 'other-machine' });
    const folder = `${dataDir}-of-another`;
    await mkdir(folder, { recursive: true });
    // Its key file is missing, so it stops at the start; with a file of its own it stops at the first key.
    await expect(fixture.another({}, { dataDir: folder })).rejects.toMatchObject({
      code: 'PLINTH_CRYPTO_KEY_FILE_MISSING',
      message: expect.stringContaining(`${folder}.keys/master.key`),
    });
    const stranger = await fixture.another({ key: Buffer.alloc(32, 9).toString('base64') });
    await expect(stranger.values({ tenantId: id, purpose: 'x', name: 'x' })).rejects.toMatchObject({
      code: 'PLINTH_CRYPTO_MASTER_KEY_UNKNOWN',
    });
    expect(await crypto.keys(id)).toEqual([]);
  });

  test('[I3] there is none for a tenant that does not exist', async () => {
    const tenantId = '0190d1f0-0000-7000-8000-000000000001';
    await expect(crypto.values({ tenantId, purpose: 'x', name: 'x' })).rejects.toMatchObject({ code: 'PLINTH_TENANCY_UNKNOWN_TENANT' });
  });

  test('[I3] a key management service stands in for the options', async () => {
    const calls: string[] = [];
    const service = {
      origin: 'a service',
      ids: async () => ['service-1', ...(await sourceOf(7).ids())],
      async wrap(dataKey: Buffer) {
        calls.push('wrap');
        return { id: 'service-1', wrapped: Buffer.from(dataKey.map((byte) => byte ^ 0xff)) };
      },
      async unwrap(_: string, wrapped: Buffer) {
        calls.push('unwrap');
        return Buffer.from(wrapped.map((byte) => byte ^ 0xff));
      },
    };
    const { id } = await tenancy.create({ slug: 'serviced' });
    const serviced = await fixture.another({}, { keySource: service });
    const values = await serviced.values({ tenantId: id, purpose: 'x', name: 'x' });
    expect(values.decrypt(values.encrypt('t', ['k']), ['k'])).toBe('t');
    expect(calls).toEqual(['wrap', 'unwrap']);
    await database.client.query('delete from crypto.keys where tenant_id = $1', [id]);
  });
});

describe('a key that is not what it was', () => {
  test('[I2] in the row of another tenant it does not unwrap', async () => {
    const [one, two] = [await tenancy.create({ slug: 'swap-1' }), await tenancy.create({ slug: 'swap-2' })];
    for (const { id } of [one, two]) await crypto.values({ tenantId: id, purpose: 'x', name: 'x' });
    await database.client.query(
      'update crypto.keys set wrapped = (select wrapped from crypto.keys where tenant_id = $1) where tenant_id = $2',
      [one.id, two.id],
    );
    const another = await fixture.another();
    await expect(another.values({ tenantId: two.id, purpose: 'x', name: 'x' })).rejects.toMatchObject({
      code: 'PLINTH_CRYPTO_MASTER_KEY_REFUSED',
    });
    await database.client.query('delete from crypto.keys where tenant_id = $1', [two.id]);
  });
});

describe('clear keys', () => {
  test('[I4] are in no error, no inspection and no JSON', async () => {
    const { id } = await tenancy.create({ slug: 'hidden' });
    const keys = dataKeysWith();
    const ring = await keys.ring(id, 'x');
    const clear = ring.active.key.export();
    const shown = [ring, keys, crypto].map((one) => inspect(one, { depth: null, showHidden: true }) + JSON.stringify(one)).join('\n');
    for (const form of [clear.toString('hex'), clear.toString('base64'), inspect(clear).slice(8, 40)]) expect(shown).not.toContain(form);
    keys.close();
  });

  test('[I4] are wiped when nobody used them for a minute, and then encrypt nothing', async () => {
    const { id } = await tenancy.create({ slug: 'idle' });
    const keys = dataKeysWith();
    const ring = await keys.ring(id, 'x');
    monotonicMs += 2 * ringLifeMs + 1;
    keys.sweep();
    expect(() => ring.active).toThrow(/not in memory any more/);
    expect(ring.find(1)).toBeUndefined();
    expect((await keys.ring(id, 'x')).active.version).toBe(1);
    keys.close();
  });

  test('[I4] wiped while they are loaded anew, they are what they were', async () => {
    const { id } = await tenancy.create({ slug: 'wiped-meanwhile' });
    const source = sourceOf(7);
    let onUnwrap = () => {};
    const slow = {
      origin: 'test',
      ids: () => source.ids(),
      wrap: source.wrap.bind(source),
      unwrap(...given: Parameters<typeof source.unwrap>) {
        onUnwrap();
        return source.unwrap(...given);
      },
    };
    const [keys, other] = [new DataKeys({ connect, clock, source: () => slow }), dataKeysWith()];
    const clear = (await keys.ring(id, 'x')).active.key.export();
    await other.advance(id, 'x');
    onUnwrap = () => keys.forget(id);
    const ring = await keys.ring(id, 'x', { isFresh: true });
    expect(ring.find(1)?.key.export()).toEqual(clear);
    expect(ring.active.version).toBe(2);
    keys.close();
    other.close();
  });

  test('[I4] of a new version are taken up within half a minute, at once where a value asks for it', async () => {
    const { id } = await tenancy.create({ slug: 'following' });
    await insert(id, [{ email: 'a@b.example' }]);
    const [leader, follower] = [dataKeysWith(), dataKeysWith()];
    await follower.ring(id, 'personal');
    const another = await fixture.another();
    await read(another, id);
    expect(await leader.advance(id, 'personal')).toBe(2);
    expect((await follower.ring(id, 'personal')).active.version).toBe(1);
    monotonicMs += ringLifeMs;
    expect((await follower.ring(id, 'personal')).active.version).toBe(2);
    const third = await fixture.another();
    const sealed = (await third.table({ tenantId: id, table: 'shop.people' }))
      .column('email')
      .encrypt('new', ['00000000-0000-7000-8000-000000000001']);
    const people = await another.table({ tenantId: id, table: 'shop.people' });
    expect(await people.decryptRows([{ id: '00000000-0000-7000-8000-000000000001', email: sealed }])).toMatchObject([{ email: 'new' }]);
    leader.close();
    follower.close();
  });
});

describe('shredding', () => {
  test('[I8] destroys every key of the tenant for every process, keeps the others, and is recorded first', async () => {
    const [gone, kept] = [await tenancy.create({ slug: 'gone' }), await tenancy.create({ slug: 'kept' })];
    for (const { id } of [gone, kept]) await insert(id, [{ email: 'a@b.example', note: 'n' }]);
    const another = await fixture.another();
    expect(await read(another, gone.id)).toMatchObject([{ email: 'a@b.example', note: 'n' }]);
    const unrecorded = await fixture.another({ key: testKey }, { isAudited: false });
    await expect(unrecorded.shred(gone.id)).rejects.toMatchObject({ code: 'PLINTH_CRYPTO_NO_AUDIT' });

    const shredding = await crypto.shred(gone.id);
    expect(shredding.destroyed.map(({ purpose }) => purpose).sort()).toEqual(['notes', 'personal', 'search']);
    expect(shredding.proof).toHaveLength(3);
    expect(shredding.remains.join()).toContain('rotate --kek');
    expect(audited.at(-1)).toMatchObject({ action: 'crypto.shred', tenantId: gone.id });
    await expect(read(crypto, gone.id)).rejects.toMatchObject({ code: 'PLINTH_CRYPTO_KEYS_DESTROYED' });
    await expect(read(await fixture.another(), gone.id)).rejects.toMatchObject({ code: 'PLINTH_CRYPTO_KEYS_DESTROYED' });
    await expect(crypto.values({ tenantId: gone.id, purpose: 'fresh', name: 'x' })).rejects.toMatchObject({
      code: 'PLINTH_CRYPTO_KEYS_DESTROYED',
    });
    expect(await read(crypto, kept.id)).toMatchObject([{ email: 'a@b.example', note: 'n' }]);
    const { rows } = await database.client.query('select state, wrapped, master_key from crypto.keys where tenant_id = $1', [gone.id]);
    expect(rows).toEqual([1, 2, 3].map(() => ({ state: 'destroyed', wrapped: null, master_key: null })));
    expect((await crypto.shred(gone.id)).destroyed).toEqual([]);
  });

  test('[I8] a process that still holds the keys is refused when it compares them', async () => {
    const { id } = await tenancy.create({ slug: 'held' });
    const holder = dataKeysWith();
    const ring = await holder.ring(id, 'x');
    await crypto.shred(id);
    monotonicMs += ringLifeMs;
    await expect(holder.ring(id, 'x')).rejects.toMatchObject({ code: 'PLINTH_CRYPTO_KEYS_DESTROYED' });
    expect(ring.isWiped).toBe(true);
    holder.close();
  });
});

test('[I4] wrapped keys are out of reach of the application', async () => {
  const { id } = await tenancy.create({ slug: 'curious' });
  await crypto.values({ tenantId: id, purpose: 'x', name: 'x' });
  const attempt = (text: string) => tenancy.run({ tenantId: id }, work, (tx) => tx.query({ text })).catch((error) => error.code);
  for (const text of [
    'select * from crypto.keys',
    "update crypto.keys set state = 'destroyed'",
    'select * from crypto.encrypted_columns',
    "select crypto.declare_column('shop.people', 'email')",
  ]) {
    expect(await attempt(text), text).toBe('PLINTH_SQL_FORBIDDEN');
  }
});
