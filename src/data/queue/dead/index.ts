export { openDead } from './dead.ts';
export { kindOf, signed } from './model/signature.ts';
export { patternsLoop, unhandledLoop } from './patterns.ts';
export type * from './types.ts';
