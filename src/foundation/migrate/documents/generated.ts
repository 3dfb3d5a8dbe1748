import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { type MigrationSource, type Tier, tiers } from '../../../kernel/index.ts';
import type { Context } from '../context.ts';
import { ownSource } from '../run/index.ts';
import { openShadow, type Shadow } from '../shadow/index.ts';
import { type Snapshot, type SnapshotObject, takeSnapshot } from '../snapshot/index.ts';
import { draw } from './draw.ts';
import { toDot, toMermaid } from './model/diagram.ts';
import type { Dictionary } from './model/dictionary.ts';
import { toHtml } from './model/html.ts';
import { toMarkdown } from './model/markdown.ts';
import { dictionaryOf } from './read-dictionary.ts';

/** The folder below a product's that holds what is generated. */
export const generatedFolder = 'docs/schema';

/** What a product's files make, without a look at any real database. */
export interface BuiltSchema {
  readonly source: MigrationSource;
  /** The product's own part of each tier: what is there with its migrations and not without. */
  readonly own: readonly Dictionary[];
  /** All of each tier. */
  readonly whole: readonly Dictionary[];
}

/**
 * Applies all files to a shadow and reads what came of them, with and without the product's own.
 *
 * @throws PLINTH_MIGRATE_NO_SHADOW and what a migration throws
 */
export async function buildSchema(context: Context, source: MigrationSource, signal?: AbortSignal): Promise<BuiltSchema> {
  await using shadow = await openShadow(context, signal ? { signal } : {});
  await shadow.up((files) => files.filter(({ name }) => name !== source.name));
  const before = await snapshots(shadow);
  await shadow.up();
  const after = await snapshots(shadow);
  const own: Dictionary[] = [];
  const whole: Dictionary[] = [];
  for (const tier of tiers) {
    const [old, now] = [before.get(tier), after.get(tier)];
    if (!old || !now) continue;
    // A product may stand alone on the runner, whose ledger comes with its first migration.
    const isOwn = ({ identity, name }: SnapshotObject) => !old.objects.has(identity) && !name.startsWith(`${ownSource.name}.`);
    own.push(await dictionaryOf(tier, now, isOwn));
    whole.push(await dictionaryOf(tier, now));
  }
  return { source, own, whole };
}

async function snapshots({ context }: Shadow): Promise<Map<Tier, Snapshot>> {
  const found = new Map<Tier, Snapshot>();
  for (const tier of tiers) {
    const request = { tier, as: 'owner', isReadOnly: true, isolation: 'repeatable read', tag: 'migrate.documents' } as const;
    found.set(tier, await context.connect.transaction(request, (tx) => takeSnapshot(tx)));
  }
  return found;
}

/** The generated files by path, as they should be. Tiers in which the product keeps nothing have none. */
export async function generatedFiles({ source, own }: BuiltSchema): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const dictionary of own.filter(({ tables, functions }) => tables.length + functions.length > 0)) {
    const dot = toDot(dictionary);
    const svg = await draw(dot);
    const path = (ending: string) => join(source.dir, generatedFolder, `${dictionary.tier}.${ending}`);
    files.set(path('md'), toMarkdown(dictionary, toMermaid(dictionary)));
    files.set(path('html'), toHtml(dictionary, svg));
    files.set(path('dot'), dot);
    files.set(path('svg'), svg);
  }
  return files;
}

/** Those of the files that are not on disk with just this text. */
export function staleFiles(files: ReadonlyMap<string, string>): string[] {
  const textOf = (path: string) => {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return undefined;
    }
  };
  return [...files].filter(([path, text]) => textOf(path) !== text).map(([path]) => path);
}

/** Writes what differs; returns the paths written, relative to the product's folder. */
export async function writeGenerated(source: MigrationSource, files: ReadonlyMap<string, string>): Promise<string[]> {
  const stale = staleFiles(files);
  for (const path of stale) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, files.get(path) ?? '');
  }
  return stale.map((path) => relative(source.dir, path));
}
