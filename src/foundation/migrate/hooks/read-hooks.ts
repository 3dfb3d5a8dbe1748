import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MigrationSource } from '../../../kernel/index.ts';
import { migrateErrors } from '../errors.ts';
import { checksumOf, normalise } from '../model/checksum.ts';
import { type HookPoint, hookPoints } from './types.ts';

/** A file of `hooks/`, called when its point is reached. */
export interface Hook {
  /** `source/hooks/file`. */
  readonly id: string;
  readonly point: HookPoint;
  readonly path: string;
  readonly text: string;
  readonly checksum: string;
}

/**
 * The hooks of a source by file name, which is `<point>.sql` or `.ts`, with words between where there are several:
 * `after-run.announce.ts`. None where there is no such folder.
 *
 * @throws PLINTH_MIGRATE_BAD_NAME
 */
export function readHooks(source: MigrationSource): Hook[] {
  const folder = join(source.dir, 'hooks');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => !name.startsWith('.'))
    .sort()
    .map((name) => {
      const path = join(folder, name);
      const [first, ...rest] = name.split('.');
      const point = hookPoints.find((one) => one === first);
      if (!point || !/^(?:[a-z0-9_-]+\.)?(?:sql|ts)$/.test(rest.join('.'))) {
        throw migrateErrors.BAD_NAME({ path, expected: `<${hookPoints.join(' | ')}>[.words].<sql | ts>` });
      }
      const text = normalise(readFileSync(path, 'utf8'));
      return { id: `${source.name}/hooks/${name}`, point, path, text, checksum: checksumOf(text) };
    });
}
