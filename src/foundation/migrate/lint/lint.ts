import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { type MigrationSource, messageOf, PlinthError, type Tier, tiers } from '../../../kernel/index.ts';
import { readParts, readSource, readText } from '../files/index.ts';
import type { MigrationFile } from '../model/migration.ts';
import { readStatements } from '../parse/index.ts';
import { lintErrors } from './errors.ts';
import { lintFile } from './lint-file.ts';
import { lintedObjects, lintedUp } from './linted-file.ts';
import { changedHistory, createPromises } from './plan-findings.ts';
import { type Production, readProduction } from './production.ts';
import { ruleById } from './rules/index.ts';
import { emptySchema, foldStatement, type Schema } from './schema/index.ts';
import type { Finding, LintedFile } from './types.ts';

export interface LintRequest {
  readonly sources: readonly MigrationSource[];
  readonly now: Date;
  /** Files and folders; empty for all files of products that production does not have yet. */
  readonly paths?: readonly string[];
  /** Only these migrations and objects files, by `source/name`. */
  readonly only?: ReadonlySet<string>;
  /** Capabilities as well, and what production has. */
  readonly isAll?: boolean;
  /** What is known of the server, where it is open; by default what production.json of each product says. */
  readonly production?: Production;
  /** Major version of the server; by default that of production, else 18. */
  readonly server?: number;
}

export interface LintReport {
  readonly findings: readonly Finding[];
  /** How many files were judged; those that only tell what is there before are not counted. */
  readonly files: number;
}

const newestServer = 18;

/**
 * Judges SQL files by the rules. Reads files only; parses what comes before them as well, to know what the database has.
 * Files that belong to no source are judged in the order of their names, as one plan of their own.
 *
 * @throws PLINTH_MIGRATE_NOTHING_TO_LINT, PLINTH_MIGRATE_BAD_STATS, those of unreadable files
 */
export async function lint(request: LintRequest): Promise<LintReport> {
  const paths = (request.paths ?? []).map((path) => resolve(path));
  const owned = paths.filter((path) => request.sources.some(({ dir }) => isWithin(path, dir)));
  const loose = paths.filter((path) => !owned.includes(path));
  const reports: LintReport[] = [];
  if (loose.length > 0) reports.push(await lintLoose(loose, request));
  if (owned.length > 0 || paths.length === 0) reports.push(await lintSources(owned, request));
  return { findings: reports.flatMap(({ findings }) => findings), files: reports.reduce((sum, { files }) => sum + files, 0) };
}

const isWithin = (path: string, folder: string) => !relative(folder, path).startsWith('..');

async function lintLoose(paths: readonly string[], request: LintRequest): Promise<LintReport> {
  const schema = emptySchema();
  const findings: Finding[] = [];
  const files = [...new Set(paths.flatMap(sqlFilesIn))];
  for (const path of files) {
    const text = readText(path);
    const isMigration = basename(path) === 'up.sql';
    const part = (name: string) => join(dirname(path), name);
    const { options, pre } = readParts({
      ...{ id: path, source: '', name: '', tiers: [], path, up: text, checksum: '' },
      paths: isMigration ? { down: part('down.sql'), pre: part('pre.sql'), post: part('post.sql'), meta: part('meta.json') } : { down: '' },
    });
    const file: LintedFile = {
      ...{ migration: path, path, text, role: basename(path).endsWith('down.sql') ? 'down' : 'up', tiers: [] },
      isTransactional: options.isTransactional,
      hasPre: pre !== undefined,
      ...(options.phase && { phase: options.phase }),
    };
    findings.push(...(await judge(file, [schema], { server: request.server ?? newestServer, tierOf: () => undefined })));
  }
  return { findings, files: files.length };
}

/** A file itself, or the SQL below a folder by name. */
function sqlFilesIn(path: string): string[] {
  if (!existsSync(path)) throw lintErrors.NOTHING_TO_LINT({ path });
  if (statSync(path).isFile()) return [path];
  const found = readdirSync(path, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.sql') && !name.split(sep).includes('node_modules'),
  );
  if (found.length === 0) throw lintErrors.NOTHING_TO_LINT({ path });
  return found.sort().map((name) => join(path, name));
}

