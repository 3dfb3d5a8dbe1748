import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MigrationSource, Tier } from '../../../kernel/index.ts';
import { migrateErrors } from '../errors.ts';
import { utcStamp } from './read-source.ts';

/**
 * Makes `migrations/<tier>/<utc>_<slug>/` with its three files and returns the folder.
 *
 * @throws PLINTH_MIGRATE_BAD_SLUG
 */
export function createMigration(source: MigrationSource, tier: Tier, slug: string, now: Date): string {
  if (!/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(slug)) throw migrateErrors.BAD_SLUG({ slug });
  const folder = join(source.dir, 'migrations', tier, `${utcStamp(now)}_${slug}`);
  mkdirSync(folder, { recursive: true });
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text, { flag: 'wx' });
  write('up.sql', '-- Qualify every name: the search_path is pg_catalog. No BEGIN or COMMIT: the runner commits this with its record.\n');
  write('down.sql', '-- The way back to the state before up.sql.\n');
  write('meta.json', '{}\n');
  return folder;
}
