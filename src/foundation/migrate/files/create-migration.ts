import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MigrationSource, Tier } from '../../../kernel/index.ts';
import { migrateErrors } from '../errors.ts';
import type { Draft } from '../model/draft.ts';
import { utcStamp } from './read-source.ts';

/**
 * Makes `migrations/<tier>/<utc>_<slug>/` for each draft, in their order, and returns the folders. The times in the names are a second
 * apart, and after those that are there: two migrations of one second would have one number.
 *
 * @throws PLINTH_MIGRATE_BAD_SLUG
 */
export function createMigrations(source: MigrationSource, tier: Tier, drafts: readonly Draft[], now: Date): string[] {
  for (const { slug } of drafts) if (!/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(slug)) throw migrateErrors.BAD_SLUG({ slug });
  const parent = join(source.dir, 'migrations', tier);
  const taken = new Set(existsSync(parent) ? readdirSync(parent).map((name) => name.slice(0, 14)) : []);
  let time = now.getTime();
  return drafts.map(({ slug, meta, ...texts }) => {
    while (taken.has(utcStamp(new Date(time)))) time += 1000;
    const stamp = utcStamp(new Date(time));
    taken.add(stamp);
    const folder = join(parent, `${stamp}_${slug}`);
    mkdirSync(folder, { recursive: true });
    const write = (name: string, text: string) => writeFileSync(join(folder, name), text, { flag: 'wx' });
    for (const [part, text] of Object.entries(texts)) if (text !== undefined) write(`${part}.sql`, text);
    write('meta.json', `${JSON.stringify(meta)}\n`);
    return folder;
  });
}
