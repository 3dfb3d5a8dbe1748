import { existsSync, readFileSync } from 'node:fs';
import { messageOf } from '../../../kernel/index.ts';
import { migrateErrors } from '../errors.ts';
import { checksumOf } from '../model/checksum.ts';
import { readHeader } from '../model/header.ts';
import { changeClasses, type MigrationFile, type MigrationOptions, phases } from '../model/migration.ts';
import { readText } from './read-source.ts';

/** The parts of a migration beside its statements; read only when it is about to run or to be compared. */
export interface MigrationParts {
  readonly options: MigrationOptions;
  /** The way back. */
  readonly down?: string;
  readonly pre?: string;
  readonly post?: string;
  readonly checksums: {
    readonly down: string | null;
    readonly pre: string | null;
    readonly post: string | null;
    readonly meta: string | null;
  };
}

/** @throws PLINTH_MIGRATE_UNREADABLE, PLINTH_MIGRATE_BAD_OPTION */
export function readParts(file: MigrationFile): MigrationParts {
  const optional = (path: string | undefined) => (path && existsSync(path) ? readText(path) : undefined);
  const texts = {
    down: optional(file.paths.down),
    pre: optional(file.paths.pre),
    post: optional(file.paths.post),
    meta: optional(file.paths.meta),
  };
  const checksum = (text: string | undefined) => (text === undefined ? null : checksumOf(text));
  return {
    options: texts.meta === undefined ? readHeader(file.up, file.path) : readMeta(texts.meta, file.paths.meta ?? ''),
    ...(texts.down !== undefined && { down: texts.down }),
    ...(texts.pre !== undefined && { pre: texts.pre }),
    ...(texts.post !== undefined && { post: texts.post }),
    checksums: { down: checksum(texts.down), pre: checksum(texts.pre), post: checksum(texts.post), meta: checksum(texts.meta) },
  };
}

const allowed = `"tx": "none"; "probed": true; "requires": ["source/name"]; "irreversible": "reason"; "lockTimeoutMs": 100; "statementTimeoutMs": 1000; "phase": ${phases.join(', ')}; "changeClass": ${changeClasses.join(', ')}`;

const isOneOf = <T extends string>(values: readonly T[], value: unknown): value is T => values.includes(value as T);

/** `meta.json` of a product's migration. */
function readMeta(text: string, path: string): MigrationOptions {
  let meta: unknown;
  try {
    meta = JSON.parse(text);
  } catch (error) {
    throw migrateErrors.BAD_OPTION({ path, option: messageOf(error), allowed });
  }
  const entries = Object.entries(typeof meta === 'object' && meta !== null && !Array.isArray(meta) ? meta : { [JSON.stringify(meta)]: '' });
  const isMs = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;
  const options: { -readonly [K in keyof MigrationOptions]: MigrationOptions[K] } = { isTransactional: true, requires: [] };
  for (const [key, value] of entries) {
    if (key === 'tx' && value === 'none') options.isTransactional = false;
    else if (key === 'probed' && value === true) options.isProbed = true;
    else if (key === 'requires' && Array.isArray(value) && value.every((id) => typeof id === 'string')) options.requires = value;
    else if (key === 'irreversible' && typeof value === 'string' && value !== '') options.irreversible = value;
    else if (key === 'phase' && isOneOf(phases, value)) options.phase = value;
    else if (key === 'changeClass' && isOneOf(changeClasses, value)) options.changeClass = value;
    else if ((key === 'lockTimeoutMs' || key === 'statementTimeoutMs') && isMs(value)) options[key] = value;
    else throw migrateErrors.BAD_OPTION({ path, option: `${key}: ${JSON.stringify(value)}`, allowed });
  }
  return options;
}

/** The text of a plan file; undefined where there is none yet. */
export function readPlanText(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
