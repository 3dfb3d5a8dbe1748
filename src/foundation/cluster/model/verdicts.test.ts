import { describe, expect, it } from 'vitest';
import type { ServerProbe } from './types.ts';
import { judge } from './verdicts.ts';

const healthy: Omit<ServerProbe, 'verdicts'> = {
  versionNumber: 180004,
  version: '18.4',
  systemIdentifier: '1',
  isInRecovery: false,
  settings: {
    archive_mode: 'on',
    data_checksums: 'on',
    fsync: 'on',
    full_page_writes: 'on',
    io_method: 'worker',
    max_replication_slots: '10',
    max_wal_senders: '10',
    server_encoding: 'UTF8',
    ssl: 'on',
    synchronous_commit: 'on',
    track_io_timing: 'on',
    wal_level: 'logical',
  },
  extensions: ['pg_trgm', 'vector', 'pg_stat_statements'].map((name) => ({
    name,
    availableVersion: '1',
    installedVersion: '1',
    isPreloaded: true,
  })),
  privileges: { isSuperuser: true, canCreateRole: true, canCreateDatabase: true, canReplicate: true, bypassesRowSecurity: true },
};

const verdictOf = (capability: string, change: Partial<typeof healthy>) =>
  judge({ ...healthy, ...change }).find((line) => line.capability === capability);
const withSetting = (name: string, value: string) => ({ settings: { ...healthy.settings, [name]: value } });

it('finds nothing to say about a server that has everything', () => {
  expect(judge(healthy).filter(({ verdict }) => verdict !== 'works')).toEqual([]);
});

describe('judge', () => {
  it.each([
    ['writes', { isInRecovery: true }, 'not here'],
    ['durable commits', withSetting('fsync', 'off'), 'not here'],
    ['change capture', withSetting('wal_level', 'replica'), 'works with'],
    ['replicas', withSetting('wal_level', 'minimal'), 'works with'],
    ['replicas', { managedBy: 'Amazon RDS' }, 'works with'],
    ['session features', { pooler: 'a pooler in transaction mode' }, 'works with'],
    ['vector search', { extensions: [] }, 'not here'],
    ['vector search', { extensions: [{ name: 'vector', availableVersion: '0.8', isPreloaded: false }] }, 'works with'],
    ['statement statistics', { extensions: [{ name: 'pg_stat_statements', availableVersion: '1.12', isPreloaded: false }] }, 'works with'],
    ['tenant isolation', { privileges: { ...healthy.privileges, isSuperuser: false, canCreateRole: false } }, 'works with'],
  ] as const)('%s, given %j: %s', (capability, change, verdict) => {
    const line = verdictOf(capability, change as Partial<typeof healthy>);
    expect(line?.verdict).toBe(verdict);
    expect(line?.because).not.toBe('');
  });
});
