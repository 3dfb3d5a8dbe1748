import { quoteIdentifier, quoteLiteral } from '../../../../kernel/index.ts';
import type { Membership, RoleDeclaration } from '../../model/declaration.ts';
import type { Difference, FoundMembership, FoundRole, FoundServer } from './types.ts';

type Found = Omit<Difference, 'server'>;

const attributes = [
  ['inherits', 'inherit'],
  ['bypassesRowSecurity', 'bypassrls'],
  ['canReplicate', 'replication'],
  ['isSuperuser', 'superuser'],
  ['canCreateRole', 'createrole'],
  ['canCreateDatabase', 'createdb'],
] as const;
const powers = attributes.slice(1);

/** Settings that only a superuser may give a role. */
const privileged = new Set(['log_min_duration_statement', 'session_preload_libraries', 'session_replication_role', 'log_statement']);

/** How the roles of a server differ from the model. `now` tells expired from not. */
export function compareRoles(model: readonly RoleDeclaration[], server: FoundServer, now: Date): Found[] {
  const declared = new Map(model.map((role) => [role.name, role]));
  const found = new Map(server.roles.map((role) => [role.name, role]));
  const present = model.filter(({ name, isOccasional }) => !isOccasional || found.has(name));
  return [
    ...model.flatMap((role) => {
      const existing = found.get(role.name);
      if (existing) return changes(role, existing, now);
      return role.isOccasional ? [] : creation(role);
    }),
    ...server.roles.filter(({ name }) => !declared.has(name)).flatMap((role) => strange(role, now)),
    ...memberships(present, server),
    ...settings(present, server),
  ];
}

/** A role with all that is its own; what is given to it on objects, or takes a superuser, is missing by itself. */
function creation(role: RoleDeclaration): Found[] {
  const name = quoteIdentifier(role.name);
  const words = [
    role.canLogin ? 'login' : 'nologin',
    ...attributes.map(([key, word]) => (key in role && role[key as 'inherits'] ? word : `no${word}`)),
    `connection limit ${role.connectionLimit}`,
    // Whoever gives the first password says until when.
    ...(role.passwordDays === undefined ? [] : ["valid until '-infinity'"]),
  ];
  return [
    {
      check: 'A07',
      kind: 'create',
      role: role.name,
      subject: role.name,
      what: `role ${role.name} is missing`,
      statements: [
        `create role ${name} ${words.join(' ')}`,
        `comment on role ${name} is ${quoteLiteral(role.purpose)}`,
        ...role.memberOf.map((membership) => membershipStatement(role.name, membership)),
        ...Object.entries(role.settings).flatMap(([key, value]) => (privileged.has(key) ? [] : [settingStatement(role.name, key, value)])),
      ],
    },
  ];
}

function changes(role: RoleDeclaration, found: FoundRole, now: Date): Found[] {
  const name = quoteIdentifier(role.name);
  const base = { kind: 'change', role: role.name, subject: role.name } as const;
  const wrong = attributes
    .filter(([key]) => found[key] !== (key in role && role[key as 'inherits']))
    .map(
      ([key, word]): Found => ({
        ...base,
        check: 'A07',
        what: `${role.name} ${found[key] ? 'has' : 'lacks'} ${word}`,
        statements: [`alter role ${name} ${found[key] ? 'no' : ''}${word}`],
        ...(key === 'isSuperuser' && { takes: 'superuser' }),
      }),
    );
  const login: Found[] =
    found.canLogin === role.canLogin || role.isOccasional
      ? []
      : [
          {
            ...base,
            check: 'A07',
            what: `${role.name} ${found.canLogin ? 'may log in' : 'may not log in'}`,
            statements: [`alter role ${name} ${role.canLogin ? 'login' : 'nologin'}`],
            ...(found.canLogin && { takes: 'login' }),
          },
        ];
  const limit: Found[] =
    found.connectionLimit === role.connectionLimit
      ? []
      : [
          {
            ...base,
            check: 'A10',
            what: `${role.name} has a connection limit of ${found.connectionLimit} instead of ${role.connectionLimit}`,
            statements: [`alter role ${name} connection limit ${role.connectionLimit}`],
          },
        ];
  return [...wrong, ...login, ...limit, ...(role.canLogin && found.canLogin ? expiry(found, now, role.passwordDays) : [])];
}

