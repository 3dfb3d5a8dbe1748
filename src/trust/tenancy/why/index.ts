export { explainWhy } from './explain-why.ts';
export type * from './types.ts';
