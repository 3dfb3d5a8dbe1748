import { afterAll, describe, expect, test } from 'vitest';
import { uuidv7 } from '../../../../kernel/index.ts';
import { cryptoFixture } from '../../test/fixture.ts';
import { byteaArray } from '../model/bytea-array.ts';

const fixture = await cryptoFixture();
afterAll(() => fixture[Symbol.asyncDispose]());
const { crypto, tenancy, owner, insert, database } = fixture;
const a = await tenancy.create({ slug: 'tenant-a' });
const b = await tenancy.create({ slug: 'tenant-b' });
const work = { tier: 'oltp', tag: 'test.people' } as const;
const people = (tenantId: string) => crypto.table({ tenantId, table: 'shop.people' });
const select = (tenantId: string, where = 'true', values: unknown[] = []) =>
  tenancy.run(
    { tenantId },
    work,
    async (tx) => (await tx.query({ text: `select * from shop.people where ${where} order by id`, values })).rows,
  );
const jane = { email: 'Jane@Example.org', phone: '+49 30 123456', note: 'likes ☕' };
const [janeId, otherId] = await insert(a.id, [jane, { email: 'other@example.org', phone: null, note: '' }]);
const [strangerId] = await insert(b.id, [jane]);

describe('rows', () => {
  test('[I1] come back as they were, null and empty ones too, and stand in the database sealed', async () => {
    const rows = await select(a.id);
    expect(await (await people(a.id)).decryptRows(rows)).toMatchObject([jane, { email: 'other@example.org', phone: null, note: '' }]);
    const stored = (await database.client.query('select * from shop.people')).rows;
    for (const { email, note } of stored)
      expect(Buffer.concat([email, note]).toString('latin1').toLowerCase()).not.toMatch(/jane|other|likes/);
  });

  test('[I1] the same text is never the same bytes', async () => {
    const cipher = (await people(a.id)).column('email');
    expect(cipher.encrypt('x', [otherId ?? '']).equals(cipher.encrypt('x', [otherId ?? '']))).toBe(false);
  });

  test('[I1] many at once travel as one array', async () => {
    const values = [Buffer.from([1, 2]), null, Buffer.alloc(0), Buffer.alloc(70_000, 9)];
    const { rows } = await database.client.query('select unnest($1::bytea[]) as value', [byteaArray(values)]);
    expect(rows.map(({ value }) => value)).toEqual(values);
    expect((await database.client.query('select $1::bytea[] as list', [byteaArray([null])])).rows[0].list).toEqual([null]);
  });

  test('[I1] rows that are not asked for are not touched, and a row without its key is an error', async () => {
    const cipher = await people(a.id);
    expect(await cipher.encryptRows([{ city: 'Rome' }])).toEqual([{ city: 'Rome' }]);
    await expect(cipher.encryptRows([{ email: 'x@y.example' }])).rejects.toMatchObject({
      code: 'PLINTH_CRYPTO_NO_KEY_VALUE',
      details: { key: 'id' },
    });
    await expect(cipher.encryptRows([{ id: uuidv7(), email: 5 }])).rejects.toMatchObject({ code: 'PLINTH_CRYPTO_NOT_TEXT' });
    expect(() => cipher.column('city')).toThrow(/not declared as encrypted; declared are email, note, phone/);
    await expect(crypto.table({ tenantId: a.id, table: 'shop.nothing' })).rejects.toMatchObject({ code: 'PLINTH_CRYPTO_TABLE_UNKNOWN' });
  });

  test('[I1] values outside of columns are bound to their name and key', async () => {
    const payloads = await crypto.values({ tenantId: a.id, purpose: 'jobs', name: 'job payload' });
    const sealed = payloads.encrypt('secret', ['job 1']);
    expect(payloads.decrypt(sealed, ['job 1'])).toBe('secret');
    expect(() => payloads.decrypt(sealed, ['job 2'])).toThrow(/does not open/);
    const others = await crypto.values({ tenantId: a.id, purpose: 'jobs', name: 'job result' });
    expect(() => others.decrypt(sealed, ['job 1'])).toThrow(/does not open/);
    await expect(crypto.values({ tenantId: a.id, purpose: 'No!', name: 'x' })).rejects.toMatchObject({
      code: 'PLINTH_CRYPTO_UNKNOWN_PURPOSE',
    });
  });
});

