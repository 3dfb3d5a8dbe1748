export { readFile as readArchived } from './archive.ts';
export { openLifecycle } from './lifecycle.ts';
export type * from './types.ts';