/** Ends of passwords: none, past, or further away than the policy allows. Only a new password puts it right. */
function expiry(found: FoundRole, now: Date, days?: number): Found[] {
  const finding = (what: string): Found[] => [
    { check: 'A10', kind: 'change', role: found.name, subject: found.name, what: `${found.name} ${what}`, statements: [] },
  ];
  if (found.isClosed) return [];
  if (!found.expires) return finding('may use its password for ever');
  const left = Math.ceil((found.expires.getTime() - now.getTime()) / 86_400_000);
  if (left <= 0) return finding(`has a password that ended on ${found.expires.toISOString().slice(0, 10)}`);
  if (days !== undefined && left > days) return finding(`has a password for ${left} days more; ${days} are allowed`);
  return [];
}

/** A role the model does not know: what it could do that nobody declared. */
function strange(role: FoundRole, now: Date): Found[] {
  if (role.isFirst) return [];
  const name = quoteIdentifier(role.name);
  const base = { kind: 'revoke', role: role.name, subject: role.name } as const;
  return [
    ...powers
      .filter(([key]) => role[key])
      .map(
        ([key, word]): Found => ({
          ...base,
          check: 'A07',
          what: `${role.name}, which the model does not know, has ${word}`,
          statements: [`alter role ${name} no${word}`],
          ...(key === 'isSuperuser' && { takes: 'superuser' }),
        }),
      ),
    ...(role.canLogin ? expiry(role, now) : []),
  ];
}

function memberships(model: readonly RoleDeclaration[], server: FoundServer): Found[] {
  const declared = new Map(model.map((role) => [role.name, role]));
  const keyOf = (role: string, member: string) => `${role}\0${member}`;
  const found = new Map(server.memberships.map((membership) => [keyOf(membership.role, membership.member), membership]));
  const wanted = new Set(model.flatMap((role) => role.memberOf.map((membership) => keyOf(membership.role, role.name))));
  const missing = model.flatMap(({ name, memberOf }) =>
    memberOf.flatMap(({ role, inherits, canSet }): Found[] => {
      if (!server.roles.some((existing) => existing.name === name)) return [];
      const existing = found.get(keyOf(role, name));
      const grant = membershipStatement(name, { role, inherits, canSet });
      if (!existing) {
        return [
          {
            check: 'A08',
            kind: 'grant',
            role: name,
            subject: `${name} ${role}`,
            what: `${name} is no member of ${role}`,
            statements: [grant],
          },
        ];
      }
      if (existing.inherits === inherits && existing.canSet === canSet) return [];
      const how = `inherit ${existing.inherits}, set ${existing.canSet}`;
      return [
        {
          check: 'A08',
          kind: 'change',
          role: name,
          subject: `${name} ${role}`,
          what: `${name} is a member of ${role} with ${how}`,
          statements: [grant],
        },
      ];
    }),
  );
  const extra = server.memberships.flatMap((membership): Found[] => {
    const { role, member, isAdmin } = membership;
    if (isOfAdministrator(membership, server)) return [];
    const member_ = declared.get(member);
    const isWanted = wanted.has(keyOf(role, member)) || member_?.wishes.includes(role) === true;
    const subject = `${member} ${role}`;
    if (isWanted && isAdmin) {
      return [
        {
          check: 'A08',
          kind: 'revoke',
          role: member,
          subject,
          what: `${member} may give ${role} to others`,
          statements: [`revoke admin option for ${quoteIdentifier(role)} from ${quoteIdentifier(member)} cascade`],
        },
      ];
    }
    // Between roles that neither belong to us nor lead into the server, membership is the business of who made them.
    if (isWanted || (!member_ && !declared.has(role) && !role.startsWith('pg_'))) return [];
    return [
      {
        check: 'A08',
        kind: 'revoke',
        role: member,
        subject,
        what: `${member} is a member of ${role}${isAdmin ? ' with admin option' : ''}`,
        statements: [`revoke ${quoteIdentifier(role)} from ${quoteIdentifier(member)} cascade`],
        takes: 'membership',
      },
    ];
  });
  return [...missing, ...extra];
}

