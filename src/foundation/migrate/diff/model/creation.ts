import { quoteLiteral } from '../../../../kernel/index.ts';
import type { Bodies, ColumnBody, ObjectOf } from '../../snapshot/index.ts';

type Routine = ObjectOf<'function'> | ObjectOf<'procedure'>;

/** `schema.name` of a routine, without its argument types. */
export const routineName = (name: string) => /^((?:"(?:[^"]|"")*"|[^."(]+)\.(?:"(?:[^"]|"")*"|[^."(]+))\(/.exec(name)?.[1] ?? name;

export const bareName = (name: string) => /^(?:"(?:[^"]|"")*"|[^."]+)\.(.*)$/s.exec(name)?.[1] ?? name;

export function createRoutine({ kind, name, body }: Routine): string {
  const quoted = (text: string) => {
    let tag = '$body$';
    while (text.includes(tag)) tag = `$${tag.slice(1, -1)}_$`;
    return `${tag}${text}${tag}`;
  };
  return [
    `create or replace ${kind} ${routineName(name)}(${body.arguments})`,
    ...(body.result === undefined ? [] : [`returns ${body.result}`]),
    ...(body.transforms ?? []).map((type) => `transform for type ${type}`),
    `language ${body.language}`,
    ...(body.isWindow ? ['window'] : []),
    ...(kind === 'procedure' ? [] : [body.volatility ?? 'volatile', ...(body.isStrict ? ['strict'] : [])]),
    ...(kind === 'procedure' ? [] : [`parallel ${body.parallel ?? 'unsafe'}`, ...(body.isLeakproof ? ['leakproof'] : [])]),
    ...(body.isSecurityDefiner ? ['security definer'] : []),
    ...(body.cost === undefined ? [] : [`cost ${body.cost}`]),
    ...(body.rows === undefined ? [] : [`rows ${body.rows}`]),
    ...(body.support === undefined ? [] : [`support ${body.support}`]),
    ...(body.settings ?? []).map(setClause),
    body.isSqlBody
      ? body.body
      : body.library === undefined
        ? `as ${quoted(body.body)}`
        : `as ${quoteLiteral(body.library)}, ${quoteLiteral(body.body)}`,
  ].join(' ');
}

// Lists of names are kept by the server as it will take them again; quoting them whole would make one name of them.
const listSettings = new Set([
  'search_path',
  'temp_tablespaces',
  'session_preload_libraries',
  'local_preload_libraries',
  'unix_socket_directories',
]);

function setClause(setting: string): string {
  const at = setting.indexOf('=');
  const [name, value] = [setting.slice(0, at), setting.slice(at + 1)];
  const isList = listSettings.has(name.toLowerCase()) && value !== '';
  // An empty name is kept as an identifier, and taken as a literal only.
  return `set ${name} to ${isList ? value.replaceAll(/(?<=^|, )""(?=,|$)/g, "''") : quoteLiteral(value)}`;
}

export const sequenceOptions = (body: Bodies['sequence']) =>
  [
    `start with ${body.start} increment by ${body.increment} minvalue ${body.minimum} maxvalue ${body.maximum} cache ${body.cache}`,
    body.isCycling ? 'cycle' : 'no cycle',
  ].join(' ');

export const createSequence = ({ name, body }: ObjectOf<'sequence'>) =>
  `create ${body.isUnlogged ? 'unlogged ' : ''}sequence ${name} as ${body.type} ${sequenceOptions(body)}`;

const withOptions = (options: readonly string[] | undefined) =>
  options && options.length > 0 ? ` with (${options.map(optionText).join(', ')})` : '';

/** `name=value` of the catalog as SQL takes it. */
export function optionText(option: string): string {
  const at = option.indexOf('=');
  return at < 0 ? option : `${option.slice(0, at)} = ${quoteLiteral(option.slice(at + 1))}`;
}

export function createView({ kind, name, body }: ObjectOf<'view'> | ObjectOf<'materialized view'>): string {
  const definition = body.definition.trim().replace(/;$/, '');
  if (kind === 'view') return `create or replace view ${name}${withOptions(body.options)} as ${definition}`;
  const method = body.accessMethod === undefined ? '' : ` using ${body.accessMethod}`;
  const tablespace = body.tablespace === undefined ? '' : ` tablespace ${body.tablespace}`;
  const data = body.isUnpopulated ? 'with no data' : 'with data';
  return `create materialized view ${name}${method}${withOptions(body.options)}${tablespace} as ${definition} ${data}`;
}

