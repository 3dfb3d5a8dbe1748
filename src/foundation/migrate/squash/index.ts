export { openSquashes } from './open-squashes.ts';
export type * from './types.ts';
