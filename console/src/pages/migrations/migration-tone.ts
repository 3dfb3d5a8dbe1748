import type { Tone } from '../../parts/badge.tsx';

/** States that need nobody are good, those that wait for somebody warn, those that stopped something are bad. */
export function migrationTone(state: string): Tone {
  if (['applied', 'baseline', 'squashed'].includes(state)) return 'good';
  if (['failed', 'needs_repair', 'blocked'].includes(state)) return 'bad';
  return ['pending', 'running', 'reverting'].includes(state) ? 'warn' : 'plain';
}
