export { type ContentDeps, openContent } from './content.ts';
export { contentErrors } from './errors.ts';
export type * from './model/types.ts';
export { objectKinds } from './model/types.ts';
export { type ContentOptions, contentOptions } from './options.ts';
export { stagingSweep, sweepAbandonedUploads } from './services/staging-sweep.ts';
