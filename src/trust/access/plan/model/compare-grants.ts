import { quoteIdentifier } from '../../../../kernel/index.ts';
import type { ExtraGrant, RoleDeclaration } from '../../model/declaration.ts';
import type { Difference, FoundDatabase, FoundFunction, FoundRelation, FoundServer, Grant } from './types.ts';

type Found = Omit<Difference, 'server'>;

/** What grants are judged by besides the roles. */
export interface GrantRules {
  /** Schemas of the platform's own capabilities: nothing in them is for readers. */
  readonly platformSchemas: readonly string[];
  readonly isMasked: boolean;
  readonly extraGrants: readonly ExtraGrant[];
}

const rowVerbs = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'] as const;
const tableKinds = 'rpf';
const nothing: readonly string[] = [];
// Names may hold dots.
const qualified = (schema: string, name: string) => `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;

// Told to everybody by the migration that made it, so that applications can ask for the version of their schema.
const openToAll = { schema: 'migrate', columns: 'migrate.migrations' } as const;

/** How the privileges on the objects of a database differ from the model. */
export function compareGrants(model: readonly RoleDeclaration[], server: FoundServer, database: FoundDatabase, rules: GrantRules): Found[] {
  const judge = judgeFor(model, server, database, rules);
  return [
    ...databaseGrants(model, judge, database),
    ...schemaGrants(model, judge, database),
    ...relationGrants(model, judge, database),
    ...functionGrants(judge, database),
    ...serverFunctions(model, server, database),
    ...defaults(database),
    ...owners(model, database),
  ];
}

/** What a role should have on an object, and what it may have besides. */
interface Judge {
  /** Whether the role should have anything on relations of this database at all. */
  claims(role: RoleDeclaration): boolean;
  relation(role: RoleDeclaration, relation: FoundRelation): { readonly wanted: readonly string[]; readonly tolerated: readonly string[] };
  declared(name: string): RoleDeclaration | undefined;
  /** The grantee's privileges are no matter of the model: it owns the database, or the whole server. */
  isAbove(name: string): boolean;
}

function judgeFor(model: readonly RoleDeclaration[], server: FoundServer, database: FoundDatabase, rules: GrantRules): Judge {
  const byName = new Map(model.map((role) => [role.name, role]));
  const superusers = new Set(server.roles.filter(({ isSuperuser }) => isSuperuser).map(({ name }) => name));
  const isProduct = (schema: string) =>
    schema !== 'public' && !rules.platformSchemas.some((own) => schema === own || schema.startsWith(`${own}_`));
  const readsHere = ({ privileges }: RoleDeclaration) =>
    !rules.isMasked && (privileges === 'reader' || (privileges === 'analyst' && database.tiers.includes('olap')));
  const extras = Map.groupBy(rules.extraGrants, ({ role }) => role);
  return {
    claims: (role) => readsHere(role) || extras.has(role.name),
    declared: (name) => byName.get(name),
    isAbove: (name) => name === 'plinth_owner' || superusers.has(name),
    relation(role, relation) {
      const { schema, name, kind, isPartition, isInvoker } = relation;
      const extra = (extras.get(role.name) ?? [])
        .filter(({ on }) => on === `${schema}.${name}` || on === `${schema}.*`)
        .flatMap(({ privileges }) => privileges.map((privilege) => privilege.toUpperCase()));
      const reads = readsHere(role) && isProduct(schema) && !isPartition && (tableKinds.includes(kind) || (kind === 'v' && isInvoker));
      const wanted = [...new Set([...(reads ? ['SELECT'] : []), ...extra])];
      if (role.privileges === 'as migrated') return { wanted, tolerated: kind === 'S' ? ['SELECT', 'UPDATE', 'USAGE'] : [...rowVerbs] };
      // Masked views run as their owner: that is how they show what the tables below them do not.
      const isMaskedView = role.privileges === 'analyst' && (kind === 'v' || kind === 'm');
      // The worker refreshes what it may not read around row security.
      if (role.name === 'plinth_worker' && kind === 'm') return { wanted, tolerated: ['MAINTAIN'] };
      return { wanted, tolerated: isMaskedView ? ['SELECT'] : nothing };
    },
  };
}

function databaseGrants(model: readonly RoleDeclaration[], judge: Judge, { name, grants }: FoundDatabase): Found[] {
  const on = `database ${quoteIdentifier(name)}`;
  const has = (role: string, privilege: string) => grants.some((grant) => grant.grantee === role && grant.privileges.includes(privilege));
  const missing = model
    .filter((role) => role.connects && !has(role.name, 'CONNECT'))
    .map((role) => grantOf(name, role.name, ['CONNECT'], { on, objects: [on], subject: name }));
  const extra = grants.flatMap((grant) => {
    if (judge.isAbove(grant.grantee)) return [];
    const allowed = judge.declared(grant.grantee)?.connects ? ['CONNECT'] : nothing;
    return surplus(name, grant, allowed, { on, words: `database ${name}`, subject: name });
  });
  return [...missing, ...extra];
}

function schemaGrants(model: readonly RoleDeclaration[], judge: Judge, database: FoundDatabase): Found[] {
  return database.schemas.flatMap((schema) => {
    const on = `schema ${quoteIdentifier(schema.name)}`;
    const relations = database.relations.filter((relation) => relation.schema === schema.name);
    const needs = (role: RoleDeclaration) =>
      judge.claims(role) && relations.some((relation) => judge.relation(role, relation).wanted.length > 0);
    const missing = model
      .filter(
        (role) => needs(role) && !schema.grants.some(({ grantee, privileges }) => grantee === role.name && privileges.includes('USAGE')),
      )
      .map((role) => grantOf(database.name, role.name, ['USAGE'], { on, objects: [on], subject: schema.name }));
    const extra = schema.grants.flatMap((grant) => {
      if (judge.isAbove(grant.grantee)) return [];
      const role = judge.declared(grant.grantee);
      const isOpen = grant.grantee === 'public' && schema.name === openToAll.schema;
      // Using a schema shows no row; migrations give it to whom they make something for.
      const allowed = isOpen || (role && (role.privileges !== 'none' || needs(role))) ? ['USAGE'] : nothing;
      return surplus(database.name, grant, allowed, { on, words: `schema ${schema.name}`, subject: schema.name });
    });
    return [...missing, ...extra];
  });
}

function relationGrants(model: readonly RoleDeclaration[], judge: Judge, database: FoundDatabase): Found[] {
  const lacking = new Map<string, { role: string; schema: string; privileges: readonly string[]; objects: string[]; words: string }>();
  const extra: Found[] = [];
  const claimants = model.filter(judge.claims);
  for (const relation of database.relations) {
    const what = relation.kind === 'S' ? 'sequence' : 'table';
    const target = qualified(relation.schema, relation.name);
    for (const role of claimants) {
      const { wanted } = judge.relation(role, relation);
      if (wanted.length === 0) continue;
      const has = relation.grants.find((grant) => grant.grantee === role.name && !grant.column)?.privileges ?? nothing;
      const missing = wanted.filter((privilege) => !has.includes(privilege));
      if (missing.length === 0) continue;
      const key = [role.name, relation.schema, what, missing.join()].join('\0');
      const known = lacking.get(key) ?? { role: role.name, schema: relation.schema, privileges: missing, objects: [], words: what };
      known.objects.push(target);
      lacking.set(key, known);
    }
    for (const grant of relation.grants) {
      if (judge.isAbove(grant.grantee) || grant.grantee === relation.owner) continue;
      const role = judge.declared(grant.grantee);
      const judged = role && judge.relation(role, relation);
      const isOpen = grant.grantee === 'public' && grant.column && `${relation.schema}.${relation.name}` === openToAll.columns;
      const allowed = isOpen ? ['SELECT'] : judged ? [...judged.wanted, ...judged.tolerated] : nothing;
      const words = `${relation.schema}.${relation.name}${grant.column ? ` (${grant.column})` : ''}`;
      const on = { on: `${what} ${target}`, words, subject: `${relation.schema}.${relation.name}` };
      extra.push(...surplus(database.name, grant, allowed, on));
    }
  }
  const missing = [...lacking.values()].map(({ role, schema, privileges, objects, words }) =>
    grantOf(database.name, role, privileges, { on: `${words} ${objects.join(', ')}`, objects, subject: `${schema}.*` }),
  );
  return [...missing, ...extra];
}

function functionGrants(judge: Judge, database: FoundDatabase): Found[] {
  return database.functions.flatMap(({ signature, isDefiner, isEventTrigger, grants }: FoundFunction) =>
    grants.flatMap((grant) => {
      const { grantee } = grant;
      const role = judge.declared(grantee);
      // A function runs with the rights of its caller, so calling it gives nothing; one of a definer gives what its owner has.
      const isHarmless = grantee === 'public' && (!isDefiner || isEventTrigger);
      if (isHarmless || judge.isAbove(grantee)) return [];
      const allowed = role?.privileges === 'as migrated' ? ['EXECUTE'] : nothing;
      return surplus(database.name, grant, allowed, { on: `routine ${signature}`, words: `function ${signature}`, subject: signature });
    }),
  );
}

// Reading files, statistics of others and the like; given by applyRoles where the owner and monitors need them.
const givenAtStart = /^pg_catalog\.pg_stat_get_(backend_)?activity\(/;

function serverFunctions(model: readonly RoleDeclaration[], server: FoundServer, database: FoundDatabase): Found[] {
  const has = new Set(database.serverFunctions.map(({ signature, grantee }) => `${signature} ${grantee}`));
  const missing = model.flatMap(({ name, executes }): Found[] => {
    const lacking = executes.filter((signature) => !has.has(`${signature} ${name}`));
    if (lacking.length === 0) return [];
    const found = grantOf(database.name, name, ['EXECUTE'], {
      on: `function ${lacking.join(', ')}`,
      objects: lacking,
      subject: 'server functions',
    });
    return [{ ...found, needsSuperuser: true }];
  });
  const executes = new Map(model.map((role) => [role.name, role.executes]));
  const superusers = new Set(server.roles.filter(({ isSuperuser }) => isSuperuser).map(({ name }) => name));
  const extra = database.serverFunctions
    .filter(
      ({ signature, grantee }) => !executes.get(grantee)?.includes(signature) && !superusers.has(grantee) && !givenAtStart.test(signature),
    )
    .flatMap(({ signature, grantee }) =>
      surplus(database.name, { grantee, privileges: ['EXECUTE'], isGrantable: false }, nothing, {
        on: `function ${signature}`,
        words: `the server's function ${signature}`,
        subject: signature,
      }).map((found) => ({ ...found, needsSuperuser: true })),
    );
  return [...missing, ...extra];
}

