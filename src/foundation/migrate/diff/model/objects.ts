import { quoteLiteral } from '../../../../kernel/index.ts';
import type { Bodies, ColumnBody, SnapshotObject } from '../../snapshot/index.ts';
import { diffErrors } from '../errors.ts';
import { isSame } from './changes.ts';
import { optionChanges } from './columns.ts';
import {
  attribute,
  bareName,
  createDomain,
  createEventTrigger,
  createPolicy,
  createPublication,
  createRoutine,
  createSequence,
  createStatistics,
  createType,
  createView,
  domainConstraint,
  firingWord,
  publicationOptions,
  publicationTable,
  sequenceOptions,
} from './creation.ts';
import { type Scene, tableIn } from './scene.ts';
import { alterUncommon, createUncommon } from './uncommon.ts';

/** A statement, and whether it needs a step of its own. */
export type Sql = string | { readonly alone: string };

/** Makes anything but tables and what is kept with them; owner, privileges and comment come after. */
export function createObject(scene: Scene, object: SnapshotObject): Sql[] {
  const { name, on = '' } = object;
  const isOld = scene.a.has(`table ${on}`) && !scene.early.has(`table ${on}`);
  switch (object.kind) {
    case 'schema':
      return [`create schema ${name}`];
    case 'extension':
      return [`create extension ${name} schema ${object.body.schema} version ${quoteLiteral(object.body.version)}`];
    case 'type':
      return [createType(object, object.columnOrder ?? [])];
    case 'domain':
      return createDomain(object);
    case 'sequence':
      return [createSequence(object)];
    case 'function':
    case 'procedure':
      return [createRoutine(object)];
    case 'view':
    case 'materialized view':
      return [createView(object)];
    case 'constraint':
      return createConstraint(scene, object, isOld);
    case 'index': {
      const { definition = '', isInvalid, tablespace } = object.body;
      if (isInvalid && !tableIn(scene.b, on)?.body.partitionKey)
        throw diffErrors.CANNOT_EXPRESS({ object: object.identity, what: 'it is desired invalid' });
      const isConcurrent = isOld && tableIn(scene.b, on)?.body.partitionKey === undefined;
      const sql = definition.replace(
        /^CREATE (UNIQUE )?INDEX /,
        (_, unique = '') => `create ${unique.toLowerCase()}index ${isConcurrent ? 'concurrently ' : ''}`,
      );
      return [
        isConcurrent ? { alone: sql } : sql,
        ...(tablespace === undefined ? [] : [`alter index ${name} set tablespace ${tablespace}`]),
        ...indexSettings(object),
      ];
    }
    case 'trigger':
      return [object.body.definition, ...firing(object.body.firing, on, 'trigger', name)];
    case 'rule':
      return [object.body.definition.trim().replace(/;$/, ''), ...firing(object.body.firing, on, 'rule', name)];
    case 'policy':
      return [createPolicy(object)];
    case 'statistics':
      return [
        createStatistics(object),
        ...(object.body.target === undefined ? [] : [`alter statistics ${name} set statistics ${object.body.target}`]),
      ];
    case 'publication':
      return [createPublication(object)];
    case 'event trigger':
      return [
        createEventTrigger(object),
        ...(object.body.firing === undefined ? [] : [`alter event trigger ${name} ${firingWord(object.body.firing)}`]),
      ];
    default: {
      const sql = createUncommon(object);
      if (!sql) throw diffErrors.CANNOT_EXPRESS({ object: object.identity, what: 'it has no statement of its own' });
      return sql;
    }
  }
}

const firing = (state: string | undefined, table: string, kind: 'trigger' | 'rule', name: string) =>
  state === undefined ? [] : [`alter table ${table} ${firingWord(state)} ${kind} ${name}`];

