export { Isolates } from './isolates.ts';
