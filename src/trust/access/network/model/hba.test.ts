import { expect, test } from 'vitest';
import { declareRoles } from '../../model/declaration.ts';
import { environmentOf } from '../../model/environments.ts';
import { hbaLines, lineFor, renderHba } from './hba.ts';

const linesOf = (from: readonly string[], hasTls = false, accounts: Parameters<typeof declareRoles>[1] = []) => {
  const environment = { ...environmentOf('production'), from };
  return hbaLines({
    roles: declareRoles(environment, accounts),
    environment,
    databases: ['oltp', 'olap'],
    administrators: ['postgres'],
    hasTls,
  });
};
const visit = (lines: ReturnType<typeof linesOf>, user: string, address?: string, hasTls = false, database = 'oltp') => {
  const line = lineFor(lines, { database, user, hasTls, ...(address !== undefined && { address }) });
  return line !== undefined && line.method !== 'reject';
};

test('[I14] no line lets anybody in without a password, and the last ones refuse everybody', () => {
  for (const lines of [linesOf([]), linesOf(['10.0.0.0/24'], true)]) {
    expect([...new Set(lines.map(({ method }) => method))].sort()).toEqual(['reject', 'scram-sha-256']);
    expect(lines.slice(-6).every(({ method, users }) => method === 'reject' && users.join() === 'all')).toBe(true);
    expect(lines.every(({ reason }) => reason.length > 10)).toBe(true);
  }
});

test('[I14] from this machine come administrators and logins; others, and administrators from elsewhere, do not', () => {
  const lines = linesOf([]);
  expect(
    ['postgres', 'plinth_app', 'plinth_monitor'].map((user) => [
      visit(lines, user),
      visit(lines, user, '127.0.0.1'),
      visit(lines, user, '::1'),
    ]),
  ).toEqual(Array(3).fill([true, true, true]));
  expect([
    visit(lines, 'plinth_owner'),
    visit(lines, 'plinth_readonly'),
    visit(lines, 'eve'),
    visit(lines, 'postgres', '10.0.0.7', true),
  ]).toEqual(Array(4).fill(false));
});

test('[I14] from the networks of the environment only over TLS, and only from there', () => {
  const lines = linesOf(['10.0.0.0/24', 'fd00::/8'], true);
  expect(visit(lines, 'plinth_app', '10.0.0.7', true)).toBe(true);
  expect(visit(lines, 'plinth_app', 'fd00::7', true)).toBe(true);
  expect(visit(lines, 'plinth_app', '10.0.0.7')).toBe(false);
  expect(visit(lines, 'plinth_app', '10.0.1.7', true)).toBe(false);
  expect(visit(lines, 'postgres', '10.0.0.7', true)).toBe(false);
  expect(visit(lines, 'plinth_app', '127.0.0.1')).toBe(false);
});

test('[I14] the server is copied by the backup role alone', () => {
  const lines = linesOf(['10.0.0.0/24'], true);
  expect(visit(lines, 'plinth_backup', '10.0.0.7', true, 'replication')).toBe(true);
  expect(visit(lines, 'plinth_app', '10.0.0.7', true, 'replication')).toBe(false);
  expect(visit(lines, 'plinth_backup', '10.0.0.7', true)).toBe(false);
});

test('[I14] an account comes from its own networks, within those of the environment', () => {
  const account = { name: 'reporting', kind: 'service', memberOf: ['plinth_readonly'], from: ['10.0.0.16/28', '192.168.0.0/16'] } as const;
  const lines = linesOf(['10.0.0.0/24'], true, [account]);
  expect(visit(lines, 'reporting', '10.0.0.17', true)).toBe(true);
  expect(visit(lines, 'reporting', '10.0.0.7', true)).toBe(false);
  expect(visit(lines, 'reporting', '192.168.0.7', true)).toBe(false);
});

test('[I14] names are quoted', () => {
  const text = renderHba(linesOf([]), 'production');
  expect(text).toContain('local\tall\t"postgres"\tscram-sha-256');
  expect(text).toContain('local\t"oltp","olap"\t');
});
