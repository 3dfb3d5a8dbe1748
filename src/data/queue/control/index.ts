export { openControl } from './control.ts';
export { revokeLoop } from './revoke-loop.ts';
export type * from './types.ts';
