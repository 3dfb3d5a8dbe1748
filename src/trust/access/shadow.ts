import type { ShadowRoles } from '../../foundation/migrate/index.ts';
import { silentLog, systemClock, withDefaults } from '../../kernel/index.ts';
import { openAccess } from './access.ts';
import { accessOptions } from './options.ts';

/** The roles and privileges of the platform on a throwaway server, with passwords of its own that go with its folder. */
export const prepareShadow: ShadowRoles = async ({ endpoint, dataDir }) => {
  const access = await openAccess({ endpoint, dataDir, clock: systemClock, log: silentLog }, withDefaults(accessOptions));
  await access.applyRoles();
  return access.credentials;
};
