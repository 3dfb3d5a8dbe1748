export const environmentNames = ['development', 'test', 'staging', 'production', 'administration'] as const;
export type EnvironmentName = (typeof environmentNames)[number];

/** `platform`: its own processes; `operation`: monitoring, backup, repair; `service`, `person`: the accounts of the configuration. */
export type LoginKind = 'platform' | 'operation' | 'service' | 'person';

/** What differs between the places a product runs in. */
export interface Environment {
  /** Who may log in at all. */
  readonly logins: readonly LoginKind[];
  /** Networks that may connect, in CIDR notation; the machine of the server may always. */
  readonly from: readonly string[];
  /** Who may define objects: only the migrator, or people as well, who become the owner for it. */
  readonly definers: 'people' | 'migrator';
  /** Bounds of what a session does unless it says otherwise; 0: none. Connect sets narrower ones for the work of the platform. */
  readonly statementTimeoutMs: number;
  readonly idleInTransactionTimeoutMs: number;
  readonly transactionTimeoutMs: number;
  /** Statements of services and people that took longer are logged; -1: none. */
  readonly logMinDurationMs: number;
  /** Readers see masked views instead of tables. */
  readonly isMasked: boolean;
}

const minute = 60_000;

export const defaultEnvironments: Readonly<Record<EnvironmentName, Environment>> = {
  development: {
    logins: ['platform', 'operation', 'service', 'person'],
    from: [],
    definers: 'people',
    statementTimeoutMs: 10 * minute,
    idleInTransactionTimeoutMs: 5 * minute,
    transactionTimeoutMs: 30 * minute,
    logMinDurationMs: -1,
    isMasked: false,
  },
  test: {
    logins: ['platform', 'operation', 'service'],
    from: [],
    definers: 'migrator',
    statementTimeoutMs: minute,
    idleInTransactionTimeoutMs: minute,
    transactionTimeoutMs: 5 * minute,
    logMinDurationMs: -1,
    isMasked: false,
  },
  staging: {
    logins: ['platform', 'operation', 'service', 'person'],
    from: [],
    definers: 'migrator',
    statementTimeoutMs: 2 * minute,
    idleInTransactionTimeoutMs: minute,
    transactionTimeoutMs: 10 * minute,
    logMinDurationMs: 1_000,
    isMasked: true,
  },
  production: {
    logins: ['platform', 'operation', 'service'],
    from: [],
    definers: 'migrator',
    statementTimeoutMs: 2 * minute,
    idleInTransactionTimeoutMs: minute,
    transactionTimeoutMs: 10 * minute,
    logMinDurationMs: 1_000,
    isMasked: true,
  },
  // Production while people work on it: applications stay out of their way.
  administration: {
    logins: ['platform', 'operation', 'person'],
    from: [],
    definers: 'migrator',
    statementTimeoutMs: 0,
    idleInTransactionTimeoutMs: 10 * minute,
    transactionTimeoutMs: 0,
    logMinDurationMs: 0,
    isMasked: true,
  },
};

/** Where our own server listens: beyond this machine only for networks that may connect. */
export const listenAddressesOf = ({ from }: Environment) => (from.length > 0 ? '*' : '127.0.0.1');

/** An environment with what the configuration changes in it. */
export function environmentOf(name: EnvironmentName, changes: Partial<Record<EnvironmentName, Partial<Environment>>> = {}): Environment {
  return { ...defaultEnvironments[name], ...changes[name] };
}
