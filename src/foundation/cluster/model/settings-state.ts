import type { Setting } from './configuration.ts';

/** A setting as the server has it now. */
export interface RunningSetting {
  readonly name: string;
  /** In the unit that `show` prints. */
  readonly value: string;
  readonly isPendingRestart: boolean;
  /** Base name of the file it was read from; empty for a default, a command line or where we may not know. */
  readonly sourceFile: string;
}

/**
 * `as wanted`; `pending restart` and `pending reload`: the file is written, the server has not taken it yet;
 * `overruled`: set elsewhere, by somebody with a reason; `not running`.
 */
export type SettingState = 'as wanted' | 'pending restart' | 'pending reload' | 'overruled' | 'not running';

/** Compares what the model wants with what runs. */
export function settingState(wanted: Setting, running: RunningSetting | undefined, ourFile: string): SettingState {
  if (!running) return 'not running';
  if (isSameValue(wanted.value, running.value)) return 'as wanted';
  if (running.isPendingRestart) return 'pending restart';
  return running.sourceFile === '' || running.sourceFile === ourFile ? 'pending reload' : 'overruled';
}

const units: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1024,
  MB: 1024 ** 2,
  GB: 1024 ** 3,
  TB: 1024 ** 4,
  us: 0.001,
  ms: 1,
  s: 1000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Whether two values of one setting mean the same: `1024MB` and `1GB`, `60s` and `1min`, `4` and `4.0`. */
export function isSameValue(one: string, other: string): boolean {
  return one === other || (measure(one) !== undefined && measure(one) === measure(other));
}

function measure(value: string): number | undefined {
  const match = /^(-?\d+(?:\.\d+)?)\s*([a-zA-Z]*)$/.exec(value.trim());
  const factor = match?.[2] === '' ? 1 : units[match?.[2] ?? ''];
  return match && factor !== undefined ? Number(match[1]) * factor : undefined;
}
