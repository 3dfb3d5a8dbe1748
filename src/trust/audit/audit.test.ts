import { expect, test } from 'vitest';
import { silentLog, systemClock } from '../../kernel/index.ts';
import { openAudit } from './audit.ts';

test('[I1] closed stays closed', async () => {
  const audit = await openAudit({ clock: systemClock, log: silentLog }, {});
  expect(audit.isOpen).toBe(true);
  await audit[Symbol.asyncDispose]();
  expect(audit.isOpen).toBe(false);
});
