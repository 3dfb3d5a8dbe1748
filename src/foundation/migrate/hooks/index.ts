export { type HookCaller, noHooks, openHooks } from './open-hooks.ts';
export { readHooks } from './read-hooks.ts';
export type { HookCall } from './types.ts';
