/** How a table becomes partitioned: taken over as it is, copied into a new one, or some of its partitions traded for others. */
export const routeNames = ['adopt', 'rebuild', 'exchange'] as const;
export type ConversionRoute = (typeof routeNames)[number];

export const conversionStates = ['planned', 'prepared', 'copying', 'verified', 'swapped', 'finished', 'undone'] as const;
export type ConversionState = (typeof conversionStates)[number];

// Until `finished` there is a way back. `verified → copying`: a later verification found a difference. Adopting copies nothing.
const moves: Readonly<Record<ConversionState, readonly ConversionState[]>> = {
  planned: ['prepared', 'undone'],
  prepared: ['copying', 'verified', 'undone'],
  copying: ['verified', 'undone'],
  verified: ['copying', 'swapped', 'undone'],
  swapped: ['finished', 'undone'],
  finished: [],
  undone: [],
};

/** Whether a conversion may go from one state to another; the only table of moves there is. */
export function canMove(from: ConversionState, to: ConversionState): boolean {
  return moves[from].includes(to);
}

/** What takes a conversion of this state one step further; undefined where it waits for a decision, or has ended. */
export function nextStep(state: ConversionState, route: ConversionRoute): 'prepare' | 'copy' | 'verify' | undefined {
  if (state === 'planned') return 'prepare';
  if (state === 'prepared') return route === 'adopt' ? 'verify' : 'copy';
  return state === 'copying' ? 'verify' : undefined;
}
