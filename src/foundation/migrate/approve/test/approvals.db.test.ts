import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { testDatabase } from '../../../../../tests/support/index.ts';
import { testRunner, testSource } from '../../test/harness.ts';
import { approveRoutes } from '../surface.ts';

const timeout = { timeout: 180_000 };
const table = (name: string) =>
  `create table shop.${name} (id bigint not null, constraint ${name}_id_pk primary key (id)); comment on table shop.${name} is 'x'; comment on column shop.${name}.id is 'x';`;
const folder = (name: string) => `migrations/oltp/20260101${name}/up.sql`;

/** A product in a git repository of its own, written by Ann. */
async function product(files: Readonly<Record<string, string>>) {
  const source = await testSource(files, { layout: 'product' });
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-C', source.path('.'), '-c', 'user.name=Ann Author', '-c', 'user.email=ann@example.org', ...args]);
  git('init', '-q');
  const commit = () => {
    git('add', '-A');
    git('commit', '-qm', 'x');
  };
  commit();
  return { ...source, commit };
}
const refused = (code: string) => ({ code: `PLINTH_MIGRATE_${code}`, exitCode: 4 });

test('[I27] production takes only what somebody else approved, and an interrupted run goes on', timeout, async () => {
  const database = await testDatabase();
  await using files = await product({ [folder('000000_schema')]: 'create schema shop;', [folder('000001_items')]: table('items') });
  await using runner = await testRunner(database.endpoint, [files.source], { environment: 'production' });
  const { approvals, rehearsal } = runner.migrate;
  const reason = 'looked at it';
  await expect(runner.migrate.up()).rejects.toMatchObject(refused('NOT_APPROVED'));
  await expect(approvals.approve({ approver: 'bea', reason })).rejects.toMatchObject(refused('NOT_REHEARSED'));
  await rehearsal.run();
  await expect(approvals.approve({ approver: 'ann', reason })).rejects.toMatchObject(refused('OWN_CHANGE'));
  await expect(approvals.approve({ approver: 'x', aliases: ['ANN@example.org'], reason })).rejects.toMatchObject(refused('OWN_CHANGE'));
  const given = await approvals.approve({ approver: 'bea', reason });
  expect(given.authors).toEqual(['Ann Author', 'ann@example.org']);
  expect(new Date(given.expires).getTime() - new Date(given.created).getTime()).toBe(72 * 3_600_000);
  expect(await approvals.status()).toMatchObject({ isApproved: true, isRequired: true, planHash: given.planHash });

  // A changed byte, be it a comment, is another plan.
  await files.write(folder('000001_items'), `${table('items')} -- and more`);
  files.commit();
  expect(await approvals.status()).toMatchObject({ isApproved: false, given: [{ verdict: 'other plan' }] });
  await expect(runner.migrate.up()).rejects.toMatchObject(refused('NOT_APPROVED'));
  await files.write(folder('000001_items'), table('items'));
  files.commit();

  // It is killed after its first migration: what is left is still approved.
  const killed = new AbortController();
  const onProgress = (line: string) => line.endsWith('20260101000000_schema applied') && killed.abort();
  await expect(runner.migrate.up({ signal: killed.signal, onProgress })).rejects.toThrow();
  expect((await runner.migrate.plan()).map(({ id }) => id)).toContain('shop/20260101000001_items');
  expect((await runner.migrate.up({ planHash: given.planHash })).applied).toContain('oltp:shop/20260101000001_items');
  await expect(runner.migrate.up()).resolves.toMatchObject({ applied: [] });
});

test('[I27] expired approvals and a rehearsal that says something else do not count; data takes two people', timeout, async () => {
  const database = await testDatabase();
  await using files = await product({ [folder('000000_schema')]: `create schema shop;${table('items')}` });
  await using before = await testRunner(database.endpoint, [files.source]);
  await before.migrate.up();
  await files.write(folder('000001_drop'), '-- plinth:allow L53 it is empty\n-- plinth:allow L71 it is empty\ndrop table shop.items;');
  files.commit();
  await using runner = await testRunner(database.endpoint, [files.source], { environment: 'production' });
  const { approvals, rehearsal } = runner.migrate;
  await rehearsal.run();
  await approvals.approve({ approver: 'bea', reason: 'x' });
  await approvals.approve({ approver: 'Bea', reason: 'again' });
  expect(await approvals.status()).toMatchObject({ isApproved: false, needs: { approvers: 2 }, missing: ['1 of 2 approvals'] });
  await approvals.approve({ approver: 'cyd', reason: 'x' });
  const status = await approvals.status();
  expect(status).toMatchObject({ isApproved: true });
  expect(status.warnings.join()).toContain('no backup capability');
  await database.client.query(
    "update migrate.approvals set created = created - interval '73 hours', expires = expires - interval '73 hours' where approver = 'cyd'",
  );
  expect((await approvals.status()).given.map(({ approver, verdict }) => [approver, verdict])).toEqual([
    ['Bea', 'counts'],
    ['cyd', 'expired'],
  ]);
  await database.client.query("update migrate.rehearsals set body = jsonb_set(body, '{digest}', '\"other\"')");
  expect((await approvals.status()).given.map(({ verdict }) => verdict)).toEqual(['other evidence', 'other evidence']);
  await expect(runner.migrate.up()).rejects.toMatchObject(refused('NOT_APPROVED'));
});

