import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import type { Transaction } from '../../../foundation/connect/index.ts';
import { messageOf, PlinthError } from '../../../kernel/index.ts';
import { tenancyFixture } from './fixture.ts';

const { tenancy, connect, owner, databases, ...fixture } = await tenancyFixture({ normalConnections: 2 });
afterAll(() => fixture[Symbol.asyncDispose]());

const tenants = [await tenancy.create({ slug: 'one' }), await tenancy.create({ slug: 'two' }), await tenancy.create({ slug: 'three' })];
const [mine, ...foreign] = tenants as [(typeof tenants)[number], (typeof tenants)[number], (typeof tenants)[number]];
const { userId } = await tenancy.addUser({ tenantId: mine.id, email: 'attacker@example.org', role: 'owner' });

// What only a row of that tenant contains, in any type it may be shown as.
const secretOf = (tenantId: string) => `secret${createHash('md5').update(tenantId).digest('hex')}`;
const numberOf = (tenantId: string) => 1_000_000 + Number.parseInt(createHash('md5').update(tenantId).digest('hex').slice(0, 5), 16);

interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: number;
  readonly isPartitioned: boolean;
  readonly hasParent: boolean;
}

const types: Readonly<Record<string, (tenantId: string) => string>> = {
  text: (id) => `'${secretOf(id)}'`,
  int: (id) => String(numberOf(id)),
  jsonb: (id) => `'{"note": "${secretOf(id)}"}'`,
  'text[]': (id) => `'{${secretOf(id)}}'`,
  tsvector: (id) => `to_tsvector('simple', '${secretOf(id)}')`,
  bytea: (id) => `convert_to('${secretOf(id)}', 'UTF8')`,
};

const schemas: fc.Arbitrary<Table[]> = fc
  .array(
    fc.record({
      columns: fc.uniqueArray(fc.constantFrom(...Object.keys(types)), { maxLength: 4 }),
      rows: fc.integer({ min: 1, max: 40 }),
      isPartitioned: fc.boolean(),
      hasParent: fc.boolean(),
    }),
    { minLength: 1, maxLength: 3 },
  )
  .map((tables) => tables.map((table, index) => ({ ...table, name: `t${index}` })));

async function build(schema: string, tables: readonly Table[]): Promise<void> {
  const statements = [`create schema ${schema}`, `grant usage on schema ${schema} to plinth_app`];
  for (const [index, table] of tables.entries()) {
    const name = `${schema}.${table.name}`;
    const parent = table.hasParent && index > 0 ? `${schema}.t${index - 1}` : undefined;
    const columns = ['tenant_id uuid not null references tenancy.tenants (id) on delete cascade', 'id int not null', 'note text not null'];
    columns.push(...table.columns.map((type, at) => `c${at} ${type}`));
    columns.push('primary key (tenant_id, id)');
    if (parent) columns.push(`foreign key (tenant_id, id) references ${parent} (tenant_id, id) on delete cascade`);
    statements.push(`create table ${name} (${columns.join(', ')})${table.isPartitioned ? ' partition by hash (tenant_id)' : ''}`);
    if (table.isPartitioned)
      for (const part of [0, 1])
        statements.push(`create table ${name}_${part} partition of ${name} for values with (modulus 2, remainder ${part})`);
    statements.push(`select tenancy.protect('${name}')`);
    for (const { id } of tenants) {
      const values = table.columns.map((type) => types[type]?.(id));
      // One row in each table of a chain suffices for its foreign key; the parent may have as few.
      const rows = parent ? 1 : table.rows;
      statements.push(
        `insert into ${name} select ${[`'${id}'`, 'g', `'${secretOf(id)}'`, ...values].join(', ')} from generate_series(1, ${rows}) g`,
      );
    }
    statements.push(`create index on ${name} (note)`, `analyze ${name}`);
  }
  await owner('oltp', ...statements);
}