// There are none in the model: on tables they would reach views as well, and a view that runs as its owner passes row security.
function defaults(database: FoundDatabase): Found[] {
  return database.defaults.map(({ owner, schema, objects, grantee, privileges }): Found => {
    const where = schema === '' ? '' : ` in schema ${quoteIdentifier(schema)}`;
    const to = grantee === 'public' ? 'public' : quoteIdentifier(grantee);
    return {
      check: 'A17',
      kind: 'revoke',
      database: database.name,
      role: grantee,
      subject: `${grantee} default ${objects}`,
      what: `${grantee} will have ${privileges.join(', ')} on ${objects} that ${owner} makes${schema === '' ? '' : ` in ${schema}`}`,
      statements: [
        `alter default privileges for role ${quoteIdentifier(owner)}${where} revoke ${privileges.join(', ').toLowerCase()} on ${objects} from ${to}`,
      ],
    };
  });
}

function owners(model: readonly RoleDeclaration[], database: FoundDatabase): Found[] {
  const byName = new Map(model.map((role) => [role.name, role]));
  const mayOwn = (name: string) => byName.get(name)?.kind === 'owner';
  const all = [
    { on: `database ${quoteIdentifier(database.name)}`, words: `database ${database.name}`, owner: database.owner },
    ...database.schemas.map(({ name, owner }) => ({ on: `schema ${quoteIdentifier(name)}`, words: `schema ${name}`, owner })),
    ...database.relations
      .filter(({ isPartition }) => !isPartition)
      .map(({ schema, name, kind, owner }) => ({
        on: `${relationWords[kind] ?? 'table'} ${qualified(schema, name)}`,
        words: `${schema}.${name}`,
        owner,
      })),
    ...database.functions
      .filter(({ isEventTrigger }) => !isEventTrigger)
      .map(({ signature, owner }) => ({ on: `routine ${signature}`, words: `function ${signature}`, owner })),
  ];
  return all
    .filter(({ owner, words }) => !mayOwn(owner) && words !== 'schema public')
    .map(({ on, words, owner }) => ({
      check: 'A09',
      kind: 'change',
      database: database.name,
      role: owner,
      subject: `${owner} ${words}`,
      what: `${words} belongs to ${owner}`,
      statements: [`alter ${on} owner to plinth_owner`],
    }));
}

