export { probeServer } from './probe.ts';
export { rememberProbes } from './remember.ts';
