export { revert } from './revert.ts';
export { revertCommands } from './surface.ts';
