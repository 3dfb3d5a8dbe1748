import { type Statement, tokensOf } from './statements.ts';

/** Names of the empty copy on which an index is built for comparison. */
export const shadowTable = 'pg_temp.plinth_shadow';
export const shadowIndex = 'plinth_shadow_index';

/**
 * `create unique index concurrently if not exists i on only s.t (a)` → `create unique index plinth_shadow_index on
 * pg_temp.plinth_shadow (a)`. Works on PostgreSQL's own tokens; the order of the words before the table is fixed.
 */
export async function shadowOf(statement: Statement): Promise<string> {
  const bytes = Buffer.from(statement.sql);
  const tokens = (await tokensOf(statement.sql)).filter(({ tokenName }) => !tokenName.endsWith('COMMENT'));
  const on = tokens.findIndex(({ text }) => text.toLowerCase() === 'on');
  const isOnly = tokens[on + 1]?.text.toLowerCase() === 'only';
  let end = on + (isOnly ? 2 : 1);
  while (tokens[end + 1]?.text === '.') end += 2;
  const isUnique = tokens[1]?.text.toLowerCase() === 'unique';
  const rest = bytes.toString('utf8', tokens[end]?.end ?? 0);
  return `create ${isUnique ? 'unique ' : ''}index ${shadowIndex} on ${shadowTable}${rest}`;
}
