import type { Executor } from '../../../kernel/index.ts';

/** One of the three partitions of queue.job_ready. */
export type Slot = 0 | 1 | 2;

const texts = new Map<string, string>();

/** An executor that runs statements written for slot 0 of job_ready on another slot. */
export function atSlot(executor: Executor, slot: Slot): Executor {
  if (slot === 0) return executor;
  return {
    query({ name, text, values }) {
      const key = `${slot} ${name}`;
      let there = texts.get(key);
      if (there === undefined) {
        there = text.replaceAll('queue.job_ready_0', `queue.job_ready_${slot}`).replaceAll('.slot = 0', `.slot = ${slot}`);
        texts.set(key, there);
      }
      return executor.query({ name: `${name}_${slot}`, text: there, ...(values && { values }) });
    },
  };
}
