import type { OperationKind } from '../types.ts';

/**
 * What becomes of an unfinished operation when another is asked for. Exports and suspensions leave nothing that the next could stumble
 * over; half an import is good for nothing but to be completed or erased; an erasure is completed, and so is a move: it may be in two places.
 */
export function decide(
  unfinished: { readonly kind: OperationKind; readonly options: object },
  asked: { readonly kind: OperationKind; readonly options: object },
): 'complete it' | 'give it up' | 'refuse' {
  const isSame = unfinished.kind === asked.kind && JSON.stringify(unfinished.options) === JSON.stringify(asked.options);
  if (isSame) return 'complete it';
  if (unfinished.kind === 'erase' || unfinished.kind === 'move') return 'refuse';
  if (unfinished.kind === 'import') return asked.kind === 'erase' ? 'give it up' : 'refuse';
  return 'give it up';
}
