import { messageOf, PlinthError, sqlstateOf } from '../../../kernel/index.ts';
import { excerptAt, offsetOfCharacter } from '../parse/index.ts';

/** The SQLSTATE of what a session threw, however deep it is wrapped. */
export function stateOf(error: unknown): string | undefined {
  for (let at = error; at !== undefined && at !== null; at = (at as { cause?: unknown }).cause) {
    const state = sqlstateOf(at) ?? (at instanceof PlinthError ? (at.details.sqlstate as string | undefined) : undefined);
    if (state !== undefined) return state;
  }
  return undefined;
}

/** The server's own words about it. */
export function reasonOf(error: unknown): string {
  return messageOf(rootOf(error));
}

/**
 * `file:line` with a caret where the server pointed into `text`, the file alone where it did not.
 *
 * @param shift characters that were sent before `text`; negative when it was sent from there on
 */
export function placeOf(error: unknown, path: string, text: string, shift: number): string {
  const position = Number((rootOf(error) as { position?: string }).position ?? 0) - shift;
  if (!(position > 0)) return `${path}\n`;
  const { line, excerpt } = excerptAt(text, offsetOfCharacter(text, position - 1));
  return `${path}:${line}\n${excerpt}\n`;
}

function rootOf(error: unknown): unknown {
  let root = error;
  while (sqlstateOf(root) === undefined && (root as { cause?: unknown } | null)?.cause) root = (root as { cause: unknown }).cause;
  return sqlstateOf(root) === undefined ? error : root;
}

/** What helps against a failure, by what it is. */
export function remedyOf(state: string | undefined): string {
  switch (state) {
    case '57014':
      return 'It ran longer than its bound. Move large data steps into batches, or raise migrate.statementTimeoutMs; then "plinth migrate up".';
    case '42501':
      return 'The migration role lacks a right here; on a table with forced row security it needs BYPASSRLS. Grant it, then "plinth migrate up".';
    case '53100':
      return 'The disk of the server is full. Free space, then "plinth migrate up".';
    case '2BP01':
      return 'Something else stands on it. Drop that first, by name; repeatable objects of your files are made again by "plinth migrate up".';
    case '42P06':
    case '42P07':
      return 'It is there already. If somebody made it by hand, remove or rename it, then "plinth migrate up"; if this database was there before its files, take it over with "plinth migrate baseline".';
    case '3F000':
    case '42P01':
    case '42704':
    case '42883':
      return 'Qualify the name (the search_path is pg_catalog), or create it before; then "plinth migrate up".';
    default:
      return 'Nothing of it was kept. Correct the file, then "plinth migrate up".';
  }
}
