import { quoteIdentifier, quoteLiteral } from '../../../../kernel/index.ts';
import type { Bodies, ObjectOf, SnapshotObject } from '../../snapshot/index.ts';
import { diffErrors } from '../errors.ts';
import type { PlanStatement } from '../types.ts';

/** What few schemas have: the statement that makes it; undefined for other kinds. */
export function createUncommon(object: SnapshotObject): string[] | undefined {
  const { name, identity } = object;
  switch (object.kind) {
    case 'collation':
      return [`create collation ${name} (${collationOptions(object.body).join(', ')})`];
    case 'aggregate':
      return [createAggregate(object)];
    case 'operator':
      return [`create operator ${object.body.symbol} (${(object.body.definition ?? []).join(', ')})`];
    case 'operator family':
      return [`create ${identity}`, ...(object.body.members ? [`alter ${identity} add ${object.body.members.join(', ')}`] : [])];
    case 'operator class':
      return [createOperatorClass(object)];
    case 'cast':
      return [`create cast ${name} ${object.body.method}${object.body.context === undefined ? '' : ` as ${object.body.context}`}`];
    case 'text search dictionary': {
      const { template, options } = object.body;
      return [`create ${identity} (template = ${template}${options === undefined ? '' : `, ${options}`})`];
    }
    case 'text search configuration':
      return [
        `create ${identity} (parser = ${object.body.parser})`,
        ...(object.body.mappings ?? []).map((mapping) => `alter ${identity} add mapping for ${mapping}`),
      ];
    case 'foreign data wrapper':
      return [`create ${identity}${wrapperFunctions(object.body)}${optionList(object.body.options)}`];
    case 'server': {
      const { type, version, wrapper, options } = object.body;
      const words = [
        type === undefined ? '' : ` type ${quoteLiteral(type)}`,
        version === undefined ? '' : ` version ${quoteLiteral(version)}`,
      ];
      return [`create server ${name}${words.join('')} foreign data wrapper ${wrapper}${optionList(options)}`];
    }
    case 'user mapping':
      return [`create ${identity}${optionList(object.body.options)}`];
    case 'foreign table':
      return [createForeignTable(object)];
    default:
      return undefined;
  }
}

/** What is changed in place; undefined for other kinds. @throws PLINTH_MIGRATE_CANNOT_EXPRESS */
export function alterUncommon(before: SnapshotObject, after: SnapshotObject, changed: ReadonlySet<string>): string[] | undefined {
  const { identity } = after;
  const refuse = (what: string) => diffErrors.CANNOT_EXPRESS({ object: identity, what });
  const isOther = (...properties: readonly string[]) => properties.some((property) => changed.has(property));
  if (after.kind === 'collation') {
    if (isOther('provider', 'locale', 'collate', 'ctype', 'rules', 'isNondeterministic'))
      throw refuse('it sorts otherwise, and columns and indexes may be sorted by it; make another collation and move them to it');
    return [];
  }
  if (before.kind === 'text search dictionary' && after.kind === 'text search dictionary') {
    if (isOther('template')) throw refuse(`its template is another (${before.body.template} and ${after.body.template})`);
    if (!isOther('options')) return [];
    const [old, wanted] = [dictionaryOptions(before.body.options), dictionaryOptions(after.body.options)];
    const options = [...[...wanted].map(([key, value]) => `${key} = ${value}`), ...[...old.keys()].filter((key) => !wanted.has(key))];
    return [`alter ${identity} (${options.join(', ')})`];
  }
  if (before.kind === 'text search configuration' && after.kind === 'text search configuration') {
    if (isOther('parser')) throw refuse(`its parser is another (${before.body.parser} and ${after.body.parser})`);
    const [old, wanted] = [before.body.mappings ?? [], after.body.mappings ?? []];
    return [
      ...old.filter((one) => !wanted.includes(one)).map((one) => `alter ${identity} drop mapping for ${one.split(' with ')[0]}`),
      ...wanted.filter((one) => !old.includes(one)).map((one) => `alter ${identity} add mapping for ${one}`),
    ];
  }
  if (before.kind === 'foreign data wrapper' && after.kind === 'foreign data wrapper') {
    const functions = isOther('handler', 'validator') ? wrapperFunctions(after.body) : '';
    const options = optionsChange(before.body.options, after.body.options);
    return functions || options ? [`alter ${identity}${functions}${options}`] : [];
  }
  if (before.kind === 'server' && after.kind === 'server') {
    if (isOther('wrapper', 'type')) throw refuse('its wrapper or its type is another');
    const version = isOther('version') ? ` version ${after.body.version === undefined ? 'null' : quoteLiteral(after.body.version)}` : '';
    const options = optionsChange(before.body.options, after.body.options);
    return version || options ? [`alter ${identity}${version}${options}`] : [];
  }
  if (before.kind === 'user mapping' && after.kind === 'user mapping')
    return [`alter ${identity}${optionsChange(before.body.options, after.body.options)}`];
  return uncommonKinds.has(after.kind) ? [] : undefined;
}

