import { type CommandDescriptor, type TextTable, Type } from '../../../kernel/index.ts';
import type { Migrate } from '../model/types.ts';
import type { Trial } from './types.ts';

const test: CommandDescriptor = {
  name: 'migrate test',
  summary: 'Try migrations forwards, backwards and forwards again, on a throwaway server.',
  description:
    'Compares the schema and counts rows after each move; rows to begin with stand in seed.sql of the migration. Exit code 1 when one is not as it was. Without arguments: what is pending.',
  needs: 'server',
  arguments: [{ name: 'ids', meaning: 'source/name as in "migrate status"', isOptional: true, isVariadic: true }],
  flags: Type.Object({}),
  async run({ args, signal, progress, use }) {
    const ids = (args.ids ?? []) as readonly string[];
    const trials = await use<Migrate>('migrate').trials.run({ signal, onProgress: progress, ...(ids.length > 0 && { ids }) });
    const data = { trials };
    if (trials.length === 0) return { data, text: 'Nothing to try.' };
    return { data, table: tableOf(trials), exitCode: trials.some(({ outcome }) => outcome === 'failed') ? 1 : 0 };
  },
};

function tableOf(trials: readonly Trial[]): TextTable {
  return {
    columns: ['tier', 'migration', 'outcome', 'rows', 'findings'],
    rows: trials.map(({ tier, migration, outcome, isSeeded, findings }) => [
      tier,
      migration,
      outcome,
      isSeeded ? 'seeded' : 'none',
      findings.join('; '),
    ]),
  };
}

export const trialCommands: readonly CommandDescriptor[] = [test];
