import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectTo } from '../../../../../tests/support/index.ts';
import type { Access } from '../../model/types.ts';
import type { AccessParts } from '../../parts.ts';
import { type OwnServer, openOwnServer, productStatements } from '../../test/own-server.ts';

const tables = ['shop.cheap', 'shop.ledger', 'shop.masked', 'shop.orders', 'shop.prices', 'shop.sales', 'shop.totals', 'vault.keys'];

/** What has to be tried with a table to know whether a verb is allowed; rows are never changed. */
const attempts: Readonly<Record<string, (table: string) => string>> = {
  select: (table) => `select from ${table} limit 0`,
  insert: (table) => `insert into ${table} select * from ${table} where false`,
  update: (table) => `update ${table} set ${firstColumn(table)} = null where false`,
  delete: (table) => `delete from ${table} where false`,
  truncate: (table) => `truncate ${table}`,
};
const columns: Readonly<Record<string, string>> = {
  'shop.orders': 'body',
  'shop.sales': 'cents',
  'shop.totals': 'count',
  'shop.cheap': 'cents',
  'shop.prices': 'cents',
};
const firstColumn = (table: string) => columns[table] ?? 'id';

// Role by role: the verbs that the server lets it do, tried as that role; whoever is not named can do nothing at all.
const golden: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  plinth_owner: Object.fromEntries(
    tables.map((table) => [
      table,
      table === 'shop.totals'
        ? 'select'
        : table === 'shop.cheap' || table === 'shop.masked'
          ? 'select insert update delete'
          : 'select insert update delete truncate',
    ]),
  ),
  plinth_app: { 'shop.orders': 'select insert update delete', 'shop.prices': 'select' },
  plinth_worker: { 'shop.orders': 'select insert update delete', 'shop.prices': 'select' },
  plinth_readonly: readerOf(),
  reporting: { ...readerOf(), 'shop.totals': 'select' },
  ann: readerOf(),
};

function readerOf() {
  return { 'shop.cheap': 'select', 'shop.ledger': 'select', 'shop.orders': 'select', 'shop.prices': 'select', 'shop.sales': 'select' };
}

let server: OwnServer;
let access: Access & AccessParts;

beforeAll(async () => {
  server = await openOwnServer();
  access = await server.access({
    environment: 'development',
    accounts: [
      { name: 'reporting', kind: 'service', memberOf: ['plinth_readonly'] },
      { name: 'ann', kind: 'person', memberOf: ['plinth_readonly'] },
    ],
    grants: [{ role: 'reporting', on: 'shop.totals', privileges: ['select'] }],
  });
  await server.run(...productStatements);
  await access.plans.apply();
});
afterAll(() => server?.[Symbol.asyncDispose]());

test('[I11] every role can do with every table what the golden table says, tried verb by verb', async () => {
  const { roles } = await access.plans.matrix();
  expect(roles).toEqual(
    expect.arrayContaining(['plinth_admin', 'plinth_api', 'plinth_backup', 'plinth_matviews', 'plinth_rewind', 'anon', 'ann']),
  );
  await using client = await connectTo(server.endpoint);
  const found: Record<string, Record<string, string>> = {};
  for (const role of roles) {
    for (const table of tables) {
      const verbs: string[] = [];
      for (const [verb, statement] of Object.entries(attempts)) if (await isAllowed(client, role, statement(table))) verbs.push(verb);
      if (verbs.length > 0) found[role] = { ...found[role], [table]: verbs.join(' ') };
    }
  }
  // The migrator becomes the owner when it logs in; here it is only a member with all its privileges.
  const { plinth_migrator: migrator, ...others } = found;
  expect(others).toEqual(golden);
  expect(migrator).toEqual(golden.plinth_owner);
});

/** By doing it, in a transaction that is rolled back. What a view or materialised view cannot do at all is not allowed either. */
async function isAllowed(client: Awaited<ReturnType<typeof connectTo>>, role: string, statement: string): Promise<boolean> {
  await client.query(`begin; set local role "${role}"`);
  try {
    await client.query(statement);
    return true;
  } catch (error) {
    const { code } = error as { code?: string };
    // Not allowed; or no table for which it could be.
    expect(['42501', '42809', '55000', '0A000'], `${role}: ${statement}: ${error}`).toContain(code);
    return false;
  } finally {
    await client.query('rollback');
  }
}

test('[I11] what the matrix shows is what was tried', async () => {
  const { objects } = await access.plans.matrix();
  const shown = objects.filter(({ database, schema }) => database === 'oltp' && ['shop', 'vault'].includes(schema));
  expect(shown.map(({ schema, name }) => `${schema}.${name}`)).toEqual(tables);
  for (const { schema, name, verbs } of shown) {
    for (const [role, allowed] of Object.entries(golden)) {
      if (role === 'plinth_owner') continue;
      expect(verbs[role] ?? [], `${role} ${schema}.${name}`).toEqual((allowed[`${schema}.${name}`] ?? '').split(' ').filter(Boolean));
    }
  }
});