test('[I27] a signed approval counts with the public key of its approver, and no byte of it may change', timeout, async () => {
  const database = await testDatabase();
  const { publicKey, privateKey } = generateKeyPairSync('ed25519', {
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  await using keys = await testSource({ 'bea.pem': publicKey });
  await using files = await product({ [folder('000000_schema')]: 'create schema shop;' });
  await using runner = await testRunner(database.endpoint, [files.source], { environment: 'production', approverKeys: keys.path('.') });
  const { approvals, rehearsal } = runner.migrate;
  await rehearsal.run();
  const signed = await approvals.sign({ approver: 'bea', reason: 'signed' }, privateKey);
  expect(await approvals.status()).toMatchObject({ given: [] });
  await expect(approvals.accept(signed.replace('"signed"', '"signeD"'))).rejects.toMatchObject(refused('BAD_SIGNATURE'));
  await expect(approvals.accept(signed.replace('"bea"', '"cyd"'))).rejects.toMatchObject(refused('BAD_SIGNATURE'));
  await expect(approvals.accept(signed.replace('"bea"', '"../bea"'))).rejects.toMatchObject(refused('BAD_SIGNATURE'));
  expect(await approvals.accept(signed)).toMatchObject({ approver: 'bea', isSigned: true });
  expect((await runner.migrate.up()).applied).toContain('oltp:shop/20260101000000_schema');
  await expect(approvals.accept(signed)).rejects.toMatchObject({ exitCode: 4 });
});

test('[I27] another plan than the one asked for is not begun', timeout, async () => {
  const database = await testDatabase();
  await using files = await product({ [folder('000000_schema')]: 'create schema shop;' });
  await using runner = await testRunner(database.endpoint, [files.source]);
  await expect(runner.migrate.up({ planHash: 'abc' })).rejects.toMatchObject(refused('NOT_THIS_PLAN'));
  const { planHash } = await runner.migrate.approvals.status();
  await runner.migrate.up({ planHash });
});

test('[I27] the console approves in the name of who is signed in, and of nobody else', timeout, async () => {
  const database = await testDatabase();
  await using files = await product({ [folder('000000_schema')]: 'create schema shop;' });
  await using runner = await testRunner(database.endpoint, [files.source], { environment: 'production' });
  await runner.migrate.rehearsal.run();
  const post = approveRoutes.find(({ method }) => method === 'POST');
  const use = <T>() => runner.migrate as T;
  const request = { params: {}, query: {}, body: { reason: 'looked at it' }, signal: new AbortController().signal, use };
  expect(post?.role).toBe('operator');
  await expect(post?.handler(request)).rejects.toMatchObject({ code: 'PLINTH_MIGRATE_NO_APPROVER' });
  await expect(post?.handler({ ...request, account: { name: 'ann', role: 'operator' } })).rejects.toMatchObject(refused('OWN_CHANGE'));
  expect(await post?.handler({ ...request, account: { name: 'bea', role: 'operator' } })).toMatchObject({ approver: 'bea' });
  expect(await runner.migrate.approvals.status()).toMatchObject({ isApproved: true });
});

test('[I28] a large rewrite that the plan does not name is refused, also from dynamic SQL', timeout, async () => {
  const database = await testDatabase();
  await using files = await product({
    [folder('000000_schema')]: `create schema shop; ${table('items')} alter table shop.items add column quantity integer;`,
  });
  await using runner = await testRunner(database.endpoint, [files.source], { environment: 'staging', largeTableBytes: 50_000 });
  await runner.migrate.up();
  await database.client.query('insert into shop.items select n, n from generate_series(1, 5000) n');
  await files.write(folder('000001_wide'), "do $$ begin execute 'alter table shop.items alter column quantity type bigint'; end $$;");
  files.commit();
  await expect(runner.migrate.up()).rejects.toMatchObject({
    code: 'PLINTH_MIGRATE_FAILED',
    message: expect.stringContaining('shop.items would be rewritten'),
  });
  // Nobody else's session is concerned.
  await database.client.query('begin; alter table shop.items alter column quantity type bigint; rollback');
  await runner.migrate.rehearsal.run();
  expect((await runner.migrate.up()).applied).toEqual(['oltp:shop/20260101000001_wide']);
});
