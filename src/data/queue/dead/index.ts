export { type DeadDeps, openDead } from './dead.ts';
export { deadErrors } from './errors.ts';
export { signed } from './model/signature.ts';
export { patternsLoop, unhandledLoop } from './patterns.ts';
export type * from './types.ts';
