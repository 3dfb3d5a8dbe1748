import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { until } from '../../../../../tests/support/index.ts';
import type { Holds } from '../../../../foundation/partition/index.ts';
import { isGenuine } from '../../index.ts';
import { type TenancyFixture, tenancyFixture } from '../../test/fixture.ts';
import { folderData } from './folder-data.ts';
import { fillShop, hashShop, makeShop, rowsAnywhere } from './shop.ts';

const folder = await mkdtemp(join(tmpdir(), 'plinth-lifecycle-'));
const fileOf = (name: string) => join(folder, name);
let hold: Holds['holdOn'] = async () => undefined;

async function platform(name: string): Promise<TenancyFixture> {
  const filled = {
    data: () => [{ by: 'files', value: folderData(fileOf(name)) }],
    holds: (): Holds => ({ holdOn: (part) => hold(part) }),
  };
  const fixture = await tenancyFixture({ filled });
  return fixture;
}
const [here, there] = [await platform('here'), await platform('there')];
await makeShop(here.owner);
await makeShop(there.owner, { later: "alter table shop.orders add column later text not null default 'new'" });
afterAll(async () => {
  await here[Symbol.asyncDispose]();
  await there[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** A tenant with rows everywhere, and a second one beside it. */
async function shopOf(slug: string): Promise<{ id: string; userId: string }> {
  const { id } = await here.tenancy.create({ slug, name: `${slug} Inc.` });
  const { userId } = await here.tenancy.addUser({ tenantId: id, email: `${slug}@example.org`, role: 'owner' });
  await fillShop(here.owner, id, userId);
  await mkdir(join(fileOf('here'), id), { recursive: true });
  await writeFile(join(fileOf('here'), id, 'a b.bin'), Buffer.from([0, 255, 13, 10]));
  return { id, userId };
}
const read = (tenantId: string, change: object = {}) =>
  here.tenancy.run({ tenantId }, { tier: 'oltp', tag: 'test', isReadOnly: true, ...change }, async (tx) =>
    Number((await tx.query({ text: 'select count(*) as n from shop.orders' })).rows[0].n),
  );
const write = (tenantId: string, tier: 'oltp' | 'content' = 'oltp') =>
  here.tenancy.run({ tenantId }, { tier, tag: 'test' }, (tx) =>
    tier === 'oltp'
      ? tx.query({ text: `insert into shop.customers (tenant_id, name) values ('${tenantId}', 'new')` })
      : tx.query({ text: `insert into shop.pictures (tenant_id, bytes) values ('${tenantId}', '')` }),
  );

const [acme, other] = [await shopOf('acme'), await shopOf('other')];

describe('suspend and resume', () => {
  test('[I14] a suspended tenant is read, not written, in every tier, and by nobody who only says that he reads', async () => {
    await here.tenancy.lifecycle.suspend('acme');
    expect(await read(acme.id)).toBe(12_000);
    expect(await read(acme.id, {})).toBe(12_000);
    for (const tier of ['oltp', 'content'] as const) {
      await expect(write(acme.id, tier)).rejects.toMatchObject({ code: 'PLINTH_TENANCY_SUSPENDED', httpStatus: 423 });
    }
    const sly = here.tenancy.run({ tenantId: acme.id }, { tier: 'oltp', tag: 'test', isReadOnly: true }, (tx) =>
      tx.query({ text: 'set transaction read write' }),
    );
    await expect(sly).rejects.toThrow();
    await write(other.id);
    expect(await here.tenancy.find('acme')).toMatchObject({ state: 'suspended' });
    expect(await here.tenancy.create({ slug: 'acme' })).toMatchObject({ state: 'suspended' });
    await expect(readFile(join(fileOf('here'), acme.id, 'paused'))).resolves.toBeDefined();
    await here.tenancy.lifecycle.resume('acme');
    await write(acme.id);
    await here.owner('oltp', `delete from shop.customers where name = 'new'`);
    await expect(readFile(join(fileOf('here'), acme.id, 'paused'))).rejects.toThrow();
    expect((await here.tenancy.lifecycle.operations(acme.id)).map(({ kind, completed }) => [kind, completed instanceof Date])).toEqual([
      ['resume', true],
      ['suspend', true],
    ]);
  });

  test('[I14] suspending waits for those who were let in before', async () => {
    const release = Promise.withResolvers<void>();
    const inside = Promise.withResolvers<void>();
    const writer = here.tenancy.run({ tenantId: acme.id }, { tier: 'oltp', tag: 'test' }, async () => {
      inside.resolve();
      await release.promise;
    });
    await inside.promise;
    const lines: string[] = [];
    let isDone = false;
    const suspended = here.tenancy.lifecycle.suspend('acme', { onProgress: (line) => lines.push(line) }).then(() => (isDone = true));
    await until(async () => lines.some((line) => line.includes('waiting for 1 transactions in oltp')), { what: 'waiting' });
    expect(isDone).toBe(false);
    release.resolve();
    await writer;
    await suspended;
    await here.tenancy.lifecycle.resume('acme');
  });

  test('[I15] one thing at a time is done with a tenant; what cannot be done in its state is refused by name', async () => {
    const release = Promise.withResolvers<void>();
    const inside = Promise.withResolvers<void>();
    const writer = here.tenancy.run({ tenantId: acme.id }, { tier: 'oltp', tag: 'test' }, async () => {
      inside.resolve();
      await release.promise;
    });
    await inside.promise;
    const first = here.tenancy.lifecycle.suspend('acme');
    await until(async () => (await here.tenancy.find('acme')).state === 'suspended', { what: 'suspended' });
    await expect(here.tenancy.lifecycle.resume('acme')).rejects.toMatchObject({ code: 'PLINTH_TENANCY_OPERATION_BUSY', retryable: true });
    release.resolve();
    await Promise.all([writer, first]);
    await here.tenancy.lifecycle.resume('acme');
    await here.owner('oltp', "insert into tenancy.tenants (id, slug, name) values (uuidv7(), 'halfway', 'Half')");
    await expect(here.tenancy.lifecycle.suspend('halfway')).rejects.toMatchObject({ code: 'PLINTH_TENANCY_WRONG_STATE' });
    await expect(here.tenancy.lifecycle.suspend('nowhere')).rejects.toMatchObject({ code: 'PLINTH_TENANCY_UNKNOWN_TENANT' });
  });
});

describe('export and import', () => {
  test('[I17] what is imported elsewhere is what was exported: rows, users, pieces; later columns take their defaults', async () => {
    const target = fileOf('acme-export');
    await here.tenancy.lifecycle.suspend('acme');
    const manifest = await here.tenancy.lifecycle.export('acme', { folder: target });
    await here.tenancy.lifecycle.resume('acme');
    expect(isGenuine(manifest)).toBe(true);
    expect(JSON.parse(await readFile(join(target, 'manifest.json'), 'utf8'))).toEqual(manifest);
    expect(manifest).toMatchObject({ isQuiet: true, users: { rows: 1 }, data: [{ by: 'files', counts: { files: 1 } }] });
    const orders = manifest.tables.find(({ table }) => table === 'shop.orders');
    expect(orders).toMatchObject({
      rows: 12_000,
      format: 'text',
      columns: expect.not.arrayContaining([expect.objectContaining({ name: 'words' })]),
    });
    expect(manifest.tables.find(({ table }) => table === 'shop.pictures')).toMatchObject({ rows: 300, format: 'binary', tier: 'content' });
    expect(manifest.tables.find(({ table }) => table === 'shop.visits')?.range?.from).toMatch(/^2019-05-03/);

    const lines: string[] = [];
    const tenant = await there.tenancy.lifecycle.import({ folder: target }, { onProgress: (line) => lines.push(line) });
    expect(tenant).toMatchObject({ id: acme.id, slug: 'acme', name: 'acme Inc.', state: 'active' });
    expect(lines).toContain('acme: shop.orders: 12000 rows');
    const [before, after] = [await hashShop(here.databases, acme.id), await hashShop(there.databases, acme.id)];
    const { rows } = await there.databases.oltp.client.query('select distinct later from shop.orders');
    expect(rows).toEqual([{ later: 'new' }]);
    await there.owner('oltp', 'alter table shop.orders drop column later');
    expect(await hashShop(there.databases, acme.id)).toEqual(before);
    expect(after['shop.pictures']).toBe(before['shop.pictures']);
    expect(await there.tenancy.members(acme.id)).toMatchObject([{ userId: acme.userId, email: 'acme@example.org', role: 'owner' }]);
    expect(await readFile(join(fileOf('there'), acme.id, 'a b.bin'))).toEqual(Buffer.from([0, 255, 13, 10]));
    // What comes next does not collide with what came.
    await there.tenancy.run({ tenantId: acme.id, userId: acme.userId }, { tier: 'oltp', tag: 'test' }, async (tx) => {
      const text = `insert into shop.orders (tenant_id, customer_id, note) select tenant_id, id, 'next' from shop.customers limit 1`;
      expect((await tx.query({ text })).rowCount).toBe(1);
    });
    // Asked again, it is what it is.
    expect(await there.tenancy.lifecycle.import({ folder: target })).toEqual(tenant);
    await expect(there.tenancy.lifecycle.import({ folder: target, slug: 'twice' })).rejects.toMatchObject({
      code: 'PLINTH_TENANCY_TENANT_TAKEN',
    });
    await expect(here.tenancy.lifecycle.import({ folder: target })).rejects.toMatchObject({ code: 'PLINTH_TENANCY_TENANT_TAKEN' });
  });

  test('[I17] an export of a tenant at work says so, and other folders are left alone', async () => {
    const target = fileOf('busy-export');
    expect(await here.tenancy.lifecycle.export('acme', { folder: target })).toMatchObject({ isQuiet: false });
    await expect(here.tenancy.lifecycle.export('acme', { folder: target })).rejects.toMatchObject({ code: 'PLINTH_TENANCY_FOLDER_IN_USE' });
    await expect(here.tenancy.lifecycle.import({ folder: fileOf('nowhere') })).rejects.toMatchObject({ code: 'PLINTH_TENANCY_NO_EXPORT' });
  });

  describe('what is not as it was exported', () => {
    const damaged = async (name: string, file: string, change: (bytes: Buffer) => Buffer) => {
      const target = fileOf(name);
      await here.tenancy.lifecycle.export('other', { folder: target });
      await writeFile(join(target, file), change(await readFile(join(target, file))));
      return target;
    };
    const flip = (bytes: Buffer) => {
      bytes[Math.floor(bytes.length / 2)] = (bytes[Math.floor(bytes.length / 2)] ?? 0) ^ 1;
      return bytes;
    };

    test('[I18] a changed byte is found, nothing is visible, and the same import goes on with the right file', async () => {
      const target = await damaged('flipped', 'oltp/shop.orders.copy.zst', (bytes) => bytes);
      const good = await readFile(join(target, 'oltp/shop.orders.copy.zst'));
      await writeFile(join(target, 'oltp/shop.orders.copy.zst'), flip(Buffer.from(good)));
      await expect(there.tenancy.lifecycle.import({ folder: target })).rejects.toMatchObject({ code: 'PLINTH_TENANCY_EXPORT_DAMAGED' });
      expect(await there.tenancy.find('other')).toMatchObject({ state: 'provisioning' });
      const entered = there.tenancy.run({ tenantId: other.id }, { tier: 'oltp', tag: 'test', isReadOnly: true }, async () => {});
      await expect(entered).rejects.toMatchObject({ code: 'PLINTH_TENANCY_UNKNOWN_TENANT' });
      await expect(there.tenancy.create({ slug: 'other' })).rejects.toMatchObject({ code: 'PLINTH_TENANCY_HALF_IMPORTED' });
      await expect(there.tenancy.lifecycle.suspend('other')).rejects.toMatchObject({ code: 'PLINTH_TENANCY_WRONG_STATE' });
      await writeFile(join(target, 'oltp/shop.orders.copy.zst'), good);
      expect(await there.tenancy.lifecycle.import({ folder: target })).toMatchObject({ state: 'active' });
      expect((await hashShop(there.databases, other.id))['shop.orders']).toBe((await hashShop(here.databases, other.id))['shop.orders']);
      await there.tenancy.lifecycle.erase('other', { confirm: 'other' });
    });

    test('[I18] a manifest that was changed is refused, by its signature', async () => {
      const target = await damaged('forged', 'manifest.json', (bytes) =>
        Buffer.from(bytes.toString().replace('"rows": 12000', '"rows": 11999')),
      );
      await expect(there.tenancy.lifecycle.import({ folder: target })).rejects.toMatchObject({ code: 'PLINTH_TENANCY_EXPORT_DAMAGED' });
      await expect(there.tenancy.find('other')).rejects.toMatchObject({ code: 'PLINTH_TENANCY_UNKNOWN_TENANT' });
    });

    test('[I18] what this platform does not know is refused by name, before anything is written', async () => {
      const target = fileOf('unknown');
      await here.owner('oltp', 'alter table shop.orders add column extra text');
      await here.tenancy.lifecycle.export('other', { folder: target });
      await here.owner('oltp', 'alter table shop.orders drop column extra');
      await expect(there.tenancy.lifecycle.import({ folder: target })).rejects.toMatchObject({
        code: 'PLINTH_TENANCY_DOES_NOT_FIT',
        message: expect.stringContaining('shop.orders has no column extra'),
      });
      await expect(there.tenancy.find('other')).rejects.toMatchObject({ code: 'PLINTH_TENANCY_UNKNOWN_TENANT' });
    });
  });

  test('[I18] a person whose address is another’s here is named; the half import is taken back by erasing it', async () => {
    const { id } = await shopOf('third');
    const target = fileOf('third-export');
    await here.tenancy.lifecycle.export('third', { folder: target });
    await there.tenancy.create({ slug: 'home' });
    await there.tenancy.addUser({ tenantId: (await there.tenancy.find('home')).id, email: 'third@example.org', role: 'viewer' });
    await expect(there.tenancy.lifecycle.import({ folder: target })).rejects.toMatchObject({
      code: 'PLINTH_TENANCY_USER_TAKEN',
      message: expect.stringContaining('third@example.org'),
    });
    await there.tenancy.lifecycle.erase(id, { confirm: 'third' });
    await expect(there.tenancy.find('third')).rejects.toMatchObject({ code: 'PLINTH_TENANCY_UNKNOWN_TENANT' });
    expect(await there.tenancy.members((await there.tenancy.find('home')).id)).toHaveLength(1);
  });
});

describe('erase', () => {
  test('[I19] nothing of an erased tenant is left anywhere but the record of it; others keep all', async () => {
    const { id, userId } = await shopOf('gone');
    await here.tenancy.addUser({ tenantId: id, email: 'other@example.org', role: 'viewer' });
    await here.tenancy
      .run({ tenantId: id, userId: other.userId }, { tier: 'oltp', tag: 'test', isReadOnly: true }, async () => {})
      .catch(() => {});
    const kept = await hashShop(here.databases, other.id);
    await expect(here.tenancy.lifecycle.erase('gone', { confirm: 'yes' })).rejects.toMatchObject({ code: 'PLINTH_TENANCY_NOT_CONFIRMED' });
    expect(await read(id)).toBe(12_000);
    const certificate = await here.tenancy.lifecycle.erase('gone', { confirm: 'gone' });
    expect(isGenuine(certificate)).toBe(true);
    expect(isGenuine({ ...certificate, users: 0 } as typeof certificate)).toBe(false);
    expect(certificate).toMatchObject({
      tenant: { id, slug: 'gone' },
      rows: { oltp: { 'shop.orders': 12_000, 'shop.visits': 79 }, content: { 'shop.pictures': 300 } },
      data: { files: { files: 1 } },
      removed: { files: { files: 1 } },
      users: 1,
    });
    const names = [here.databases.oltp.name, here.databases.content.name];
    expect((await rowsAnywhere(here.databases, id)).sort()).toEqual(
      [
        `${names[0]} tenancy.operation_steps`,
        `${names[0]} tenancy.operations`,
        `${names[0]} tenancy.tenants`,
        `${names[1]} tenancy.tenants`,
      ].sort(),
    );
    expect(await rowsAnywhere(here.databases, userId)).toEqual([]);
    expect(await hashShop(here.databases, other.id)).toEqual(kept);
    // The slug is free, the id is not; asked again, the certificate is given again.
    await expect(read(id)).rejects.toMatchObject({ code: 'PLINTH_TENANCY_UNKNOWN_TENANT' });
    expect(await here.tenancy.lifecycle.erase('gone', { confirm: '' })).toEqual(certificate);
    expect((await here.tenancy.create({ slug: 'gone' })).id).not.toBe(id);
  });

  test('[I19] what a legal hold keeps stays with all it refers to; released, the same call completes it', async () => {
    const { id } = await shopOf('held');
    hold = async ({ table }) => (table.includes('orders') ? 'case 4711' : undefined);
    await expect(here.tenancy.lifecycle.erase('held', { confirm: 'held' })).rejects.toMatchObject({
      code: 'PLINTH_TENANCY_HELD',
      message: expect.stringMatching(/shop\.orders in oltp \(case 4711\)/),
    });
    expect(await hashShop(here.databases, id)).toMatchObject({
      'shop.orders': expect.stringMatching(/^12000/),
      'shop.pictures': '0 ',
      'shop.visits': '0 ',
    });
    await expect(read(id)).rejects.toMatchObject({ code: 'PLINTH_TENANCY_UNKNOWN_TENANT' });
    await expect(here.tenancy.lifecycle.resume('held')).rejects.toMatchObject({ code: 'PLINTH_TENANCY_WRONG_STATE' });
    expect((await here.tenancy.lifecycle.operations(id))[0]).toMatchObject({
      kind: 'erase',
      failure: expect.stringContaining('legal hold'),
    });
    hold = async () => undefined;
    await here.tenancy.lifecycle.erase('held', { confirm: 'held' });
    expect((await hashShop(here.databases, id))['shop.orders']).toBe('0 ');
  });

  test('[I19] a table that nobody protected is found, and named', async () => {
    const { id } = await here.tenancy.create({ slug: 'loose' });
    await here.owner('content', 'create table shop.loose (tenant_id uuid, id int)', `insert into shop.loose values ('${id}', 1)`);
    await expect(here.tenancy.lifecycle.erase('loose', { confirm: 'loose' })).rejects.toMatchObject({
      code: 'PLINTH_TENANCY_LEFT_BEHIND',
      message: expect.stringContaining('1 in content shop.loose'),
    });
    await here.owner('content', 'drop table shop.loose');
    expect(await here.tenancy.lifecycle.erase('loose', { confirm: 'loose' })).toMatchObject({ tenant: { slug: 'loose' } });
  });
});
