import type { OperationKind } from '../types.ts';

/** The step of a move after which it is completed or not at all; before it there is nothing but an empty database. */
export const bound = 'bound to move';

/**
 * What becomes of an unfinished operation when another is asked for. Exports and suspensions leave nothing that the next could stumble
 * over; half an import is good for nothing but to be completed or erased; an erasure is completed, and so is a
 * move once rows may be in two places.
 */
export function decide(
  unfinished: { readonly kind: OperationKind; readonly options: object; readonly steps: ReadonlySet<string> },
  asked: { readonly kind: OperationKind; readonly options: object },
): 'complete it' | 'give it up' | 'refuse' {
  const isSame = unfinished.kind === asked.kind && JSON.stringify(unfinished.options) === JSON.stringify(asked.options);
  if (isSame) return 'complete it';
  if (unfinished.kind === 'erase' || unfinished.steps.has(bound)) return 'refuse';
  if (unfinished.kind === 'import') return asked.kind === 'erase' ? 'give it up' : 'refuse';
  return 'give it up';
}
