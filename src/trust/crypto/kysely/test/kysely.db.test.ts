import { type DatabaseConnection, type Generated, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, sql } from 'kysely';
import { afterAll, describe, expect, test } from 'vitest';
import type { Transaction } from '../../../../foundation/connect/index.ts';
import { uuidv7 } from '../../../../kernel/index.ts';
import { cryptoFixture } from '../../test/fixture.ts';
import { encryptedTables } from '../index.ts';

interface People {
  tenant_id: Generated<string>;
  id: string;
  email: string | null;
  email_index: Generated<Buffer | null>;
  phone: string | null;
  note: string | null;
  city: string | null;
}
interface Tables {
  'shop.people': People;
  'shop.visits': { tenant_id: Generated<string>; person_id: string; place: string };
}

const fixture = await cryptoFixture();
afterAll(() => fixture[Symbol.asyncDispose]());
const { crypto, tenancy, owner, database } = fixture;
const { id: tenantId } = await tenancy.create({ slug: 'tenant-a' });
await owner(
  'alter table shop.people alter column tenant_id set default tenancy.current_tenant_id()',
  `create table shop.visits (tenant_id uuid not null default tenancy.current_tenant_id(), person_id uuid not null, place text not null,
    constraint visits_pk primary key (tenant_id, person_id, place))`,
  "select tenancy.protect('shop.visits')",
);

/** Kysely inside of one transaction, as an application would put it there. */
function kyselyOn(tx: Transaction, ...plugins: Parameters<typeof Kysely.prototype.withPlugin>): Kysely<Tables> {
  const connection: DatabaseConnection = {
    async executeQuery({ sql: text, parameters }) {
      const { rows, rowCount } = await tx.query({ text, values: [...parameters] });
      return { rows, numAffectedRows: BigInt(rowCount ?? 0) };
    },
    // biome-ignore lint/correctness/useYield: nothing is streamed here
    async *streamQuery() {
      throw new Error('not here');
    },
  };
  const nothing = async () => {};
  const driver = {
    init: nothing,
    acquireConnection: async () => connection,
    beginTransaction: nothing,
    commitTransaction: nothing,
    rollbackTransaction: nothing,
    releaseConnection: nothing,
    destroy: nothing,
  };
  return new Kysely<Tables>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => driver,
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
    plugins,
  });
}

const run = async <T>(work: (db: Kysely<Tables>) => Promise<T>): Promise<T> => {
  const people = await crypto.table({ tenantId, table: 'shop.people' });
  return tenancy.run({ tenantId }, { tier: 'oltp', tag: 'test.kysely', isRetryable: false }, (tx) =>
    work(kyselyOn(tx, encryptedTables(people))),
  );
};
const [jane, john] = [uuidv7(), uuidv7()];

test('[I11] inserts seal, and what is returned is text again', async () => {
  const returned = await run((db) =>
    db
      .insertInto('shop.people')
      .values([
        { id: jane, email: 'Jane@example.org', phone: '+49 30 1', note: null, city: 'Rome' },
        { id: john, email: 'john@example.org', phone: null, note: 'hello', city: 'Oslo' },
      ])
      .returning(['id', 'email', 'note as remark'])
      .execute(),
  );
  expect(returned).toEqual([
    { id: jane, email: 'Jane@example.org', remark: null },
    { id: john, email: 'john@example.org', remark: 'hello' },
  ]);
  const { rows } = await database.client.query('select * from shop.people');
  expect(rows.every(({ email, email_index }) => email[0] === 1 && email_index.length === 16)).toBe(true);
});

describe('reads', () => {
  test('[I11] whole rows, chosen columns, aliases, joins', async () => {
    await run((db) => db.insertInto('shop.visits').values({ person_id: jane, place: 'museum' }).execute());
    expect(await run((db) => db.selectFrom('shop.people').selectAll().orderBy('id').execute())).toMatchObject([
      { email: 'Jane@example.org', phone: '+49 30 1', note: null, city: 'Rome' },
      { email: 'john@example.org', phone: null, note: 'hello', city: 'Oslo' },
    ]);
    const joined = await run((db) =>
      db
        .selectFrom('shop.people as p')
        .innerJoin('shop.visits as v', 'v.person_id', 'p.id')
        .select(['p.id as person', 'p.email as mail', 'v.place'])
        .execute(),
    );
    expect(joined).toEqual([{ person: jane, mail: 'Jane@example.org', place: 'museum' }]);
  });

  test('[I11] by equality, through the blind index, also inside of a subquery', async () => {
    const ids = (found: readonly { id: string }[]) => found.map(({ id }) => id);
    expect(ids(await run((db) => db.selectFrom('shop.people').select('id').where('email', '=', 'JANE@example.org').execute()))).toEqual([
      jane,
    ]);
    expect(
      ids(await run((db) => db.selectFrom('shop.people').select('id').where('email', 'in', ['john@example.org', 'x@y']).execute())),
    ).toEqual([john]);
    expect(ids(await run((db) => db.selectFrom('shop.people').select('id').where('phone', 'is', null).execute()))).toEqual([john]);
    const visits = await run((db) =>
      db
        .selectFrom('shop.visits')
        .select('place')
        .where((eb) =>
          eb.exists(
            eb
              .selectFrom('shop.people as p')
              .select('p.id')
              .whereRef('p.id', '=', 'shop.visits.person_id')
              .where('p.email', '=', 'jane@example.org'),
          ),
        )
        .execute(),
    );
    expect(visits).toEqual([{ place: 'museum' }]);
  });
});

