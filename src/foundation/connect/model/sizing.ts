import type { Tier } from '../../../kernel/index.ts';
import type { LoginRole, Priority } from './types.ts';

/** Connections beside the pools that a process may hold on a server: sessions (locks, LISTEN, migrations) and the liveness probe. */
const besidePools = 5;

/** The largest normal pool of a tier, from the cores of the server: more connections than this make it slower, not faster. */
export function normalPoolMax(tier: Tier, cores: number): number {
  switch (tier) {
    case 'oltp': // many and short: two per core and one per spindle, an SSD counting as one
      return Math.max(8, cores * 2 + 1);
    case 'content': // fewer, larger rows
      return Math.max(4, cores + 1);
    case 'queue': // workers + 2
      return Math.max(4, cores + 2);
    case 'olap': // few and long, each of them parallel by itself
      return 2;
  }
}

/** The maximum of one pool, given the normal pool of its tier. The owner's pools are small: the application does not run in them. */
export function poolMax(normalMax: number, priority: Priority, login: LoginRole): number {
  if (login === 'owner') return priority === 'normal' ? 2 : 1;
  switch (priority) {
    case 'normal':
      return normalMax;
    case 'critical':
    case 'batch':
      return Math.max(1, Math.ceil(normalMax / 2));
    case 'maintenance':
    case 'listen':
      return 1;
  }
}

/** All pools of one database, every one of them full. */
export function databaseMax(normalMax: number): number {
  const logins: readonly LoginRole[] = ['app', 'owner'];
  const all: readonly Priority[] = ['critical', 'normal', 'batch', 'maintenance', 'listen'];
  return logins.flatMap((login) => all.map((priority) => poolMax(normalMax, priority, login))).reduce((a, b) => a + b, 0);
}

export interface ServerLimits {
  readonly maxConnections: number;
  /** `superuser_reserved_connections` + `reserved_connections`. */
  readonly reserved: number;
}

export interface DatabaseSize {
  readonly name: string;
  readonly normalMax: number;
  /** Set by somebody, not by the guide. */
  readonly isChosen: boolean;
}

/** Makes the sizes of the guide smaller, the largest first, until all fit or none can give any more. Chosen sizes stay. */
export function shrinkToFit(server: ServerLimits, databases: readonly DatabaseSize[], processes: number): readonly DatabaseSize[] {
  const sizes = databases.map((database) => ({ ...database }));
  while (!fitServer(server, sizes, processes).fits) {
    const giving = sizes.filter(({ isChosen, normalMax }) => !isChosen && normalMax > 1);
    const largest = giving.reduce<(typeof sizes)[number] | undefined>((a, b) => (a && a.normalMax >= b.normalMax ? a : b), undefined);
    if (!largest) break;
    largest.normalMax--;
  }
  return sizes;
}

export interface Fit {
  readonly fits: boolean;
  /** The sum, a line per step, for people. */
  readonly arithmetic: string;
}

/**
 * Whether all pools of all processes, each full, fit one server and leave a tenth to others. Tiers in one database
 * share its pools, so a database counts once. WAL senders are not counted: since PostgreSQL 12 they have slots of their own.
 */
export function fitServer(server: ServerLimits, databases: readonly Pick<DatabaseSize, 'name' | 'normalMax'>[], processes: number): Fit {
  const lines = databases.map(({ name, normalMax }) => ({ name, normalMax, max: databaseMax(normalMax) }));
  const perProcess = lines.reduce((sum, line) => sum + line.max, besidePools);
  const needed = perProcess * processes;
  const usable = server.maxConnections - server.reserved;
  const available = Math.floor(usable * 0.9);
  return {
    fits: needed <= available,
    arithmetic: [
      ...lines.map((line) => `  ${line.max} for ${line.name} (normal pool ${line.normalMax}, all priorities and both logins)`),
      `  ${besidePools} for sessions and the liveness probe`,
      `  = ${perProcess} per process × ${processes} = ${needed} needed`,
      `  max_connections ${server.maxConnections} − ${server.reserved} reserved = ${usable}, less 10 % = ${available} available`,
    ].join('\n'),
  };
}
