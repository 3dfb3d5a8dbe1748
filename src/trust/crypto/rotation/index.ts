export { rotate } from './rotate.ts';
export { rotateMasterKey } from './rotate-master-key.ts';
export { isOfRow } from './seal-anew.ts';
export { keyOf, lockFree, rowsBehind, type Statement, writeRows } from './sealed-rows.ts';
export type * from './types.ts';
export { type Pass, pauseMs, type WalkDeps, walk } from './walk.ts';
