export { detachByHand, reattach } from './by-hand.ts';
export { retain } from './retain.ts';
export { retentionService } from './service.ts';
export type * from './types.ts';
