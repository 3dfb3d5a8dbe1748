/** What the ledger says about a migration. No row reads as `pending`. */
export const migrationStates = [
  'pending',
  'running',
  'applied',
  'blocked',
  'failed',
  'needs_repair',
  'reverting',
  'reverted',
  'baseline',
  'squashed',
] as const;
export type MigrationState = (typeof migrationStates)[number];

/**
 * Every allowed move. `running → pending` is what a kill leaves behind: the lock was free, so the transaction rolled
 * back; `reverting → applied` likewise, and to itself where it goes on
 * statement by statement. `blocked` did nothing but wait. `baseline` was recorded and not run, because the database had all of it;
 * `squashed` is what another migration stands for now.
 */
const moves: Readonly<Record<MigrationState, readonly MigrationState[]>> = {
  pending: ['running', 'baseline'],
  running: ['applied', 'blocked', 'failed', 'needs_repair', 'pending'],
  blocked: ['running', 'baseline'],
  failed: ['running', 'baseline'],
  needs_repair: ['pending'],
  applied: ['reverting', 'squashed'],
  reverting: ['reverted', 'applied', 'reverting'],
  reverted: ['running', 'baseline'],
  baseline: ['squashed'],
  squashed: [],
};

/** The states from which `to` may be reached; the guard of the update that makes the move. */
export function statesBefore(to: MigrationState): MigrationState[] {
  return migrationStates.filter((from) => moves[from].includes(to));
}

/** Whether what the migration makes is in the database. */
export function isApplied(state: MigrationState): boolean {
  return state === 'applied' || state === 'baseline';
}
