/** What the ledger says about a migration. No row reads as `pending`. */
export const migrationStates = ['pending', 'running', 'applied', 'blocked', 'failed', 'needs_repair'] as const;
export type MigrationState = (typeof migrationStates)[number];

/**
 * Every allowed move. `running → pending` is what a kill leaves behind: the lock was free, so the transaction rolled
 * back. `blocked` did nothing but wait. Nothing leaves `applied`.
 */
const moves: Readonly<Record<MigrationState, readonly MigrationState[]>> = {
  pending: ['running'],
  running: ['applied', 'blocked', 'failed', 'needs_repair', 'pending'],
  blocked: ['running'],
  failed: ['running'],
  needs_repair: ['pending'],
  applied: [],
};

/** The states from which `to` may be reached; the guard of the update that makes the move. */
export function statesBefore(to: MigrationState): MigrationState[] {
  return migrationStates.filter((from) => moves[from].includes(to));
}
