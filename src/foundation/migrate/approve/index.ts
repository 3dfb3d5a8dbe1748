export { openApprovals } from './open-approvals.ts';
export { approveCommands, approveRoutes } from './surface.ts';
export type * from './types.ts';
