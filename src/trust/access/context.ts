import { isIP } from 'node:net';
import type { ClusterMode, Endpoint, Server } from '../../foundation/cluster/index.ts';
import { type Clock, type EventBus, type Log, type Tier, tiers } from '../../kernel/index.ts';
import { accessErrors } from './errors.ts';
import { accountGroups, declareRoles, type RoleDeclaration } from './model/declaration.ts';
import { type Environment, type EnvironmentName, environmentOf } from './model/environments.ts';
import type { AccessOptions } from './options.ts';

/** What the parts of access need of a platform, open or not. */
export interface PartDeps {
  /** The administrative endpoint of a tier, as cluster gives it. */
  readonly endpoint: (tier: Tier) => Endpoint;
  readonly dataDir: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly mode: ClusterMode;
  /** See cluster, which alone writes `pg_hba.conf`. */
  readonly installRules: Server['installRules'];
  /** Where changes and failed logins are told. */
  readonly events: EventBus;
  /** Schemas of the platform's own capabilities; nothing in them is for readers. */
  readonly platformSchemas: readonly string[];
}

/** What the parts of access share. */
export interface AccessContext extends PartDeps {
  readonly options: AccessOptions;
  /** The environment that was configured. */
  readonly environmentName: EnvironmentName;
}

/** The roles and rules of one environment. */
export interface Declared {
  readonly name: EnvironmentName;
  readonly environment: Environment;
  readonly roles: readonly RoleDeclaration[];
}

/** @throws PLINTH_ACCESS_ACCOUNT_REFUSED, PLINTH_ACCESS_NETWORK_REFUSED for what the configuration cannot mean */
export function contextOf(deps: PartDeps, options: AccessOptions): AccessContext {
  refuseAccounts(options);
  refuseNetworks(options);
  return { ...deps, options, environmentName: options.environment ?? (deps.mode === 'attached' ? 'staging' : 'development') };
}

/** The model of an environment; the configured one where none is named. */
export function declaredIn({ options, environmentName }: AccessContext, name: EnvironmentName = environmentName): Declared {
  const environment = environmentOf(name, options.environments);
  const accounts = (options.accounts ?? []).filter(({ environments }) => environments === undefined || environments.includes(name));
  return { name, environment, roles: declareRoles(environment, accounts) };
}

/** The databases of a platform, each once, with the tiers it holds, by server. */
export function placesOf({
  endpoint,
}: AccessContext): readonly (readonly { readonly endpoint: Endpoint; readonly tiers: readonly Tier[] }[])[] {
  const places = Map.groupBy(tiers, (tier) => {
    const { host, port, database } = endpoint(tier);
    return `${host}:${port}/${database}`;
  });
  const found = [...places.values()].map((held) => ({ endpoint: endpoint(held[0] as Tier), tiers: held }));
  return [...Map.groupBy(found, ({ endpoint: { host, port } }) => `${host}:${port}`).values()];
}

function refuseNetworks({ environments = {}, accounts = [] }: AccessOptions): void {
  const named = [
    ...Object.entries(environments).flatMap(([name, changes]) =>
      (changes?.from ?? []).map((network) => [`access.environments.${name}.from`, network] as const),
    ),
    ...accounts.flatMap(({ name, from = [] }) => from.map((network) => [`account ${name}`, network] as const)),
  ];
  for (const [where, network] of named) {
    const [address = '', bits = ''] = network.split('/');
    const family = isIP(address);
    if (family === 0 || Number(bits) > (family === 4 ? 32 : 128)) throw accessErrors.NETWORK_REFUSED({ where, network });
  }
}

function refuseAccounts({ accounts = [] }: AccessOptions): void {
  const own = new Set(declareRoles(environmentOf('development')).map(({ name }) => name));
  const seen = new Set<string>();
  for (const { name, memberOf } of accounts) {
    if (own.has(name) || name.startsWith('pg_')) {
      throw accessErrors.ACCOUNT_REFUSED({ account: name, reason: 'that name is a role of the platform or of the server; choose another' });
    }
    if (seen.has(name)) throw accessErrors.ACCOUNT_REFUSED({ account: name, reason: 'it stands there twice; remove one' });
    seen.add(name);
    const wrong = memberOf.find((group) => !accountGroups.includes(group));
    if (wrong !== undefined) {
      throw accessErrors.ACCOUNT_REFUSED({ account: name, reason: `it cannot be a member of ${wrong}; use ${accountGroups.join(', ')}` });
    }
  }
}
