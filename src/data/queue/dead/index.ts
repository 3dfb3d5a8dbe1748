export { openDead } from './dead.ts';
export type { Finding } from './model/findings.ts';
export { kindOf, signed } from './model/signature.ts';
export { patternsLoop, unhandledLoop } from './patterns.ts';
export type * from './types.ts';
