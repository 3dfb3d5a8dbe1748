import { expect, test } from 'vitest';
import { type HbaRule, judgeHba } from './hba-rules.ts';

const rule = (rest: Partial<HbaRule>): HbaRule => ({
  line: 7,
  type: 'host',
  address: '127.0.0.1',
  netmask: '255.255.255.255',
  method: 'scram-sha-256',
  users: ['all'],
  error: null,
  ...rest,
});
const judge = (rest: Partial<HbaRule>, from: readonly string[] = [], isPrivateSocket = true) =>
  judgeHba([rule(rest)], { from, isPrivateSocket }).map(({ what }) => what);

test.each([
  [{ error: 'invalid connection type "hosts"', type: null, method: null, address: null }, [/is not understood: invalid/]],
  [{ method: 'trust' }, [/asks nobody for a password/]],
  [{ type: 'local', address: null, netmask: null, method: 'trust' }, []],
  [{ method: 'password' }, [/uses password/]],
  [{ address: '0.0.0.0', netmask: '0.0.0.0' }, [/lets in 0.0.0.0\/0.0.0.0/]],
  [{ address: '0.0.0.0', netmask: '0.0.0.0', method: 'reject' }, []],
  [{ address: 'all', netmask: null }, [/lets in all/]],
  [{ address: 'samehost', netmask: null }, []],
  [{ address: 'db.example.com', netmask: null }, [/lets in db.example.com/]],
  [{ address: '10.0.0.0', netmask: '255.255.255.0' }, [/lets in 10.0.0.0/]],
  [{ address: '::1', netmask: 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff' }, []],
  [{ address: '::', netmask: '::' }, [/lets in ::/]],
] as const)('[I12] a line of pg_hba.conf is judged: %j', (rest, expected) => {
  const found = judge(rest);
  expect(found).toHaveLength(expected.length);
  expected.forEach((pattern, index) => {
    expect(found[index]).toMatch(pattern);
  });
});

test('[I12] networks of the environment may come, and parts of them; wider ones may not', () => {
  expect(judge({ address: '10.0.0.0', netmask: '255.255.255.0' }, ['10.0.0.0/16'])).toEqual([]);
  expect(judge({ address: '10.0.0.0', netmask: '255.0.0.0' }, ['10.0.0.0/16'])).toHaveLength(1);
  expect(judge({ address: 'fd00::', netmask: 'ff00::' }, ['fd00::/8'])).toEqual([]);
});

test('[I12] a socket that others can reach needs a password as well', () => {
  expect(judge({ type: 'local', address: null, netmask: null, method: 'trust' }, [], false)).toHaveLength(1);
});
