import { type Executor, quoteIdentifier } from '../../../kernel/index.ts';
import type { Catalog } from './model/types.ts';
import { listColumns, listForeignKeys } from './sql/queries/queries.gen.ts';

/** Tables of a database outside `withoutSchemas`, and all its foreign keys. */
export async function readCatalog(executor: Executor, withoutSchemas: readonly string[]): Promise<Catalog> {
  const rows = await listColumns.all(executor, { without_schemas: [...withoutSchemas] });
  const keys = await listForeignKeys.all(executor, {});
  return {
    tables: [...Map.groupBy(rows, ({ schema, table }) => JSON.stringify([schema, table])).values()].map((list) => ({
      schema: list[0]?.schema as string,
      table: list[0]?.table as string,
      columns: list.map((row) => ({
        name: row.column,
        type: row.type,
        category: row.category,
        isNullable: row.is_nullable,
        isUnique: row.is_unique,
        isGenerated: row.is_generated,
      })),
    })),
    foreignKeys: keys.map((key) => ({
      schema: key.schema,
      table: key.table,
      name: key.name,
      definition: key.definition,
      onDelete: key.on_delete,
      columns: key.columns,
      parentSchema: key.parent_schema,
      parentTable: key.parent_table,
      parentColumns: key.parent_columns,
    })),
  };
}

export const quotedTable = ({ schema, table }: { readonly schema: string; readonly table: string }) =>
  `${quoteIdentifier(schema)}.${quoteIdentifier(table)}`;
