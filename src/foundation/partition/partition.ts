import { archivesOf, restore, verify } from './archive/index.ts';
import { assess } from './assess/index.ts';
import type { Context, PartitionDeps } from './context.ts';
import { openConversions } from './conversion/index.ts';
import type { Partition } from './model/types.ts';
import type { PartitionOptions } from './options.ts';
import { detachByHand, reattach, retain } from './retention/index.ts';
import { boundsOf, ensure, findingsOf, missingRanges, partsOf, pause, planOf, statusOf } from './sets.ts';
import { maintain } from './upkeep.ts';

/** Opens the capability; neither connects nor makes anything yet. */
export function openPartition(deps: PartitionDeps, options: PartitionOptions): Partition & { readonly context: Context } {
  const context: Context = { ...deps, options };
  return {
    context,
    status: () => statusOf(context),
    parts: (table) => partsOf(context, table),
    findings: () => findingsOf(context),
    bounds: (table, from, to) => boundsOf(context, table, from, to),
    missing: () => missingRanges(context),
    plan: () => planOf(context),
    assess: (table) => assess(context, table),
    maintain: (request = {}) => maintain(context, request),
    ensure: (table, from, to) => ensure(context, table, from, to),
    pause: (table, isPaused) => pause(context, table, isPaused),
    conversions: openConversions({ ...deps, lockDeadlineMs: options.swapDeadlineMs }),
    retain: (request = {}) => retain(context, request),
    detach: (part, { signal } = {}) => detachByHand(context, part, signal ?? new AbortController().signal),
    reattach: (part) => reattach(context, part),
    archives: () => archivesOf(context),
    verifyArchive: (id, { signal } = {}) => verify(context, id, signal),
    restore: (id, request = {}) => restore(context, id, request),
    async [Symbol.asyncDispose]() {},
  };
}
