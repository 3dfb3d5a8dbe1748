import { quoteIdentifier, quoteLiteral } from '../../../kernel/index.ts';
import { keyArray } from './model/keys.ts';
import { hasTrigger } from './sql/queries/queries.gen.ts';
import type { Change, ChangedTable, ChangeReader, ChangeSource } from './types.ts';

/** Beside the source and in its database, because the log commits with the change it tells of. */
const placeOf = ({ id }: ChangedTable) => quoteIdentifier(`migrate_move_${id.replaceAll('-', '')}`);
const relationOf = ({ table }: ChangedTable) => `${quoteIdentifier(table.schema)}.${quoteIdentifier(table.name)}`;
const triggers = ['plinth_move_rows', 'plinth_move_truncate'] as const;

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
create trigger ${triggers[0]} after insert or update or delete on ${relationOf(move)} for each row execute function ${place}.remember();
create trigger ${triggers[1]} after truncate on ${relationOf(move)} for each statement execute function ${place}.remember();
alter table ${relationOf(move)} enable always trigger ${triggers[0]};
alter table ${relationOf(move)} enable always trigger ${triggers[1]};
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
    const drops = triggers.map((name) => `drop trigger ${name} on ${relationOf(move)}`).join('; ');
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
