import { setFlagsFromString } from 'node:v8';
import type { ParseResult, ScanToken } from 'libpg-query';
import { migrateErrors } from '../errors.ts';
import { sha256 } from '../model/checksum.ts';
import { excerptAt, offsetOfCharacter } from './place.ts';

/** A node of PostgreSQL's parse tree; its shapes are in `@pgsql/types`, read here by the few keys that matter. */
export type Tree = { readonly [key: string]: unknown };

/** One statement of a file. */
export interface Statement {
  /** Name of the tree's root, e.g. `IndexStmt`. */
  readonly type: string;
  readonly tree: Tree;
  /** Its own text, without the semicolon and without comments before it. */
  readonly sql: string;
  /** UTF-16 offset in the file's text. */
  readonly offset: number;
  /** The same in bytes of UTF-8, as the positions in the tree are. */
  readonly byteOffset: number;
  /** The comment lines that stand right before it. */
  readonly comments: readonly string[];
}

let loaded: Promise<typeof import('libpg-query')> | undefined;

/** PostgreSQL's parser. Its WebAssembly takes longer to compile than most commands to run, and they parse nothing. */
export function parser(): Promise<typeof import('libpg-query')> {
  if (!loaded) {
    // V8 would compile the generated parser a second time, better: over a second of processor time, which the process waits for when it
    // ends, while 20,000 lines parse in a third of one without. Modules of WebAssembly remember what was set when they were compiled.
    setFlagsFromString('--no-wasm-dynamic-tiering');
    setFlagsFromString('--no-wasm-tier-up');
    loaded = import('libpg-query');
  }
  return loaded;
}

export interface ParsedFile {
  readonly statements: readonly Statement[];
  /** Hash of the tree without positions: equal when only comments and layout differ. */
  readonly treeSha256: string;
}

/**
 * Parses a file with PostgreSQL's own parser.
 *
 * @throws PLINTH_MIGRATE_PARSE, PLINTH_MIGRATE_META_COMMAND, PLINTH_MIGRATE_COPY_DATA with file, line and caret
 */
export async function parseFile(path: string, text: string): Promise<ParsedFile> {
  const result = await parseText(path, text);
  return {
    statements: await statementsOf(text, result),
    treeSha256: sha256(JSON.stringify(result.stmts ?? []).replaceAll(positions, '')),
  };
}

const parsedFiles = new WeakMap<object, Promise<ParsedFile>>();

/** The same for a migration: parsed once, whatever number of databases it is applied to. @throws as `parseFile` */
export function parseMigration(file: { readonly path: string; readonly up: string }): Promise<ParsedFile> {
  const parsed = parsedFiles.get(file) ?? parseFile(file.path, file.up);
  parsedFiles.set(file, parsed);
  return parsed;
}

/** The statements of a file without their hash, for readers that compare nothing. @throws as `parseFile` */
export async function readStatements(path: string, text: string): Promise<readonly Statement[]> {
  return statementsOf(text, await parseText(path, text));
}

async function parseText(path: string, text: string): Promise<ParseResult> {
  try {
    // The parser refuses a text without anything.
    return text.trim() === '' ? ({} as ParseResult) : await (await parser()).parse(text);
  } catch (error) {
    throw await explain(error, path, text);
  }
}

async function statementsOf(text: string, result: ParseResult): Promise<Statement[]> {
  // The parser counts bytes; slicing a Buffer is exact where text beyond ASCII comes before.
  const bytes = Buffer.from(text);
  let end = 0;
  let offset = 0;
  const statements: Statement[] = [];
  for (const { stmt, stmt_location: start = 0, stmt_len: length } of result.stmts ?? []) {
    const [type, tree] = Object.entries(stmt ?? {})[0] as [string, Tree];
    const stop = length ? start + length : bytes.length;
    const gap = bytes.toString('utf8', end, start);
    const sql = bytes.toString('utf8', start, stop);
    offset += gap.length;
    statements.push({ type, tree, sql: sql.trim(), offset, byteOffset: start, comments: await commentsOf(gap) });
    offset += sql.length;
    end = stop;
  }
  return statements;
}

// On the text, because a replacer function takes longer than parsing. A quote inside a literal is escaped there, so only keys fit.
const positions = /"(?:(?:name_|stmt_)?location|stmt_len|(?:rexpr_)?list_(?:start|end))":-?\d+,?/g;

/** Line comments of the gap before a statement, without their dashes. */
async function commentsOf(gap: string): Promise<string[]> {
  if (!gap.includes('--')) return [];
  const tokens = await tokensOf(gap);
  return tokens.filter(({ tokenName }) => tokenName === 'SQL_COMMENT').map(({ text }) => text.replace(/^-+!?\s*/, '').trim());
}

/** Tokens by byte offset. An empty text has none. */
export async function tokensOf(text: string): Promise<readonly ScanToken[]> {
  return text.trim() === '' ? [] : (await (await parser()).scan(text)).tokens;
}

/** What a tree says under `key`, as text. */
export function textIn(tree: Tree, key: string): string | undefined {
  return typeof tree[key] === 'string' ? (tree[key] as string) : undefined;
}

/** The strings of a list of names: `[{ String: { sval } }]`. */
export function namesIn(list: unknown): string[] {
  return ((list ?? []) as readonly { readonly String?: { readonly sval: string } }[]).map((item) => item.String?.sval ?? '');
}

/** Calls `see` for every node below `value`, parents first. */
export function walk(value: unknown, see: (type: string, tree: Tree) => void): void {
  if (Array.isArray(value)) for (const item of value) walk(item, see);
  else if (value !== null && typeof value === 'object') {
    for (const [key, child] of Object.entries(value)) {
      if (child !== null && typeof child === 'object' && !Array.isArray(child)) see(key, child as Tree);
      walk(child, see);
    }
  }
}

async function explain(error: unknown, path: string, text: string): Promise<unknown> {
  const { SqlError } = await parser();
  if (!(error instanceof SqlError) || !error.sqlDetails) return error;
  const offset = offsetOfCharacter(text, error.sqlDetails.cursorPosition);
  const place = { path, ...excerptAt(text, offset) };
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1).split('\n', 1)[0] ?? '';
  if (await isCopyData(text.slice(0, offset))) return migrateErrors.COPY_DATA(place, { cause: error });
  if (line.trimStart().startsWith('\\')) return migrateErrors.META_COMMAND({ ...place, command: line.trim().split(/\s/, 1)[0] ?? '' });
  return migrateErrors.PARSE({ ...place, reason: error.message }, { cause: error });
}

// The data is what does not parse, so the statement before it is looked at.
async function isCopyData(before: string): Promise<boolean> {
  const { parse } = await parser();
  const statement = await parse(before.slice(0, before.lastIndexOf(';') + 1)).catch(() => undefined);
  const last = statement?.stmts?.at(-1)?.stmt;
  return last !== undefined && 'CopyStmt' in last && last.CopyStmt.is_from === true && !last.CopyStmt.filename && !last.CopyStmt.is_program;
}