test('[I11] updates of one row by its key seal, of many they set to null', async () => {
  const updated = await run((db) =>
    db
      .updateTable('shop.people')
      .set({ email: 'new@example.org', city: 'Bern' })
      .where('id', '=', jane)
      .returning(['id', 'email'])
      .execute(),
  );
  expect(updated).toEqual([{ id: jane, email: 'new@example.org' }]);
  expect(await run((db) => db.selectFrom('shop.people').select('id').where('email', '=', 'new@example.org').execute())).toEqual([
    { id: jane },
  ]);
  await run((db) => db.updateTable('shop.people').set({ phone: null }).where('city', '=', 'Bern').execute());
  expect(await run((db) => db.selectFrom('shop.people').select(['id', 'phone']).where('id', '=', jane).execute())).toEqual([
    { id: jane, phone: null },
  ]);
});

test('[I11] an upsert by the key of the row seals too', async () => {
  const upsert = (email: string) =>
    run((db) =>
      db
        .insertInto('shop.people')
        .values({ id: john, email, phone: null, note: null, city: null })
        .onConflict((oc) =>
          oc
            .columns(['tenant_id', 'id'])
            .doUpdateSet((eb) => ({ email: eb.ref('excluded.email'), email_index: eb.ref('excluded.email_index') })),
        )
        .execute(),
    );
  await upsert('john2@example.org');
  expect(
    await run((db) => db.selectFrom('shop.people').select(['id', 'email']).where('email', '=', 'john2@example.org').execute()),
  ).toEqual([{ id: john, email: 'john2@example.org' }]);
});

describe('what cannot be done is refused', () => {
  test.each<[string, string, (db: Kysely<Tables>) => Promise<unknown>]>([
    ['NOT_INDEXED', 'like', (db) => db.selectFrom('shop.people').select('id').where('email', 'like', 'jane%').execute()],
    ['NOT_INDEXED', 'equality without an index', (db) => db.selectFrom('shop.people').select('id').where('note', '=', 'hello').execute()],
    ['NOT_INDEXED', 'order by', (db) => db.selectFrom('shop.people').selectAll().orderBy('email').execute()],
    [
      'NOT_INDEXED',
      'group by',
      (db) =>
        db
          .selectFrom('shop.people')
          .select((eb) => eb.fn.countAll().as('n'))
          .groupBy('email')
          .execute(),
    ],
    ['NOT_INDEXED', 'a comparison of columns', (db) => db.selectFrom('shop.people').select('id').whereRef('city', '=', 'email').execute()],
    ['NO_KEY_VALUE', 'reading without the key', (db) => db.selectFrom('shop.people').select('email').execute()],
    [
      'NO_KEY_VALUE',
      'writing many rows',
      (db) => db.updateTable('shop.people').set({ email: 'x@y.example' }).where('city', '=', 'Rome').execute(),
    ],
    [
      'NOT_REWRITTEN',
      'an expression',
      (db) => db.updateTable('shop.people').set({ email: sql`lower('X')` }).where('id', '=', jane).execute(),
    ],
    [
      'NOT_REWRITTEN',
      'insert … select',
      (db) =>
        db
          .insertInto('shop.people')
          .columns(['id', 'email'])
          .expression((eb) => eb.selectFrom('shop.people').select(['id', 'city']))
          .execute(),
    ],
    [
      'NOT_REWRITTEN',
      'select * of a join',
      (db) => db.selectFrom('shop.people as p').innerJoin('shop.visits as v', 'v.person_id', 'p.id').selectAll().execute(),
    ],
    [
      'NOT_REWRITTEN',
      'an upsert by something else',
      (db) =>
        db
          .insertInto('shop.people')
          .values({ id: uuidv7(), email: 'a@b.example', phone: null, note: null, city: null })
          .onConflict((oc) => oc.column('email_index').doUpdateSet((eb) => ({ email: eb.ref('excluded.email') })))
          .execute(),
    ],
  ])('[I11] %s: %s', async (code, _, query) => {
    await expect(run(query)).rejects.toMatchObject({ code: `PLINTH_CRYPTO_${code}` });
  });
});
