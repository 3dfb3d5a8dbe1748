import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { Context } from '../context.ts';
import { migrateErrors } from '../errors.ts';
import { readParts } from '../files/index.ts';
import type { MigrationFile } from '../model/migration.ts';
import type { MigrationState } from '../model/states.ts';
import { excerptAt, readStatements, whyUnprobed } from '../parse/index.ts';
import { statusOf } from '../report.ts';
import { templateErrors } from './errors.ts';

/** A statement that keeps its migration from being probed. */
export interface Unprobed {
  readonly id: string;
  readonly path: string;
  readonly line: number;
  readonly statement: string;
  readonly reason: string;
}

export interface Hardened {
  /** `source/name` of what says `probed` from now on. */
  readonly hardened: readonly string[];
  /** What keeps others from it; all of a file, or nothing. */
  readonly unprobed: readonly Unprobed[];
  /** Begun or applied in some database: their bytes stay. */
  readonly applied: readonly string[];
}

const editable: ReadonlySet<MigrationState> = new Set(['pending', 'blocked', 'failed', 'reverted']);

/** See `Templates.harden`. */
export async function harden(context: Context, target: string): Promise<Hardened> {
  const path = resolve(target);
  const isMeant = ({ id, path: own }: MigrationFile) => id === target || !relative(path, own).startsWith('..');
  const files = context.readFiles().flatMap(({ migrations }) => migrations.filter(isMeant));
  if (files.length === 0) throw migrateErrors.UNKNOWN_MIGRATION({ id: target });
  const begun = new Set((await statusOf(context)).filter(({ state }) => !editable.has(state)).map(({ id }) => id));
  const [only, ...others] = files;
  if (only && others.length === 0 && begun.has(only.id)) throw templateErrors.HARDEN_APPLIED({ id: only.id, path: only.path });
  const hardened: string[] = [];
  const unprobed: Unprobed[] = [];
  for (const file of files.filter(({ id }) => !begun.has(id))) {
    const { isProbed, phase } = readParts(file).options;
    // The engine of backfills passes each row once, whoever asks.
    if (isProbed || phase === 'backfill') continue;
    const found = await unprobedIn(file);
    unprobed.push(...found);
    if (found.length > 0) continue;
    declareProbed(file);
    hardened.push(file.id);
  }
  return { hardened, unprobed, applied: files.map(({ id }) => id).filter((id) => begun.has(id)) };
}

async function unprobedIn({ id, path, up }: MigrationFile): Promise<Unprobed[]> {
  return (await readStatements(path, up)).flatMap((statement) => {
    const reason = whyUnprobed(statement);
    if (reason === undefined) return [];
    return [{ id, path, line: excerptAt(up, statement.offset).line, statement: statement.sql.split('\n', 1)[0] ?? '', reason }];
  });
}

/** In `meta.json`, or in the header of a file that has none. */
function declareProbed({ path, paths: { meta } }: MigrationFile): void {
  if (meta === undefined) {
    writeFileSync(path, `--! probed: true\n${readFileSync(path, 'utf8')}`);
    return;
  }
  const options: object = existsSync(meta) ? JSON.parse(readFileSync(meta, 'utf8')) : {};
  writeFileSync(meta, `${JSON.stringify({ ...options, probed: true })}\n`);
}
