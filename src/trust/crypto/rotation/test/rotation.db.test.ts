import { afterAll, describe, expect, test } from 'vitest';
import { cryptoFixture } from '../../test/fixture.ts';
import { testKey, wakefulClock } from '../../test/harness.ts';

const waits: number[] = [];
let onSleep = async () => {};
const clock = wakefulClock(async (ms) => {
  waits.push(ms);
  await onSleep();
});
const fixture = await cryptoFixture({ clock });
afterAll(() => fixture[Symbol.asyncDispose]());
const { crypto, tenancy, insert, database } = fixture;
const emails = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ email: `p${n}@example.org`, note: n % 3 === 0 ? null : `note ${n}` }));
const read = async (tenantId: string) => {
  const { rows } = await database.client.query('select * from shop.people where tenant_id = $1 order by id', [tenantId]);
  return (await crypto.table({ tenantId, table: 'shop.people' })).decryptRows(rows);
};
const versions = async (tenantId: string, column = 'email') =>
  (
    await database.client.query(
      `select distinct get_byte(${column}, 2) as version from shop.people where tenant_id = $1 and ${column} is not null order by 1`,
      [tenantId],
    )
  ).rows.map(({ version }) => version);

describe('data keys', () => {
  test('[I7] every row is sealed anew, stays readable, and no other tenant is touched', async () => {
    const [a, b] = [await tenancy.create({ slug: 'rotated' }), await tenancy.create({ slug: 'left-alone' })];
    await insert(a.id, emails(1_200));
    await insert(b.id, emails(3));
    const before = await read(a.id);
    const index = await database.client.query('select id, email_index from shop.people where tenant_id = $1 order by id', [a.id]);
    const lines: string[] = [];
    const rotations = await crypto.rotate({ tenantId: a.id, onProgress: (line) => lines.push(line) });
    expect(rotations.map(({ purpose, version, isProven, isResumed }) => ({ purpose, version, isProven, isResumed }))).toEqual([
      { purpose: 'notes', version: 2, isProven: true, isResumed: false },
      { purpose: 'personal', version: 2, isProven: true, isResumed: false },
    ]);
    expect(rotations.find(({ purpose }) => purpose === 'personal')).toMatchObject({ rowsSealedAnew: 1_200, unreadable: [] });
    for (const { statement, rowsLeft } of rotations.flatMap(({ proof }) => proof)) {
      expect(rowsLeft).toBe(0);
      expect((await database.client.query(statement)).rows).toEqual([{ count: '0' }]);
    }
    expect((await read(a.id)).map(({ email, note }) => ({ email, note }))).toEqual(before.map(({ email, note }) => ({ email, note })));
    expect(await versions(a.id)).toEqual([2]);
    expect(await versions(b.id)).toEqual([1]);
    // The blind index has to stay what it was.
    expect((await database.client.query('select id, email_index from shop.people where tenant_id = $1 order by id', [a.id])).rows).toEqual(
      index.rows,
    );
    expect(await crypto.keys(a.id)).toMatchObject([
      { purpose: 'notes', version: 1, state: 'retiring', emptied: expect.any(Date) },
      { purpose: 'notes', version: 2, state: 'active' },
      { purpose: 'personal', version: 1, state: 'retiring', emptied: expect.any(Date) },
      { purpose: 'personal', version: 2, state: 'active' },
      { purpose: 'search', version: 1, state: 'active' },
    ]);
    expect(waits.some((ms) => ms > 30_000)).toBe(true);
    expect(lines.join('\n')).toMatch(/sealed anew[\s\S]*until every process encrypts with the new keys/);
  });

  test('[I7] what others write with the old key until they know the new one is found before the proof', async () => {
    const { id } = await tenancy.create({ slug: 'busy' });
    await insert(id, emails(5));
    const stale = await fixture.another();
    const people = await stale.table({ tenantId: id, table: 'shop.people' });
    onSleep = async () => {
      onSleep = async () => {};
      const late = '00000000-0000-7000-8000-0000000000aa';
      await database.client.query('insert into shop.people (tenant_id, id, email) values ($1, $2, $3)', [
        id,
        late,
        people.column('email').encrypt('late', [late]),
      ]);
    };
    const rotations = await crypto.rotate({ tenantId: id });
    expect(rotations.every(({ isProven }) => isProven)).toBe(true);
    expect(await versions(id)).toEqual([2]);
    expect((await read(id)).map(({ email }) => email)).toContain('late');
  });

  test('[I7] rows that others hold locked are waited for', async () => {
    const { id } = await tenancy.create({ slug: 'locked' });
    const [first] = await insert(id, emails(4));
    // Else dead rows are a reason to wait, too.
    await database.client.query('vacuum analyze shop.people');
    await database.client.query('begin');
    await database.client.query('select from shop.people where id = $1 for update', [first]);
    const lines: string[] = [];
    onSleep = async () => {
      // Before that it may wait for old transactions of neighbours.
      if (!lines.some((line) => line.includes('locked by others'))) return;
      onSleep = async () => {};
      await database.client.query('commit');
    };
    const rotations = await crypto.rotate({ tenantId: id, onProgress: (line) => lines.push(line) });
    expect(lines.join('\n')).toContain('locked by others');
    expect(rotations.every(({ isProven }) => isProven)).toBe(true);
  });

  test('[I7] a value that does not open is named, stays as it is, and keeps the rest from nothing but the proof', async () => {
    const { id } = await tenancy.create({ slug: 'damaged' });
    const [bad] = await insert(id, emails(4));
    await database.client.query('update shop.people set email = set_byte(email, 20, get_byte(email, 20) # 1) where id = $1', [bad]);
    const rotation = (await crypto.rotate({ tenantId: id })).find(({ purpose }) => purpose === 'personal');
    expect(rotation).toMatchObject({ isProven: false, unreadable: [bad], rowsSealedAnew: 3 });
    expect(await versions(id)).toEqual([1, 2]);
    // It is finished by the next run, which makes no third version.
    await database.client.query('delete from shop.people where id = $1', [bad]);
    expect(await crypto.rotate({ tenantId: id })).toMatchObject([
      { purpose: 'notes', version: 3 },
      { purpose: 'personal', version: 2, isResumed: true, isProven: true },
    ]);
  });

  test('[I7] one at a time', async () => {
    const { id } = await tenancy.create({ slug: 'twice' });
    await insert(id, emails(1));
    let second: unknown;
    onSleep = async () => {
      onSleep = async () => {};
      second = await crypto.rotate({ tenantId: id }).catch((error) => error.code);
    };
    await crypto.rotate({ tenantId: id });
    expect(second).toBe('PLINTH_CRYPTO_ROTATION_RUNS');
  });
});