const relationWords: Readonly<Record<string, string>> = { v: 'view', m: 'materialized view', S: 'sequence', f: 'foreign table' };

function grantOf(
  database: string,
  role: string,
  privileges: readonly string[],
  { on, objects, subject }: { readonly on: string; readonly objects: readonly string[]; readonly subject: string },
): Found {
  const shown = objects.slice(0, 3).join(', ');
  const more = objects.length > 3 ? ` and ${objects.length - 3} more` : '';
  return {
    check: 'A17',
    kind: 'grant',
    database,
    role,
    subject: `${role} ${subject}`,
    what: `${role} lacks ${privileges.join(', ')} on ${shown}${more}`,
    statements: [`grant ${privileges.join(', ').toLowerCase()} on ${on} to ${quoteIdentifier(role)}`],
  };
}

/** What a grant gives beyond `allowed`, and the right to pass anything on. */
function surplus(
  database: string,
  { grantee, privileges, isGrantable, column }: Grant,
  allowed: readonly string[],
  { on, words, subject }: { readonly on: string; readonly words: string; readonly subject: string },
): Found[] {
  const to = grantee === 'public' ? 'public' : quoteIdentifier(grantee);
  const base = { check: 'A17', kind: 'revoke', database, role: grantee, subject: `${grantee} ${subject}` } as const;
  const extra = privileges.filter((privilege) => !allowed.includes(privilege));
  const columns = column ? ` (${quoteIdentifier(column)})` : '';
  const list = extra.map((privilege) => `${privilege.toLowerCase()}${columns}`).join(', ');
  return [
    ...(extra.length > 0
      ? [{ ...base, what: `${grantee} has ${extra.join(', ')} on ${words}`, statements: [`revoke ${list} on ${on} from ${to} cascade`] }]
      : []),
    ...(isGrantable && extra.length < privileges.length
      ? [
          {
            ...base,
            what: `${grantee} may pass on what it has on ${words}`,
            statements: [
              `revoke grant option for ${privileges
                .filter((privilege) => allowed.includes(privilege))
                .map((privilege) => `${privilege.toLowerCase()}${columns}`)
                .join(', ')} on ${on} from ${to} cascade`,
            ],
          },
        ]
      : []),
  ];
}
