export { openBreakGlass } from './open-break-glass.ts';
export type * from './types.ts';
