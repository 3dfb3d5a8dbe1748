export { openMirror } from './mirror.ts';
