import type { ColumnBody, ObjectOf } from '../../snapshot/index.ts';
import { diffErrors } from '../errors.ts';
import { isSame } from './changes.ts';
import { type ColumnPlace, columnDefinition, columnSettings, identityClause, notNullChanges, optionChanges } from './columns.ts';
import { optionText } from './creation.ts';

type Table = ObjectOf<'table'>;

const columnsIn = ({ body, columnOrder }: Table) =>
  (columnOrder ?? Object.keys(body.columns)).map((name) => [name, body.columns[name] as ColumnBody] as const);

/** A partition is made as a table of its own and attached when its indexes and constraints are there: the parent takes them over by definition. */
export const isPartition = ({ body }: Table) => body.bound !== undefined;

/** CREATE TABLE with its columns, without defaults, constraints and parents of partitions. */
export function createTable(place: ColumnPlace): string[] {
  const { table } = place;
  const { body } = table;
  if (body.ofType !== undefined) throw diffErrors.CANNOT_EXPRESS({ object: table.identity, what: `it is a table of type ${body.ofType}` });
  const isChild = body.parents !== undefined && !isPartition(table);
  const own = columnsIn(table).filter(([, column]) => !isChild || !column.isInherited || column.isLocalToo);
  const columns = own.map(([name, column]) => columnDefinition(place, name, column, !isPartition(table)));
  const options = (body.options ?? []).map(optionText);
  return [
    [
      `create ${body.isUnlogged ? 'unlogged ' : ''}table ${table.name} (${columns.join(', ')})`,
      ...(isChild ? [`inherits (${body.parents?.join(', ')})`] : []),
      ...(body.partitionKey === undefined ? [] : [`partition by ${body.partitionKey}`]),
      ...(body.accessMethod === undefined ? [] : [`using ${body.accessMethod}`]),
      ...(options.length > 0 ? [`with (${options.join(', ')})`] : []),
      ...(body.tablespace === undefined ? [] : [`tablespace ${body.tablespace}`]),
    ].join(' '),
    ...columnsIn(table).flatMap(([name, column]) => columnSettings(place, name, undefined, column)),
    ...columnsIn(table).flatMap(([name, column]) =>
      column.isNotNullNotValid ? notNullChanges(place, name, { ...column, isNotNull: false } as never, column) : [],
    ),
    ...rowSecurity(table, undefined),
  ];
}

function rowSecurity({ name, body }: Table, before: Table['body'] | undefined): string[] {
  const found: string[] = [];
  if ((before?.isRowSecured ?? false) !== (body.isRowSecured ?? false))
    found.push(`alter table ${name} ${body.isRowSecured ? 'enable' : 'disable'} row level security`);
  if ((before?.isRowSecurityForced ?? false) !== (body.isRowSecurityForced ?? false))
    found.push(`alter table ${name} ${body.isRowSecurityForced ? 'force' : 'no force'} row level security`);
  return found;
}

/** What a column has to become, as far as it reaches beyond the column. */
export interface ColumnFate {
  readonly name: string;
  readonly fate: 'added' | 'dropped' | 'remade' | 'retyped' | 'kept';
}

/** A generated column is made anew when its type or expression changes: its values follow from the others. */
export function columnFates(before: Table, after: Table, remade: ReadonlySet<string>): ColumnFate[] {
  const fates: ColumnFate[] = [];
  for (const name of new Set([...(before.columnOrder ?? []), ...(after.columnOrder ?? [])])) {
    const a = before.body.columns[name];
    const b = after.body.columns[name];
    const isRetyped = a && b && (a.type !== b.type || a.collation !== b.collation);
    const isRegenerated = a && b && (a.generated !== b.generated || (b.generated !== undefined && a.default !== b.default));
    const isGenerated = b?.generated !== undefined;
    if (!a) fates.push({ name, fate: 'added' });
    else if (!b) fates.push({ name, fate: 'dropped' });
    else if (isRegenerated || (isRetyped && isGenerated) || remade.has(name)) fates.push({ name, fate: 'remade' });
    else fates.push({ name, fate: isRetyped ? 'retyped' : 'kept' });
  }
  return fates;
}

