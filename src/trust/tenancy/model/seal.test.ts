import { createHmac, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { sealKey, ticket } from './seal.ts';

const facts = {
  tenantId: '0190b0a0-0000-7000-8000-000000000001',
  userId: '0190b0a0-0000-7000-8000-0000000000ff',
  rank: 'member',
  expiresEpochS: 1_800_000_000,
  nonce: Buffer.from('0102030405060708090a', 'hex'),
  backendPid: 4_711,
} as const;

test('[I2] a ticket is the HMAC-SHA-256 of its facts and the backend, before the facts', () => {
  const secret = randomBytes(64);
  const text = ticket(sealKey(7, secret), facts);
  const bytes = Buffer.from(text, 'hex');
  expect(bytes).toHaveLength(83);
  const pid = Buffer.alloc(4);
  pid.writeInt32BE(4_711);
  const mac = createHmac('sha256', secret).update(bytes.subarray(32)).update(pid).digest();
  expect(bytes.subarray(0, 32)).toEqual(mac);
});

test('[I2] every fact has its place', () => {
  const text = ticket(sealKey(255, randomBytes(32)), facts).slice(64);
  expect(text).toBe(
    '0190b0a0000070008000000000000001' + '0190b0a00000700080000000000000ff' + '02' + '000000006b49d200' + '0102030405060708090a',
  );
});
