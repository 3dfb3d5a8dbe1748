/** How a statement is probed, and outside a transaction cleaned up. `other`: only its author knows. */
export type StepKind =
  | 'create-index'
  | 'build-index'
  | 'drop-index'
  | 'reindex'
  | 'detach'
  | 'validate'
  | 'create-table'
  | 'add-column'
  | 'add-constraint'
  | 'adopt-index'
  | 'add-enum-value'
  | 'create-schema'
  | 'create-enum'
  | 'create-extension'
  | 'create-function'
  | 'create-view'
  | 'create-trigger'
  | 'create-policy'
  | 'rename'
  | 'drop'
  | 'other';

/**
 * What the catalog says about a step. `leftover`: an interrupted try has to be cleaned up first. `unknown`: there is
 * nothing to ask.
 */
export type ProbeAnswer = 'done' | 'absent' | 'leftover' | 'unknown';

export type StepState = 'pending' | 'running' | 'done' | 'failed';

export type StepDecision = 'skip' | 'record' | 'run' | 'clean and run' | 'repair';

/**
 * What to do with a step, from what the ledger and the catalog say.
 *
 * The catalog wins over the ledger, except that a step recorded as done is never run again: a later one may have undone
 * it on purpose. Without a probe only a step that was never begun, or was settled by `repair`, may run.
 */
export function decideStep(recorded: StepState | undefined, answer: ProbeAnswer, isIdempotent: boolean): StepDecision {
  if (recorded === 'done') return 'skip';
  if (answer === 'done') return 'record';
  if (answer === 'leftover') return 'clean and run';
  if (answer === 'absent' || isIdempotent) return 'run';
  return recorded === undefined || recorded === 'pending' ? 'run' : 'repair';
}
