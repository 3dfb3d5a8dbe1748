export { admitLogin } from './admit.ts';
export type * from './model/types.ts';
export { openRotation } from './rotate.ts';
export { watchCredentials } from './watch.ts';
