export { openApprovals } from './open-approvals.ts';
export type * from './types.ts';
