export { probeServer } from './probe.ts';
