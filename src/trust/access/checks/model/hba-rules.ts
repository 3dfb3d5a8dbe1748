import { BlockList } from 'node:net';
import type { Finding } from './types.ts';

/** A line of pg_hba.conf as the server understood it. */
export interface HbaRule {
  readonly line: number;
  readonly type: string | null;
  readonly address: string | null;
  readonly netmask: string | null;
  readonly method: string | null;
  readonly users: readonly string[];
  readonly error: string | null;
}

const loopback = ['127.0.0.0/8', '::1/128'];
const clearMethods = new Set(['password', 'ident']);

/**
 * What the lines let in that the model does not: errors, `trust`, clear passwords, addresses beyond the networks of the
 * environment. A socket that only its own user can reach may do without a password.
 */
export function judgeHba(
  rules: readonly HbaRule[],
  { from, isPrivateSocket }: { readonly from: readonly string[]; readonly isPrivateSocket: boolean },
): Omit<Finding, 'server'>[] {
  const networks = [...loopback, ...from].map(parse);
  return rules.flatMap(({ line, type, address, netmask, method, error }) => {
    const found = (what: string) => [{ subject: `line ${line}`, what: `line ${line} of pg_hba.conf ${what}` }];
    if (error !== null) return found(`is not understood: ${error}`);
    if (method === 'reject') return [];
    if (method === 'trust') return type === 'local' && isPrivateSocket ? [] : found('asks nobody for a password');
    if (type === 'local') return [];
    if (clearMethods.has(method ?? '')) return found(`uses ${method}, which proves nothing or shows the password`);
    if (isWithin(address, netmask, networks)) return [];
    return found(`lets in ${[address, netmask].filter(Boolean).join('/')}, which is beyond the networks of the environment`);
  });
}

interface Network {
  readonly address: string;
  readonly bits: number;
  readonly family: 'ipv4' | 'ipv6';
}

function parse(cidr: string): Network {
  const [address = '', bits = ''] = cidr.split('/');
  return { address, bits: Number(bits), family: address.includes(':') ? 'ipv6' : 'ipv4' };
}

function isWithin(address: string | null, netmask: string | null, networks: readonly Network[]): boolean {
  // `samehost` is this machine; `samenet`, `all` and host names are more than we can bound.
  if (address === 'samehost') return true;
  if (address === null || !/^[0-9a-f.:]+$/i.test(address)) return false;
  const family = address.includes(':') ? 'ipv6' : 'ipv4';
  const bits = netmask === null ? 0 : prefixLength(netmask);
  return networks.some((network) => {
    if (network.family !== family || network.bits > bits) return false;
    const list = new BlockList();
    list.addSubnet(network.address, network.bits, network.family);
    return list.check(address, family);
  });
}

/** `255.255.255.0` → 24; also of IPv6. */
function prefixLength(netmask: string): number {
  const groups = netmask.includes(':')
    ? expand(netmask).map((group) => [Number.parseInt(group, 16), 16])
    : netmask.split('.').map((part) => [Number(part), 8]);
  return groups
    .map(([value = 0, width = 0]) => value.toString(2).padStart(width, '0'))
    .join('')
    .replace(/0*$/, '').length;
}

function expand(address: string): string[] {
  const [head = '', tail] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  return tail === undefined ? left : [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right];
}
