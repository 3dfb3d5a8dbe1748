export { promiseErrors } from './errors.ts';
export { type OpenedPromise, openPromise, type PromiseDeps, type WatchedWorker } from './promise.ts';
export type * from './types.ts';
