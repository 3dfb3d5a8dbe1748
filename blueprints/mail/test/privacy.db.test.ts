import type { Privacy } from 'plinth/privacy';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestPlatform, testPlatform } from '../../../tests/support/platform.ts';
import { type Mail, mail } from '../index.ts';

let platform: TestPlatform;
let privacy: Privacy;

beforeAll(async () => {
  platform = await testPlatform({ product: mail, isApart: true });
  privacy = platform.use<Privacy>('privacy');
  await platform.use<Mail>('mail').seedIfEmpty({ signal: new AbortController().signal, onProgress: () => {} });
});
afterAll(() => platform?.[Symbol.asyncDispose]());

const ours = new Set(['oltp', 'content', 'olap']);

test('[M14] no column looks personal that is not declared, by name or by its seeded values', async () => {
  const { unclassified, gone } = await privacy.check({ isSampled: true });
  expect(unclassified.map(({ place, reason }) => `${place.schema}.${place.table}.${place.column}: ${reason}`)).toEqual([]);
  expect(gone).toEqual([]);
});

test('[M14] what the scan says by itself of the tables agrees with what is declared', async () => {
  const { findings, unread } = await privacy.scan();
  expect(unread).toEqual([]);
  const found = findings.filter(({ place, level }) => ours.has(place.schema) && level !== 'internal');
  expect(Object.fromEntries(found.map(({ place, category }) => [`${place.table}.${place.column}`, category]))).toEqual({
    'contacts.address': 'email',
    'contacts.name': 'person-name',
    'domains.verification_token': 'credential',
    'email_accounts.address': 'email',
    'email_accounts.display_name': 'person-name',
    'email_content.snippet': 'email',
    'email_messages.cc_addresses': 'email',
    'email_messages.from_address': 'email',
    'email_messages.from_name': 'person-name',
    'email_messages.to_addresses': 'email',
    'leads.address': 'email',
    'leads.first_name': 'person-name',
    'leads.last_name': 'person-name',
  });
  const kept = await privacy.registry.ofTable({ tier: 'oltp', schema: 'oltp', table: 'domains' });
  expect(kept.verification_token).toMatchObject({ level: 'internal', source: 'manual' });
});

test('[M14] views show what their tables hold, and every table with personal data has a purpose', async () => {
  const map = await privacy.map();
  const users = map.find(({ place }) => place.schema === 'oltp' && place.table === 'users');
  expect(users?.columns.find(({ name }) => name === 'email')).toMatchObject({
    classification: { category: 'email' },
    from: { schema: 'tenancy' },
  });
  const { unrecorded } = await privacy.records.report();
  expect(unrecorded.filter(({ place }) => ours.has(place.schema)).map(({ place }) => place.table)).toEqual([]);
});
