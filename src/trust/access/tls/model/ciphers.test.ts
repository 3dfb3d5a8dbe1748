import { expect, it } from 'vitest';
import { weakCiphersIn } from './ciphers.ts';

it('finds weak suites in a list of names, and does not judge words that stand for many', () => {
  expect(weakCiphersIn('ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305')).toEqual([]);
  expect(weakCiphersIn('TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256')).toEqual([]);
  expect(weakCiphersIn('ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-NULL-SHA:DES-CBC3-SHA:RC4-SHA')).toEqual([
    'ECDHE-RSA-NULL-SHA',
    'DES-CBC3-SHA',
    'RC4-SHA',
  ]);
  expect(weakCiphersIn('HIGH:MEDIUM:+3DES:!aNULL')).toBeUndefined();
});
