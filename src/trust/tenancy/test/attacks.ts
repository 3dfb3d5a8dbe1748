import type { Dice } from './dice.ts';
import { foreignRows, type World } from './world.ts';

const countLabel = 'rows:';

/** Whether an answer tells of more rows, counted or changed, than one has of one's own. Rows that a join made are not among them. */
export const countsForeign = (bytes: string) =>
  [...bytes.matchAll(/(?:rows:|UPDATE |DELETE |MERGE |INSERT 0 )(\d+)/g)].some(([, count]) => Number(count) >= foreignRows);

/**
 * Draws what somebody sends who can run any SQL as the application: one to some statements, separated by semicolons. Names of tenants may be
 * known to the attacker; nothing here holds what is in their rows.
 */
export class Attacks {
  readonly #dice: Dice;
  readonly #tables: readonly string[];
  readonly #schema: string;
  readonly #victims: readonly string[];
  #names = 0;

  constructor(dice: Dice, { schema, tables }: World, victims: readonly string[]) {
    this.#dice = dice;
    this.#schema = schema;
    this.#tables = tables.map(({ name }) => `${schema}.${name}`);
    this.#victims = victims;
  }

  next(): string {
    const before = this.#dice.chance(25) ? `${this.#preparation()}; ` : '';
    return before + this.#dice.pick(this.#kinds)();
  }

  /** Only reads, for where there is no context. */
  look(): string {
    return this.#dice.chance(30) ? `fetch all from held` : this.#query();
  }

