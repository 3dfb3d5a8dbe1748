import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { cryptoFixture } from '../../test/fixture.ts';
import { testKey } from '../../test/harness.ts';
import { diskOf } from '../disk.ts';

const fixture = await cryptoFixture();
afterAll(() => fixture[Symbol.asyncDispose]());

test('[I12] what is said was read from the server', async () => {
  const findings = new Map((await fixture.crypto.atRest()).map((one) => [one.what, one]));
  const { rows } = await fixture.database.client.query('show data_checksums');
  expect(findings.get('damage is noticed')?.state).toBe(rows[0].data_checksums === 'on' ? 'yes' : 'no');
  expect(findings.get('declared columns')).toMatchObject({ state: 'yes', evidence: '4 columns are sealed by the application' });
  expect(findings.get('master key')?.evidence).toContain('option crypto.key');
});

test('[I12] a disk that cannot be seen is unknown, or attested in the operator’s words, never yes', async () => {
  const disk = async (opened: typeof fixture.crypto) => (await opened.atRest()).find(({ what }) => what.startsWith('disk'));
  const seen = await disk(fixture.crypto);
  const attested = await disk(await fixture.another({ key: testKey, diskAttestation: 'volume 7, encrypted by the cloud' }));
  if (seen?.state === 'yes') expect(attested).toEqual(seen);
  else {
    expect(seen?.state).toBe('unknown');
    expect(attested).toMatchObject({ state: 'attested', evidence: 'volume 7, encrypted by the cloud' });
  }
});

test('[I12] a folder of the same name proves nothing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'plinth-disk-'));
  await using cleanup = new AsyncDisposableStack();
  cleanup.defer(() => rm(folder, { recursive: true }));
  expect(await diskOf(join(folder, 'nowhere'), 1)).toMatchObject({
    isEncrypted: undefined,
    evidence: expect.stringContaining('not on this machine'),
  });
  await writeFile(join(folder, 'postmaster.pid'), '1\n/somewhere\n1700000000\n');
  expect(await diskOf(folder, 1_600_000_000)).toMatchObject({
    isEncrypted: undefined,
    evidence: expect.stringContaining('another server'),
  });
  expect((await diskOf(folder, 1_700_000_000)).evidence).not.toContain('another server');
});
