import { defineErrors } from '../../../kernel/index.ts';

export const tenantsErrors = defineErrors('MIGRATE', {
  NO_TENANT_DIRECTORY: {
    exitCode: 2,
    message: () =>
      'Tenants with databases of their own: not available here, because no directory of placed tenants is configured. Give plinth.config.ts `tenants: { placed: async () => [{ id, endpoint }] }`; where all tenants are in the shared databases, "plinth migrate up" is all there is to do.',
  },
  SHARED_BEHIND: {
    exitCode: 4,
    message: (d: { pending: readonly string[] }) =>
      `The shared databases come first, and lack ${d.pending.join(', ')}. Run "plinth migrate up", then this again.`,
  },
});
