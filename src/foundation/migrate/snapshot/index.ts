export { joinSnapshots, snapshotFormat } from './model/build.ts';
export { compareSnapshots } from './model/compare.ts';
export type * from './model/types.ts';
export { takeSnapshot } from './take-snapshot.ts';
