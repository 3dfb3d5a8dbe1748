import { type Connect, distinctDatabases } from '../../../foundation/connect/index.ts';
import type { Tier } from '../../../kernel/index.ts';
import type { EncryptedColumn } from '../../crypto/index.ts';
import { type Catalog, type ColumnFacts, type ForeignKey, type Neutral, neutralOf, readCatalog } from '../catalog/index.ts';
import { type Category, isPersonal } from '../model/categories.ts';
import type { Registry } from '../model/types.ts';
import { subjectErrors } from './errors.ts';
import { knownKinds } from './model/identifier.ts';
import { childrenFirst, consequence, type Implied, isInTheWay, type Reference } from './model/references.ts';
import { isComparable, type LinkedTable } from './model/statements.ts';
import type { SealedAccess } from './sealed-columns.ts';
import { listLinks } from './sql/queries/queries.gen.ts';
import type { SubjectLink } from './types.ts';

export interface LinkDeps {
  readonly connect: Connect;
  readonly crypto: Pick<SealedAccess, 'columns'>;
  readonly registry: Pick<Registry, 'list'>;
}

type Given = { readonly link: SubjectLink } & Partial<Omit<Implied, 'link'>>;

const nameOf = ({ schema, table }: { readonly schema: string; readonly table: string }) => `${schema}.${table}`;

/** What was declared, in order of place. */
export async function declaredLinks(connect: Connect): Promise<readonly SubjectLink[]> {
  const rows = await connect.transaction({ tier: 'oltp', as: 'owner', isReadOnly: true, tag: 'privacy.links' }, (tx) =>
    listLinks.all(tx, {}),
  );
  return rows.map((row) => ({
    tier: row.tier as Tier,
    schema: row.schema_name,
    table: row.table_name,
    matches: row.matches as Record<string, string>,
    yields: row.yields as Record<string, string>,
    method: row.method as SubjectLink['method'],
    ...(row.anonymised.length > 0 && { anonymised: row.anonymised }),
    ...(row.reason !== null && { reason: row.reason }),
  }));
}

/**
 * Every table in which people are found: what was declared, tables with addresses or phone numbers by their classification, and what goes
 * along with a deleted row by a foreign key. Within a database children come before what they refer to.
 *
 * @throws PLINTH_PRIVACY_BAD_LINK when a declared link does not fit its table any more
 */
export async function linkedTables({ connect, crypto, registry }: LinkDeps): Promise<readonly LinkedTable[]> {
  const declared = await declaredLinks(connect);
  const classified = await classifiedLinks(registry);
  const sealed = await crypto.columns();
  const tables: LinkedTable[] = [];
  for (const tier of distinctDatabases(connect)) {
    const isHere = ({ tier: other }: SubjectLink) => connect.databaseKey(other) === connect.databaseKey(tier);
    const own = declared.filter(isHere);
    const names = new Set(own.map(nameOf));
    const given: Given[] = [...own.map((link) => ({ link })), ...classified.filter(({ link }) => isHere(link) && !names.has(nameOf(link)))];
    if (given.length === 0) continue;
    const request = { tier, as: 'owner', isReadOnly: true, tag: 'privacy.linked-tables' } as const;
    const catalog = await connect.transaction(request, (tx) => readCatalog(tx, []));
    tables.push(...completeLinks(catalog, given, sealedOf(connect, tier, sealed)));
  }
  return tables;
}

/**
 * Whether a link fits its table as that is now.
 *
 * @throws PLINTH_PRIVACY_BAD_LINK
 */
export async function checkLink({ connect, crypto }: Pick<LinkDeps, 'connect' | 'crypto'>, link: SubjectLink): Promise<void> {
  const refuse = (problem: string, remedy: string) => subjectErrors.BAD_LINK({ table: nameOf(link), problem, remedy });
  if (Object.keys(link.matches).length === 0) throw refuse('no column finds a person', 'Give one with its kind in "matches"');
  if (link.method === 'keep' && !link.reason) throw refuse('rows are kept without a reason', 'Say why, e.g. the law that demands it');
  const isListed = (link.anonymised ?? []).length > 0;
  if ((link.method === 'anonymise') !== isListed) {
    throw refuse('columns to anonymise go with the method anonymise, and with no other', 'Correct method or "anonymised"');
  }
  const request = { tier: link.tier, as: 'owner', isReadOnly: true, tag: 'privacy.check-link' } as const;
  const catalog = await connect.transaction(request, (tx) => readCatalog(tx, []));
  complete({ link }, columnsOf(catalog, link), sealedOf(connect, link.tier, await crypto.columns())(link));
}

type SealedOf = (link: SubjectLink) => ReadonlyMap<string, EncryptedColumn>;

/** The sealed columns of each table of a database. */
function sealedOf(connect: Connect, tier: Tier, columns: readonly EncryptedColumn[]): SealedOf {
  const here = columns.filter((one) => connect.databaseKey(one.tier) === connect.databaseKey(tier) && one.keyTypes.length > 0);
  return (link) => new Map(here.filter(({ table }) => table === nameOf(link)).map((one) => [one.column, one]));
}

/** Tables with classified addresses or phone numbers: what is personal in such a row is anonymised. */
async function classifiedLinks(registry: Pick<Registry, 'list'>): Promise<readonly Implied[]> {
  const columns = (await registry.list()).filter(({ category, place }) => place.column !== undefined && category && isPersonal(category));
  const byTable = Map.groupBy(columns, ({ place }) => `${place.tier} ${nameOf(place)}`);
  return [...byTable.values()].flatMap((rows) => {
    const known = rows.filter(({ category }) => (knownKinds as readonly string[]).includes(category as Category));
    const [first] = known;
    if (!first) return [];
    const { tier, schema, table } = first.place;
    const matches = Object.fromEntries(known.map(({ place, category }) => [place.column as string, category as string]));
    const anonymised = rows.map(({ place }) => place.column as string);
    return [
      {
        link: { tier, schema, table, matches, method: 'anonymise', anonymised },
        implied: 'not declared; found by its classification',
        isClassified: true,
      },
    ];
  });
}