// What an attacker might send, on table `t`, against tenant `b`. Nothing here says a secret by itself.
const attacks: readonly ((t: string, b: string) => string)[] = [
  (t) => `select * from ${t}`,
  (t, b) => `select * from ${t} where tenant_id = '${b}'`,
  (t) => `select count(*), max(note), min(tenant_id::text) from ${t}`,
  (t) => `select json_agg(x) from ${t} x`,
  (t, b) => `select r.* from (values ('${b}'::uuid)) v(id), lateral (select * from ${t} where tenant_id = v.id) r`,
  (t) => `select * from ${t} where ctid = any(array['(0,1)', '(0,2)', '(0,3)', '(0,40)', '(0,41)', '(1,1)']::tid[])`,
  (t) => `select * from ${t} tablesample system (100)`,
  (t) => `select note::int from ${t}`,
  (t) => `select 1 from ${t} where note::int = 1`,
  (t) => `select 1 from ${t} where 1 / (case when tenant_id = tenancy.current_tenant_id() then 1 else 0 end) > 0`,
  (t) =>
    `select 1 from ${t} where note ~ '^secret' and set_config('app.stolen', coalesce(nullif(current_setting('app.stolen', true), ''), '') || note, false) is not null`,
  (t) => `select query_to_xml('select * from ${t}', true, true, '')`,
  (t) => `select table_to_xml('${t}', true, true, '')`,
  (t) => `select * from ts_stat('select to_tsvector(''simple'', note) from ${t}')`,
  (t) => `with gone as (delete from ${t} returning *) select * from gone`,
  (t) => `with seen as materialized (select * from ${t}) select * from seen where tenant_id <> tenancy.current_tenant_id()`,
  (t) => `update ${t} set note = note || 'x' returning old.*, new.*`,
  (t) => `update ${t} set note = 'mine'`,
  (t) => `delete from ${t}`,
  (t, b) => `update ${t} set tenant_id = '${b}' returning *`,
  (t, b) => `delete from ${t} where tenant_id = '${b}' returning *`,
  (t, b) =>
    `insert into ${t} (tenant_id, id, note) values ('${b}', 1, 'mine') on conflict (tenant_id, id) do update set note = 'mine' returning *`,
  (t, b) => `insert into ${t} (tenant_id, id, note) values ('${b}', 1, 'mine') on conflict do nothing`,
  (t, b) =>
    `merge into ${t} using (values ('${b}'::uuid, 1)) v(t, i) on tenant_id = v.t and id = v.i when matched then update set note = 'mine' when not matched then insert (tenant_id, id, note) values (v.t, v.i, 'mine') returning *`,
  (t) => `copy ${t} from stdin`,
  (t) => `truncate ${t}`,
  (t) => `lock table ${t} in access exclusive mode`,
  (t) => `explain (analyze, verbose) select * from ${t} where note > 'a'`,
  (t) => `select * from pg_stats where tablename = split_part('${t}', '.', 2)`,
  (t) => `select most_common_vals from pg_stats_ext where tablename = split_part('${t}', '.', 2)`,
  (t) => `select stavalues1 from pg_statistic where starelid = '${t}'::regclass`,
  (t) => `prepare steal as select * from ${t}; execute steal; deallocate steal`,
  (t) => `declare thief cursor with hold for select * from ${t}; fetch all from thief; close thief`,
  (_, b) => `select set_config('app.current_tenant_id', '${b}', true)`,
  (_, b) => `set app.current_tenant_id = '${b}'`,
  (_, b) =>
    `select set_config('app.seal', overlay(current_setting('app.seal') placing replace('${b}', '-', '') from 65 for 32), false) is null`,
  (_, b) => `call tenancy.enter(decode(overlay(current_setting('app.seal') placing replace('${b}', '-', '') from 65 for 32), 'hex'))`,
  () => `select set_config('app.seal', '', true)`,
  () => 'set role plinth_owner',
  () => 'set session authorization plinth_migrator',
  () => 'reset session authorization',
  () => 'set row_security = off',
  () => 'set search_path = pg_temp, public, tenancy',
  () => 'select inner_block from tenancy.seal_keys',
  () => 'select * from tenancy.users, tenancy.tenant_users, tenancy.tenants',
  () => 'select * from tenancy.security_events',
  () => 'select * from pg_stat_activity',
  () => `create temporary table tenants as select * from tenancy.tenants`,
  () => `create function pg_temp.current_tenant_id() returns uuid language sql as 'select null::uuid'`,
  () => 'do $$ begin perform 1; end $$',
  () => 'discard all',
  (t) => `listen ${t.replace('.', '_')}; notify ${t.replace('.', '_')}, 'x'`,
  (t) => `comment on table ${t} is 'mine'`,
  (t) => `alter table ${t} disable row level security`,
  (t) => `create policy mine on ${t} using (true)`,
  (t) => `create view public.mine as select * from ${t}`,
];

