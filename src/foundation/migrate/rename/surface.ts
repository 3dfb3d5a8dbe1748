import { existsSync, readFileSync } from 'node:fs';
import { type CommandDescriptor, Type } from '../../../kernel/index.ts';
import type { Migrate } from '../model/types.ts';
import { renameErrors } from './errors.ts';
import { readMap } from './model/read-map.ts';

const renameLegacy: CommandDescriptor = {
  name: 'migrate rename-legacy',
  summary: 'Give a whole database its new names; the old ones stay as writable views.',
  description: `One transaction for each database. Programs that know the old names go on: those of tables work where they were, those of
columns in the schema <schema>_legacy, to which such programs set their search_path. The views take no COPY, and nothing can
refer to them. Rows of tables that were given up are moved to their successor and compared. Run again, it changes nothing.
--contract drops the old names once nobody uses them; tables that were given up can be restored from the trash for 14 days.`,
  needs: 'server',
  arguments: [{ name: 'map', meaning: 'a JSON file with the new names; a product ships its own' }],
  flags: Type.Object({ contract: Type.Optional(Type.Boolean({ description: 'End the old names.' })) }),
  async run({ args, flags, signal, progress, use }) {
    const path = String(args.map);
    if (!existsSync(path)) throw renameErrors.RENAME_MAP({ path, problem: 'there is no such file' });
    const map = readMap(path, readFileSync(path, 'utf8'));
    const { renames } = use<Migrate>('migrate');
    const request = { signal, onProgress: progress };
    if (flags.contract === true) {
      await renames.contract(map, request);
      return { data: { contracted: map.name }, text: 'The old names are gone.' };
    }
    const reports = await renames.apply(map, request);
    const lines = reports.flatMap(({ tier, renamed, rewritten, toCheck, merges, legacySchemas }) => [
      ...renamed.map((line) => `${tier}: ${line}`),
      ...rewritten.map((routine) => `${tier}: ${routine} uses the new names`),
      ...toCheck.map((routine) => `${tier}: look at ${routine}: an argument is called like a column that was renamed`),
      ...merges.map(
        ({ source, into, moved, different }) => `${tier}: ${moved} row(s) of ${source} moved to ${into}, ${different.length} differ`,
      ),
      ...merges.flatMap(({ different }) => different.map((key) => `${tier}:   differs: ${key}`)),
      ...(renamed.length > 0 ? [`${tier}: for programs with the old names: set search_path = ${legacySchemas.join(', ')}`] : []),
    ]);
    return { data: { reports }, text: lines.length > 0 ? lines.join('\n') : 'Every name is new already.' };
  },
};

export const renameCommands: readonly CommandDescriptor[] = [renameLegacy];
