import { parse } from 'libpg-query';
import { expect, test } from 'vitest';
import { readTree } from './read-tree.ts';

const read = async (sql: string) => readTree((await parse(sql)).stmts?.[0]?.stmt);
const shapeOf = async (sql: string) => (await read(sql)).shape;
const columnsOf = async (sql: string) =>
  (await read(sql)).columns.map(({ schema, table, column, use }) => `${use} ${schema ? `${schema}.` : ''}${table}.${column}`).sort();

const point = { joins: 0, subqueries: 0, aggregates: 0, windows: 0, setOperations: 0, isRecursive: false };

test('[I20] features are counted where they stand, whatever way they are written', async () => {
  expect(await shapeOf('select a from t where id = $1')).toEqual(point);
  expect(await shapeOf('select a from t limit 5')).toEqual(point);
  expect(await shapeOf('select a from t')).toEqual({ ...point, unbounded: 'read' });
  expect(await shapeOf('select a from t, u where true')).toEqual({ ...point, joins: 1 });
  expect(await shapeOf('select a from t join u using (id, day) left join v on true where true')).toEqual({ ...point, joins: 2 });
  expect(await shapeOf('select count(*), my_own(x), pg_catalog.sum(x) from t where true group by y')).toEqual({ ...point, aggregates: 3 });
  expect(await shapeOf('select sum(x) over (order by y) from t where x = any (select 1)')).toEqual({ ...point, windows: 1, subqueries: 1 });
  expect(await shapeOf('select 1 union select 2 intersect select 3')).toEqual({ ...point, setOperations: 2 });
  expect(await shapeOf('select 1 from a where b union all select 2 from c')).toMatchObject({ setOperations: 1, unbounded: 'read' });
  expect(await shapeOf('with recursive r as (select 1 union all select n + 1 from r) table r')).toMatchObject({
    isRecursive: true,
    subqueries: 1,
  });
  expect(await shapeOf('update t set a = 1 from u, v where true')).toEqual({ ...point, joins: 2 });
  expect(await shapeOf('delete from t using u')).toEqual({ ...point, joins: 1, unbounded: 'write' });
  expect(await shapeOf('truncate t')).toEqual({ ...point, unbounded: 'write' });
  expect(await shapeOf('create table t (a int)')).toEqual(point);
});

test('[I21] columns are found through aliases, stars, whole rows and sub-queries', async () => {
  expect(await columnsOf('select p.ssn from hr.people p where p.id = $1')).toEqual(['read hr.people.id', 'read hr.people.ssn']);
  expect(await columnsOf('select * from hr.people limit 1')).toEqual(['read hr.people.*']);
  expect(await columnsOf('select to_jsonb(p) from hr.people p limit 1')).toContain('read hr.people.*');
  expect(await columnsOf('select x.s from (select ssn as s from people) x limit 1')).toContain('read people.ssn');
  expect(await columnsOf('with c as (select ssn from people) select * from c')).toContain('read people.*');
  expect(await columnsOf('select count(*) from people where true')).toEqual([]);
  expect(await columnsOf('select a.ssn, b.name from people a join names b on a.id = b.id where true')).not.toContain('read names.ssn');
  expect(await columnsOf('copy hr.people (ssn) to stdout')).toEqual(['read hr.people.ssn']);
  expect(await columnsOf('copy hr.people from stdin')).toEqual(['written hr.people.*']);
});

test('[I21] a definition reads nothing, a copy into a table does', async () => {
  expect(await columnsOf('create view v as select ssn from people')).toEqual([]);
  expect(await columnsOf('create index on people (ssn) where ssn is not null')).toEqual([]);
  expect(await columnsOf('create policy p on people using (ssn is null)')).toEqual([]);
  expect(await columnsOf('create table copied as select ssn from people')).toContain('read people.ssn');
  expect(await columnsOf('explain analyze select ssn from people')).toContain('read people.ssn');
});

test('[I21] what is written is told from what is read', async () => {
  expect(await columnsOf('insert into people (id, ssn) values ($1, $2)')).toEqual(['written people.id', 'written people.ssn']);
  expect(await columnsOf('insert into people values ($1)')).toEqual(['written people.*']);
  expect(await columnsOf('insert into people (id) values (1) on conflict (id) do update set ssn = excluded.ssn')).toEqual([
    'written people.id',
    'written people.ssn',
  ]);
  expect(await columnsOf('update people set ssn = $1 where id = $2 returning name')).toEqual([
    'read people.id',
    'read people.name',
    'written people.ssn',
  ]);
  expect(await columnsOf('delete from people where id = $1')).toEqual(['read people.id', 'written people.*']);
  expect(await columnsOf('truncate hr.people, pay')).toEqual(['written hr.people.*', 'written pay.*']);
  expect(await columnsOf('merge into people p using feed f on p.id = f.id when matched then update set ssn = f.s')).toContain(
    'written people.ssn',
  );
});
