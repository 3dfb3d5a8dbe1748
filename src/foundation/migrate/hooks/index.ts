export { type HookCaller, noHooks, openHooks } from './open-hooks.ts';
export { type Hook, readHooks } from './read-hooks.ts';
export type { HookCall, HookPoint, HookSubject } from './types.ts';
