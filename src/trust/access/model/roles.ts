import { quoteIdentifier, quoteLiteral } from '../../../kernel/index.ts';

export type LoginName = 'plinth_migrator' | 'plinth_app';

/** A role as declared here or as found in `pg_roles`. */
export interface RoleState {
  readonly name: string;
  readonly canLogin: boolean;
  readonly bypassesRowSecurity: boolean;
  readonly isSuperuser: boolean;
  readonly canCreateRole: boolean;
  readonly canCreateDatabase: boolean;
  readonly canReplicate: boolean;
  readonly memberOf: readonly string[];
  /** Of a declared role: what it is given where the server lets us, and may lack. */
  readonly wishes?: readonly string[];
  /** Of a declared role: memberships that it is not given at start, and may have. */
  readonly tolerated?: readonly string[];
  /** `name=value`, as in `rolconfig`. */
  readonly settings: readonly string[];
}

const plain = {
  canLogin: true,
  bypassesRowSecurity: false,
  isSuperuser: false,
  canCreateRole: false,
  canCreateDatabase: false,
  canReplicate: false,
  memberOf: [],
  settings: [],
} as const;

/** Owners without a login for what runs with its owner's rights; `plinth access apply` makes them. */
export const definerOwners = [
  { name: 'plinth_search', bypassesRowSecurity: false, purpose: 'Owns the functions through which search reads.' },
  { name: 'plinth_documents', bypassesRowSecurity: false, purpose: 'Owns the functions through which documents are read.' },
  {
    name: 'plinth_matviews',
    bypassesRowSecurity: true,
    purpose: 'Owns materialised views, which are filled from the rows of all tenants.',
  },
] as const;

/** The roles of a platform. `plinth_owner` owns every object; nobody logs in as it, the migrator becomes it. */
export const declaredRoles: readonly RoleState[] = [
  // Without it the owner sees neither what other sessions do nor how far standbys are, and backfills give way to nobody.
  {
    ...plain,
    name: 'plinth_owner',
    canLogin: false,
    bypassesRowSecurity: true,
    wishes: ['pg_read_all_stats'],
    // Migrations hand functions and views over to the first; the last is for servers with pg_cron, whose clock is one of the settings.
    tolerated: [...definerOwners.map(({ name }) => name), 'pg_read_all_settings'],
  },
  { ...plain, name: 'plinth_migrator', memberOf: ['plinth_owner'], settings: ['role=plinth_owner'] },
  { ...plain, name: 'plinth_app' },
];

const attributes: readonly [keyof RoleState, string][] = [
  ['canLogin', 'login'],
  ['bypassesRowSecurity', 'bypassrls'],
  ['isSuperuser', 'superuser'],
  ['canCreateRole', 'createrole'],
  ['canCreateDatabase', 'createdb'],
  ['canReplicate', 'replication'],
];

/** The statements that make a role from nothing; `password` for those that log in, without an end where others look after it. */
export function createStatements(role: RoleState, password?: { readonly verifier: string; readonly until?: Date }): string[] {
  const words = attributes.map(([key, word]) => (role[key] ? word : `no${word}`)).join(' ');
  const name = quoteIdentifier(role.name);
  return [
    `create role ${name} ${words}${password ? ` ${passwordWords(password)}` : ''}`,
    ...role.memberOf.map((owner) => `grant ${quoteIdentifier(owner)} to ${name}`),
    ...role.settings.map((setting) => {
      const [key = '', value = ''] = setting.split('=');
      return `alter role ${name} set ${key} to ${quoteLiteral(value)}`;
    }),
  ];
}

/** `password … valid until …`, as CREATE and ALTER ROLE take it. */
export function passwordWords({ verifier, until }: { readonly verifier: string; readonly until?: Date }): string {
  return `password ${quoteLiteral(verifier)}${until ? ` valid until ${quoteLiteral(until.toISOString())}` : ''}`;
}

/** The statements that give the roles that are there what they are wished and lack. */
export function wishStatements(found: readonly RoleState[]): { readonly role: string; readonly statement: string }[] {
  return declaredRoles.flatMap(({ name, wishes = [] }) =>
    wishes
      .filter((role) => !found.some((existing) => existing.name === name && existing.memberOf.includes(role)))
      .map((role) => ({ role, statement: `grant ${quoteIdentifier(role)} to ${quoteIdentifier(name)}` })),
  );
}

/** How an existing role differs from its declaration, each difference with the statement that would remove it. */
export function compareRole(declared: RoleState, found: RoleState): { readonly difference: string; readonly remedy: string }[] {
  const name = quoteIdentifier(declared.name);
  const wrong = attributes
    .filter(([key]) => declared[key] !== found[key])
    .map(([key, word]) => ({
      difference: `${declared.name} ${found[key] ? 'has' : 'lacks'} ${word}`,
      remedy: `alter role ${name} ${declared[key] ? '' : 'no'}${word}`,
    }));
  const missing = declared.memberOf
    .filter((role) => !found.memberOf.includes(role))
    .map((role) => ({ difference: `${declared.name} is no member of ${role}`, remedy: `grant ${quoteIdentifier(role)} to ${name}` }));
  const extra = found.memberOf
    .filter((role) => !declared.memberOf.includes(role) && !declared.wishes?.includes(role) && !declared.tolerated?.includes(role))
    .map((role) => ({ difference: `${declared.name} is a member of ${role}`, remedy: `revoke ${quoteIdentifier(role)} from ${name}` }));
  const unset = declared.settings
    .filter((setting) => !found.settings.includes(setting))
    .map((setting) => ({
      difference: `${declared.name} lacks the setting ${setting}`,
      remedy: `alter role ${name} set ${setting.replace('=', ' to ')}`,
    }));
  return [...wrong, ...missing, ...extra, ...unset];
}
