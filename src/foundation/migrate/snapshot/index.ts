export { type Grantable, publicDefault } from './model/acl.ts';
export { joinSnapshots, snapshotFormat } from './model/build.ts';
export { compareSnapshots } from './model/compare.ts';
export type * from './model/types.ts';
export { describeDatabase, takeSnapshot } from './take-snapshot.ts';