function completeLinks(catalog: Catalog, given: readonly Given[], sealed: SealedOf): readonly LinkedTable[] {
  const links = new Map(given.map((one) => [nameOf(one.link), one]));
  const references = catalog.foreignKeys.map(referenceOf).filter(({ child, parent }) => child !== parent);
  for (let fresh = [...links.keys()]; fresh.length > 0; ) {
    const parents = new Set(fresh);
    fresh = references.filter(({ parent }) => parents.has(parent)).flatMap((reference) => follow(links, reference));
  }
  const tables = [...links.values()].flatMap((one) => complete(one, columnsOf(catalog, one.link), sealed(one.link)) ?? []);
  return childrenFirst(tables, nameOf, references);
}

/** Adds what follows from one reference; gives the child's link when that is new. */
function follow(links: Map<string, Given>, reference: Reference): string[] {
  const parent = links.get(reference.parent) as Given;
  if (parent.link.method !== 'delete') return [];
  const child = links.get(reference.child);
  // What classification alone says gives way to a cascade, which would take the row anyway.
  if (child && !(child.isClassified && reference.onDelete === 'c')) {
    if (isInTheWay(reference, child.link)) links.set(reference.child, { ...child, blocks: reference.parent });
    return [];
  }
  const next = consequence(parent.link, reference);
  if (!next) return [];
  const yields = { ...parent.link.yields, [reference.parentColumn as string]: next.kind };
  links.set(reference.parent, { ...parent, link: { ...parent.link, yields } });
  links.set(reference.child, next.follows);
  return [reference.child];
}

function referenceOf(key: ForeignKey): Reference {
  const pairs = key.columns
    .map((column, index) => [column, key.parentColumns[index]] as const)
    .filter(([column]) => column !== 'tenant_id');
  const [column, parentColumn] = (pairs.length === 1 ? pairs[0] : undefined) ?? [];
  const parent = `${key.parentSchema}.${key.parentTable}`;
  return { child: nameOf(key), parent, column, parentColumn, onDelete: key.onDelete };
}

function columnsOf(catalog: Catalog, { schema, table }: SubjectLink): ReadonlyMap<string, ColumnFacts> {
  const found = catalog.tables.find((one) => one.schema === schema && one.table === table);
  return new Map((found?.columns ?? []).map((column) => [column.name, column]));
}

/**
 * The link with its columns; undefined for a classified one of which nothing is left.
 *
 * @throws PLINTH_PRIVACY_BAD_LINK
 */
function complete(
  { link, implied, blocks, isClassified }: Given,
  columns: ReadonlyMap<string, ColumnFacts>,
  sealed: ReadonlyMap<string, EncryptedColumn>,
): LinkedTable | undefined {
  const refuse = (problem: string, remedy: string) => subjectErrors.BAD_LINK({ table: nameOf(link), problem, remedy });
  if (columns.size === 0 && isClassified) return undefined;
  if (columns.size === 0) throw refuse(`there is no such table in ${link.tier}`, 'Correct the link, or remove it with the table');
  const isFound = (name: string) => {
    const column = columns.get(name);
    return column !== undefined && (isComparable(column) || sealed.get(name)?.index !== undefined);
  };
  const matches = Object.entries(link.matches).filter(([name]) => !isClassified || isFound(name));
  if (matches.length === 0) return undefined;
  const yielding = Object.keys(link.yields ?? {});
  for (const name of [...matches.map(([column]) => column), ...yielding]) {
    const column = columns.get(name);
    if (!column) throw refuse(`it has no column ${name}`, 'Correct the link');
    if (yielding.includes(name) && column.type.endsWith('[]'))
      throw refuse(`${name} holds several values`, 'Let a column yield that is one person’s alone');
    if (sealed.has(name) && yielding.includes(name))
      throw refuse(`${name} is sealed`, 'Let a column yield that is in clear, such as the key');
    if (sealed.has(name) && !isFound(name))
      throw refuse(`${name} is sealed without an index`, 'Declare one: crypto.declare_column(…, {"index": …, "kind": …})');
    if (!isFound(name)) throw refuse(`${name} is ${column.type}`, 'People are found by texts, whole numbers, uuids and arrays of them');
  }
  const neutrals = new Map<string, Neutral>();
  // With a sealed value goes what it is found by.
  const indexes = (link.anonymised ?? []).flatMap((name) => sealed.get(name)?.index?.column ?? []);
  for (const name of new Set([...(link.anonymised ?? []), ...indexes])) {
    const column = columns.get(name);
    // A computed column follows what it is computed from.
    if (isClassified && (!column || column.isGenerated)) continue;
    if (!column) throw refuse(`it has no column ${name}`, 'Correct the link');
    const neutral = sealed.has(name) && !column.isNullable ? undefined : neutralOf(column);
    if (!neutral) {
      throw refuse(
        `nothing neutral can stand in ${name} (${column.type})`,
        'Declare a link that deletes the rows, or let the column be null',
      );
    }
    neutrals.set(name, neutral);
  }
  return {
    ...link,
    matches: Object.fromEntries(matches),
    columns,
    isTenants: columns.get('tenant_id')?.type === 'uuid',
    sealed,
    neutrals,
    ...(implied !== undefined && { implied }),
    ...(blocks !== undefined && { blocks }),
  };
}
