import { BlockList } from 'node:net';
import type { RoleDeclaration } from '../../model/declaration.ts';
import type { Environment } from '../../model/environments.ts';

/** A line of pg_hba.conf with its reason. */
export interface HbaLine {
  readonly type: 'local' | 'host' | 'hostssl';
  /** `all`, `replication`, or names. */
  readonly databases: readonly string[];
  readonly users: readonly string[];
  /** Absent for sockets. */
  readonly address?: string;
  readonly method: 'scram-sha-256' | 'reject';
  readonly reason: string;
}

/** Who tries to come in. */
export interface Visitor {
  readonly database: string;
  readonly user: string;
  /** Absent: over the socket. */
  readonly address?: string;
  readonly hasTls: boolean;
}

export interface HbaRequest {
  readonly roles: readonly RoleDeclaration[];
  readonly environment: Environment;
  readonly databases: readonly string[];
  /** Superusers that administer the server from its own machine. */
  readonly administrators: readonly string[];
  /** The server speaks TLS: then nobody comes over TCP without it, not even from this machine. */
  readonly hasTls: boolean;
}

const loopback = ['127.0.0.1/32', '::1/128'];
const anywhere = ['0.0.0.0/0', '::/0'];

/**
 * The lines of an environment, first match wins: administrators and every login of the environment from this machine,
 * the logins over TLS from its networks, and nobody else. There is no line without a password.
 */
export function hbaLines({ roles, environment, databases, administrators, hasTls }: HbaRequest): readonly HbaLine[] {
  const tcp = hasTls ? 'hostssl' : 'host';
  const logins = roles.filter(({ canLogin }) => canLogin);
  const copying = logins.filter(({ canReplicate }) => canReplicate);
  const working = logins.filter(({ canReplicate }) => !canReplicate);
  const here = (what: readonly string[], users: readonly string[], reason: string): HbaLine[] => [
    { type: 'local', databases: what, users, method: 'scram-sha-256', reason: `${reason}, over the socket` },
    ...loopback.map((address): HbaLine => {
      const how = hasTls ? 'over TLS' : 'while the server speaks no TLS';
      return { type: tcp, databases: what, users, address, method: 'scram-sha-256', reason: `${reason}, from this machine ${how}` };
    }),
  ];
  const networks = new Set(logins.flatMap((login) => networksOf(login, environment)));
  const from = (address: string, what: readonly string[], group: Logins, reason: string): HbaLine => ({
    type: 'hostssl',
    databases: what,
    users: namesOf(group.filter((login) => networksOf(login, environment).includes(address))),
    address,
    method: 'scram-sha-256',
    reason: `${reason} from ${address}, over TLS alone`,
  });
  const nobody = (what: string, reason: string): HbaLine[] => [
    { type: 'local', databases: [what], users: ['all'], method: 'reject', reason },
    ...anywhere.map((address): HbaLine => ({ type: tcp, databases: [what], users: ['all'], address, method: 'reject', reason })),
  ];
  return [
    ...here(['all'], administrators, 'Administrators'),
    ...here(databases, namesOf(working), 'The logins of this environment'),
    ...here(['replication'], namesOf(copying), 'Backups and standbys'),
    ...[...networks].flatMap((address) => [
      from(address, databases, working, 'The logins of this environment'),
      from(address, ['replication'], copying, 'Backups and standbys'),
    ]),
    ...nobody('all', 'Everybody else is told so in the log'),
    ...nobody('replication', 'And nobody else copies the server'),
  ].filter(({ users }) => users.length > 0);
}

type Logins = readonly RoleDeclaration[];

const namesOf = (logins: Logins) => logins.map(({ name }) => name);

/** Where a login may come from: its own networks as far as they lie in those of the environment. */
const networksOf = ({ from }: RoleDeclaration, environment: Environment): readonly string[] =>
  (from ?? environment.from).filter((network) => isInside(network, environment.from));

/** The file as text: each line below its reason. */
export function renderHba(lines: readonly HbaLine[], environment: string): string {
  const body = lines.map(
    ({ type, databases, users, address, method: how, reason }) =>
      `# ${reason}\n${[type, list(databases), list(users), ...(address ? [address] : []), how].join('\t')}\n`,
  );
  return `# Written by "plinth access hba --apply" for the environment ${environment}: do not edit.\n# The first line that fits decides.\n\n${body.join('\n')}`;
}

// A quoted word is a name and nothing else: not `all`, no group, no file.
const words = new Set(['all', 'replication']);
const list = (names: readonly string[]) => names.map((name) => (words.has(name) ? name : `"${name.replaceAll('"', '""')}"`)).join(',');

/** The line that decides about a visitor; undefined where none fits, which is a refusal. */
export function lineFor(lines: readonly HbaLine[], visitor: Visitor): HbaLine | undefined {
  return lines.find(({ type, databases, users, address }) => {
    const comes = visitor.address === undefined ? type === 'local' : type !== 'local' && (type === 'host' || visitor.hasTls);
    return (
      comes &&
      (databases.includes('all') || databases.includes(visitor.database)) &&
      (users.includes('all') || users.includes(visitor.user)) &&
      (address === undefined || isInside(`${visitor.address}`, [address]))
    );
  });
}

/** Whether an address or network lies in one of the networks. */
function isInside(inner: string, networks: readonly string[]): boolean {
  const [address = '', bits] = inner.split('/');
  const family = familyOf(address);
  return networks.some((network) => {
    const [base = '', length = ''] = network.split('/');
    if (familyOf(base) !== family || Number(length) > Number(bits ?? (family === 'ipv4' ? 32 : 128))) return false;
    const block = new BlockList();
    block.addSubnet(base, Number(length), family);
    return block.check(address, family);
  });
}

const familyOf = (address: string) => (address.includes(':') ? 'ipv6' : 'ipv4');
