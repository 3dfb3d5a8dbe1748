import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { connectTo, stoppedServerFolder } from '../../../../../tests/support/index.ts';
import { clusterOptions, openCluster } from '../../../../foundation/cluster/index.ts';
import { silentLog, systemClock, withDefaults } from '../../../../kernel/index.ts';
import { openOn } from '../../test/harness.ts';

// A server of its own: what it writes into its log, and what it keeps of statements, is what is looked at.
const dataDir = await stoppedServerFolder('plinth-crypto-');
const cluster = await openCluster(
  { clock: systemClock, log: silentLog, dataDir, isThrowaway: true },
  withDefaults(clusterOptions, { engine: 'embedded', port: 0 }),
);
const endpoint = cluster.endpoint('oltp');
const admin = await connectTo(endpoint);
await admin.query('create extension pg_stat_statements');
const set = async (name: string, value: string) => {
  await admin.query(`alter system set ${name} = ${value}`);
  await admin.query('select pg_reload_conf()');
  while ((await admin.query(`show ${name}`)).rows[0][name] !== value.replaceAll("'", '')) await admin.query('select pg_sleep(0.01)');
};
await set('log_statement', "'all'");
await set('log_parameter_max_length', '0');
const fixture = await openOn(endpoint, { dataDir, isNew: true, passwords: {} });
afterAll(async () => {
  await fixture[Symbol.asyncDispose]();
  await admin.end();
  await cluster[Symbol.asyncDispose]();
  await rm(dataDir, { recursive: true, force: true });
});
const { crypto, tenancy } = fixture;
const { id: tenantId } = await tenancy.create({ slug: 'tenant-a' });
const run = <T>(work: Parameters<typeof tenancy.run<T>>[2]) =>
  tenancy.run({ tenantId }, { tier: 'oltp', tag: 'test.database', isRetryable: false }, work);
const keyText = () =>
  run(async (tx) => {
    await crypto.openInDatabase(tx, tenantId);
    return (await tx.query({ text: "select current_setting('app.encryption_key') as key" })).rows[0].key as string;
  });

describe('functions in the database', () => {
  test('[I10] what was encrypted comes back with the same key, and with no other', async () => {
    const encrypted: Buffer = await run(async (tx) => {
      await crypto.openInDatabase(tx, tenantId);
      return (await tx.query({ text: 'select crypto.encrypt_sensitive_data($1) as value', values: ['Jane ☕'] })).rows[0].value;
    });
    expect(encrypted.toString('latin1')).not.toContain('Jane');
    const decrypt = (call: string, values: unknown[]) =>
      run(async (tx) => {
        await crypto.openInDatabase(tx, tenantId);
        return (await tx.query({ text: `select ${call} as value`, values })).rows[0].value;
      }).catch((error) => error.message);
    expect(await decrypt('crypto.decrypt_sensitive_data($1)', [encrypted])).toBe('Jane ☕');
    expect(await decrypt('crypto.decrypt_sensitive_data(null)', [])).toBeNull();
    expect(await decrypt("crypto.decrypt_sensitive_data($1, 'another key')", [encrypted])).toMatch(/wrong key or corrupted/);
    const changed = Buffer.from(encrypted);
    changed[changed.length - 3] = (changed.at(-3) as number) ^ 1;
    expect(await decrypt('crypto.decrypt_sensitive_data($1)', [changed])).toMatch(/wrong key or corrupted/);
    expect(await decrypt('crypto.decrypt_sensitive_data($1)', [Buffer.from('plain text')])).toMatch(/wrong key or corrupted/);
  });

  test.each([
    "crypto.encrypt_sensitive_data('secret')",
    "crypto.encrypt_sensitive_data('secret', '')",
    "crypto.decrypt_sensitive_data('\\x00')",
  ])('[I10] without a key %s is an error, never the text', async (call) => {
    await expect(run((tx) => tx.query({ text: `select ${call}` }))).rejects.toThrow(/Encryption key not configured/);
  });

  test('[I10] the key is gone with its transaction', async () => {
    await keyText();
    const after = await run(
      async (tx) => (await tx.query({ text: "select current_setting('app.encryption_key', true) as key" })).rows[0].key,
    );
    expect(after || null).toBeNull();
  });

  test('[I10] where pgcrypto is missing, it says so', async () => {
    await admin.query('drop extension pgcrypto');
    expect(await crypto.database()).toMatchObject([{ isHere: false, because: expect.stringContaining('create extension pgcrypto') }]);
    await expect(run((tx) => crypto.openInDatabase(tx, tenantId))).rejects.toMatchObject({ code: 'PLINTH_CRYPTO_NO_PGCRYPTO' });
    await expect(run((tx) => tx.query({ text: "select crypto.encrypt_sensitive_data('x', 'k')" }))).rejects.toThrow(
      /not here, because the extension pgcrypto is not installed/,
    );
    await admin.query('create extension pgcrypto schema public');
    expect(await crypto.database()).toEqual([{ tier: 'oltp', isHere: true }]);
    const encrypt = () => run((tx) => tx.query({ text: "select crypto.encrypt_sensitive_data('x', 'k')" }));
    await expect(encrypt()).rejects.toThrow(/plinth_app may not use schema public/);
    await admin.query('grant usage on schema public to plinth_app');
    await encrypt();
  });
});

describe('keys', () => {
  test('[I4] are in no log of the server, no statement and no activity; where it would log parameters, they are not sent', async () => {
    const values = await crypto.values({ tenantId, purpose: 'x', name: 'x' });
    values.encrypt('text', ['k']);
    const key = await keyText();
    const clear = Buffer.from(key, 'base64');
    expect(clear).toHaveLength(32);
    const seen = await run(async (tx) => {
      await crypto.openInDatabase(tx, tenantId);
      await tx.query({ text: 'select crypto.encrypt_sensitive_data($1)', values: ['the secret text'] });
      const activity = await admin.query('select query from pg_stat_activity');
      const statements = await admin.query('select query from pg_stat_statements');
      return JSON.stringify([activity.rows, statements.rows]);
    });
    const failing = run(async (tx) => {
      await crypto.openInDatabase(tx, tenantId);
      await tx.query({ text: 'select crypto.decrypt_sensitive_data($1)', values: ['\\x00'] });
    });
    await expect(failing).rejects.toThrow(/wrong key/);
    const log = await readFile(join(dataDir, 'main', 'server.log'), 'utf8');
    expect(log).toContain('crypto.encrypt_sensitive_data($1)');
    expect(seen).toContain('crypto.encrypt_sensitive_data($1)');
    for (const form of [key, clear.toString('hex'), 'the secret text']) {
      expect(log).not.toContain(form);
      expect(seen).not.toContain(form);
    }
    await set('log_parameter_max_length', "'-1'");
    await expect(run((tx) => crypto.openInDatabase(tx, tenantId))).rejects.toMatchObject({
      code: 'PLINTH_CRYPTO_KEY_WOULD_BE_LOGGED',
      details: { settings: ['log_statement = all'] },
    });
    // Data keys travel wrapped, and texts sealed: of those a log may have the parameters.
    const another = await fixture.another();
    const sealed = (await another.values({ tenantId, purpose: 'database', name: 'x' })).encrypt('another secret', ['k']);
    await run((tx) => tx.query({ text: 'select $1::bytea', values: [sealed] }));
    const logged = (await readFile(join(dataDir, 'main', 'server.log'), 'utf8')).slice(log.length);
    expect(logged).toContain(sealed.toString('hex'));
    for (const form of [key, clear.toString('hex'), 'another secret']) expect(logged).not.toContain(form);
  });
});
