import { expect, test } from 'vitest';
import { silentLog, systemClock } from '../../kernel/index.ts';
import { openPrivacy } from './privacy.ts';

test('[I1] closed stays closed', async () => {
  const privacy = await openPrivacy({ clock: systemClock, log: silentLog }, {});
  expect(privacy.isOpen).toBe(true);
  await privacy[Symbol.asyncDispose]();
  expect(privacy.isOpen).toBe(false);
});
