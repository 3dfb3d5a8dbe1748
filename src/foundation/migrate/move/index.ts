export { openMoves } from './open-moves.ts';
export type * from './types.ts';
