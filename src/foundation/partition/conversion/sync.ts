import { quoteIdentifier } from '../../../kernel/index.ts';

/** What keeps one table like another while both are there. */
export interface Sync {
  /** Qualified and quoted, all of them. */
  readonly functionName: string;
  readonly source: string;
  readonly target: string;
  /** Columns that can be written. */
  readonly columns: readonly string[];
  /** Those of them that an update may set. */
  readonly settable: readonly string[];
  /** Tells a row from all others on both sides. */
  readonly rowKey: readonly string[];
  /** Primary key of the target; part of `rowKey`. */
  readonly targetKey: readonly string[];
  /** Whether rows are being copied into the target at the same time. */
  readonly isCopied: boolean;
  /** Whether the target holds more than what the emptied table held. */
  readonly isShared: boolean;
}

const list = (columns: readonly string[], prefix = '') => columns.map((column) => `${prefix}${quoteIdentifier(column)}`).join(', ');
const equal = (columns: readonly string[], left: string, right: string) =>
  columns.map((column) => `${left}.${quoteIdentifier(column)} = ${right}.${quoteIdentifier(column)}`).join(' and ');

/**
 * The trigger function. It does not replay what happened, but makes the target's row what the source's row with that key is now: row
 * triggers of one statement run after all its rows were changed, and another trigger may have changed a row once more, so that an
 * old and a new image would tell yesterday's story. It runs as the owner, for the application may not write the target.
 */
export function syncFunction(sync: Sync): string {
  const { functionName, source, target, rowKey } = sync;
  const emptied = sync.isShared
    ? `execute pg_catalog.concat('delete from ${target.replaceAll("'", "''")} where ', coalesce(pg_catalog.pg_get_partition_constraintdef(tg_relid), 'true'));`
    : `truncate ${target};`;
  return `create or replace function ${functionName}() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $plinth$
begin
  if tg_op = 'TRUNCATE' then
    ${emptied}
    return null;
  end if;
  if tg_op = 'DELETE' or tg_op = 'UPDATE' and (${list(rowKey, 'old.')}) is distinct from (${list(rowKey, 'new.')}) then
    ${sync.isCopied ? seeYoungerCopy(sync) : ''}
    ${follow(sync, 'old')}
  end if;
  if tg_op <> 'DELETE' then
    ${follow(sync, 'new')}
  end if;
  return null;
end
$plinth$;
comment on function ${functionName}() is 'Keeps ${target.replaceAll("'", "''")} like ${source.replaceAll("'", "''")} during a conversion.'`;
}

/**
 * A transaction that holds on to its first snapshot does not see a copy committed since, and would leave it behind as a ghost. An
 * insert does notice it, and fails with 40001, which such a client has to expect anyway.
 */
function seeYoungerCopy({ target, columns }: Sync): string {
  return `if pg_catalog.current_setting('transaction_isolation') <> 'read committed' then
      insert into ${target} (${list(columns)}) overriding system value values (${list(columns, 'old.')}) on conflict do nothing;
    end if;`;
}

function follow({ source, target, columns, settable, rowKey, targetKey }: Sync, row: 'old' | 'new'): string {
  const others = settable.filter((column) => !targetKey.includes(column));
  const isNarrower = targetKey.length < rowKey.length;
  // Where the target allows one row and the source two, the second one must not overwrite the first.
  const onlyItself = isNarrower ? ` where ${equal(rowKey, 't', 'excluded')}` : '';
  const action =
    others.length === 0
      ? 'do nothing'
      : `do update set ${others.map((column) => `${quoteIdentifier(column)} = excluded.${quoteIdentifier(column)}`).join(', ')}${onlyItself}`;
  const bring = `insert into ${target} as t (${list(columns)}) overriding system value
    select ${list(columns, 's.')} from ${source} s where ${equal(rowKey, 's', row)}
    on conflict (${list(targetKey)}) ${action};`;
  const bringAgain = `
      ${bring}
      if not found and exists (select from ${source} s where ${equal(rowKey, 's', row)}) then
        raise unique_violation using message = 'duplicate key (${targetKey.join(', ').replaceAll("'", "''")})', detail = 'The table that was converted still counts: it is kept current until the conversion is finished.';
      end if;`;
  // Nothing came: the source has no such row, or a row it does not have any more is in its place.
  return `${bring}
    if not found then
      delete from ${target} t where ${equal(targetKey, 't', row)} and not exists (select from ${source} s where ${equal(rowKey, 's', 't')});${isNarrower ? bringAgain : ''}
    end if;`;
}

/** Rows and TRUNCATE, also for sessions that replicate. Takes SHARE ROW EXCLUSIVE on the table. */
export function syncTriggers(table: string, functionName: string): string[] {
  const create = (name: string, when: string, each: string) => [
    `create trigger ${name} after ${when} on ${table} for each ${each} execute function ${functionName}()`,
    `alter table ${table} enable always trigger ${name}`,
  ];
  return [...create('plinth_sync_rows', 'insert or update or delete', 'row'), ...create('plinth_sync_all', 'truncate', 'statement')];
}

export function dropSyncTriggers(table: string): string[] {
  return ['plinth_sync_rows', 'plinth_sync_all'].map((name) => `drop trigger if exists ${name} on ${table}`);
}
