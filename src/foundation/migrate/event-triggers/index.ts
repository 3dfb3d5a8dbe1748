export { eventTriggers, installEventTriggers } from './install.ts';