describe('the master key', () => {
  const [one, two] = [testKey, Buffer.alloc(32, 8).toString('base64')];

  test('[I7] data keys are wrapped anew, data stays as it is, and the old master key opens nothing any more', async () => {
    const { id } = await tenancy.create({ slug: 'wrapped' });
    await insert(id, emails(2));
    const stored = (await database.client.query('select email from shop.people where tenant_id = $1', [id])).rows;
    await expect(crypto.rotateMasterKey()).rejects.toMatchObject({ code: 'PLINTH_CRYPTO_NO_OWN_MASTER_KEYS' });
    const both = await fixture.another({ key: `${two},${one}` });
    const keys = (await crypto.keys()).filter(({ state }) => state !== 'destroyed').length;
    const done = await both.rotateMasterKey();
    expect(done).toMatchObject({ keysWrappedAnew: keys, keysLeft: 0, spent: [expect.any(String)] });
    expect(new Set((await crypto.keys()).map(({ masterKey }) => masterKey))).toEqual(new Set([done.masterKey]));
    expect((await database.client.query('select email from shop.people where tenant_id = $1', [id])).rows).toEqual(stored);
    const onlyNew = await fixture.another({ key: two });
    const people = await onlyNew.table({ tenantId: id, table: 'shop.people' });
    const { rows } = await database.client.query('select * from shop.people where tenant_id = $1', [id]);
    expect((await people.decryptRows(rows)).map(({ email }) => email).sort()).toEqual(['p0@example.org', 'p1@example.org']);
    const onlyOld = await fixture.another({ key: one });
    await expect(onlyOld.table({ tenantId: id, table: 'shop.people' })).rejects.toMatchObject({ code: 'PLINTH_CRYPTO_MASTER_KEY_UNKNOWN' });
  });
});
