export type * from './model/types.ts';
