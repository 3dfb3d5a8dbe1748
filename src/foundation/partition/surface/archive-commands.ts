import { type CommandDescriptor, type CommandInput, Type } from '../../../kernel/index.ts';
import type { Partition } from '../model/types.ts';

const partitionOf = (input: CommandInput) => input.use<Partition>('partition');
const id = { name: 'id', meaning: 'Archive, as in "plinth partition archive list"' };

export const archiveCommands: readonly CommandDescriptor[] = [
  {
    name: 'partition archive list',
    summary: 'Archives of partitions: where they lie, and when they were last read back.',
    needs: 'migrated',
    async run(input) {
      const archives = await partitionOf(input).archives();
      const rows = archives.map((one) => [
        one.id,
        one.set,
        one.from ?? '',
        one.to ?? '',
        one.rows,
        one.sizeBytes,
        one.verified?.toISOString() ?? 'not verified',
        one.location,
      ]);
      return { data: { archives }, table: { columns: ['archive', 'table', 'from', 'to', 'rows', 'bytes', 'read back', 'where'], rows } };
    },
  },
  {
    name: 'partition archive verify',
    summary: 'Fetch an archive, unpack and load it, and compare number and content of its rows.',
    needs: 'migrated',
    arguments: [id],
    async run(input) {
      await partitionOf(input).verifyArchive(String(input.args.id), { signal: input.signal });
      return { data: { id: input.args.id }, text: 'It gives back what was put in.' };
    },
  },
  {
    name: 'partition archive restore',
    summary: 'Bring the rows of an archive back as a table; with --attach into the table they came from.',
    needs: 'migrated',
    arguments: [id],
    flags: Type.Object({ attach: Type.Optional(Type.Boolean({ description: 'Attach it where its range is free' })) }),
    async run(input) {
      const restored = await partitionOf(input).restore(String(input.args.id), {
        attach: input.flags.attach === true,
        signal: input.signal,
      });
      const differences = [
        ...(restored.added.length > 0 ? [`Columns that came later have their defaults: ${restored.added.join(', ')}.`] : []),
        ...(restored.missing.length > 0 ? [`Columns the table has no more stay in the archive: ${restored.missing.join(', ')}.`] : []),
      ];
      return { data: restored, text: [`${restored.rows} rows are in ${restored.table}.`, ...differences].join('\n') };
    },
  },
];
