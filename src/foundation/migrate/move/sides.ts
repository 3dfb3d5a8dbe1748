import { type Executor, quoteIdentifier, quoteLiteral, type Tier } from '../../../kernel/index.ts';
import type { Connect } from '../../connect/index.ts';
import { moveErrors } from './errors.ts';
import type { KeyColumns } from './model/keys.ts';
import { type FindTableRow, findTable } from './sql/queries/queries.gen.ts';
import type { MoveDefinition } from './types.ts';

/** One end of a move. */
export interface Side {
  readonly connect: Connect;
  readonly tier: Tier;
  readonly table: { readonly schema: string; readonly name: string };
  /** Quoted. */
  readonly relation: string;
  readonly key: KeyColumns;
  /** SQL of the moved values over a row of this side, in the same order on both sides. */
  readonly expressions: readonly string[];
  /** SQL condition of the rows that are moved. */
  readonly filter: string;
}

export interface Sides {
  readonly source: Side;
  readonly target: Side;
  /** Of the source, as its statistics have it. */
  readonly rows: number;
  readonly bytes: number;
}

/**
 * Reads both tables and pairs their columns.
 *
 * @throws PLINTH_MIGRATE_MOVE_REFUSED
 */
export async function readSides(
  definition: MoveDefinition,
  connects: { readonly source: Connect; readonly target: Connect },
): Promise<Sides> {
  const { from, to } = definition;
  const refuse = (reason: string, remedy: string) => moveErrors.MOVE_REFUSED({ from: from.table, to: to.table, reason, remedy });
  const look = async (connect: Connect, tier: Tier, name: string) => {
    const [schema = '', table = '', ...rest] = name.split('.');
    if (!table || rest.length > 0) throw refuse(`${name} is not schema.table`, 'Qualify the name');
    const request = { tier, as: 'owner', isReadOnly: true, tag: 'migrate.move' } as const;
    const found = await connect.transaction(request, (tx: Executor) => findTable.first(tx, { schema, name: table }));
    if (!found) throw refuse(`there is no table ${name} in tier ${tier}`, 'Correct the name or the tier');
    return {
      found,
      side: { connect, tier, table: { schema, name: table }, relation: `${quoteIdentifier(schema)}.${quoteIdentifier(table)}` },
    };
  };
  const source = await look(connects.source, from.tier ?? 'oltp', from.table);
  const target = await look(connects.target, to.tier, to.table);
  const columns = columnsOf(definition, source.found, target.found, refuse);
  const sourceKey = source.found.key_names;
  if (sourceKey.length === 0) throw refuse('the source has no primary key', 'Add one; rows are found again by it');
  const targetKey = sourceKey.map(
    (name) => columns.find(([, expression]) => expression === quoteIdentifier(name) || expression === name)?.[0],
  );
  if (targetKey.join() !== target.found.key_names.join()) {
    throw refuse(
      `the primary key of the target is (${target.found.key_names.join(', ')}), that of the source (${sourceKey.join(', ')})`,
      'Give both the same, copied as it is',
    );
  }
  if (source.found.key_collations.join() !== target.found.key_collations.join()) {
    throw refuse('text in their keys is sorted differently', 'Give the key columns the same collation, e.g. "C"');
  }
  const { only } = definition;
  if (only && !sourceKey.includes(only.column)) throw refuse(`${only.column} is not in its key`, 'Choose rows by a column of the key');
  const filter = only ? `${quoteIdentifier(only.column)} = ${quoteLiteral(only.value)}` : 'true';
  return {
    source: {
      ...source.side,
      filter,
      key: { names: sourceKey, types: source.found.key_types },
      expressions: columns.map(([, expression]) => expression),
    },
    target: {
      ...target.side,
      filter,
      key: { names: target.found.key_names, types: target.found.key_types },
      expressions: columns.map(([name]) => quoteIdentifier(name)),
    },
    rows: source.found.rows,
    bytes: source.found.bytes,
  };
}

type Refuse = (reason: string, remedy: string) => Error;

/** Pairs of target column and source expression, in the order of the target. */
function columnsOf(
  { columns }: MoveDefinition,
  source: FindTableRow,
  target: FindTableRow,
  refuse: Refuse,
): readonly (readonly [string, string])[] {
  const writable = target.columns.filter((name) => !target.generated.includes(name));
  if (columns) {
    const unknown = Object.keys(columns).find((name) => !writable.includes(name));
    if (unknown !== undefined) throw refuse(`the target has no column ${unknown} to write to`, 'Correct the columns');
    return writable.flatMap((name) => (columns[name] === undefined ? [] : [[name, columns[name]] as const]));
  }
  const lost = source.columns.filter((name) => !target.columns.includes(name));
  if (lost.length > 0) throw refuse(`the target has no column ${lost.join(', ')}`, 'Add it, or say which columns are moved');
  return writable.filter((name) => source.columns.includes(name)).map((name) => [name, quoteIdentifier(name)] as const);
}
