export { openTrash } from './open-trash.ts';
export { trashSweep } from './sweep-service.ts';
export type * from './types.ts';