describe('moved ciphertext does not open', () => {
  const refused = async (change: string, tenantId = a.id) => {
    await database.client.query('begin');
    try {
      await database.client.query(change);
      const { rows } = await database.client.query('select * from shop.people where tenant_id = $1', [tenantId]);
      const error = await (await people(tenantId)).decryptRows(rows).then(
        () => undefined,
        (thrown) => thrown,
      );
      expect(error?.message).not.toMatch(/jane|other@|likes/i);
      return error?.code;
    } finally {
      await database.client.query('rollback');
    }
  };
  const janes = (column: string) => `(select ${column} from shop.people where id = '${janeId}')`;

  test.each([
    ['into another row', `update shop.people set email = ${janes('email')} where id = '${otherId}'`],
    ['into another column', `update shop.people set phone = email where id = '${janeId}'`],
    ['with one byte changed', `update shop.people set email = set_byte(email, 20, get_byte(email, 20) # 1) where id = '${janeId}'`],
    [
      'with its tag changed',
      `update shop.people set email = set_byte(email, length(email) - 1, get_byte(email, length(email) - 1) # 1) where id = '${janeId}'`,
    ],
    ['cut by a byte', `update shop.people set email = substr(email, 1, length(email) - 1) where id = '${janeId}'`],
    ['made longer', `update shop.people set email = email || '\\x00'::bytea where id = '${janeId}'`],
  ])('[I2] %s', async (_, change) => {
    expect(await refused(change)).toBe('PLINTH_CRYPTO_DOES_NOT_OPEN');
  });

  test('[I2] of another tenant, even with the key of the row', async () => {
    expect(await refused(`update shop.people set id = '${uuidv7()}', email = ${janes('email')} where id = '${strangerId}'`, b.id)).toBe(
      'PLINTH_CRYPTO_DOES_NOT_OPEN',
    );
    expect(await refused(`update shop.people set tenant_id = '${b.id}' where id = '${janeId}'`, b.id)).toBe('PLINTH_CRYPTO_DOES_NOT_OPEN');
  });

  test('[I2] of a version that the tenant does not have', async () => {
    expect(await refused(`update shop.people set email = set_byte(email, 1, 7) where id = '${janeId}'`)).toBe('PLINTH_CRYPTO_KEY_UNKNOWN');
  });
});

describe('blind index', () => {
  test('[I6] finds equal values, however they are written, of one’s own tenant only', async () => {
    const cipher = await people(a.id);
    expect(await select(a.id, 'email_index = $1', [cipher.term('email', ' JANE@example.ORG')])).toMatchObject([{ id: janeId }]);
    expect(await select(a.id, 'phone_index = $1', [cipher.term('phone', '0049/30/12 34 56')])).toMatchObject([{ id: janeId }]);
    expect(await select(a.id, 'email_index = $1', [cipher.term('email', 'nobody@example.org')])).toEqual([]);
    const foreign = await people(b.id);
    expect(foreign.term('email', jane.email).equals(cipher.term('email', jane.email))).toBe(false);
    expect(cipher.term('email', '5').equals(cipher.term('phone', '5'))).toBe(false);
    expect(() => cipher.term('note', 'likes ☕')).toThrow(/cannot be compared/);
  });
});

describe('declarations', () => {
  const declare = (settings: string, table = 'shop.people', column = 'email') =>
    owner(`select crypto.declare_column('${table}', '${column}', '${settings}')`).catch((error) => error.message as string);

  test('[I5] a text that was not sealed does not get in', async () => {
    await expect(
      database.client.query(`update shop.people set email = 'jane@example.org and more than thirty one bytes of it'`),
    ).rejects.toThrow(/people_email_check/);
    await expect(database.client.query(`update shop.people set email = '\\x01'`)).rejects.toThrow(/people_email_check/);
  });

  test('[I5] can be repeated, and what is part of sealed values cannot be changed', async () => {
    expect(await declare('{"index": "email_index", "kind": "email"}')).toBeUndefined();
    expect(await declare('{"index": "email_index", "kind": "email", "sealed_as": "other"}')).toMatch(
      /key and sealed_as are part of every value/,
    );
    expect((await crypto.columns()).filter(({ table }) => table === 'shop.people')).toHaveLength(3);
  });

  test.each([
    ['{"colour": "red"}', /colour is not understood/],
    ['{"index": "email_index"}', /index and kind go together/],
    ['{"index": "city", "kind": "text"}', /no column city of type bytea/],
    ['{"key": ["city"]}', /city cannot be part of the key/],
    ['{"key": ["nothing"]}', /nothing cannot be part of the key/],
    ['{"purpose": "search"}', /purpose_check/],
  ])('[I5] %s is refused', async (settings, message) => {
    expect(await declare(settings)).toMatch(message);
  });

  test('[I5] so is a column of another type, and a table without tenants', async () => {
    expect(await declare('{}', 'shop.people', 'city')).toMatch(/no column city of type bytea/);
    await owner('create table shop.rates (id int primary key, secret bytea)');
    expect(await declare('{}', 'shop.rates', 'secret')).toMatch(/no column tenant_id uuid not null/);
  });

  test('[I5] a renamed table opens under its old name', async () => {
    await owner(
      'create table shop.old (tenant_id uuid not null, code text not null, secret bytea, constraint old_pk primary key (tenant_id, code))',
      "select tenancy.protect('shop.old')",
      "select crypto.declare_column('shop.old', 'secret')",
    );
    const sealed = (await crypto.table({ tenantId: a.id, table: 'shop.old' })).column('secret').encrypt('kept', ['c']);
    await owner(
      'alter table shop.old rename to renamed',
      "update crypto.encrypted_columns set table_name = 'renamed' where table_name = 'old'",
    );
    const another = await fixture.another();
    expect((await another.table({ tenantId: a.id, table: 'shop.renamed' })).column('secret').decrypt(sealed, ['c'])).toBe('kept');
  });
});
