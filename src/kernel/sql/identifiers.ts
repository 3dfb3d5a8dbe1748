/** Quotes an SQL identifier. For names that come from a catalog or a declaration; values are parameters. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Quotes `schema.name` part by part. A dot inside a name is not supported here: pass the parts to quoteIdentifier. */
export function quoteQualified(qualified: string): string {
  return qualified.split('.').map(quoteIdentifier).join('.');
}

/**
 * Quotes a text literal, for statements that take no parameters (DDL, SET) and for multi-statement strings.
 * Correct whatever `standard_conforming_strings` says.
 */
export function quoteLiteral(value: string): string {
  const quoted = `'${value.replaceAll("'", "''")}'`;
  return value.includes('\\') ? ` E${quoted.replaceAll('\\', '\\\\')}` : quoted;
}
