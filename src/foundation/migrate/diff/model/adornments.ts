import { quoteIdentifier, quoteLiteral } from '../../../../kernel/index.ts';
import type { Acl, ColumnBody, Grantable, SnapshotObject } from '../../snapshot/index.ts';
import { defaultAcl, grantStatements, handOver, mergeAcl } from './grants.ts';
import type { Objects, Scene } from './scene.ts';

const grantables: Readonly<Partial<Record<SnapshotObject['kind'], readonly [Grantable, string, string]>>> = {
  // Kind of list, word in GRANT, word in default privileges.
  table: ['relation', 'table', 'tables'],
  view: ['relation', 'table', 'tables'],
  'materialized view': ['relation', 'table', 'tables'],
  sequence: ['sequence', 'sequence', 'sequences'],
  function: ['function', 'function', 'functions'],
  procedure: ['function', 'procedure', 'functions'],
  type: ['type', 'type', 'types'],
  domain: ['type', 'domain', 'types'],
  schema: ['schema', 'schema', 'schemas'],
  aggregate: ['function', 'function', 'functions'],
  'foreign table': ['relation', 'table', 'tables'],
  'foreign data wrapper': ['foreign', 'foreign data wrapper', 'foreign data wrappers'],
  server: ['foreign', 'foreign server', 'foreign servers'],
};

interface Adorned {
  readonly owner?: string;
  readonly acl?: Acl;
  readonly comment?: string;
  readonly columns?: Readonly<Record<string, ColumnBody>>;
}

/**
 * Owner, privileges and comment, of the object and of its columns.
 *
 * @param before undefined: the object has just been made by `creator`
 * @param isNewColumn whether a column has just been made, in a table that has not
 */
export function adornments(
  scene: Pick<Scene, 'a' | 'creator'>,
  before: SnapshotObject | undefined,
  after: SnapshotObject,
  isNewColumn: (column: string) => boolean = () => false,
): string[] {
  const body = after.body as Adorned;
  const old = before?.body as Adorned | undefined;
  const found: string[] = [];
  const { creator } = scene;
  // The sequence of a column belongs to whom the table belongs.
  const isOwned =
    after.kind === 'sequence' && (after.body.isIdentity === true || (old as typeof after.body | undefined)?.ownedBy !== undefined);
  if (body.owner !== undefined && !isOwned && body.owner !== (old ? old.owner : creator))
    found.push(`alter ${after.identity} owner to ${quoteIdentifier(body.owner)}`);
  if (body.comment !== old?.comment) found.push(comment(after.identity, body.comment));

  const grantable = grantables[after.kind];
  const regranted = new Set<string>();
  if (grantable && body.owner !== undefined) {
    const [kind, word, objects] = grantable;
    const made = old ? (old.acl ?? defaultAcl(kind, old.owner ?? '')) : madeAcl(scene.a, kind, objects, schemaOf(after.name), creator);
    const held = handOver(made, old?.owner ?? creator, body.owner);
    const wanted = body.acl ?? defaultAcl(kind, body.owner);
    // GRANT knows aggregates as functions of all their arguments.
    const granted =
      after.kind === 'aggregate' ? after.name.replace('(*)', '()').replace(/ ?ORDER BY /, (by) => (by[0] === ' ' ? ', ' : '')) : after.name;
    found.push(...grantStatements(`${word} ${granted}`, held, wanted));
    for (const grantee of Object.keys(held)) if (String(held[grantee]) !== String(wanted[grantee])) regranted.add(grantee);
  }
  for (const [name, column] of Object.entries(body.columns ?? {})) {
    const oldColumn = isNewColumn(name) ? undefined : old?.columns?.[name];
    if (column.comment !== oldColumn?.comment) found.push(comment(`column ${after.name}.${name}`, column.comment));
    // What is revoked from a table is revoked from its columns.
    const kept = Object.fromEntries(Object.entries(oldColumn?.acl ?? {}).filter(([grantee]) => !regranted.has(grantee)));
    if (after.kind !== 'type') found.push(...grantStatements(`table ${after.name}`, kept, column.acl ?? {}, name));
  }
  return found;
}

const comment = (words: string, text: string | undefined) => `comment on ${words} is ${text === undefined ? 'null' : quoteLiteral(text)}`;

const schemaOf = (name: string) => /^("(?:[^"]|"")*"|[^."(]+)\./.exec(name)?.[1] ?? '';

/** What a new object has by the default privileges that stand while it is made. */
function madeAcl(objects: Objects, kind: Grantable, words: string, schema: string, creator: string): Acl {
  const find = (identity: string) => (objects.get(`default privileges ${identity}`)?.body as { readonly acl?: Acl } | undefined)?.acl;
  const global = find(`on ${words} for ${creator}`) ?? defaultAcl(kind, creator);
  return mergeAcl(global, find(`on ${words} in schema ${schema} for ${creator}`) ?? {});
}
