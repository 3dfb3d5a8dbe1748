import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { layers } from '../../src/kernel/index.ts';

export const root = join(import.meta.dirname, '../..');

/** One folder with SQL of its own: a capability, a part of one that has named queries, or a blueprint. */
export interface SqlFolder {
  /** `queue`, or `migrate/snapshot` for a part. */
  readonly name: string;
  /** Absolute folder of the capability or blueprint. */
  readonly dir: string;
  /** Absolute paths in the order in which they are applied. */
  readonly migrations: readonly string[];
  readonly objects: readonly string[];
  readonly queries: readonly string[];
  /** Where the typed functions go; meaningful when there are queries. */
  readonly generated: string;
}

const sorted = (pattern: string, dir: string) =>
  globSync(pattern, { cwd: dir })
    .sort()
    .map((path) => join(dir, path));

function sqlFolder(dir: string, name = basename(dir)): SqlFolder {
  return {
    name,
    dir,
    // A product's files lie by tier; the same order serves both layouts because tiers never depend on each other.
    migrations: [...sorted('sql/migrations/*.sql', dir), ...sorted('migrations/*/*/up.sql', dir)],
    objects: [...sorted('sql/objects/**/*.sql', dir), ...sorted('objects/**/*.sql', dir)],
    queries: sorted('sql/queries/*.sql', dir),
    generated: join(dir, 'sql/queries/queries.gen.ts'),
  };
}

/** All folders with SQL below `base`, lower layers first, blueprints last. */
export function sqlFolders(base: string = root): SqlFolder[] {
  const dirs = [
    ...layers.flatMap((layer) => globSync(`src/${layer}/*/`, { cwd: base }).sort()),
    ...globSync('blueprints/*/', { cwd: base }).sort(),
  ];
  return dirs
    .map((dir) => join(base, dir))
    .flatMap((dir) => [sqlFolder(dir), ...partsOf(dir)])
    .filter((folder) => folder.migrations.length + folder.objects.length + folder.queries.length > 0);
}

/** Parts of a capability keep their queries with them; the schema is the capability's. */
function partsOf(dir: string): SqlFolder[] {
  const parts = globSync('*/sql/queries/', { cwd: dir }).sort();
  return parts.map((path) => dirname(dirname(path))).map((part) => sqlFolder(join(dir, part), `${basename(dir)}/${part}`));
}

/**
 * Fingerprint of what a generated file was made from: the folder's queries and its own schema. Other folders' schema
 * is left out on purpose, so that a migration below does not touch every file above; the database test compares those.
 */
export function sourceHash(folder: SqlFolder): string {
  const hash = createHash('sha256');
  for (const path of [...folder.migrations, ...folder.objects, ...folder.queries]) {
    hash
      .update(`${relative(folder.dir, path)}\0`)
      .update(readFileSync(path))
      .update('\0');
  }
  return hash.digest('hex').slice(0, 32);
}

/** The hash a generated file carries, or undefined where there is no such file. */
export function recordedHash(folder: SqlFolder): string | undefined {
  if (!existsSync(folder.generated)) return undefined;
  return /^\/\/ sources: (\w+)$/m.exec(readFileSync(folder.generated, 'utf8'))?.[1];
}

/** Folders whose generated file does not fit their sources any more. */
export function staleFolders(base: string = root): SqlFolder[] {
  return sqlFolders(base).filter((folder) => folder.queries.length > 0 && recordedHash(folder) !== sourceHash(folder));
}

/** How the folder's generated file reaches the kernel: by path inside the package, by name from a blueprint. */
export function kernelImport(folder: SqlFolder, base: string = root): string {
  if (relative(base, folder.dir).startsWith('blueprints')) return 'plinth/kernel';
  return relative(dirname(folder.generated), join(base, 'src/kernel/index.ts')).replaceAll('\\', '/');
}