  get #table(): string {
    return this.#dice.pick(this.#tables);
  }
  get #victim(): string {
    return this.#dice.pick(this.#victims);
  }
  /** Small, so that rows of one's own stay few. */
  get #id(): number {
    return 1 + this.#dice.below(12);
  }

  readonly #kinds: readonly (() => string)[] = [
    ...Array<() => string>(8).fill(() => this.#query()),
    ...Array<() => string>(3).fill(() => this.#change()),
    ...Array<() => string>(3).fill(
      () => `with changed as ${this.#dice.pick(['', 'materialized '])}(${this.#change()}) select * from changed`,
    ),
    ...Array<() => string>(2).fill(
      () => `with seen as ${this.#dice.pick(['', 'not materialized '])}(${this.#query()}) select * from seen, ${this.#source('r')}`,
    ),
    ...Array<() => string>(2).fill(
      () => `explain (analyze, verbose, buffers, settings) ${this.#dice.chance(70) ? this.#query() : this.#change()}`,
    ),
    ...Array<() => string>(2).fill(() => this.#function()),
    () => `copy ${this.#dice.chance(50) ? this.#table : `(${this.#query()})`} to stdout${this.#dice.pick(['', ' csv', ' binary'])}`,
    () => `copy ${this.#table} from stdin`,
    () => this.#cursor(),
    () => this.#prepared(),
    () => this.#dice.pick(single)(this.#table, this.#victim),
    () => `savepoint inner_one; ${this.#change()}; rollback to inner_one; ${this.#query()}`,
  ];

  #source(alias: string): string {
    const t = this.#table;
    return this.#dice.pick<() => string>([
      () => `${t} ${alias}`,
      () => `${t} ${alias}`,
      () => `only ${t} ${alias}`,
      () => `(table ${t}) ${alias}`,
      () => `${t}_view ${alias}`,
      () => `${t}_rows() ${alias}`,
      () => `${t} ${alias} tablesample system (100)`,
      () => `(select * from ${t} offset 0) ${alias}`,
      () => `(select * from ${t} where tenant_id = '${this.#victim}') ${alias}`,
      () => `(values ('${this.#victim}'::uuid)) v(other) cross join lateral (select * from ${t} x where x.tenant_id = v.other) ${alias}`,
      () => `${this.#table} x right join ${t} ${alias} on x.id = ${alias}.id`,
    ])();
  }

  #condition(r: string): string {
    return this.#dice.pick<() => string>([
      () => `${r}.tenant_id = '${this.#victim}'`,
      () => `${r}.tenant_id <> (select tenancy.current_tenant_id())`,
      () => `${r}.tenant_id in (select id from tenancy.tenants)`,
      () => `${r}.note ~ 'secret$'`,
      () => `${r}.note > 'a' and ${r}.id < 100`,
      () => `${r}.id = any (array[1, 2, 60, 120])`,
      () => `exists (select from ${this.#table} x where x.tenant_id <> ${r}.tenant_id)`,
      () => `(select count(*) from ${this.#table}) > 40`,
      // What cannot be cast shows in the message; a condition that is not leakproof must not be asked before the policy.
      () => `${r}.note::${this.#dice.pick(['int', 'uuid', 'json', 'date', 'inet', 'xml'])} is not null`,
      () => `1 / (case when ${r}.tenant_id = '${this.#victim}' then 0 else 1 end) > 0`,
      () => `length(convert_from(decode(${r}.note, 'hex'), 'UTF8')) > 0`,
      () => `set_config('app.stolen', left(current_setting('app.stolen', true) || ${r}.note, 1000), false) is not null`,
      () => `${this.#schema}.ask('select ' || quote_literal(${r}.note)) is not null`,
      () => `${this.#schema}.tell(${r}.note)`,
    ])();
  }

  #query(): string {
    const dice = this.#dice;
    const where = dice.chance(45) ? ` where ${this.#condition('r')}` : '';
    if (dice.chance(20))
      return `select '${countLabel}' || count(*) from ${this.#dice.pick([this.#table, `${this.#table}_view`, `${this.#table}_rows()`])} r${where}`;
    if (dice.chance(20)) {
      const show = dice.pick([
        'json_agg(r)',
        `string_agg(r.note, ',')`,
        'max(r.note)',
        'min(r::text)',
        `array_agg(r.tenant_id || r.note)`,
        'xmlagg(xmlelement(name n, r.note))',
      ]);
      return `select ${show} from ${this.#source('r')}${where}${dice.chance(30) ? ' group by r.tenant_id having count(*) > 0' : ''}`;
    }
    const show = dice.pick([
      'r.*',
      'r.*',
      'r',
      'to_jsonb(r)',
      'upper(r.note)',
      'reverse(r.note)',
      'md5(r.note)',
      'left(r.note, 14)',
      `convert_to(r.note, 'UTF8')`,
      `encode(convert_to(r.note, 'UTF8'), 'base64')`,
      `format('%s of %s', r.note, r.tenant_id)`,
      `(select x.note from ${this.#table} x where x.tenant_id <> r.tenant_id limit 1)`,
      'first_value(r.note) over (order by r.tenant_id)',
      "current_setting('app.stolen', true)",
    ]);
    const end = dice.pick(['', '', '', ' order by r.tenant_id desc', ' limit 5', ' for update', ' union all select null']);
    return `select ${show} from ${this.#source('r')}${where}${end}`;
  }

  #change(): string {
    const [t, b] = [this.#table, this.#victim];
    const aimed = this.#dice.chance(50) ? ` where ${this.#condition('r')}` : '';
    const returning = this.#dice.pick([
      '',
      ' returning *',
      ' returning old.*, new.*',
      ` returning (select json_agg(x) from ${this.#source('x')})`,
      ` returning note, (select '${countLabel}' || count(*) from ${this.#table})`,
    ]);
    return this.#dice.pick<() => string>([
      () => `update ${t} r set note = r.note || 'x'${aimed}${returning}`,
      () => `update ${t} r set tenant_id = '${b}'${aimed}${returning}`,
      () => `update ${t} r set note = x.note from ${this.#table} x where x.id = r.id and x.tenant_id <> r.tenant_id${returning}`,
      () => `delete from ${t} r${aimed}${returning}`,
      () => `delete from ${t} r using ${this.#table} x where x.id = r.id${returning}`,
      () =>
        `insert into ${t} (tenant_id, id, note) values ('${b}', ${this.#id}, 'mine') on conflict (tenant_id, id) do update set note = 'mine'${returning}`,
      () => `insert into ${t} (tenant_id, id, note) values ('${b}', ${this.#id}, 'mine') on conflict do nothing${returning}`,
      () => `insert into ${t} (tenant_id, id, note) values ('${b}', ${this.#id}, 'mine')${returning}`,
      () =>
        `insert into ${t} (tenant_id, id, note) select tenancy.current_tenant_id(), ${this.#id}, (select max(x.note) from ${this.#source('x')}) on conflict do nothing${returning}`,
      () => {
        const merged = returning.includes('old.')
          ? ' returning merge_action(), old.*, new.*'
          : returning.replace('note,', `${t.split('.')[1]}.note,`);
        const what = this.#dice.pick([`update set note = 'mine'`, 'delete', `update set tenant_id = '${b}'`]);
        return `merge into ${t} using (values ('${b}'::uuid, ${this.#id})) v(owner, at) on tenant_id = v.owner and id = v.at when matched then ${what} when not matched then insert (tenant_id, id, note) values (v.owner, v.at, 'mine')${merged}`;
      },
    ])();
  }

  #function(): string {
    const t = this.#table;
    const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;
    return this.#dice.pick<() => string>([
      () => `select ${this.#schema}.ask(${literal(this.#query())})`,
      () => `select '${countLabel}' || ${this.#schema}.tally('${this.#dice.pick([t, `${t}_view`])}')`,
      () => `select query_to_xml(${literal(this.#query())}, true, true, '')`,
      () => `select table_to_xml('${t}', true, true, '')`,
      () => `select * from ts_stat('select to_tsvector(''simple'', note) from ${t}')`,
      () => `select * from json_populate_recordset(null::${t}, (select json_agg(r) from ${this.#source('r')}))`,
    ])();
  }

  #cursor(): string {
    const name = this.#dice.chance(50) ? `thief_${this.#names++}` : 'held';
    const kind = this.#dice.pick(['', 'scroll ', 'binary ']);
    const rest = this.#dice.pick(['fetch all from', 'fetch forward 3 from', 'move 2 in', 'fetch last from']);
    return `declare ${name} ${kind}cursor ${this.#dice.chance(50) ? 'with hold ' : ''}for ${this.#query()}; ${rest} ${name}; ${this.#dice.chance(50) ? `fetch all from ${name}` : `close ${name}`}`;
  }

  #prepared(): string {
    const name = `steal_${this.#names++}`;
    const text = this.#dice.chance(60) ? this.#query() : this.#change();
    return `prepare ${name} as ${text}; ${this.#dice.chance(30) ? `${this.#preparation()}; ` : ''}execute ${name}; deallocate ${name}`;
  }

  /** What might open the way for what follows. */
  #preparation(): string {
    return this.#dice.pick(preparations)(this.#victim, this.#table);
  }
}