/**
 * What ALTER TABLE does in place; nothing needs the columns that go any more. Defaults are apart.
 *
 * @param isAttached the table is a partition of the same table before and after: what its parent does reaches it
 */
export function alterTable(place: ColumnPlace, before: Table, fates: readonly ColumnFate[], isAttached: boolean): string[] {
  const { table } = place;
  const { body } = table;
  const refuse = (what: string) => diffErrors.CANNOT_EXPRESS({ object: table.identity, what });
  if (before.body.partitionKey !== body.partitionKey)
    throw refuse(`its partition key is another (${before.body.partitionKey ?? 'none'} and ${body.partitionKey ?? 'none'})`);
  if (before.body.ofType !== body.ofType) throw refuse('the type it is made of is another');
  if (!isSame(before.body.parents, body.parents) && !(before.body.bound !== undefined || isPartition(table)))
    throw refuse('it inherits from other tables');
  const alter = `alter table ${table.name}`;
  const found: string[] = [];
  const comesFromParent = (name: string) => isAttached && body.columns[name]?.isInherited === true;
  const isGenerated = ({ name }: ColumnFate) => body.columns[name]?.generated !== undefined;
  // What is generated goes before and comes after what it is generated from.
  const wasGenerated = ({ name }: ColumnFate) => before.body.columns[name]?.generated !== undefined;
  for (const { name, fate } of [...fates.filter(wasGenerated), ...fates.filter((one) => !wasGenerated(one))]) {
    const goesWithParent = isAttached && before.body.columns[name]?.isInherited === true;
    if ((fate === 'remade' || fate === 'dropped') && !goesWithParent) found.push(`${alter} drop column ${name}`);
  }
  for (const { name, fate } of [...fates.filter((one) => !isGenerated(one)), ...fates.filter(isGenerated)]) {
    const a = before.body.columns[name] as ColumnBody;
    const b = body.columns[name] as ColumnBody;
    if (fate === 'dropped') continue;
    if (fate === 'added' || fate === 'remade') {
      if (!comesFromParent(name)) found.push(`${alter} add column ${columnDefinition(place, name, b)}`);
      found.push(...columnSettings(place, name, undefined, b));
      continue;
    }
    if (fate === 'retyped' && !comesFromParent(name)) {
      const collation = b.collation === undefined ? '' : ` collate ${b.collation}`;
      found.push(`${alter} alter column ${name} type ${b.type}${collation} using ${name}::${b.type}`);
    }
    if (!comesFromParent(name)) {
      const [notNull, identity] = [notNullChanges(place, name, a, b), identityChanges(place, name, a, b)];
      // An identity column is never null.
      found.push(...(b.identity === undefined ? [...identity, ...notNull] : [...notNull, ...identity]));
    }
    found.push(...columnSettings(place, name, a, b));
  }
  found.push(...optionChanges(alter, before.body.options, body.options));
  if (before.body.isUnlogged !== body.isUnlogged) found.push(`${alter} set ${body.isUnlogged ? 'unlogged' : 'logged'}`);
  if (before.body.accessMethod !== body.accessMethod) found.push(`${alter} set access method ${body.accessMethod ?? 'heap'}`);
  if (before.body.tablespace !== body.tablespace) found.push(`${alter} set tablespace ${body.tablespace ?? 'pg_default'}`);
  found.push(...rowSecurity(table, before.body));
  return found;
}

function identityChanges(place: ColumnPlace, name: string, a: ColumnBody, b: ColumnBody): string[] {
  const alter = `alter table ${place.table.name} alter column ${name}`;
  if (a.identity === b.identity) return [];
  if (b.identity === undefined) return [`${alter} drop identity`];
  return [a.identity === undefined ? `${alter} add ${identityClause(place, name, b.identity)}` : `${alter} set generated ${b.identity}`];
}

export const replicaIdentity = ({ name, body }: Table) =>
  `alter table ${name} replica identity ${body.replicaIdentity?.startsWith('index ') ? `using ${body.replicaIdentity}` : (body.replicaIdentity ?? 'default')}`;
