export const groupStates = ['expanded', 'backfilling', 'verified', 'switched', 'contracted'] as const;
export type GroupState = (typeof groupStates)[number];

/**
 * Every allowed move. `verified → backfilling` is a comparison that found a difference, `switched → verified` a step back. Before
 * everybody reads the new side the ring moves inside `verified`. Nothing leaves `contracted`.
 */
const moves: Readonly<Record<GroupState, readonly GroupState[]>> = {
  expanded: ['backfilling'],
  backfilling: ['verified', 'backfilling'],
  verified: ['switched', 'backfilling', 'verified'],
  switched: ['contracted', 'verified', 'backfilling'],
  contracted: [],
};

/** The states from which `to` may be reached; the guard of the update that makes the move. */
export function statesBefore(to: GroupState): GroupState[] {
  return groupStates.filter((from) => moves[from].includes(to));
}