function createConstraint(scene: Scene, { name, on = '', body }: Extract<SnapshotObject, { kind: 'constraint' }>, isOld: boolean): Sql[] {
  const isPartitioned = tableIn(scene.b, on)?.body.partitionKey !== undefined;
  const only = isPartitioned && ['primary key', 'unique', 'exclusion'].includes(body.type) ? 'only ' : '';
  const alter = `alter table ${only}${on} add constraint ${name}`;
  const keyed = /^(PRIMARY KEY|UNIQUE)( NULLS NOT DISTINCT)? \(((?:[^()"]|"(?:[^"]|"")*")*)\)( INCLUDE \([^()]*\))?( DEFERRABLE.*)?$/s.exec(
    body.definition,
  );
  if (keyed && isOld && !isPartitioned && !keyed[3]?.includes('WITHOUT OVERLAPS')) {
    const [, kind = '', nulls = '', columns = '', include = '', deferrable = ''] = keyed;
    return [
      { alone: `create unique index concurrently ${name} on ${on} (${columns})${include}${nulls}` },
      `${alter} ${kind} using index ${name}${deferrable}`,
    ];
  }
  if (body.isNotEnforced) return [`${alter} ${body.definition} not enforced`];
  if (body.isNotValid) return [`${alter} ${body.definition} not valid`];
  const canWait = body.type === 'check' || (body.type === 'foreign key' && (!isPartitioned || scene.serverVersion >= 180000));
  if (!isOld || !canWait) return [`${alter} ${body.definition}`];
  return [`${alter} ${body.definition} not valid`, `alter table ${on} validate constraint ${name}`];
}

function indexSettings({ name, on, body }: Extract<SnapshotObject, { kind: 'index' }>, before?: Bodies['index']): string[] {
  const numbers = (list: readonly string[] = []) => new Map(list.map((one) => one.split(' ') as [string, string]));
  const [old, wanted] = [numbers(before?.statistics), numbers(body.statistics)];
  return [
    ...(body.isClustered === before?.isClustered
      ? []
      : [`alter table ${on} ${body.isClustered ? `cluster on ${bareName(name)}` : 'set without cluster'}`]),
    ...[...new Set([...old.keys(), ...wanted.keys()])]
      .filter((column) => old.get(column) !== wanted.get(column))
      .map((column) => `alter index ${name} alter column ${column} set statistics ${wanted.get(column) ?? -1}`),
  ];
}

/** Changes in place what is not replaced. Tables and their columns are elsewhere. */
export function alterObject(before: SnapshotObject, after: SnapshotObject, changed: ReadonlySet<string>): Sql[] {
  const { identity, name, on = '' } = after;
  const refuse = (what: string) => diffErrors.CANNOT_EXPRESS({ object: identity, what });
  if (before.kind === 'index' && after.kind === 'index') {
    if (changed.has('isInvalid')) throw refuse('one of both is invalid; drop what a failed build left behind');
    const tablespace = changed.has('tablespace') ? [`alter index ${name} set tablespace ${after.body.tablespace ?? 'pg_default'}`] : [];
    return [
      ...optionChanges(`alter index ${name}`, before.body.options, after.body.options),
      ...tablespace,
      ...indexSettings(after, before.body),
    ];
  }
  if (after.kind === 'constraint') return changed.has('isNotValid') ? [`alter table ${on} validate constraint ${name}`] : [];
  if (after.kind === 'trigger') {
    return [
      ...(changed.has('definition') ? [after.body.definition.replace('CREATE TRIGGER', 'CREATE OR REPLACE TRIGGER')] : []),
      ...(changed.has('firing') ? [`alter table ${on} ${firingWord(after.body.firing)} trigger ${name}`] : []),
    ];
  }
  if (after.kind === 'rule') {
    return [
      ...(changed.has('definition')
        ? [after.body.definition.trim().replace(/;$/, '').replace('CREATE RULE', 'CREATE OR REPLACE RULE')]
        : []),
      ...(changed.has('firing') ? [`alter table ${on} ${firingWord(after.body.firing)} rule ${name}`] : []),
    ];
  }
  if (after.kind === 'policy') {
    if (!['roles', 'using', 'check'].some((key) => changed.has(key))) return [];
    const [, rest = ''] = / to (.*)$/s.exec(createPolicy(after)) ?? [];
    return [`alter policy ${name} on ${on} to ${rest}`];
  }
  if (after.kind === 'statistics')
    return changed.has('target') ? [`alter statistics ${name} set statistics ${after.body.target ?? -1}`] : [];
  if (after.kind === 'function' || after.kind === 'procedure') {
    return [...changed].every((key) => adorned.has(key)) ? [] : [createRoutine(after)];
  }
  if (before.kind === 'view' && after.kind === 'view') {
    const options = optionChanges(`alter view ${name}`, before.body.options, after.body.options);
    return changed.has('definition') ? [createView(after)] : options;
  }
  if (before.kind === 'materialized view' && after.kind === 'materialized view') {
    return [
      ...optionChanges(`alter materialized view ${name}`, before.body.options, after.body.options),
      ...(changed.has('accessMethod') ? [`alter materialized view ${name} set access method ${after.body.accessMethod ?? 'heap'}`] : []),
      ...(changed.has('tablespace') ? [`alter materialized view ${name} set tablespace ${after.body.tablespace ?? 'pg_default'}`] : []),
      ...(changed.has('isUnpopulated') ? [`refresh materialized view ${name} with ${after.body.isUnpopulated ? 'no ' : ''}data`] : []),
    ];
  }
  if (before.kind === 'sequence' && after.kind === 'sequence') return alterSequence(before.body, after.body, name);
  if (before.kind === 'domain' && after.kind === 'domain') {
    if (changed.has('type') || changed.has('collation')) throw refuse(`its type is another (${before.body.type} and ${after.body.type})`);
    return alterDomain(before.body, after.body, name);
  }
  if (before.kind === 'type' && after.kind === 'type') return alterType(before, after);
  if (before.kind === 'extension' && after.kind === 'extension') {
    return [
      ...(changed.has('version') ? [`alter extension ${name} update to ${quoteLiteral(after.body.version)}`] : []),
      ...(changed.has('schema') ? [`alter extension ${name} set schema ${after.body.schema}`] : []),
    ];
  }
  if (before.kind === 'publication' && after.kind === 'publication') {
    const { body } = after;
    const targets = [
      ...(body.tables ?? []).map((table) => `table ${publicationTable(table)}`),
      ...(body.schemas ?? []).map((one) => `tables in schema ${one}`),
    ];
    const isMoved = changed.has('tables') || changed.has('schemas');
    if (isMoved && targets.length === 0) return [`drop publication ${name}`, createPublication(after)];
    return [
      ...(isMoved ? [`alter publication ${name} set ${targets.join(', ')}`] : []),
      `alter publication ${name} set (${publicationOptions(body)})`,
    ];
  }
  if (after.kind === 'event trigger') return changed.has('firing') ? [`alter event trigger ${name} ${firingWord(after.body.firing)}`] : [];
  return alterUncommon(before, after, changed) ?? [];
}

const adorned = new Set(['owner', 'acl', 'comment']);

function alterSequence(before: Bodies['sequence'], after: Bodies['sequence'], name: string): string[] {
  const options = sequenceOptions(after);
  const isRetyped = before.type !== after.type && !after.isIdentity;
  return [
    ...(isRetyped || sequenceOptions(before) !== options
      ? [`alter sequence ${name}${isRetyped ? ` as ${after.type}` : ''} ${options}`]
      : []),
    ...(before.isUnlogged === after.isUnlogged || after.isIdentity
      ? []
      : [`alter sequence ${name} set ${after.isUnlogged ? 'unlogged' : 'logged'}`]),
  ];
}

function alterDomain(before: Bodies['domain'], after: Bodies['domain'], name: string): string[] {
  const alter = `alter domain ${name}`;
  const found: string[] = [];
  if (before.default !== after.default)
    found.push(after.default === undefined ? `${alter} drop default` : `${alter} set default ${after.default}`);
  if (before.isNotNull !== after.isNotNull) found.push(`${alter} ${after.isNotNull ? 'set' : 'drop'} not null`);
  const [old, wanted] = [before.constraints ?? {}, after.constraints ?? {}];
  for (const constraint of Object.keys(old)) if (!(constraint in wanted)) found.push(`${alter} drop constraint ${constraint}`);
  for (const [constraint, one] of Object.entries(wanted)) {
    const was = old[constraint];
    if (isSame(was, one)) continue;
    const isOnlyValidated = was?.definition === one.definition && was.isNotValid && !one.isNotValid;
    if (isOnlyValidated) found.push(`${alter} validate constraint ${constraint}`);
    else if (was?.definition !== one.definition || was.isNotValid !== one.isNotValid) {
      if (was) found.push(`${alter} drop constraint ${constraint}`);
      const [add = '', ...rest] = domainConstraint(name, constraint, one);
      found.push(...(one.isNotValid ? [add] : [`${add} not valid`, `${alter} validate constraint ${constraint}`]), ...rest);
      continue;
    }
    if (was.comment !== one.comment)
      found.push(
        `comment on constraint ${constraint} on domain ${name} is ${one.comment === undefined ? 'null' : quoteLiteral(one.comment)}`,
      );
  }
  return found;
}

function alterType(before: Extract<SnapshotObject, { kind: 'type' }>, after: Extract<SnapshotObject, { kind: 'type' }>): Sql[] {
  const refuse = (what: string) => diffErrors.CANNOT_EXPRESS({ object: after.identity, what });
  const { name } = after;
  if (before.body.columns && after.body.columns) {
    const [old, wanted] = [before.body.columns, after.body.columns];
    const changes: string[] = [];
    for (const column of before.columnOrder ?? []) if (!(column in wanted)) changes.push(`drop attribute ${column}`);
    for (const column of after.columnOrder ?? []) {
      const [a, b] = [old[column], wanted[column] as ColumnBody];
      if (!a) changes.push(`add attribute ${attribute(column, b)}`);
      else if (a.type !== b.type || a.collation !== b.collation)
        changes.push(`alter attribute ${column} type ${b.type}${b.collation === undefined ? '' : ` collate ${b.collation}`}`);
    }
    return changes.map((change) => `alter type ${name} ${change}`);
  }
  if (before.body.columns || after.body.columns) throw refuse('it is a composite type on one side only');
  const [old, wanted] = [before.body.labels ?? [], after.body.labels ?? []];
  const kept = wanted.filter((label) => old.includes(label));
  const lost = old.filter((label) => !wanted.includes(label));
  if (lost.length > 0) throw refuse(`it loses the value(s) ${lost.join(', ')}, and rows may have them`);
  if (String(kept) !== String(old)) throw refuse('its values are in another order');
  return wanted.flatMap((label, index): Sql[] => {
    if (old.includes(label)) return [];
    const following = wanted.slice(index + 1).find((one) => old.includes(one));
    return [
      {
        alone: `alter type ${name} add value ${quoteLiteral(label)}${following === undefined ? '' : ` before ${quoteLiteral(following)}`}`,
      },
    ];
  });
}