async function lintSources(paths: readonly string[], request: LintRequest): Promise<LintReport> {
  const schemas = new Map<Tier, Schema>(tiers.map((tier) => [tier, emptySchema()]));
  const findings: Finding[] = [];
  let files = 0;
  for (const source of request.sources) {
    const { migrations, objects } = readSource(source, request.now);
    const production = request.production ?? (source.layout === 'product' ? readProduction(source.dir) : undefined);
    const applied = new Set(production?.applied);
    const isJudged = (id: string, path: string) =>
      request.only
        ? request.only.has(id)
        : paths.length > 0
          ? paths.some((one) => isWithin(path, one) || isWithin(dirname(path), one))
          : request.isAll === true || (source.layout === 'product' && !applied.has(id));
    const settings = { server: request.server ?? production?.server ?? newestServer, ...(production && { production }) };
    const promises = createPromises();
    for (const one of [...migrations.map(lintedUp), ...objects.map(lintedObjects)]) {
      const own = one.tiers.flatMap((tier) => schemas.get(tier) ?? []);
      const tierOf = (table: string) =>
        own.some(({ tables }) => tables.has(table)) ? undefined : tiers.find((tier) => schemas.get(tier)?.tables.has(table));
      if (!isJudged(one.migration, one.path)) {
        for (const statement of await readStatements(one.path, one.text)) {
          promises.see(one, statement, false);
          for (const schema of own) foldStatement(schema, statement, one.migration);
        }
        continue;
      }
      files++;
      findings.push(...(await judge(one, own, { ...settings, tierOf }, (statement) => promises.see(one, statement, true))));
      findings.push(...(await judgeDown(one, migrations, own, { ...settings, tierOf })));
    }
    findings.push(...promises.unkept(request.now, (tier) => schemas.get(tier)));
    if (!request.only && paths.length === 0) findings.push(...changedHistory(source, migrations, production));
  }
  return { findings, files };
}

interface Settings {
  readonly server: number;
  readonly production?: Production;
  tierOf(table: string): Tier | undefined;
}

/** A file that does not parse is a finding like others: the rest of the plan is still worth reading about. */
async function judge(
  file: LintedFile,
  schemas: readonly Schema[],
  settings: Settings,
  see?: (statement: Awaited<ReturnType<typeof readStatements>>[number]) => void,
): Promise<Finding[]> {
  try {
    const statements = await readStatements(file.path, file.text);
    for (const statement of statements) see?.(statement);
    const [first = emptySchema(), ...others] = schemas;
    for (const schema of others) for (const statement of statements) foldStatement(schema, statement, file.migration);
    return lintFile(file, statements, first, settings);
  } catch (error) {
    if (!(error instanceof PlinthError) || !('line' in error.details)) throw error;
    const { line, excerpt } = error.details as { readonly line: number; readonly excerpt: string };
    const rule = ruleById.get('W00');
    const column = (excerpt.split('\n')[1]?.length ?? 3) - 2;
    return [
      {
        ...{ id: 'W00', rule: rule?.name ?? '', severity: 'error', migration: file.migration, file: file.path, line, column, excerpt },
        ...{ message: messageOf(error).split('\n').slice(3).join(' '), safeWay: rule?.safeWay ?? '' },
      },
    ];
  }
}

/** down.sql runs on what up.sql made, as one transaction more; it changes nothing for what comes after. */
async function judgeDown(
  one: LintedFile,
  migrations: readonly MigrationFile[],
  schemas: readonly Schema[],
  settings: Settings,
): Promise<Finding[]> {
  const path = migrations.find(({ id }) => id === one.migration)?.paths.down;
  if (one.role !== 'up' || path === undefined || !existsSync(path)) return [];
  return judge({ ...one, path, text: readText(path), role: 'down' }, schemas.slice(0, 1), settings);
}
