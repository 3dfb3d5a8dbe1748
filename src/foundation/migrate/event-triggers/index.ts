export { type EventTrigger, eventTriggers, type Installed, installEventTriggers } from './install.ts';
