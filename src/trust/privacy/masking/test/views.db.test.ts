import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectTo } from '../../../../../tests/support/index.ts';
import { type TestPlatform, testPlatform } from '../../../../../tests/support/platform.ts';
import type { Migrate } from '../../../../foundation/migrate/index.ts';
import type { Masking, Privacy } from '../../index.ts';

// Roles belong to the server: one of the file's own.
const role = `protect_reader_${process.pid}`;
let platform: TestPlatform;
let masking: Masking;

const query = (text: string, values: unknown[] = []) => platform.databases.oltp.client.query(text, values);

beforeAll(async () => {
  platform = await testPlatform();
  masking = platform.use<Privacy>('privacy').masking;
  await query(`create role ${role} login password 'reader'; grant connect on database "${platform.databases.oltp.name}" to ${role}`);
  await query(`set role plinth_owner;
    create schema shop;
    create table shop.people (id int primary key, email text not null unique, name text not null, born date, note text);
    create table shop.letters (id int primary key, to_address text not null references shop.people (email), body text);
    insert into shop.people values (1, 'jane@example.com', 'Jane Doe', '1984-07-23', 'likes tea'), (2, 'john@example.com', 'John Roe', '1990-02-01', null);
    insert into shop.letters values (1, 'jane@example.com', 'hello'), (2, 'john@example.com', 'hi'), (3, 'jane@example.com', 'again');
    reset role`);
  const { registry } = platform.use<Privacy>('privacy');
  const place = { tier: 'oltp', schema: 'shop', table: 'people' } as const;
  await registry.classify({ place: { ...place, column: 'email' }, level: 'confidential', category: 'email', reason: 'test' });
  await registry.classify({ place: { ...place, column: 'name' }, level: 'confidential', category: 'person-name', reason: 'test' });
  await registry.classify({ place: { ...place, column: 'born' }, level: 'restricted', category: 'birth-date', reason: 'test' });
});
afterAll(async () => {
  await query(`drop owned by ${role}; drop role ${role}`);
  await platform?.[Symbol.asyncDispose]();
});

const asReader = async <T>(text: string): Promise<T[]> => {
  await using reader = await connectTo({ ...platform.databases.oltp.endpoint, user: role, password: 'reader' });
  return (await reader.query(text)).rows;
};
const schema = `masked_${role}`;

it('[I22] lets a role read masked rows, join them as before, and nothing else', async () => {
  const applied = await masking.apply(role);
  expect(applied.schema).toBe(schema);
  expect(applied.views).toContainEqual({ tier: 'oltp', view: `${schema}.shop_people`, masked: 3 });
  expect(applied.views).toContainEqual({ tier: 'oltp', view: `${schema}.shop_letters`, masked: 1 });
  const people = await asReader<{ email: string; name: string; born: string }>(`select * from ${schema}.shop_people order by id`);
  expect(people).toMatchObject([{ born: new Date('1984-01-01T00:00:00'), note: 'likes tea' }, { note: null }]);
  expect(JSON.stringify(people)).not.toMatch(/jane|john|doe|roe/i);
  const joined = await asReader<{ letters: string }>(
    `select count(l.id) as letters from ${schema}.shop_people p join ${schema}.shop_letters l on l.to_address = p.email group by p.id order by p.id`,
  );
  expect(joined.map(({ letters }) => Number(letters))).toEqual([2, 1]);
  await expect(asReader('select * from shop.people')).rejects.toThrow('permission denied');
  await expect(asReader('select * from privacy.masking_seeds')).rejects.toThrow('permission denied');
});

it('[I22] its views are no drift, and no run drops them', async () => {
  const migrate = platform.use<Migrate>('migrate');
  const [found] = await migrate.drift.check({ tier: 'oltp' });
  const ofViews = (entries: readonly { identity: string }[] = []) => entries.filter(({ identity }) => identity.includes(schema));
  expect(found?.notCompared).toBeUndefined();
  expect(ofViews(found?.known).length).toBeGreaterThan(0);
  expect(ofViews(found?.entries)).toEqual([]);
  await migrate.up();
  expect(await asReader(`select id from ${schema}.shop_people`)).toHaveLength(2);
});

it('[I23] shows no value to a function of the reader before it is masked', async () => {
  await query(`create schema trap; grant usage, create on schema trap to ${role}`);
  await using reader = await connectTo({ ...platform.databases.oltp.endpoint, user: role, password: 'reader' });
  const seen: string[] = [];
  reader.on('notice', ({ message }) => void seen.push(message ?? ''));
  await query('grant usage on language plpgsql to public');
  await reader.query(
    `create function trap.see(text) returns boolean language plpgsql cost 0.0001 as $$ begin raise notice '%', $1; return true; end $$`,
  );
  await reader.query(`select id from ${schema}.shop_people where trap.see(email) and trap.see(name)`);
  expect(seen.length).toBeGreaterThan(0);
  expect(seen.join()).not.toMatch(/jane|john|doe|roe/i);
  await query('drop schema trap cascade');
});

it('[I24] follows a rule of the role, and returns to the default without it', async () => {
  await masking.rule(role, 'email', 'partial');
  await masking.apply(role);
  // The address is a reference, which has to tell people apart: there a hash stays.
  expect(await masking.show(role)).toContainEqual({ tier: 'oltp', table: 'shop.people', column: 'email', category: 'email', mask: 'hash' });
  await masking.rule(role, 'person-name', 'partial');
  await masking.apply(role);
  expect(await asReader(`select name from ${schema}.shop_people order by id`)).toEqual([{ name: 'J***e' }, { name: 'J***e' }]);
  await masking.rule(role, 'person-name', undefined);
  await masking.apply(role);
  expect(await asReader(`select name from ${schema}.shop_people order by id`)).not.toEqual([{ name: 'J***e' }, { name: 'J***e' }]);
  await expect(masking.rule(role, 'person-name', 'blur')).rejects.toMatchObject({ code: 'PLINTH_PRIVACY_UNKNOWN_MASK' });
  await expect(masking.rule(role, 'mail', 'hash')).rejects.toMatchObject({ code: 'PLINTH_PRIVACY_UNKNOWN_MASK' });
  await expect(masking.apply('nobody_here')).rejects.toMatchObject({ code: 'PLINTH_PRIVACY_UNKNOWN_ROLE' });
});
