export { openTrash } from './open-trash.ts';
export { trashCommands, trashRoutes } from './surface.ts';
export { trashSweep } from './sweep-service.ts';
export type * from './types.ts';
