import type pg from 'pg';
import { readNullability } from './nullability.ts';
import type { Statement } from './statements.ts';
import { paramType, resultType, type ServerType } from './types.ts';

/** A statement with the types PostgreSQL gave it. */
export interface TypedStatement extends Statement {
  readonly paramTypes: readonly string[];
  readonly columns: readonly { readonly name: string; readonly type: string; readonly isNullable: boolean }[];
}

interface Field {
  readonly name: string;
  readonly tableID: number;
  readonly columnID: number;
  readonly dataTypeID: number;
}

/** Types of one statement: PostgreSQL parses and describes it; nothing is executed. @throws the driver's error */
export async function describeStatement(
  client: pg.Client,
  types: ReadonlyMap<number, ServerType>,
  statement: Statement,
): Promise<TypedStatement> {
  const { params, fields } = await describe(client, statement.text);
  const nullability = await readNullability(statement.text);
  const notNull = await readNotNull(client, fields);
  const outer = await readOids(client, [...nullability.outerTables]);
  const typeOf = (oid: number) => types.get(oid) ?? { name: 'text', category: 'S', element: undefined };

  const duplicate = fields.find((field, index) => fields.findIndex((other) => other.name === field.name) !== index);
  if (duplicate) throw new Error(`two result columns are named ${duplicate.name}`);
  const unknown = [...statement.overrides.keys()].find((name) => !fields.some((field) => field.name === name));
  if (unknown) throw new Error(`"${unknown}!" or "${unknown}?" names no result column`);

  return {
    ...statement,
    paramTypes: params.map((oid) => paramType(typeOf(oid))),
    columns: fields.map((field, index) => {
      const stated = statement.overrides.get(field.name) ?? nullability.outputs[index];
      const isKnownColumn =
        notNull.has(`${field.tableID}.${field.columnID}`) && !outer.has(field.tableID) && !nullability.isAnythingNullable;
      try {
        return {
          name: field.name,
          type: resultType(typeOf(field.dataTypeID)),
          isNullable: stated ? stated === 'nullable' : !isKnownColumn,
        };
      } catch (error) {
        throw new Error(`column ${field.name}: ${(error as Error).message}`);
      }
    }),
  };
}

/** Parse + Describe of the extended protocol, which the driver does not offer by itself. */
function describe(client: pg.Client, text: string): Promise<{ params: readonly number[]; fields: readonly Field[] }> {
  // biome-ignore lint/suspicious/noExplicitAny: the driver's types leave its connection out
  const connection = (client as any).connection;
  const result = { params: [] as readonly number[], fields: [] as readonly Field[] };
  return new Promise((resolve, reject) => {
    const onParams = (message: { dataTypeIDs: readonly number[] }) => {
      result.params = message.dataTypeIDs;
    };
    let failure: unknown;
    connection.once('parameterDescription', onParams);
    client.query({
      submit() {
        connection.parse({ name: '', text, types: [] });
        connection.describe({ type: 'S', name: '' });
        connection.sync();
      },
      handleRowDescription(message: { fields: readonly Field[] }) {
        result.fields = message.fields;
      },
      handleError(error: unknown) {
        failure = error;
        // The driver drops its active query on an error and calls nobody when the server is ready again.
        connection.removeListener('parameterDescription', onParams);
        reject(failure);
      },
      handleReadyForQuery() {
        connection.removeListener('parameterDescription', onParams);
        resolve(result);
      },
      handleParseComplete() {},
    } as unknown as pg.Submittable);
  });
}

async function readNotNull(client: pg.Client, fields: readonly Field[]): Promise<ReadonlySet<string>> {
  const { rows } = await client.query(
    'select attrelid::int4 as relation, attnum from pg_catalog.pg_attribute where attnotnull and attrelid = any($1::oid[])',
    [fields.map((field) => field.tableID)],
  );
  return new Set(rows.map((row) => `${row.relation}.${row.attnum}`));
}

async function readOids(client: pg.Client, tables: readonly string[]): Promise<ReadonlySet<number>> {
  if (tables.length === 0) return new Set();
  const { rows } = await client.query(
    `select c.oid::int4 as oid from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where n.nspname || '.' || c.relname = any($1)`,
    [tables],
  );
  return new Set(rows.map((row) => row.oid));
}
