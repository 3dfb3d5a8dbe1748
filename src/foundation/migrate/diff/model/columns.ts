import type { ColumnBody, ObjectOf } from '../../snapshot/index.ts';
import { diffErrors } from '../errors.ts';
import { bareName, optionText, sequenceOptions } from './creation.ts';

type Table = ObjectOf<'table'>;

/** What a column's definition stands in. */
export interface ColumnPlace {
  readonly table: Table;
  /** The sequence behind an identity column. */
  readonly sequenceOf: (column: string) => ObjectOf<'sequence'> | undefined;
  readonly serverVersion: number;
  /** Defaults that need something which may need the table: set afterwards. */
  readonly isDefaultLater: (column: string) => boolean;
}

/** The name the server gives a NOT NULL by itself. */
export const notNullName = (table: Table, column: string, body: ColumnBody) => {
  if (body.notNullName !== undefined) return body.notNullName;
  const plain = (name: string) => (name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name);
  return `"${`${plain(bareName(table.name))}_${plain(column)}_not_null`.replaceAll('"', '""')}"`;
};

/** For CREATE TABLE and ADD COLUMN. */
export function columnDefinition(place: ColumnPlace, name: string, column: ColumnBody, hasIdentity = true): string {
  const parts = [`${name} ${column.type}`];
  if (column.collation !== undefined) parts.push(`collate ${column.collation}`);
  if (column.compression !== undefined) parts.push(`compression ${column.compression}`);
  if (column.generated !== undefined) parts.push(`generated always as (${column.default}) ${column.generated}`);
  else if (column.default !== undefined && !place.isDefaultLater(name)) parts.push(`default ${column.default}`);
  if (column.identity !== undefined && hasIdentity) parts.push(identityClause(place, name, column.identity));
  if (column.isNotNull && !column.isNotNullNotValid) {
    const constraint = column.notNullName === undefined ? '' : `constraint ${column.notNullName} `;
    parts.push(`${constraint}not null${column.isNotNullNoInherit ? ' no inherit' : ''}`);
  }
  return parts.join(' ');
}

export function identityClause({ sequenceOf }: ColumnPlace, column: string, identity: string): string {
  const sequence = sequenceOf(column);
  const options = sequence ? ` (sequence name ${sequence.name} ${sequenceOptions(sequence.body)})` : '';
  return `generated ${identity} as identity${options}`;
}

/** What CREATE TABLE and ADD COLUMN cannot say of a column, and what can be changed in place. `before` undefined: the column is new. */
export function columnSettings(place: ColumnPlace, name: string, before: ColumnBody | undefined, after: ColumnBody): string[] {
  const { table } = place;
  const alter = `alter table only ${table.name} alter column ${name}`;
  const found: string[] = [];
  if (before?.storage !== after.storage) {
    if (after.storage === undefined && place.serverVersion < 160000) {
      throw diffErrors.CANNOT_EXPRESS({
        object: `${table.identity} column ${name}`,
        what: 'the default storage cannot be named before PostgreSQL 16',
      });
    }
    found.push(`${alter} set storage ${after.storage ?? 'default'}`);
  }
  if (before && before.compression !== after.compression) found.push(`${alter} set compression ${after.compression ?? 'default'}`);
  if (before?.statistics !== after.statistics) found.push(`${alter} set statistics ${after.statistics ?? -1}`);
  found.push(...optionChanges(alter, before?.options, after.options));
  return found;
}

export function optionChanges(alter: string, before: readonly string[] = [], after: readonly string[] = []): string[] {
  const nameOf = (option: string) => option.split('=', 1)[0] ?? option;
  const kept = new Set(after.map(nameOf));
  const gone = before.map(nameOf).filter((name) => !kept.has(name));
  const set = after.filter((option) => !before.includes(option));
  return [
    ...(gone.length > 0 ? [`${alter} reset (${gone.join(', ')})`] : []),
    ...(set.length > 0 ? [`${alter} set (${set.map(optionText).join(', ')})`] : []),
  ];
}

/** NOT NULL from one state to the other; on 18 without a scan under the strongest lock. */
export function notNullChanges(place: ColumnPlace, name: string, before: ColumnBody, after: ColumnBody): string[] {
  const { table, serverVersion } = place;
  const alter = `alter table ${table.name}`;
  if (!before.isNotNull && !after.isNotNull) return [];
  if (serverVersion < 180000) {
    return before.isNotNull === after.isNotNull ? [] : [`${alter} alter column ${name} ${after.isNotNull ? 'set' : 'drop'} not null`];
  }
  const constraint = notNullName(table, name, after);
  const add = [
    `${alter} add constraint ${constraint} not null ${name}${after.isNotNullNoInherit ? ' no inherit' : ''} not valid`,
    ...(after.isNotNullNotValid ? [] : [`${alter} validate constraint ${constraint}`]),
  ];
  if (!before.isNotNull) return add;
  const drop = `${alter} alter column ${name} drop not null`;
  if (!after.isNotNull) return [drop];
  const isWeaker = !before.isNotNullNotValid && after.isNotNullNotValid;
  if (isWeaker || before.isNotNullNoInherit !== after.isNotNullNoInherit) return [drop, ...add];
  return [
    ...(before.notNullName === after.notNullName
      ? []
      : [`${alter} rename constraint ${notNullName(table, name, before)} to ${constraint}`]),
    ...(before.isNotNullNotValid && !after.isNotNullNotValid ? [`${alter} validate constraint ${constraint}`] : []),
  ];
}
