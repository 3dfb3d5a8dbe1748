import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { type MigrationSource, type Tier, tiers } from '../../../../kernel/index.ts';
import { readSource, readText } from '../../files/index.ts';
import { readStatements } from '../../parse/index.ts';
import { lintedObjects, lintedUp } from '../linted-file.ts';
import type { Production } from '../production.ts';
import { emptySchema, foldStatement, type Schema } from '../schema/index.ts';
import type { LintedFile } from '../types.ts';
import { applyEdits, type FixedFile, fixFile } from './fix-file.ts';
import { droppedIndex } from './fixes.ts';

export interface FixRequest {
  readonly sources: readonly MigrationSource[];
  readonly now: Date;
  /** Version and sizes; what is applied there or listed in `applied` keeps its bytes. */
  readonly production: Production;
  readonly applied: ReadonlySet<string>;
  /** Absolute; only files below these. Empty: all. */
  readonly paths: readonly string[];
}

/** A file that was written anew, and why. */
export interface FixedPath {
  readonly path: string;
  readonly rules: readonly string[];
}

/**
 * Rewrites what is mechanical in the files of products that are applied nowhere. Statements that have to run by themselves,
 * or later, get migrations of their own right after the one they stood in.
 */
export async function fixSources({ sources, now, production, applied, paths }: FixRequest): Promise<readonly FixedPath[]> {
  // By tier, all statements so far: a schema is folded anew for each look, because a look changes it.
  const history = new Map<Tier, { readonly statement: Awaited<ReturnType<typeof readStatements>>[number]; readonly migration: string }[]>(
    tiers.map((tier) => [tier, []]),
  );
  const written: FixedPath[] = [];
  for (const source of sources) {
    const { migrations, objects } = readSource(source, now);
    const names = new Set(migrations.map(({ name }) => name));
    for (const file of [...migrations.map(lintedUp), ...objects.map(lintedObjects)]) {
      const [tier = 'oltp'] = file.tiers;
      const isOurs = paths.length === 0 || paths.some((path) => !relative(path, file.path).startsWith('..'));
      let { text } = file;
      if (source.layout === 'product' && isOurs && !applied.has(file.migration)) {
        const before = (): Schema => {
          const schema = emptySchema();
          for (const { statement, migration } of history.get(tier) ?? []) foldStatement(schema, statement, migration);
          return schema;
        };
        const fixed = await fixFile(file, before, { server: production.server, production, tierOf: () => undefined });
        text = fixed.text;
        if (fixed.fixed.length > 0) written.push(...(await write(file, fixed, names)));
      }
      const statements = await readStatements(file.path, text);
      for (const one of file.tiers) history.get(one)?.push(...statements.map((statement) => ({ statement, migration: file.migration })));
    }
  }
  return written;
}

async function write(file: LintedFile, fixed: FixedFile, names: Set<string>): Promise<FixedPath[]> {
  writeFileSync(file.path, fixed.text);
  const written: FixedPath[] = [{ path: file.path, rules: fixed.fixed }];
  const folder = dirname(file.path);
  if (!fixed.isTransactional && file.isTransactional) written.push(leaveTransaction(join(folder, 'meta.json')));
  let name = basename(folder);
  for (const { slug, isTransactional, up, down, index } of fixed.followUps) {
    name = nameAfter(name, slug, names);
    const next = join(dirname(folder), name);
    mkdirSync(next);
    writeFileSync(join(next, 'up.sql'), up);
    writeFileSync(join(next, 'down.sql'), down);
    writeFileSync(join(next, 'meta.json'), isTransactional ? '{}\n' : '{ "tx": "none" }\n');
    written.push({ path: next, rules: [] });
    if (index !== undefined) written.push(...(await forgetIndex(join(folder, 'down.sql'), index)));
  }
  return written;
}

function leaveTransaction(path: string): FixedPath {
  const meta: unknown = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
  writeFileSync(path, `${JSON.stringify({ ...(meta as object), tx: 'none' }, null, 2)}\n`);
  return { path, rules: [] };
}

/** The way back of the migration that has the index now drops it. */
async function forgetIndex(path: string, index: string): Promise<FixedPath[]> {
  if (!existsSync(path)) return [];
  const text = readText(path);
  const dropping = (await readStatements(path, text)).filter((statement) => droppedIndex(statement) === index);
  if (dropping.length === 0) return [];
  const edits = dropping.map(({ byteOffset, sql }) => ({ start: byteOffset, end: byteOffset + Buffer.byteLength(sql), text: '' }));
  writeFileSync(path, applyEdits(text, edits).replace(/^\s*;[ \t]*\n?/gm, ''));
  return [{ path, rules: [] }];
}

/** A name that sorts right after another: a second later, or the next that is free. */
function nameAfter(name: string, slug: string, names: Set<string>): string {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)_/.exec(name)?.map(Number) ?? [];
  const taken = new Set([...names].map((one) => one.slice(0, 14)));
  let time = Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second);
  let stamp: string;
  do {
    time += 1000;
    stamp = new Date(time).toISOString().replaceAll(/[-:T]/g, '').slice(0, 14);
  } while (taken.has(stamp));
  const next = `${stamp}_${slug}`;
  names.add(next);
  return next;
}
