import { expect, test } from 'vitest';
import { silentLog, systemClock } from '../../kernel/index.ts';
import { openCrypto } from './crypto.ts';

test('[I1] closed stays closed', async () => {
  const crypto = await openCrypto({ clock: systemClock, log: silentLog }, {});
  expect(crypto.isOpen).toBe(true);
  await crypto[Symbol.asyncDispose]();
  expect(crypto.isOpen).toBe(false);
});
