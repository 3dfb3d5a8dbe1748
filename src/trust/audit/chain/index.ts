export { anchorFiles } from './anchor-files.ts';
export { openChain } from './chain.ts';
export type * from './types.ts';
