export { quantileMs } from './model/histogram.ts';
export { type OpenedPromise, openPromise } from './promise.ts';
export type * from './types.ts';
