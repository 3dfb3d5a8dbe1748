export { claimSupervisor, readLock, readSupervisor, type SupervisorLock } from './lock.ts';
export { isAlive, processStart } from './process-identity.ts';
