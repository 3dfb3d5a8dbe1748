export { assess } from './assess.ts';
export type * from './types.ts';
