export { openMoves } from './open-moves.ts';
export { moveCommands } from './surface.ts';
export type * from './types.ts';
