export { rotate } from './rotate.ts';
export { rotateMasterKey } from './rotate-master-key.ts';
export type * from './types.ts';
