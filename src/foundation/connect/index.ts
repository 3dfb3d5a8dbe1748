export type * from './model/types.ts';
export { type Priority, priorities } from './model/types.ts';
