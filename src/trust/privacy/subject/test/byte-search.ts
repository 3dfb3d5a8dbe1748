import type { TestPlatform } from '../../../../../tests/support/platform.ts';
import { tiers } from '../../../../kernel/index.ts';

/**
 * Which of these byte strings stand anywhere in the files of the platform's databases: heaps, indexes, TOAST, catalogs. As `name in file`.
 * Files that nobody has written to since `since` cannot hold what came later, and are most of a database.
 */
export async function findBytes(
  platform: TestPlatform,
  needles: Readonly<Record<string, Buffer | string>>,
  since = new Date(0),
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { client } of new Set(tiers.map((tier) => platform.databases[tier]))) {
    // Until a page is written the file still has what stood there before.
    await client.query('checkpoint');
    const { rows } = await client.query(
      `with files as (
         select f.name, pg_read_binary_file('base/' || d.oid || '/' || f.name, true) as bytes
           from pg_database d cross join lateral pg_ls_dir('base/' || d.oid) f (name)
          where d.datname = current_database() and f.name ~ '^[0-9]'
            and (pg_stat_file('base/' || d.oid || '/' || f.name, true)).modification >= $3
       )
       select n.name as needle, coalesce(c.oid::regclass::text, f.name) as place
         from files f join unnest($1::text[], $2::bytea[]) n (name, bytes) on position(n.bytes in f.bytes) > 0
         left join pg_class c on pg_relation_filenode(c.oid)::text = split_part(f.name, '.', 1)`,
      [Object.keys(needles), Object.values(needles).map((needle) => Buffer.from(needle as string)), since],
    );
    found.push(...rows.map(({ needle, place }) => `${needle} in ${place}`));
  }
  return found.sort();
}
