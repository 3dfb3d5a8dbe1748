export { openSquashes } from './open-squashes.ts';
export { squashCommands } from './surface.ts';
export type * from './types.ts';
