import type { LoginName } from './roles.ts';

/**
 * The logins of the platform as `secrets.json` keeps them. A service has one login or, while and after it was rotated, its
 * alternate: PostgreSQL knows one password for a role, and two have to be good at once.
 */
export interface KeptSecrets {
  /** By login: the clear password. */
  readonly passwords: Readonly<Record<string, string>>;
  /** By service: the login that new connections use; itself where it is not mentioned. */
  readonly active: Readonly<Record<string, string>>;
  /** By service: the login that a rotation under way goes to. */
  readonly rotating: Readonly<Record<string, string>>;
}

/** Where the rotation of a service is: nowhere; its new login is being made; connections use it and the old one still works. */
export type RotationPhase = 'none' | 'making' | 'leaving';

const suffix = '_alternate';

/** The second login of a service: a member of the first, which it becomes at login. */
export const alternateOf = (service: LoginName) => `${service}${suffix}`;

/** Reads the content of the file; undefined when it is none of ours. Files from before there was rotation hold passwords alone. */
export function parseSecrets(text: string): KeptSecrets | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  const {
    active = {},
    rotating = {},
    ...rest
  } = parsed as Record<string, unknown> & { active?: Record<string, string>; rotating?: Record<string, string> };
  const passwords = Object.fromEntries(Object.entries(rest).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  return { passwords, active, rotating };
}

export function renderSecrets({ passwords, active, rotating }: KeptSecrets): string {
  const more = { ...(Object.keys(active).length > 0 && { active }), ...(Object.keys(rotating).length > 0 && { rotating }) };
  return `${JSON.stringify({ ...passwords, ...more }, null, 2)}\n`;
}

export const activeLogin = ({ active }: KeptSecrets, service: LoginName) => active[service] ?? service;

export function phaseOf(kept: KeptSecrets, service: LoginName): RotationPhase {
  const to = kept.rotating[service];
  if (to === undefined) return 'none';
  return activeLogin(kept, service) === to ? 'leaving' : 'making';
}

/** Begins a rotation: the login that is not in use gets `password`. One under way goes on as it is. */
export function beginRotation(kept: KeptSecrets, service: LoginName, password: string): KeptSecrets {
  if (phaseOf(kept, service) !== 'none') return kept;
  const to = activeLogin(kept, service) === service ? alternateOf(service) : service;
  return { ...kept, passwords: { ...kept.passwords, [to]: password }, rotating: { ...kept.rotating, [service]: to } };
}

/** From now on new connections use the new login. */
export function switchOver(kept: KeptSecrets, service: LoginName): KeptSecrets {
  const to = kept.rotating[service];
  if (to === undefined) return kept;
  const { [service]: _, ...others } = kept.active;
  return { ...kept, active: to === service ? others : { ...others, [service]: to } };
}

/** The login that is left, while it still works. */
export function leftLogin(kept: KeptSecrets, service: LoginName): string | undefined {
  if (phaseOf(kept, service) !== 'leaving') return undefined;
  return activeLogin(kept, service) === service ? alternateOf(service) : service;
}

/** Ends a rotation: the old password is forgotten. */
export function endRotation(kept: KeptSecrets, service: LoginName): KeptSecrets {
  const left = leftLogin(kept, service);
  if (left === undefined) return kept;
  const { [left]: _, ...passwords } = kept.passwords;
  const { [service]: __, ...rotating } = kept.rotating;
  return { ...kept, passwords, rotating };
}
