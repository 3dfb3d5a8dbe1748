export { type ControlDeps, openControl } from './control.ts';
export { controlErrors } from './errors.ts';
export { revokeLoop } from './revoke-loop.ts';
export type * from './types.ts';
