export { openTenants } from './open-tenants.ts';
export { tenantsRoutes, tenantsTable, upTenants } from './surface.ts';
export type * from './types.ts';
