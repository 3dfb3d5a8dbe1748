export { openForeign } from './open-foreign.ts';
export type * from './types.ts';