export function createType({ name, body }: ObjectOf<'type'>, columnOrder: readonly string[]): string {
  if (body.labels) return `create type ${name} as enum (${body.labels.map(quoteLiteral).join(', ')})`;
  if (body.range) return `create type ${name} as range (${body.range.join(', ')})`;
  // An enumeration without labels has an empty list, which a snapshot leaves out.
  if (!body.columns) return `create type ${name} as enum ()`;
  const attributes = columnOrder.map((column) => attribute(column, (body.columns as Record<string, ColumnBody>)[column] as ColumnBody));
  return `create type ${name} as (${attributes.join(', ')})`;
}

export const attribute = (name: string, { type, collation }: ColumnBody) =>
  `${name} ${type}${collation === undefined ? '' : ` collate ${collation}`}`;

export function createDomain({ name, body }: ObjectOf<'domain'>): string[] {
  const collation = body.collation === undefined ? '' : ` collate ${body.collation}`;
  const byDefault = body.default === undefined ? '' : ` default ${body.default}`;
  return [
    `create domain ${name} as ${body.type}${collation}${byDefault}${body.isNotNull ? ' not null' : ''}`,
    ...Object.entries(body.constraints ?? {}).flatMap(([constraint, one]) => domainConstraint(name, constraint, one)),
  ];
}

export function domainConstraint(domain: string, name: string, one: NonNullable<Bodies['domain']['constraints']>[string]): string[] {
  return [
    `alter domain ${domain} add constraint ${name} ${one.definition}${one.isNotValid ? ' not valid' : ''}`,
    ...(one.comment === undefined ? [] : [`comment on constraint ${name} on domain ${domain} is ${quoteLiteral(one.comment)}`]),
  ];
}

export function createStatistics({ name, on, body }: ObjectOf<'statistics'>): string {
  const kinds = body.kinds ? ` (${body.kinds.join(', ')})` : '';
  const terms = [...(body.columns ?? []), ...(body.expressions ?? []).map((expression) => `(${expression})`)];
  return `create statistics ${name}${kinds} on ${terms.join(', ')} from ${on}`;
}

export function createPolicy({ name, on, body }: ObjectOf<'policy'>): string {
  const to = (body.roles ?? ['public']).map((role) => (role === 'public' ? role : `"${role.replaceAll('"', '""')}"`)).join(', ');
  const using = body.using === undefined ? '' : ` using (${body.using})`;
  const check = body.check === undefined ? '' : ` with check (${body.check})`;
  return `create policy ${name} on ${on} as ${body.isRestrictive ? 'restrictive' : 'permissive'} for ${body.command ?? 'all'} to ${to}${using}${check}`;
}

export function createPublication({ name, body }: ObjectOf<'publication'>): string {
  const targets = [
    ...(body.tables ?? []).map((table) => `table ${publicationTable(table)}`),
    ...(body.schemas ?? []).map((schema) => `tables in schema ${schema}`),
  ];
  const what = body.isForAllTables ? ' for all tables' : targets.length > 0 ? ` for ${targets.join(', ')}` : '';
  return `create publication ${name}${what} with (${publicationOptions(body)})`;
}

export const publicationTable = (table: string) => table.replace(/ where (.*)$/s, ' where ($1)');

export const publicationOptions = (body: Bodies['publication']) =>
  [
    `publish = ${quoteLiteral((body.publish ?? []).join(', '))}`,
    `publish_via_partition_root = ${body.isViaRoot ?? false}`,
    ...(body.generatedColumns === undefined ? [] : [`publish_generated_columns = ${body.generatedColumns === 's' ? 'stored' : 'none'}`]),
  ].join(', ');

export function createEventTrigger({ name, body }: ObjectOf<'event trigger'>): string {
  const when = body.tags ? ` when tag in (${body.tags.map(quoteLiteral).join(', ')})` : '';
  return `create event trigger ${name} on ${body.event}${when} execute function ${body.function}`;
}

export const firingWord = (firing: string | undefined) =>
  ({ disabled: 'disable', replica: 'enable replica', always: 'enable always' })[firing ?? ''] ?? 'enable';
