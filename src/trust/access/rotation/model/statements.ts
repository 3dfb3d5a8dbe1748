import { quoteIdentifier, quoteLiteral } from '../../../../kernel/index.ts';
import { passwordWords, type RoleState } from '../../model/roles.ts';

/** What the new login takes over from the service's own role, as found on a server. */
export interface ServiceRole {
  /** `name=value`, as in `rolconfig`. */
  readonly settings: readonly string[];
  readonly connectionLimit: number;
}

/**
 * The statements that let `login` in with a password: the service's own role, or its alternate, which is made where it is missing. The
 * alternate becomes, at login, what the service becomes, so that objects, policies and privileges see no difference.
 */
export function admitStatements(
  service: Pick<RoleState, 'name' | 'settings'>,
  found: ServiceRole,
  login: string,
  password: { readonly verifier: string; readonly until: Date },
): string[] {
  const name = quoteIdentifier(login);
  const admit = `alter role ${name} ${passwordWords(password)}`;
  if (login === service.name) return [admit];
  const becomes = service.settings.find((setting) => setting.startsWith('role='))?.slice('role='.length) ?? service.name;
  const kept = found.settings.filter((setting) => !setting.startsWith('role='));
  return [
    `alter role ${name} login nosuperuser nobypassrls nocreaterole nocreatedb noreplication inherit connection limit ${found.connectionLimit}`,
    `grant ${quoteIdentifier(becomes)} to ${name}`,
    `alter role ${name} reset all`,
    `alter role ${name} set role to ${quoteLiteral(becomes)}`,
    ...kept.map((setting) => {
      const at = setting.indexOf('=');
      return `alter role ${name} set ${quoteIdentifier(setting.slice(0, at))} to ${settingValue(setting.slice(0, at), setting.slice(at + 1))}`;
    }),
    admit,
  ];
}

// A list is kept as text with its elements quoted; given back as one literal it would be one element.
const listSettings = new Set(['search_path', 'session_preload_libraries', 'local_preload_libraries']);
const settingValue = (name: string, value: string) => (listSettings.has(name) ? value : quoteLiteral(value));

/** The statement that makes the alternate, without a way in. */
export const createAlternate = (login: string) => `create role ${quoteIdentifier(login)} nologin`;

/** The statement after which nobody gets in as `login`: it stays a login by declaration, but one without a password, as before its first. */
export const closeLogin = (login: string) => `alter role ${quoteIdentifier(login)} password null valid until '-infinity'`;