const uncommonKinds = new Set<SnapshotObject['kind']>([
  'aggregate',
  'operator',
  'operator family',
  'operator class',
  'cast',
  'foreign table',
]);

/**
 * Options that may be secrets are known by a few digits, see `foreign.sql`: good enough to try a plan, useless in a real one.
 *
 * @throws PLINTH_MIGRATE_CANNOT_EXPRESS
 */
export function refuseSecrets(statements: readonly PlanStatement[]): void {
  const one = statements.find(({ identity, sql }) => hasOptions.test(identity) && / options \(.*'#[0-9a-f]{4}'/s.test(sql));
  if (one) throw diffErrors.CANNOT_EXPRESS({ object: one.identity, what: 'it has an option that is kept secret' });
}

const hasOptions = /^(foreign data wrapper|server|user mapping|foreign table) /;

function collationOptions({ provider, locale, collate, ctype, rules, isNondeterministic }: Bodies['collation']): string[] {
  const text = (key: string, value: string | undefined) => (value === undefined ? [] : [`${key} = ${quoteLiteral(value)}`]);
  return [
    `provider = ${provider}`,
    ...text('locale', locale),
    ...(provider === 'libc' ? [...text('lc_collate', collate), ...text('lc_ctype', ctype)] : []),
    ...text('rules', rules),
    ...(isNondeterministic ? ['deterministic = false'] : []),
  ];
}

function createAggregate({ name, body }: ObjectOf<'aggregate'>): string {
  const [, plain = name] = /^((?:"(?:[^"]|"")*"|[^."(]+)\.(?:"(?:[^"]|"")*"|[^."(]+))\(/.exec(name) ?? [];
  return `create or replace aggregate ${plain}(${body.arguments === '' ? '*' : body.arguments}) (${(body.definition ?? []).join(', ')})`;
}

function createOperatorClass({ identity, body }: ObjectOf<'operator class'>): string {
  const [, what = identity, method = ''] = /^(.*) USING (.*)$/s.exec(identity) ?? [];
  const { type, storage, family, isDefault, members = [] } = body;
  const items = [...(storage === undefined ? [] : [`storage ${storage}`]), ...members];
  const one = items.length > 0 ? items.join(', ') : `storage ${type}`;
  return `create ${what}${isDefault ? ' default' : ''} for type ${type} using ${method} family ${family} as ${one}`;
}

/** `language = 'english', stopwords = 'english'` as the catalog has it. */
function dictionaryOptions(text = ''): ReadonlyMap<string, string> {
  const found = text.matchAll(/("(?:[^"]|"")*"|\w+) = (E?'(?:[^']|'')*'|[^,]+)/g);
  return new Map([...found].map(([, key = '', value = '']) => [key, value]));
}

const wrapperFunctions = ({ handler, validator }: Bodies['foreign data wrapper']) =>
  ` ${handler === undefined ? 'no handler' : `handler ${handler}`} ${validator === undefined ? 'no validator' : `validator ${validator}`}`;

function optionPair(option: string): readonly [string, string] {
  const at = option.indexOf('=');
  return [quoteIdentifier(option.slice(0, at)), quoteLiteral(option.slice(at + 1))];
}

const optionList = (options: readonly string[] = []) =>
  options.length === 0 ? '' : ` options (${options.map((option) => optionPair(option).join(' ')).join(', ')})`;

function optionsChange(before: readonly string[] = [], after: readonly string[] = []): string {
  const [old, wanted] = [new Map(before.map(optionPair)), new Map(after.map(optionPair))];
  const changes = [
    ...[...old.keys()].filter((key) => !wanted.has(key)).map((key) => `drop ${key}`),
    ...[...wanted]
      .filter(([key, value]) => old.get(key) !== value)
      .map(([key, value]) => `${old.has(key) ? 'set' : 'add'} ${key} ${value}`),
  ];
  return changes.length === 0 ? '' : ` options (${changes.join(', ')})`;
}

function createForeignTable({ identity, body, columnOrder = [] }: ObjectOf<'foreign table'>): string {
  if (body.parents) throw diffErrors.CANNOT_EXPRESS({ object: identity, what: `it is a child of ${body.parents.join(', ')}` });
  const columns = columnOrder.map((name) => {
    const { type, collation, foreignOptions, generated, default: value, isNotNull, notNullName } = body.columns[name] ?? {};
    const given = value === undefined ? '' : generated === undefined ? ` default ${value}` : ` generated always as (${value}) ${generated}`;
    const constraint = isNotNull ? `${notNullName === undefined ? '' : ` constraint ${notNullName}`} not null` : '';
    return `${name} ${type}${optionList(foreignOptions)}${collation === undefined ? '' : ` collate ${collation}`}${given}${constraint}`;
  });
  return `create ${identity} (${columns.join(', ')}) server ${body.server}${optionList(body.options)}`;
}