interface Step {
  readonly attack: (typeof attacks)[number];
  readonly table: number;
  readonly victim: string;
  readonly isInSavepoint: boolean;
}

interface Attempt {
  readonly plan: readonly Step[];
  readonly isUser: boolean;
  readonly isCommitted: boolean;
}

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    attack: fc.constantFrom(...attacks),
    table: fc.nat(),
    victim: fc.constantFrom(...foreign.map(({ id }) => id)),
    isInSavepoint: fc.boolean(),
  }),
  { minLength: 1, maxLength: 12 },
);

const attempts = fc.array(fc.record({ plan: steps, isUser: fc.boolean(), isCommitted: fc.boolean() }), { minLength: 8, maxLength: 8 });

/** Rows of the tenants that are attacked, to see that none is changed. */
async function digest(schema: string, tables: readonly Table[]): Promise<string> {
  const { client } = databases.oltp;
  const parts: string[] = [];
  for (const { name } of tables) {
    const text = `select md5(string_agg(t::text, ',' order by t::text)) as d from ${schema}.${name} t where tenant_id <> '${mine.id}'`;
    parts.push((await client.query(text)).rows[0].d);
  }
  return parts.join();
}

class Undo extends Error {}

async function attackAll(schema: string, tables: readonly Table[], { plan, isUser, isCommitted }: Attempt): Promise<string> {
  const shown: string[] = [];
  const send = async (tx: Transaction, text: string) => {
    try {
      shown.push(JSON.stringify((await tx.query({ text })).rows));
    } catch (error) {
      // All that the server said, not only what our own error lets through.
      const cause = error instanceof PlinthError ? (error.cause as Error & { detail?: string; where?: string }) : undefined;
      shown.push(`${messageOf(error)} ${cause?.detail} ${cause?.where}`);
      throw error;
    }
  };
  const subject = { tenantId: mine.id, ...(isUser && { userId }) };
  const request = { tier: 'oltp', tag: 'test.attack', isRetryable: false } as const;
  await tenancy
    .run(subject, request, async (tx) => {
      for (const { attack, table, victim, isInSavepoint } of plan) {
        const target = `${schema}.${tables[table % tables.length]?.name}`;
        const text = attack(target, victim);
        if (isInSavepoint) await tx.savepoint(() => send(tx, text)).catch(() => {});
        else await send(tx, text);
      }
      if (!isCommitted) throw new Undo();
    })
    .catch(() => {});
  return shown.join('\n');
}

test('[I1] work for the system and for nobody sees no tenant’s row either', async () => {
  await build('world', [{ name: 't0', columns: ['text'], rows: 5, isPartitioned: true, hasParent: false }]);
  const { rows } = await connect.transaction({ tier: 'oltp', tag: 'test.system', as: 'system' }, (tx) =>
    tx.query({ text: 'table world.t0' }),
  );
  expect(rows).toEqual([]);
});

test('[I1] whatever one tenant sends, it is shown nothing of another and changes nothing of it', async () => {
  let count = 0;
  await fc.assert(
    fc.asyncProperty(schemas, attempts, async (tables, tried) => {
      const schema = `world${count++}`;
      await build(schema, tables);
      const before = await digest(schema, tables);
      for (const attempt of tried) {
        const shown = await attackAll(schema, tables, attempt);
        for (const { id } of foreign) {
          expect(shown).not.toContain(secretOf(id));
          expect(shown).not.toContain(String(numberOf(id)));
        }
      }
      expect(await digest(schema, tables)).toBe(before);
      // The connections that were used for it are given to others.
      for (const { id } of tenants) {
        const text = `select distinct tenant_id from ${schema}.${tables[0]?.name}`;
        // A setting left in the session may make it an error, never another tenant's row.
        const look = tenancy
          .run({ tenantId: id }, { tier: 'oltp', tag: 'test.look' }, (tx) => tx.query({ text }))
          .catch(() => ({ rows: [] }));
        expect([[], [{ tenant_id: id }]]).toContainEqual((await look).rows);
      }
      await owner('oltp', `drop schema ${schema} cascade`);
    }),
    { numRuns: 20, endOnFailure: true },
  );
});
