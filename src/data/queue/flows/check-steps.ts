import { flowErrors } from './errors.ts';
import { cycleOf } from './model/graph.ts';
import type { Step } from './types.ts';

const policies = ['fail', 'continue', 'cancel'];
const longestKey = 200;

/**
 * Steps that fit together; `known` are keys of steps that are there already.
 * @throws PLINTH_QUEUE_BAD_STEP, PLINTH_QUEUE_FLOW_CYCLE
 */
export function checkSteps(steps: readonly Step[], known: ReadonlySet<string> = new Set()): void {
  const bad = (key: unknown, problem: string) => flowErrors.BAD_STEP({ key: String(key), problem });
  const keys = new Set<string>();
  for (const { key } of steps) {
    if (typeof key !== 'string' || key === '' || key.length > longestKey) throw bad(key, `needs a key of 1 to ${longestKey} characters`);
    if (keys.has(key)) throw bad(key, 'is there twice; give one of them another key');
    keys.add(key);
  }
  for (const { key, after = [], onParentFailed = 'cancel' } of steps) {
    const stranger = after.find((parent) => !keys.has(parent) && !known.has(parent));
    if (stranger !== undefined) throw bad(key, `waits for ${JSON.stringify(stranger)}, which is no step of this flow`);
    if (!policies.includes(onParentFailed))
      throw bad(key, `has onParentFailed ${JSON.stringify(onParentFailed)}, which is none of ${policies.join(', ')}`);
  }
  const cycle = cycleOf(steps.map(({ key, after = [] }) => ({ key, after })));
  if (cycle) throw flowErrors.FLOW_CYCLE({ cycle });
}
