import { quoteIdentifier, quoteLiteral } from '../../../kernel/index.ts';
import { keyArray } from './model/keys.ts';
import { hasTrigger } from './sql/queries/queries.gen.ts';
import type { Change, ChangedTable, ChangeReader, ChangeSource } from './types.ts';

/** Beside the source and in its database, because the log commits with the change it tells of. */
const placeOf = ({ id }: ChangedTable) => quoteIdentifier(`migrate_move_${id.replaceAll('-', '')}`);
const relationOf = ({ table }: ChangedTable) => `${quoteIdentifier(table.schema)}.${quoteIdentifier(table.name)}`;

/**
 * The triggers of a move by name, with when they fire. Where only some rows are moved, the others cost a comparison and no call, and there
 * may be several such moves of one table.
 */
function triggersOf({ id, only }: ChangedTable): ReadonlyMap<string, string> {
  const each = 'for each row';
  if (!only) {
    return new Map([
      ['plinth_move_rows', `after insert or update or delete on % ${each}`],
      ['plinth_move_truncate', 'after truncate on % for each statement'],
    ]);
  }
  const suffix = id.replaceAll('-', '');
  const is = (row: 'old' | 'new') => `${row}.${quoteIdentifier(only.column)} = ${quoteLiteral(only.value)}`;
  return new Map([
    [`plinth_move_insert_${suffix}`, `after insert on % ${each} when (${is('new')})`],
    [`plinth_move_update_${suffix}`, `after update on % ${each} when (${is('old')} or ${is('new')})`],
    [`plinth_move_delete_${suffix}`, `after delete on % ${each} when (${is('old')})`],
    [`plinth_move_truncate_${suffix}`, 'after truncate on % for each statement'],
  ]);
}

/**
 * Triggers that write the keys of changed rows to a table. They fire in every session, replication included, and write as their owner,
 * because whoever changes the source may have no right on the log.
 */
export const changeLog: ChangeSource = {
  async begin(move) {
    const place = placeOf(move);
    const text = `create schema ${place};
create table ${place}.changes (number bigint generated always as identity primary key, key jsonb);
create function ${place}.remember() returns trigger language plpgsql security definer
set search_path = pg_catalog set datestyle = 'ISO, YMD' set intervalstyle = postgres set timezone = 'UTC' set extra_float_digits = 1 set bytea_output = hex
as $$
begin
  if tg_op = 'TRUNCATE' then
    insert into ${place}.changes (key) values (null);
  else
    if tg_op <> 'INSERT' then
      insert into ${place}.changes (key) values (${keyArray(move.key.names, 'old.')});
    end if;
    if tg_op = 'INSERT' or tg_op = 'UPDATE' and ${keyArray(move.key.names, 'new.')} <> ${keyArray(move.key.names, 'old.')} then
      insert into ${place}.changes (key) values (${keyArray(move.key.names, 'new.')});
    end if;
  end if;
  return null;
end
$$;
${[...triggersOf(move)]
  .map(
    ([name, when]) => `create trigger ${name} ${when.replace('%', () => relationOf(move))} execute function ${place}.remember();
alter table ${relationOf(move)} enable always trigger ${name};`,
  )
  .join('\n')}
revoke all on schema ${place} from public`;
    await move.connect.transaction(request(move), async (tx) => {
      if (!(await hasPlace(tx, place))) await tx.query({ text: `set local lock_timeout = 1000; ${text}` });
    });
  },
  async take(tx, move, limit) {
    const { rows } = await tx.query({
      text: `select number::text, key from ${placeOf(move)}.changes order by changes.number limit ${limit}`,
    });
    return rows as Change[];
  },
  async forget(tx, move, changes) {
    await tx.query({
      text: `delete from ${placeOf(move)}.changes where number = any($1::bigint[])`,
      values: [changes.map(({ number }) => number)],
    });
  },
  async end(move) {
    const place = placeOf(move);
    const drops = [...triggersOf(move).keys()].map((name) => `drop trigger ${name} on ${relationOf(move)}`).join('; ');
    await move.connect.transaction(request(move), async (tx) => {
      if (!(await hasPlace(tx, place))) return;
      const text = `${drops}; drop function ${place}.remember(); drop table ${place}.changes; drop schema ${place}`;
      await tx.query({ text: `set local lock_timeout = 1000; ${text}` });
    });
  },
};

const request = ({ tier }: ChangedTable) => ({ tier, as: 'owner', priority: 'batch', tag: 'migrate.move' }) as const;

async function hasPlace(tx: ChangeReader, place: string): Promise<boolean> {
  const { rows } = await tx.query({ text: `select pg_catalog.to_regnamespace(${quoteLiteral(place)}) is not null as exists` });
  return rows[0].exists;
}

const fenceName = ({ table }: ChangedTable) => `${table.name.slice(0, 40)}_moved`;

/** Whether the source was fenced already. */
export async function isFenced(tx: ChangeReader, move: ChangedTable): Promise<boolean> {
  return (await hasTrigger.one(tx, { relation: relationOf(move), name: fenceName(move) })).exists;
}

/** Lets nobody write to the source any more; the error says where its rows are. */
export async function fence(tx: ChangeReader, move: ChangedTable, movedTo: string): Promise<void> {
  const name = quoteIdentifier(fenceName(move));
  const refuse = `${quoteIdentifier(move.table.schema)}.${name}`;
  const message = quoteLiteral(`${move.table.schema}.${move.table.name} takes no more writes: its rows were moved to ${movedTo}`);
  await tx.query({
    text: `create function ${refuse}() returns trigger language plpgsql set search_path = pg_catalog
as $$ begin raise exception using message = ${message}, errcode = 'object_not_in_prerequisite_state'; end $$;
create trigger ${name} before insert or update or delete or truncate on ${relationOf(move)} for each statement execute function ${refuse}();
alter table ${relationOf(move)} enable always trigger ${name}`,
  });
}
