import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isTier, type MigrationSource, messageOf, type Tier, tiers } from '../../../kernel/index.ts';
import { migrateErrors } from '../errors.ts';
import { checksumOf, normalise } from '../model/checksum.ts';
import { readHeader } from '../model/header.ts';
import { type MigrationFile, type ObjectsFile, type SourceFiles, successors } from '../model/migration.ts';

/**
 * Reads what a source has. Each folder is listed once and each migration read once, synchronously: reading and hashing
 * 5,000 small files takes 30 ms this way and 250 ms through promises. Nothing is parsed.
 *
 * @throws PLINTH_MIGRATE_UNREADABLE, PLINTH_MIGRATE_BAD_NAME, PLINTH_MIGRATE_BAD_OPTION, PLINTH_MIGRATE_DUPLICATE, PLINTH_MIGRATE_FUTURE
 */
export function readSource(source: MigrationSource, now: Date): SourceFiles {
  const read = source.layout === 'capability' ? readCapability(source) : readProduct(source, now);
  // What another stands for is not read, though its files may still be there.
  const gone = successors(read.migrations);
  const isRead = ({ id, tiers: its }: MigrationFile) => !its.every((tier) => gone.has(`${tier}:${id}`));
  const migrations = gone.size === 0 ? read.migrations : read.migrations.filter(isRead);
  rejectTwins(migrations);
  return { ...read, name: source.name, layout: source.layout, migrations };
}

type Read = Pick<SourceFiles, 'migrations' | 'objects'>;

function readCapability(source: MigrationSource): Read {
  const defaultTiers = source.tiers ?? tiers;
  const migrations = list(join(source.dir, 'migrations'))
    .filter((entry) => entry.name.endsWith('.sql') && !/\.(?:down|seed)\.sql$/.test(entry.name))
    .map((entry): MigrationFile => {
      const name = entry.name.slice(0, -'.sql'.length);
      const path = join(source.dir, 'migrations', entry.name);
      if (!/^\d{4}_[a-z0-9_]+$/.test(name)) throw migrateErrors.BAD_NAME({ path, expected: 'NNNN_words.sql' });
      const up = readText(path);
      return migration(source.name, name, readHeader(up, path).tiers ?? defaultTiers, path, up, {
        down: path.replace(/\.sql$/, '.down.sql'),
        seed: path.replace(/\.sql$/, '.seed.sql'),
      });
    });
  return { migrations, objects: readObjects(source.name, join(source.dir, 'objects'), defaultTiers) };
}

function readProduct(source: MigrationSource, now: Date): Read {
  const latest = utcStamp(new Date(now.getTime() + 24 * 60 * 60 * 1000));
  const migrations: MigrationFile[] = [];
  for (const tier of tierFolders(join(source.dir, 'migrations'))) {
    const folder = join(source.dir, 'migrations', tier);
    for (const { name } of list(folder)) {
      const at = join(folder, name);
      if (!/^\d{14}_[a-z0-9_]+$/.test(name)) throw migrateErrors.BAD_NAME({ path: at, expected: 'YYYYMMDDhhmmss_words' });
      if (name.slice(0, 14) > latest) throw migrateErrors.FUTURE({ path: at, now: utcStamp(now) });
      const part = (file: string) => join(at, file);
      const path = part('up.sql');
      migrations.push(
        migration(source.name, name, [tier], path, readText(path), {
          down: part('down.sql'),
          seed: part('seed.sql'),
          pre: part('pre.sql'),
          post: part('post.sql'),
          meta: part('meta.json'),
        }),
      );
    }
  }
  // Time decides across tiers as well: they may share a database.
  migrations.sort((a, b) =>
    a.name < b.name ? -1 : a.name > b.name ? 1 : tiers.indexOf(a.tiers[0] ?? 'oltp') - tiers.indexOf(b.tiers[0] ?? 'oltp'),
  );
  const folder = join(source.dir, 'objects');
  return { migrations, objects: tierFolders(folder).flatMap((tier) => readObjects(source.name, join(folder, tier), [tier], `${tier}/`)) };
}

function migration(
  source: string,
  name: string,
  itsTiers: readonly Tier[],
  path: string,
  up: string,
  paths: MigrationFile['paths'],
): MigrationFile {
  const ordered = tiers.filter((tier) => itsTiers.includes(tier));
  // In the text that is applied, of a product's too: what it stands for is as much reviewed as what it does.
  const replaces = up.startsWith('--! replaces:') ? readHeader(up, path).replaces : undefined;
  const known = { id: `${source}/${name}`, source, name, tiers: ordered, path, up, checksum: checksumOf(up), paths };
  return replaces ? { ...known, replaces } : known;
}

function readObjects(source: string, folder: string, itsTiers: readonly Tier[], prefix = ''): ObjectsFile[] {
  return list(folder)
    .filter((entry) => entry.name.endsWith('.sql'))
    .map((entry) => {
      const path = join(folder, entry.name);
      const text = readText(path);
      const id = `${source}/objects/${prefix}${entry.name.slice(0, -'.sql'.length)}`;
      return { id, source, tiers: readHeader(text, path).tiers ?? itsTiers, path, text, sha256: checksumOf(text) };
    });
}

function tierFolders(folder: string): Tier[] {
  return list(folder).map(({ name }) => {
    if (!isTier(name)) throw migrateErrors.BAD_NAME({ path: join(folder, name), expected: tiers.join(', ') });
    return name;
  });
}

/** Entries by name; none when there is no such folder. Hidden files belong to editors and systems. */
function list(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => !entry.name.startsWith('.'))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw migrateErrors.UNREADABLE({ path: folder, reason: messageOf(error) }, { cause: error });
  }
}

/** Normalised text of a file. @throws PLINTH_MIGRATE_UNREADABLE */
export function readText(path: string): string {
  try {
    return normalise(readFileSync(path, 'utf8'));
  } catch (error) {
    throw migrateErrors.UNREADABLE({ path, reason: messageOf(error) }, { cause: error });
  }
}

/** Two files of one number or one identity; a product may use a name once in each tier. */
function rejectTwins(migrations: readonly MigrationFile[]): void {
  const seen = new Map<string, MigrationFile>();
  for (const file of migrations) {
    const number = file.name.slice(0, file.name.indexOf('_'));
    for (const tier of file.tiers) {
      const twin = seen.get(`${tier} ${number}`);
      if (twin) throw migrateErrors.DUPLICATE({ id: `${file.source}/${number}`, paths: [twin.path, file.path] });
      seen.set(`${tier} ${number}`, file);
    }
  }
}

/** `20260105090100`: sorts as time does. */
export function utcStamp(time: Date): string {
  return time.toISOString().replaceAll(/[-:T]/g, '').slice(0, 14);
}