const seal = (b: string) => `overlay(current_setting('app.seal') placing replace('${b}', '-', '') from 65 for 32)`;

const preparations: readonly ((b: string, t: string) => string)[] = [
  (b) => `set app.current_tenant_id = '${b}'`,
  (b) => `set local app.current_tenant_id = '${b}'`,
  (b) => `select set_config('app.current_tenant_id', '${b}', false)`,
  (b) => `select set_config('app.seal', ${seal(b)}, false) is null`,
  () => `select set_config('app.seal', '', true)`,
  (b) => `call tenancy.enter(decode(${seal(b)}, 'hex'))`,
  () => 'set role plinth_owner',
  () => 'set role none',
  () => 'reset role',
  () => 'reset all',
  () => 'reset app.seal',
  () => 'set session authorization plinth_migrator',
  () => 'set row_security = off',
  () => 'set search_path = pg_temp, public, tenancy',
  (_, t) => `set search_path = ${t.split('.')[0]}, pg_catalog`,
  () => 'set enable_seqscan = off; set enable_indexscan = off',
  () => 'set plan_cache_mode = force_generic_plan',
  () => 'set jit = off; set from_collapse_limit = 1',
  () => 'set client_min_messages = debug1',
  () => 'set session_replication_role = replica',
  () => 'set default_transaction_read_only = off',
  () => 'savepoint inner_one',
  (_, t) => `lock table ${t} in share row exclusive mode`,
];

/** Statements of one shape, on table `t`. */
const single: readonly ((t: string, b: string) => string)[] = [
  (t) => `truncate ${t}`,
  (t) => `comment on table ${t} is 'mine'`,
  (t) => `alter table ${t} disable row level security`,
  (t) => `create policy mine on ${t} using (true)`,
  (t) => `create view public.mine as select * from ${t}`,
  (t) => `create temporary table mine as select * from ${t}`,
  (t) => `create function pg_temp.mine() returns setof ${t} language sql as 'select * from ${t}'`,
  (t) => `do $$ declare r record; begin for r in select * from ${t} loop raise notice '%', r; end loop; end $$`,
  (t) => `listen ${t.replace('.', '_')}; notify ${t.replace('.', '_')}, 'x'; unlisten *`,
  (t) => `select * from pg_stats where tablename = split_part('${t}', '.', 2)`,
  (t) => `select most_common_vals from pg_stats_ext where tablename = split_part('${t}', '.', 2)`,
  (t) => `select stavalues1 from pg_statistic where starelid = '${t}'::regclass`,
  () => 'select inner_block from tenancy.seal_keys',
  () => 'select * from tenancy.users, tenancy.tenant_users, tenancy.tenants',
  () => 'select * from tenancy.security_events',
  () => 'select query from pg_stat_activity where pid <> pg_backend_pid()',
  () => "select pg_read_file('postgresql.conf')",
  () => 'select lo_create(0)',
  (t) => `set debug_parallel_query = on; select note from ${t} where note > 'a'`,
  (t) => `select schema_to_xml('${t.split('.')[0]}', true, true, '')`,
  (t) => `copy ${t} to program 'cat'`,
  (_, b) => `select * from tenancy.tenants where id = '${b}'`,
];
