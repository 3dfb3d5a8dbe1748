export { openTenants } from './open-tenants.ts';
export type * from './types.ts';
