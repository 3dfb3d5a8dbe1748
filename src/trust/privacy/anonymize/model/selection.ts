import type { CatalogTable, ForeignKey } from '../../catalog/index.ts';

const nameOf = (schema: string, table: string) => `${schema}.${table}`;

/**
 * The tables of a copy: those of products, and of the platform only what they refer to, such as tenants. What the platform keeps for itself
 * (keys, its trail, the bytes of content) stays behind.
 */
export function selectTables(
  tables: readonly CatalogTable[],
  foreignKeys: readonly ForeignKey[],
  platformSchemas: readonly string[],
): readonly CatalogTable[] {
  const isOwn = ({ schema }: CatalogTable) => !platformSchemas.includes(schema);
  const wanted = new Set(tables.filter(isOwn).map(({ schema, table }) => nameOf(schema, table)));
  for (const name of wanted) {
    for (const key of foreignKeys) if (nameOf(key.schema, key.table) === name) wanted.add(nameOf(key.parentSchema, key.parentTable));
  }
  return tables.filter(({ schema, table }) => wanted.has(nameOf(schema, table)));
}

/** How a target differs from the tables that are to be copied into it, in words; empty when it does not. */
export function schemaDifferences(source: readonly CatalogTable[], target: readonly CatalogTable[]): readonly string[] {
  const there = new Map(target.map((table) => [nameOf(table.schema, table.table), table]));
  return source.flatMap(({ schema, table, columns }) => {
    const name = nameOf(schema, table);
    const other = there.get(name);
    if (!other) return [`it has no ${name}`];
    const types = new Map(other.columns.map((column) => [column.name, column.type]));
    return columns.flatMap((column) => {
      const type = types.get(column.name);
      if (type === column.type) return [];
      return [type === undefined ? `it has no ${name}.${column.name}` : `${name}.${column.name} is ${type}, not ${column.type}`];
    });
  });
}
