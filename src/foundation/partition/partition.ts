import type { Context, PartitionDeps } from './context.ts';
import { openConversions } from './conversion/index.ts';
import type { Partition } from './model/types.ts';
import type { PartitionOptions } from './options.ts';
import { ensure, missingRanges, partsOf, pause, planOf, statusOf } from './sets.ts';
import { maintain } from './upkeep.ts';

/** Opens the capability; neither connects nor makes anything yet. */
export function openPartition(deps: PartitionDeps, options: PartitionOptions): Partition & { readonly context: Context } {
  const context: Context = { ...deps, options };
  return {
    context,
    status: () => statusOf(context),
    parts: (table) => partsOf(context, table),
    missing: () => missingRanges(context),
    plan: () => planOf(context),
    maintain: (request = {}) => maintain(context, request),
    ensure: (table, from, to) => ensure(context, table, from, to),
    pause: (table, isPaused) => pause(context, table, isPaused),
    conversions: openConversions({ ...deps, lockDeadlineMs: options.swapDeadlineMs }),
    async [Symbol.asyncDispose]() {},
  };
}
