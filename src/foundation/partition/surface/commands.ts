import { type CommandDescriptor, type CommandInput, Type } from '../../../kernel/index.ts';
import type { Partition } from '../model/types.ts';
import type { RetentionStep } from '../retention/index.ts';
import { archiveCommands } from './archive-commands.ts';

const partitionOf = (input: CommandInput) => input.use<Partition>('partition');
const part = { name: 'partition', meaning: 'schema.partition, as in "plinth partition parts"' };
const table = { name: 'table', meaning: 'schema.table' };

const upkeepCommands: readonly CommandDescriptor[] = [
  {
    name: 'partition status',
    summary: 'Every table that is looked after: how it is cut, until when it is covered, what stands in the way.',
    description: 'Exit code 1 when something stands in the way. With --gaps the ranges that upkeep would make now.',
    needs: 'migrated',
    flags: Type.Object({ gaps: Type.Optional(Type.Boolean({ description: 'Show what is missing instead' })) }),
    async run(input) {
      if (input.flags.gaps === true) {
        const missing = await partitionOf(input).missing();
        const rows = missing.map((gap) => [gap.tier, gap.table, gap.group ?? '', gap.range]);
        return { data: { missing }, table: { columns: ['tier', 'table', 'group', 'missing'], rows } };
      }
      const sets = await partitionOf(input).status();
      const rows = sets.map((set) => [
        set.tier,
        set.table,
        `${set.declaration.by}(${set.declaration.key})`,
        set.coveredUntil ?? '',
        set.attached,
        set.detached,
        set.sizeBytes,
        set.blockedBy ?? (set.exists ? '' : 'the table is gone'),
      ]);
      return {
        data: { sets },
        table: { columns: ['tier', 'table', 'cut by', 'covered until', 'parts', 'detached', 'bytes', 'blocked by'], rows },
        exitCode: sets.some((set) => set.blockedBy !== undefined || !set.exists) ? 1 : 0,
      };
    },
  },
  {
    name: 'partition health',
    summary: 'What is wrong with partitioned tables, or will be soon.',
    description: 'Exit code 1 when something is critical.',
    needs: 'migrated',
    async run(input) {
      const findings = await partitionOf(input).findings();
      if (findings.length === 0) return { data: { findings }, text: 'All is well.' };
      const rows = findings.map((one) => [one.tier, one.table, one.severity, one.finding, one.detail]);
      return {
        data: { findings },
        table: { columns: ['tier', 'table', 'severity', 'finding', 'detail'], rows },
        exitCode: findings.some(({ severity }) => severity === 'critical') ? 1 : 0,
      };
    },
  },
  {
    name: 'partition plan',
    summary: 'What the declarations of manifests and configuration would change; changes nothing.',
    needs: 'migrated',
    async run(input) {
      const changes = await partitionOf(input).plan();
      if (changes.length === 0) return { data: { changes }, text: 'Every table is as declared.' };
      const rows = changes.map(({ tier, table: name, change }) => [tier, name, change]);
      return { data: { changes }, table: { columns: ['tier', 'table', 'change'], rows } };
    },
  },
  {
    name: 'partition maintain',
    summary: 'Make every table ready for the time to come, now. May run beside others and be killed at any time.',
    needs: 'migrated',
    arguments: [{ ...table, isOptional: true }],
    async run(input) {
      const name = input.args.table as string | undefined;
      const request = { signal: input.signal, onProgress: input.progress, ...(name && { table: name }) };
      const report = await partitionOf(input).maintain(request);
      const count = Object.values(report.made).reduce((sum, made) => sum + made, 0);
      const lines = Object.entries(report.made).map(([of, made]) => `${of}: ${made} new`);
      return { data: report, text: [...lines, `${count} partitions made in ${report.durationMs} ms.`].join('\n') };
    },
  },
  {
    name: 'partition ensure',
    summary: 'Make the partitions between two values, for imports and past data.',
    description: 'Times without an offset are UTC. Example: plinth partition ensure queue.jobs 2024-01-01 2025-01-01',
    needs: 'migrated',
    arguments: [table, { name: 'from', meaning: 'First value' }, { name: 'to', meaning: 'First value that is not wanted any more' }],
    async run(input) {
      const { table: name, from, to } = input.args;
      const made = await partitionOf(input).ensure(String(name), String(from), String(to));
      return { data: { made }, text: made === 0 ? 'All were there.' : `${made} partitions made.` };
    },
  },
  {
    name: 'partition parts',
    summary: 'Partitions there are or were, of one table or all.',
    needs: 'migrated',
    arguments: [{ ...table, isOptional: true }],
    async run(input) {
      const parts = await partitionOf(input).parts(input.args.table as string | undefined);
      const rows = parts.map((part) => [
        part.tier,
        part.table,
        part.from ?? '',
        part.to ?? '',
        part.state,
        part.rows ?? '',
        part.sizeBytes ?? '',
        part.blockedBy ?? '',
      ]);
      return { data: { parts }, table: { columns: ['tier', 'partition', 'from', 'to', 'state', 'rows', 'bytes', 'stays because'], rows } };
    },
  },
  {
    name: 'partition retain',
    summary: 'Take away what is behind the retention line and is let go; archive and drop what has passed its days of grace.',
    description: 'Exit code 1 when something stays although its time has come. With --dry-run only says what would happen.',
    needs: 'migrated',
    arguments: [{ ...table, isOptional: true }],
    flags: Type.Object({ dryRun: Type.Optional(Type.Boolean({ description: 'Change nothing' })) }),
    async run(input) {
      const name = input.args.table as string | undefined;
      const isDryRun = input.flags.dryRun === true;
      const steps = await partitionOf(input).retain({
        isDryRun,
        signal: input.signal,
        onProgress: input.progress,
        ...(name && { table: name }),
      });
      const outcome = (step: RetentionStep) => step.gate ?? (isDryRun ? 'would be done' : 'done');
      const rows = steps.map((step) => [
        step.tier,
        step.table,
        step.to ?? '',
        step.rows ?? '',
        step.sizeBytes ?? '',
        step.step,
        outcome(step),
      ]);
      if (steps.length === 0) return { data: { steps }, text: 'Nothing is behind its retention line.' };
      return {
        data: { steps },
        table: { columns: ['tier', 'partition', 'up to', 'rows', 'bytes', 'step', 'outcome'], rows },
        exitCode: steps.some(({ gate }) => gate !== undefined) ? 1 : 0,
      };
    },
  },
  {
    name: 'partition detach',
    summary: 'Detach one partition now, whatever its retention; it can come back within the days of grace.',
    needs: 'migrated',
    arguments: [part],
    async run(input) {
      const name = await partitionOf(input).detach(String(input.args.partition), { signal: input.signal });
      return { data: { table: name }, text: `It is ${name} now. Undo with: plinth partition reattach ${name}` };
    },
  },
  {
    name: 'partition reattach',
    summary: 'Undo a detach.',
    needs: 'migrated',
    arguments: [part],
    async run(input) {
      const name = await partitionOf(input).reattach(String(input.args.partition));
      return { data: { table: name }, text: `It is ${name} again.` };
    },
  },
  ...(['pause', 'resume'] as const).map(
    (verb): CommandDescriptor => ({
      name: `partition ${verb}`,
      summary: verb === 'pause' ? 'Let upkeep and retention leave a table alone.' : 'Let upkeep and retention look after a table again.',
      needs: 'migrated',
      arguments: [table],
      async run(input) {
        await partitionOf(input).pause(String(input.args.table), verb === 'pause');
        return { data: { table: input.args.table, isPaused: verb === 'pause' }, text: verb === 'pause' ? 'Paused.' : 'Resumed.' };
      },
    }),
  ),
];

export const commands: readonly CommandDescriptor[] = [...upkeepCommands, ...archiveCommands];
