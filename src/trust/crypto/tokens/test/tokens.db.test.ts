import { afterAll, expect, test } from 'vitest';
import { cryptoFixture } from '../../test/fixture.ts';
import { wakefulClock } from '../../test/harness.ts';
import { passesLuhn } from '../model/shapes.ts';

const fixture = await cryptoFixture({ clock: wakefulClock() });
afterAll(() => fixture[Symbol.asyncDispose]());
const { crypto, tenancy, database, audited } = fixture;
const [a, b] = [await tenancy.create({ slug: 'tenant-a' }), await tenancy.create({ slug: 'tenant-b' })];
const { tokens } = crypto;
const card = '4111 1111 1111 1111';

test('[I9] the same value has the same token, another tenant another one, and the vault holds no value', async () => {
  const raced = await Promise.all([1, 2, 3, 4].map(() => tokens.tokenize({ tenantId: a.id }, 'card', card)));
  const [token] = raced as [string];
  expect(new Set([...raced, await tokens.tokenize({ tenantId: a.id }, 'card', '4111-1111-1111-1111')]).size).toBe(1);
  expect(token).toMatch(/^\d{12}1111$/);
  expect(passesLuhn(token)).toBe(false);
  expect(await tokens.tokenize({ tenantId: b.id }, 'card', card)).not.toBe(token);
  const { rows } = await database.client.query('select * from crypto.tokens');
  expect(rows).toHaveLength(2);
  expect(
    JSON.stringify(rows.map((row) => Object.values(row).map((value) => (value instanceof Buffer ? value.toString('latin1') : value)))),
  ).not.toContain('41111111');
});

test('[I9] a token is exchanged on record only', async () => {
  const token = await tokens.tokenize({ tenantId: a.id }, 'email', 'Jane@example.org');
  const subject = { tenantId: a.id, origin: { purpose: 'support ticket 4711' } };
  expect(await tokens.detokenize(subject, token)).toBe('Jane@example.org');
  expect(audited.at(-1)).toMatchObject({
    kind: 'access',
    action: 'crypto.detokenize',
    success: true,
    tenantId: a.id,
    purpose: 'support ticket 4711',
    keys: [token],
  });
  await expect(tokens.detokenize({ tenantId: b.id }, token)).rejects.toMatchObject({ code: 'PLINTH_CRYPTO_TOKEN_UNKNOWN' });
  expect(audited.at(-1)).toMatchObject({ success: false, tenantId: b.id });
  expect(JSON.stringify(audited)).not.toContain('Jane');
  const unrecorded = await fixture.another(undefined, { isAudited: false });
  await expect(unrecorded.tokens.detokenize(subject, token)).rejects.toMatchObject({ code: 'PLINTH_CRYPTO_NO_AUDIT' });
});

test('[I9] members exchange tokens, viewers do not, administrators remove them', async () => {
  const as = async (role: 'viewer' | 'member' | 'admin') => ({
    tenantId: a.id,
    userId: (await tenancy.addUser({ tenantId: a.id, email: `${role}@example.org`, role })).userId,
  });
  const token = await tokens.tokenize(await as('member'), 'text', 'anything');
  expect(await tokens.detokenize(await as('member'), token)).toBe('anything');
  await expect(tokens.detokenize(await as('viewer'), token)).rejects.toMatchObject({ code: 'PLINTH_CRYPTO_TOKEN_UNKNOWN' });
  await expect(tokens.tokenize(await as('viewer'), 'text', 'other')).rejects.toMatchObject({ code: 'PLINTH_SQL_FORBIDDEN' });
  expect(await tokens.remove(await as('member'), token)).toBe(false);
  expect(await tokens.remove(await as('admin'), token)).toBe(true);
  await expect(tokens.detokenize(await as('admin'), token)).rejects.toMatchObject({ code: 'PLINTH_CRYPTO_TOKEN_UNKNOWN' });
});

test('[I7, I9] tokens stay through a rotation', async () => {
  const token = await tokens.tokenize({ tenantId: a.id }, 'phone', '+49 30 123456');
  const rotation = (await crypto.rotate({ tenantId: a.id })).find(({ purpose }) => purpose === 'tokens');
  expect(rotation).toMatchObject({ version: 2, isProven: true });
  expect(await tokens.tokenize({ tenantId: a.id }, 'phone', '0049 30 123456')).toBe(token);
  expect(await tokens.detokenize({ tenantId: a.id }, token)).toBe('+49 30 123456');
});
