export { readMap } from './model/read-map.ts';
export { openRenames } from './open-renames.ts';
export type * from './types.ts';
