import type { Environment, LoginKind } from './environments.ts';
import { passwordDays } from './life.ts';
import { declaredRoles, definerOwners } from './roles.ts';

/** Membership in another role. Nobody gets the right to pass one on. */
export interface Membership {
  readonly role: string;
  /** Its privileges apply at once; otherwise only after `set role`. */
  readonly inherits: boolean;
  readonly canSet: boolean;
}

/** Where a role's privileges on objects come from. */
export type PrivilegeRule =
  /** Whatever migrations grant, as far as it is reading and writing rows. */
  | 'as migrated'
  /** Reads the tables of products, everywhere or in the tier for analysis alone; views by what is granted. */
  | 'reader'
  | 'analyst'
  | 'none';

/** One role of the model. */
export interface RoleDeclaration {
  readonly name: string;
  /** `owner` and `group` never log in. */
  readonly kind: 'owner' | 'group' | LoginKind;
  readonly purpose: string;
  /** It comes and goes with what it is for: its absence, and whether it may log in now, are no matter of the model. */
  readonly isOccasional: boolean;
  readonly canLogin: boolean;
  readonly inherits: boolean;
  readonly bypassesRowSecurity: boolean;
  readonly canReplicate: boolean;
  readonly memberOf: readonly Membership[];
  /** Memberships that are given where the server lets us, and may lack. */
  readonly wishes: readonly string[];
  /** Settings its sessions begin with. */
  readonly settings: Readonly<Record<string, string>>;
  /** -1: no bound. */
  readonly connectionLimit: number;
  /** How long its password may live; undefined for who has none. */
  readonly passwordDays?: number;
  readonly privileges: PrivilegeRule;
  /** Has a grant of its own to connect; the others connect by membership or not at all. */
  readonly connects: boolean;
  /** Functions of the server it may call beyond everybody's, as `pg_catalog.name(types)`. */
  readonly executes: readonly string[];
  /** Networks it may come from, where they are narrower than those of the environment. */
  readonly from?: readonly string[];
}

/** An account of an application or a person, as the configuration gives it. */
export interface Account {
  readonly name: string;
  readonly kind: 'service' | 'person';
  readonly memberOf: readonly string[];
  readonly from?: readonly string[];
  readonly connectionLimit?: number;
  readonly settings?: Readonly<Record<string, string>>;
}

/** Privileges on objects of the product beyond the rules: `on` is `schema.name` or `schema.*`. */
export interface ExtraGrant {
  readonly role: string;
  readonly on: string;
  readonly privileges: readonly string[];
}

/** Groups that an account may be a member of: none of them leads to more than it says. */
export const accountGroups: readonly string[] = [
  'plinth_app',
  'plinth_readonly',
  'plinth_analyst',
  'plinth_monitor',
  'anon',
  'authenticated',
];

// What pg_rewind reads a remote server with, and nothing else.
const rewindFunctions = [
  'pg_catalog.pg_ls_dir(text,boolean,boolean)',
  'pg_catalog.pg_read_binary_file(text)',
  'pg_catalog.pg_read_binary_file(text,bigint,bigint,boolean)',
  'pg_catalog.pg_stat_file(text,boolean)',
];

const plain = {
  isOccasional: false,
  canLogin: false,
  inherits: true,
  bypassesRowSecurity: false,
  canReplicate: false,
  memberOf: [],
  wishes: [],
  settings: {},
  connectionLimit: -1,
  privileges: 'none',
  connects: false,
  executes: [],
} as const;

const become = (role: string): Membership => ({ role, inherits: false, canSet: true });
const belong = (role: string): Membership => ({ role, inherits: true, canSet: true });

/**
 * Every role that should exist in an environment. The first three are made at each start (`declaredRoles`); what is added
 * to them here, and all others, come with `plinth access apply`.
 */
