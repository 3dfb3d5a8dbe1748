import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestPlatform, testPlatform } from '../../../../tests/support/platform.ts';
import type { Connect } from '../../../foundation/connect/index.ts';
import type { CommandInput, RouteRequest } from '../../../kernel/index.ts';
import { manifest } from '../manifest.ts';
import type { CheckResult, Classification, MappedTable, ProcessingReport } from '../model/types.ts';

let platform: TestPlatform;
const signal = new AbortController().signal;

beforeAll(async () => {
  platform = await testPlatform();
  await platform.use<Connect>('connect').transaction({ tier: 'oltp', as: 'owner', tag: 'test' }, async (tx) => {
    await tx.query({ text: 'create schema desk' });
    await tx.query({ text: 'create table desk.letters (id int primary key, sender_email text, subject text, account_number text)' });
    await tx.query({
      text: "insert into desk.letters select n, 'someone' || n || '@example.org', 'hello', null from generate_series(1, 50) n",
    });
  });
});
afterAll(() => platform?.[Symbol.asyncDispose]());

async function run(name: string, args: CommandInput['args'] = {}, flags: CommandInput['flags'] = {}) {
  const command = manifest.commands?.find((one) => one.name === name);
  const input = { args, flags, signal, progress: () => {}, use: platform.use } as unknown as CommandInput;
  return command?.run(input) as Promise<{ data: unknown; text?: string; exitCode?: number; table?: { rows: readonly unknown[] } }>;
}

function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
  const route = manifest.routes?.find((one) => one.method === method && one.path === path);
  const request = { params: {}, query: {}, body, account: { name: 'olga', role: 'operator' }, signal, use: platform.use } as RouteRequest;
  return route?.handler(request) as Promise<T>;
}

const place = (column: string) => ({ tier: 'oltp', schema: 'desk', table: 'letters', column });

test('[I7] check stops CI on what is new, scan records it, and the map shows it', async () => {
  const before = await run('privacy check', {}, { schema: 'desk' });
  expect(before.exitCode).toBe(1);
  expect((before.data as CheckResult).unclassified.map((one) => one.place.column)).toEqual(['sender_email', 'account_number']);
  expect(before.text).toContain('oltp:desk.letters.sender_email looks confidential');
  expect((await run('privacy scan', {}, { schema: 'desk' })).table?.rows).toHaveLength(2);
  expect((await run('privacy check', {}, { schema: 'desk' })).exitCode).toBe(0);
  expect((await run('privacy check', {}, { schema: 'desk', strict: true })).text).toContain('desk.letters.subject can hold anything');
  expect((await run('privacy map', {}, { schema: 'desk' })).table?.rows).toHaveLength(2);
});

test('[I5] the buttons of the console decide and confirm in the name of who pressed them', async () => {
  const { tables } = await ask<{ tables: readonly MappedTable[] }>('GET', '/privacy/map');
  expect(tables.some((one) => one.place.table === 'letters')).toBe(true);
  const { confirmed } = await ask<{ confirmed: readonly Classification[] }>('POST', '/privacy/confirmations', {
    places: [place('sender_email')],
  });
  expect(confirmed[0]).toMatchObject({ source: 'manual', category: 'email', reason: expect.stringContaining('confirmed') });
  const decision = { place: place('account_number'), level: 'internal', reason: 'numbers of our own accounts' };
  expect(await ask('POST', '/privacy/decisions', decision)).toMatchObject({
    level: 'internal',
    reason: 'olga: numbers of our own accounts',
  });
  expect(await ask('POST', '/privacy/scans')).toMatchObject({ unread: [], findingCount: expect.any(Number) });
  expect((await ask<ProcessingReport>('GET', '/privacy/records')).unrecorded.map((one) => one.place.table)).toContain('letters');
});

test('classify decides, shows, forgets, and says what it does not understand', async () => {
  const on = { place: 'desk.letters.subject' };
  expect((await run('privacy classify', on)).text).toBe('Nothing is known about oltp:desk.letters.subject.');
  const decided = await run(
    'privacy classify',
    { ...on, as: 'restricted' },
    { reason: 'may hold anything', retentionYears: 2, compliance: 'gdpr, hipaa' },
  );
  expect(decided.data).toMatchObject({
    level: 'restricted',
    retentionYears: 2,
    compliance: ['gdpr', 'hipaa'],
    reason: 'may hold anything',
  });
  expect((await run('privacy classify', on)).text).toContain('is restricted, sensitivity 8, decided: may hold anything');
  expect((await run('privacy classify', { ...on, as: 'phone' }, { encrypt: true })).data).toMatchObject({
    category: 'phone',
    isEncryptionRequired: true,
  });
  expect((await run('privacy classify', on, { forget: true })).text).toBe('Forgot oltp:desk.letters.subject.');
  await expect(run('privacy classify', { ...on, as: 'secretive' })).rejects.toThrow(
    '"secretive" is neither a level nor a category. Levels are public',
  );
  await expect(run('privacy classify', on, { confirm: true })).rejects.toThrow('Nobody decided or found anything');
});

test('[I9] the report names what is missing and says so with its exit code', async () => {
  const { text, exitCode } = await run('privacy report');
  expect(exitCode).toBe(1);
  expect(text).toContain('## Personal data without an activity');
  expect(text).toContain('| `oltp:desk.letters` | e-mail addresses | confidential | as stated |');
});
