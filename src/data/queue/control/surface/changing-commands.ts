import { type CommandDescriptor, type CommandInput, type CommandResult, Type } from '../../../../kernel/index.ts';
import { acting, countsText, type FilterFlags, filterFlags, filterOf, moment, queueOf, timeOf } from '../../surface/asking.ts';
import type { JobFilter } from '../types.ts';

const yes = { yes: Type.Optional(Type.Boolean({ description: 'Do it; without it a filter is only counted.' })) };
const jobsArgument = [{ name: 'ids', meaning: 'of jobs; none: those of the filter', isVariadic: true, isOptional: true }] as const;

type Act = (filter: JobFilter, input: CommandInput) => Promise<CommandResult>;

/** By ids at once; by a filter with the count first. */
const onJobs =
  (act: Act) =>
  async (input: CommandInput): Promise<CommandResult> => {
    const { yes: isMeant, ...flags } = input.flags as FilterFlags & { yes?: boolean };
    const ids = [input.args.ids ?? []].flat();
    const { queue, type, tenant, state, since, until } = flags;
    const named = { queue, type, tenant, state, since, until };
    const given = Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined)) as FilterFlags;
    const filter = { ...(await filterOf(input, given)), ...(ids.length > 0 && { ids }) };
    if (ids.length > 0 || isMeant) return act(filter, input);
    const counts = await queueOf(input).control.count(filter);
    return { data: { counts }, text: `It is about ${countsText(counts)}. Nothing was done; add --yes to do it.` };
  };

const done = (data: object, text: string): CommandResult => ({ data, text });

/** What can be done to many jobs, by their ids or by what they have in common. */
export const changingCommands: readonly CommandDescriptor[] = [
  {
    name: 'queue cancel',
    summary: 'Cancel jobs: waiting ones at once, running ones are told to end.',
    description: 'A handler that has not ended half a minute later loses its job; what it says then is refused.',
    needs: 'migrated',
    arguments: jobsArgument,
    flags: Type.Object({ ...filterFlags, ...yes }),
    run: onJobs(async (filter, input) => {
      const result = await queueOf(input).control.cancel(filter, acting());
      return done(result, `${result.cancelled} cancelled, ${result.requested} running ones told to end.`);
    }),
  },
  {
    name: 'queue retry',
    summary: 'Try failed jobs again at once; those that have ended, by id, as new jobs.',
    description: 'Dead letters: plinth queue redrive.',
    needs: 'migrated',
    arguments: jobsArgument,
    flags: Type.Object({ ...filterFlags, ...yes }),
    run: onJobs(async (filter, input) => {
      const result = await queueOf(input).control.retry(filter, acting());
      return done(
        result,
        [`${result.promoted} are tried again now.`, ...result.again.map(({ id, as }) => `${id} again as ${as}`)].join('\n'),
      );
    }),
  },
  {
    name: 'queue promote',
    summary: 'Make scheduled and retrying jobs due now.',
    needs: 'migrated',
    arguments: jobsArgument,
    flags: Type.Object({ ...filterFlags, ...yes }),
    run: onJobs(async (filter, input) => {
      const result = await queueOf(input).control.promote(filter, acting());
      return done(result, `${result.promoted} are due now.`);
    }),
  },
  {
    name: 'queue reschedule',
    summary: 'Make jobs that wait due at another time.',
    needs: 'migrated',
    arguments: jobsArgument,
    flags: Type.Object({ due: Type.String({ description: 'When, e.g. 2026-01-31T12:00Z.' }), ...filterFlags, ...yes }),
    run: onJobs(async (filter, input) => {
      const due = timeOf('--due', String(input.flags.due));
      const result = await queueOf(input).control.reschedule(filter, due, acting());
      return done(result, `${result.rescheduled} are due at ${moment(due)} UTC.`);
    }),
  },
  {
    name: 'queue delete',
    summary: 'Delete jobs that have ended or wait, with all that is kept about them.',
    needs: 'migrated',
    arguments: jobsArgument,
    flags: Type.Object({ ...filterFlags, ...yes }),
    run: onJobs(async (filter, input) => {
      const result = await queueOf(input).control.delete(filter, acting());
      return done(result, `${result.deleted} deleted${result.running > 0 ? `, ${result.running} are running and stay` : ''}.`);
    }),
  },
  {
    name: 'queue move',
    summary: 'Move jobs that are not running to another queue; they keep band and age.',
    needs: 'migrated',
    arguments: jobsArgument,
    flags: Type.Object({ to: Type.String({ description: 'The queue.' }), ...filterFlags, ...yes }),
    run: onJobs(async (filter, input) => {
      const to = String(input.flags.to);
      const result = await queueOf(input).control.move(filter, to, acting());
      return done(result, `${result.moved} moved to ${to}.`);
    }),
  },
];
