import type { Finding } from './types.ts';

/** What the configuration says about pgaudit: it writes statements by the privileges of a role that nobody logs in as. */
export interface DeclaredAudit {
  readonly role: string;
  /** `schema.name` of the tables whose statements it writes. */
  readonly tables: readonly string[];
}

/** A table as a database knows it; absent verbs: its statements go unwritten. */
export interface AuditedTable {
  readonly table: string;
  /** What the role is granted on it. */
  readonly verbs: readonly string[];
}

type Found = Omit<Finding, 'server'>;

/** The settings that are looked at. Only superusers and members of pg_read_all_settings are told the first. */
export const auditSettings: readonly string[] = ['shared_preload_libraries', 'pgaudit.log', 'pgaudit.role', 'pgaudit.log_parameter'];

const wantedClasses = ['role', 'ddl'] as const;
const set = (name: string, value: string) => `alter system set ${name} = '${value}'`;

/** Whether pgaudit does what was declared: loaded, changes of roles and objects written, tables by object mode, no values of parameters. */
export function judgeAuditExtension(
  settings: ReadonlyMap<string, string>,
  { role, tables }: DeclaredAudit,
  found: readonly AuditedTable[],
): Found[] {
  const libraries = listOf(settings.get('shared_preload_libraries'));
  if (!libraries.includes('pgaudit')) {
    const remedy = `${set('shared_preload_libraries', [...libraries, 'pgaudit'].join(', '))}; then a restart`;
    return [{ subject: 'pgaudit', what: 'pgaudit is declared, and the server does not load it', remedy }];
  }
  const classes = classesOf(settings.get('pgaudit.log'));
  const missing = wantedClasses.filter((name) => !classes.has(name));
  const is = settings.get('pgaudit.role') ?? '';
  const parameters = settings.get('pgaudit.log_parameter');
  return [
    ...when(missing.length > 0, {
      subject: 'pgaudit.log',
      what: `pgaudit does not write statements of class ${missing.join(', ')}`,
      remedy: set('pgaudit.log', [...listOf(settings.get('pgaudit.log')).filter((name) => name !== 'none'), ...missing].join(', ')),
    }),
    ...when(is !== role, {
      subject: 'pgaudit.role',
      what: is === '' ? 'pgaudit has no role, so it writes no statement by its table' : `pgaudit.role is ${is} instead of ${role}`,
      remedy: set('pgaudit.role', role),
    }),
    ...when(parameters === 'on', {
      subject: 'pgaudit.log_parameter',
      what: 'pgaudit writes the values of parameters into the log',
      remedy: set('pgaudit.log_parameter', 'off'),
    }),
    ...tables.flatMap((table) => {
      const known = found.find((candidate) => candidate.table === table);
      if (!known) return [{ subject: table, what: `${table}, declared in access.pgaudit, is in no database` }];
      const what = `pgaudit writes no statement on ${table}: ${role} has no privilege on it`;
      return when(known.verbs.length === 0, {
        subject: table,
        what,
        remedy: `grant select, insert, update, delete on ${table} to ${role}`,
      });
    }),
  ];
}

const when = (is: boolean, finding: Found): Found[] => (is ? [finding] : []);

const listOf = (text = '') =>
  text
    .split(',')
    .map((word) => word.trim().toLowerCase())
    .filter((word) => word !== '');

/** `all, -misc`: from left to right, a minus takes away. */
function classesOf(text: string | undefined): ReadonlySet<string> {
  const classes = new Set<string>();
  for (const word of listOf(text)) {
    const name = word.replace(/^-/, '');
    for (const one of name === 'all' ? wantedClasses : [name]) {
      if (word.startsWith('-')) classes.delete(one);
      else classes.add(one);
    }
  }
  return classes;
}
