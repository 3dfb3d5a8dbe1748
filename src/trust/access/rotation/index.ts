export { admitLogin, endedPassword, replaceEnded } from './admit.ts';
export type * from './model/types.ts';
export { renewCredentials } from './renew.ts';
export { openRotation } from './rotate.ts';
export { watchCredentials } from './watch.ts';
