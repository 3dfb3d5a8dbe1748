export { revert, revertOnly } from './revert.ts';
export { revertCommands } from './surface.ts';
