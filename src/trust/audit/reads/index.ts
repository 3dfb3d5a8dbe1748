export { openReads, type ReadRequest, type Reads } from './reads.ts';
