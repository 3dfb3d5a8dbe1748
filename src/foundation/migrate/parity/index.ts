export { openParity } from './open-parity.ts';
export { parityCommands, parityRoutes } from './surface.ts';
export type * from './types.ts';
