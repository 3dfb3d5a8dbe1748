import type { Tier } from '../../../kernel/index.ts';
import type { Backfills } from '../backfill/index.ts';
import type { Context } from '../context.ts';
import { ident, idents, qualifiedIdent } from '../model/sql-text.ts';
import { renameErrors } from './errors.ts';
import { legacySchema } from './model/names.ts';
import { listRelationKinds } from './sql/queries/queries.gen.ts';
import type { MergeMap, MergeReport, RenameMap, RenameRequest } from './types.ts';

const shownRows = 20;

/** Where the source lies now: at its place, or put aside by an earlier run. Undefined when it is gone, or never was. */
export async function findSource(context: Context, tier: Tier, source: string): Promise<string | undefined> {
  const [schema = '', name = ''] = source.split('.');
  const aside = `${ident(legacySchema(schema))}.${ident(name)}`;
  const names = [qualifiedIdent(source), aside];
  const rows = await context.connect.transaction({ tier, as: 'owner', isReadOnly: true, tag: 'migrate.rename' }, (tx) =>
    listRelationKinds.all(tx, { names }),
  );
  return rows.find(({ kind }) => kind === 'r' || kind === 'p')?.name;
}

/**
 * Brings over the rows that the target lacks and puts the source aside. A row is there when one of its key is, or one of its content
 * under another key; a row whose key is there with another content is told, not touched.
 *
 * @throws PLINTH_MIGRATE_MERGE_INCOMPLETE, PLINTH_MIGRATE_BACKFILL_*
 */
export async function mergeRows(
  context: Context,
  backfills: Backfills,
  { map, tier, merge }: { readonly map: RenameMap; readonly tier: Tier; readonly merge: MergeMap },
  { signal, onProgress }: RenameRequest,
): Promise<MergeReport | undefined> {
  const source = await findSource(context, tier, merge.source);
  if (source === undefined) return undefined;
  const sql = mergeSql(merge, source);
  const count = async (where: string) =>
    Number((await ask(context, tier, `select count(*) as n from ${source} s where ${where}`))[0]?.n ?? 0);
  const moved = await count(sql.isMissing);
  let name = '';
  if (moved > 0) {
    // A finished backfill is not begun again, and rows may have come since: the next one gets the next number.
    for (let n = 1; ; n++) {
      name = `${map.name}/${source}/${n}`;
      const { state, quarantined } = await backfills.start({ name, tier, statement: sql.insert });
      if (quarantined > 0) await backfills.retry(name);
      if (state === 'completed' && quarantined === 0) continue;
      if (state === 'paused') await backfills.resume(name);
      break;
    }
    await backfills.run(name, { ...(signal && { signal }), ...(onProgress && { onProgress }) });
  }
  const missing = await count(sql.isMissing);
  if (missing > 0) throw renameErrors.MERGE_INCOMPLETE({ source: merge.source, into: merge.into, missing, backfill: name });
  const rows = await ask(context, tier, `select ${sql.key} from ${source} s where ${sql.isDifferent} limit ${shownRows}`);
  await putAside(context, tier, merge, source);
  const different = rows.map((row) =>
    Object.entries(row)
      .map(([column, value]) => `${column} ${String(value)}`)
      .join(', '),
  );
  return { source: merge.source, into: merge.into, moved, different };
}

function mergeSql(merge: MergeMap, source: string) {
  const filled = { ...merge.key, ...merge.values };
  const columns = Object.keys(filled);
  const into = qualifiedIdent(merge.into);
  const sameKey = Object.entries(merge.key).map(([column, value]) => `t.${ident(column)} = ${value}`);
  const sameContent = merge.content.map((column) => `t.${ident(column)} is not distinct from ${filled[column]}`);
  const exists = (conditions: readonly string[]) => `exists (select from ${into} t where ${conditions.join(' and ')})`;
  const isMissing = `not ${exists(sameKey)} and not ${exists(sameContent)}`;
  return {
    isMissing,
    isDifferent: `${exists(sameKey)} and not ${exists(sameContent)}`,
    key: Object.entries(merge.key)
      .map(([column, value]) => `${value} as ${ident(column)}`)
      .join(', '),
    insert: `insert into ${into} (${idents(columns)}) select ${Object.values(filled).join(', ')} from ${source} s where ${isMissing} on conflict do nothing`,
  };
}

async function ask(context: Context, tier: Tier, text: string): Promise<readonly Record<string, unknown>[]> {
  await using session = await context.connect.session({ tier, tag: 'migrate.merge' });
  await session.query({ text: 'set row_security = off; set statement_timeout = 0; set search_path = pg_catalog' });
  return (await session.query({ text })).rows;
}

/** Out of the way of the new names; programs that still write it find it by the old one. */
async function putAside(context: Context, tier: Tier, merge: MergeMap, source: string): Promise<void> {
  const old = qualifiedIdent(merge.source);
  if (source !== old) return;
  const [schema = '', name = ''] = merge.source.split('.');
  const legacy = ident(legacySchema(schema));
  await context.connect.transaction({ tier, as: 'owner', tag: 'migrate.merge' }, async (tx) => {
    await tx.query({
      text: `set local lock_timeout = '2s'; alter table ${old} set schema ${legacy};
        create view ${old} with (security_invoker = true) as select * from ${legacy}.${ident(name)}`,
    });
  });
}
