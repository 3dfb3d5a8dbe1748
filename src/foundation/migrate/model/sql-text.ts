import { quoteIdentifier, quoteLiteral } from '../../../kernel/index.ts';

// Words that PostgreSQL keeps for itself; a test compares them with pg_get_keywords().
export const reservedWords: ReadonlySet<string> = new Set(
  `all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation column concurrently
  constraint create cross current_catalog current_date current_role current_schema current_time current_timestamp current_user default
  deferrable desc distinct do else end except false fetch for foreign freeze from full grant group having ilike in initially inner
  intersect into is isnull join lateral leading left like limit localtime localtimestamp natural not notnull null offset on only or order
  outer overlaps placing primary references returning right select session_user similar some symmetric system_user table tablesample then
  to trailing true union unique user using variadic verbose when where window with`.split(/\s+/),
);

/** An identifier in SQL that people read: quoted only where it has to be. */
export function ident(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) && !reservedWords.has(name) ? name : quoteIdentifier(name);
}

/** `schema.table` of plain parts, each quoted where it has to be. */
export function qualifiedIdent(qualified: string): string {
  return qualified.split('.').map(ident).join('.');
}

export const idents = (names: readonly string[]) => names.map(ident).join(', ');

export const literal = quoteLiteral;

/**
 * The name of a constraint or index: `<table>_<columns>_<suffix>`, at most the 63 bytes that PostgreSQL keeps. A long one is cut in the
 * middle, so that the suffix still says what it is.
 */
export function objectName(table: string, columns: readonly string[], suffix: string): string {
  const name = [table, ...columns].join('_');
  return `${name.slice(0, 62 - suffix.length)}_${suffix}`;
}

/** A comment made of a name, as good as nothing better: `amount_cents` → `Amount cents.` */
export function commentFrom(name: string): string {
  const words = name.replaceAll('_', ' ');
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}.`;
}
