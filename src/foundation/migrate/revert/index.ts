export { revert, revertOnly } from './revert.ts';