// Who creates a role without being superuser is made its administrator by the server, and needs it to hand objects over.
const isOfAdministrator = ({ member }: FoundMembership, { session, roles }: FoundServer) =>
  (member === session.user && !session.isSuperuser) || roles.some(({ name, isFirst }) => isFirst && name === member);

const membershipStatement = (name: string, { role, inherits, canSet }: Membership) =>
  `grant ${quoteIdentifier(role)} to ${quoteIdentifier(name)} with inherit ${inherits}, set ${canSet}`;

// Given as one literal, a list would be one element of that name.
const lists = new Set(['search_path', 'session_preload_libraries', 'local_preload_libraries']);

function settingStatement(name: string, key: string, value: string): string {
  const elements = value.split(',').map((element) => quoteIdentifier(element.trim()));
  return `alter role ${quoteIdentifier(name)} set ${quoteIdentifier(key)} to ${lists.has(key) ? elements.join(', ') : quoteLiteral(value)}`;
}

function settings(model: readonly RoleDeclaration[], server: FoundServer): Found[] {
  const own = new Map(server.settings.filter(({ database }) => database === '').map((found) => [found.role, pairsOf(found.settings)]));
  const missing = model.flatMap(({ name, settings: wanted }) => {
    const found = own.get(name) ?? new Map<string, string>();
    const isThere = server.roles.some((role) => role.name === name);
    return [
      ...Object.entries(wanted).flatMap(([key, value]): Found[] => {
        const is = found.get(key);
        if ((is !== undefined && sameValue(is, value)) || (!isThere && !privileged.has(key))) return [];
        return [
          {
            check: key.endsWith('_timeout') || key.startsWith('log_') ? 'A10' : 'A11',
            kind: is === undefined ? 'grant' : 'change',
            role: name,
            subject: `${name} ${key}`,
            what: is === undefined ? `${name} lacks ${key} = ${value}` : `${name} has ${key} = ${is} instead of ${value}`,
            statements: [settingStatement(name, key, value)],
            ...(privileged.has(key) && { needsSuperuser: true }),
          },
        ];
      }),
      ...[...found].filter(([key]) => !(key in wanted)).map(([key, value]) => extraSetting(name, '', key, value)),
    ];
  });
  const declared = new Set(model.map(({ name }) => name));
  const elsewhere = server.settings
    .filter(({ role, database }) => database !== '' || !declared.has(role))
    .flatMap(({ role, database, settings: found }) =>
      [...pairsOf(found)]
        // A role nobody declared may begin as it likes, save for what changes who may see or do what.
        .filter(([key]) => declared.has(role) || isDangerous(key))
        .map(([key, value]) => extraSetting(role, database, key, value)),
    );
  return [...missing, ...elsewhere];
}

const isDangerous = (key: string) =>
  /preload_libraries$|^(search_path|row_security|session_replication_role|role|log_statement|check_function_bodies)$/.test(key);

function extraSetting(role: string, database: string, key: string, value: string): Found {
  const target =
    role === ''
      ? `alter database ${quoteIdentifier(database)}`
      : `alter role ${quoteIdentifier(role)}${database === '' ? '' : ` in database ${quoteIdentifier(database)}`}`;
  const who = [role || 'everybody', ...(database ? [`in ${database}`] : [])].join(' ');
  return {
    check: 'A11',
    kind: 'revoke',
    role: role || 'public',
    subject: [role || 'public', ...(database ? [database] : []), key].join(' '),
    what: `${who} begins with ${key} = ${value}, which the model does not know`,
    statements: [`${target} reset ${quoteIdentifier(key)}`],
    ...(privileged.has(key) && { needsSuperuser: true }),
  };
}

const pairsOf = (settings: readonly string[]) =>
  new Map(
    settings.map((setting) => {
      const at = setting.indexOf('=');
      return [setting.slice(0, at), setting.slice(at + 1)] as const;
    }),
  );

const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/** `10min` is `600000`. */
function sameValue(one: string, other: string): boolean {
  const ms = (value: string) => {
    const [, count, unit = 'ms'] = /^(\d+)\s*(ms|s|min|h|d)?$/.exec(value) ?? [];
    return count === undefined ? undefined : Number(count) * (unitsMs[unit] ?? 1);
  };
  return one === other || (ms(one) !== undefined && ms(one) === ms(other));
}
