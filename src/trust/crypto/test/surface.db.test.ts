import { afterAll, expect, test } from 'vitest';
import { testPlatform } from '../../../../tests/support/platform.ts';
import { type CommandInput, uuidv7 } from '../../../kernel/index.ts';
import type { Tenancy } from '../../tenancy/index.ts';
import type { Crypto } from '../model/types.ts';
import { commands } from '../surface/commands.ts';
import { routes } from '../surface/routes.ts';
import { peopleTable, testKey } from './harness.ts';

const platform = await testPlatform({ options: { crypto: { key: testKey } } });
afterAll(() => platform[Symbol.asyncDispose]());
const { client } = platform.databases.oltp;
const [tenancy, crypto] = [platform.use<Tenancy>('tenancy'), platform.use<Crypto>('crypto')];
const { id: tenantId } = await tenancy.create({ slug: 'shop-one' });
await client.query(`set role plinth_owner; set search_path = pg_catalog; ${peopleTable.join(';')}; reset role; reset search_path`);
const people = await crypto.table({ tenantId, table: 'shop.people' });
const [row] = (await people.encryptRows([{ id: uuidv7(), email: 'jane@example.org' }])) as readonly { id: string; email: Buffer }[];
await client.query('insert into shop.people (tenant_id, id, email) values ($1, $2, $3)', [tenantId, row?.id, row?.email]);

const run = (name: string, flags: CommandInput['flags'] = {}) => {
  const input = { args: {}, flags, signal: new AbortController().signal, progress: () => {}, use: platform.use };
  return commands.find((one) => one.name === name)?.run(input as unknown as CommandInput);
};
const get = (path: string) => {
  const route = routes.find((one) => one.path === path);
  return route?.handler({ params: {}, query: {}, body: undefined, signal: new AbortController().signal, use: platform.use });
};

test('[I4] keys are listed with their tenant, columns with their key, and neither shows a key', async () => {
  const result = await run('crypto keys', { tenant: 'shop-one' });
  expect(result?.table?.rows.map(([slug, purpose, version, state]) => [slug, purpose, version, state])).toEqual([
    ['shop-one', 'notes', 1, 'active'],
    ['shop-one', 'personal', 1, 'active'],
    ['shop-one', 'search', 1, 'active'],
  ]);
  expect(result?.text).toContain('shop.people.email is sealed with key personal');
  const shown = JSON.stringify([result, await get('/crypto/keys'), await get('/crypto/columns')]);
  expect(shown).toContain('people');
  const { rows } = await client.query('select wrapped from crypto.keys');
  for (const { wrapped } of rows) expect(shown).not.toContain(wrapped.toString('base64'));
  await client.query('alter table shop.people rename to renamed');
  expect((await run('crypto keys'))?.text).toContain('shop.people.email is declared, but not in the catalog');
  await client.query('alter table shop.renamed rename to people');
});

test('[I12] what protects stored data is listed, with encryption in the database', async () => {
  expect((await run('crypto at-rest'))?.table?.rows.map(([what]) => what)).toContain('archived WAL');
  expect((await run('crypto at-rest'))?.text).toContain('Encryption inside oltp: works');
  expect(await get('/crypto/at-rest')).toMatchObject({ findings: expect.any(Array), database: [{ tier: 'oltp', isHere: true }] });
});

test('[I8] a tenant is shredded after its name was repeated only, and the audit trail has it', async () => {
  await expect(run('crypto shred', { tenant: 'shop-one' })).rejects.toMatchObject({
    code: 'PLINTH_CRYPTO_NOT_CONFIRMED',
    message: expect.stringContaining('--confirm shop-one'),
  });
  await expect(run('crypto shred', { tenant: 'shop-one', confirm: 'shop-two' })).rejects.toMatchObject({
    code: 'PLINTH_CRYPTO_NOT_CONFIRMED',
  });
  const result = await run('crypto shred', { tenant: 'shop-one', confirm: 'shop-one' });
  expect(result?.text).toContain('Destroyed 3 keys of shop-one.');
  await expect(crypto.table({ tenantId, table: 'shop.people' })).rejects.toMatchObject({ code: 'PLINTH_CRYPTO_KEYS_DESTROYED' });
  const { rows } = await client.query("select count(*)::int as count from audit.events where action = 'crypto.shred' and tenant_id = $1", [
    tenantId,
  ]);
  expect(rows).toEqual([{ count: 1 }]);
});

test('[I8] an erased tenant leaves neither keys nor tokens', async () => {
  const { id } = await tenancy.create({ slug: 'erased' });
  await crypto.tokens.tokenize({ tenantId: id }, 'text', 'kept');
  await crypto.table({ tenantId: id, table: 'shop.people' });
  await tenancy.lifecycle.erase('erased', { confirm: 'erased' });
  const { rows } = await client.query('select state, wrapped from crypto.keys where tenant_id = $1', [id]);
  expect(rows).toEqual(['notes', 'personal', 'search', 'tokens'].map(() => ({ state: 'destroyed', wrapped: null })));
  expect((await client.query('select from crypto.tokens where tenant_id = $1', [id])).rowCount).toBe(0);
  await expect(crypto.table({ tenantId: id, table: 'shop.people' })).rejects.toMatchObject({ code: 'PLINTH_CRYPTO_KEYS_DESTROYED' });
});