export function declareRoles(environment: Environment, accounts: readonly Account[] = []): readonly RoleDeclaration[] {
  const bounded = boundsOf(environment);
  const isolated = { ...bounded, search_path: 'pg_catalog' };
  const login = (kind: LoginKind) => ({
    kind,
    canLogin: environment.logins.includes(kind),
    passwordDays: passwordDays[kind === 'person' ? 'person' : 'service'],
  });
  const base = (name: string) => {
    const role = declaredRoles.find((declared) => declared.name === name);
    if (!role) throw new Error(`${name} is none of the roles made at start`);
    return {
      name,
      canLogin: role.canLogin,
      bypassesRowSecurity: role.bypassesRowSecurity,
      memberOf: role.memberOf.map(belong),
      wishes: role.wishes ?? [],
      settings: Object.fromEntries(role.settings.map((setting) => setting.split('=') as [string, string])),
    };
  };
  // Each after the roles it is a member of; of those of the start all are there.
  const own: RoleDeclaration[] = [
    {
      ...plain,
      ...base('plinth_owner'),
      kind: 'owner',
      purpose: 'Owns the databases and every object; nobody logs in as it.',
      memberOf: definerOwners.map(({ name }) => become(name)),
    },
    {
      ...plain,
      ...base('plinth_migrator'),
      kind: 'platform',
      passwordDays: passwordDays.service,
      purpose: 'Logs in to migrate and becomes the owner; without time-outs, because a migration takes what it takes.',
    },
    {
      ...plain,
      ...base('plinth_app'),
      kind: 'platform',
      passwordDays: passwordDays.service,
      purpose: 'All work of tenants and of the platform: reads and writes rows within row security, defines nothing.',
      settings: bounded,
      privileges: 'as migrated',
      connects: true,
    },
    // PostgreSQL knows one password for a role, and while it is replaced two have to be good: the second login becomes the first.
    ...[
      { of: 'plinth_app', becomes: 'plinth_app', settings: bounded },
      { of: 'plinth_migrator', becomes: 'plinth_owner', settings: {} },
    ].map(
      ({ of, becomes, settings }): RoleDeclaration => ({
        ...plain,
        name: `${of}_alternate`,
        kind: 'platform',
        isOccasional: true,
        purpose: `Stands in for ${of} while and after its password was replaced.`,
        canLogin: true,
        passwordDays: passwordDays.service,
        memberOf: [belong(becomes)],
        settings: { ...settings, role: becomes },
      }),
    ),
    ...definerOwners.map((owner) => ({ ...plain, ...owner, kind: 'owner' as const, privileges: 'as migrated' as const })),
    {
      ...plain,
      name: 'plinth_readonly',
      kind: 'group',
      purpose: 'Reads the tables of products; of protected ones no row without the context of a tenant.',
      privileges: 'reader',
      connects: true,
    },
    {
      ...plain,
      name: 'plinth_analyst',
      kind: 'group',
      purpose: 'Reads the tier for analysis, and the masked views it is granted.',
      privileges: 'analyst',
      connects: true,
    },
    { ...plain, name: 'anon', kind: 'group', purpose: 'Requests of the API that nobody signed in for.', privileges: 'as migrated' },
    { ...plain, name: 'authenticated', kind: 'group', purpose: 'Requests of the API by who signed in.', privileges: 'as migrated' },
    {
      ...plain,
      ...login('platform'),
      name: 'plinth_worker',
      purpose: 'Background work with the privileges of the application.',
      memberOf: [belong('plinth_app')],
      settings: bounded,
      connectionLimit: 50,
    },
    {
      ...plain,
      ...login('operation'),
      name: 'plinth_monitor',
      purpose: 'Reads statistics of the server, no rows.',
      memberOf: [belong('pg_monitor')],
      settings: isolated,
      connectionLimit: 10,
      connects: true,
    },
    {
      ...plain,
      ...login('operation'),
      name: 'plinth_backup',
      purpose: 'Streams the whole server for backups and standbys.',
      canReplicate: true,
      settings: { search_path: 'pg_catalog' },
      connectionLimit: 10,
    },
    {
      ...plain,
      ...login('operation'),
      name: 'plinth_rewind',
      purpose: 'Lets pg_rewind read the files of this server.',
      settings: { search_path: 'pg_catalog' },
      connectionLimit: 5,
      connects: true,
      executes: rewindFunctions,
    },
    {
      ...plain,
      ...login('operation'),
      name: 'plinth_admin',
      passwordDays: passwordDays.person,
      purpose: 'Breaks the glass: becomes the owner, and only by saying so.',
      inherits: false,
      memberOf: [become('plinth_owner')],
      settings: bounded,
      connectionLimit: 3,
      connects: true,
    },
    {
      ...plain,
      ...login('platform'),
      name: 'plinth_api',
      purpose: 'Login of the API without any table; becomes anon or authenticated for each request.',
      inherits: false,
      memberOf: [become('anon'), become('authenticated')],
      settings: bounded,
      connectionLimit: 100,
      connects: true,
    },
  ];
  return [...own, ...accounts.map((account) => accountRole(account, environment, { ...login(account.kind), settings: bounded }))];
}

function accountRole(
  { name, kind, memberOf, from, connectionLimit, settings }: Account,
  { definers }: Environment,
  login: Pick<RoleDeclaration, 'kind' | 'canLogin' | 'settings'> & { readonly passwordDays: number },
): RoleDeclaration {
  const mayDefine = kind === 'person' && definers === 'people';
  return {
    ...plain,
    ...login,
    name,
    purpose: kind === 'person' ? 'A person.' : 'An application.',
    memberOf: [...memberOf.map(belong), ...(mayDefine ? [become('plinth_owner')] : [])],
    settings: { ...login.settings, ...settings },
    connectionLimit: connectionLimit ?? (kind === 'person' ? 5 : 20),
    ...(from && { from }),
  };
}

const boundsOf = (environment: Environment): Readonly<Record<string, string>> => ({
  statement_timeout: String(environment.statementTimeoutMs),
  idle_in_transaction_session_timeout: String(environment.idleInTransactionTimeoutMs),
  transaction_timeout: String(environment.transactionTimeoutMs),
  ...(environment.logMinDurationMs >= 0 && { log_min_duration_statement: String(environment.logMinDurationMs) }),
});
