export { type OpenedPromise, openPromise } from './promise.ts';
export type * from './types.ts';
