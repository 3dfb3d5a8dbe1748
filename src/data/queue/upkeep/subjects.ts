import type { Connect, Transaction } from '../../../foundation/connect/index.ts';
import type { Clock } from '../../../kernel/index.ts';
import type { Person, StepBounds, SubjectStore } from '../../../trust/privacy/index.ts';
import {
  abortJobs,
  eraseJobs,
  historyOf,
  type ListAboutRow,
  type ListPartsOfRow,
  listAbout,
  listPartsOf,
  runningAmong,
} from './sql/queries/queries.gen.ts';

export interface SubjectDeps {
  readonly connect: Pick<Connect, 'transaction'>;
  readonly clock: Clock;
}

const atOnce = 500;
/** Handlers are told that their job is gone, and have that long to end; what they say later is refused. */
const graceMs = 10_000;
const pollMs = 100;

const columnsOf = (jobs: readonly ListAboutRow[]) => ({
  tenant_ids: jobs.map(({ tenant_id }) => tenant_id),
  ids: jobs.map(({ id }) => id),
});

function* chunks<T>(rows: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < rows.length; from += atOnce) yield rows.slice(from, from + atOnce);
}

/** Jobs of a person: those whose payload names one where their definition says that it does (`subjects`). */
export function queueSubjects({ connect, clock }: SubjectDeps): SubjectStore {
  const run = <T>({ signal }: StepBounds, work: (tx: Transaction) => Promise<T>, isReadOnly = true) =>
    connect.transaction(
      { tier: 'queue', as: 'owner', priority: 'maintenance', tag: 'queue.subject', isReadOnly, signal, deadlineMs: 3_600_000 },
      work,
    );
  const about = ({ identifiers }: Person, bounds: StepBounds) =>
    run(bounds, (tx) => listAbout.all(tx, { identifiers: JSON.stringify(identifiers) }));

  async function abort(ids: string[], bounds: StepBounds): Promise<void> {
    const { running } = await run(bounds, (tx) => abortJobs.one(tx, { ids }), false);
    const started = clock.monotonicMs();
    for (let left = running; left > 0 && clock.monotonicMs() - started < graceMs; ) {
      await clock.sleep(pollMs, bounds.signal);
      left = (await run(bounds, (tx) => runningAmong.one(tx, { ids }))).running;
    }
  }

  return {
    async find(person, bounds) {
      const jobs = await about(person, bounds);
      if (jobs.length === 0) return [];
      const parts = new Map<string, ListPartsOfRow>();
      for (const some of chunks(jobs))
        for (const part of await run(bounds, (tx) => listPartsOf.all(tx, columnsOf(some)))) parts.set(`${part.schema}.${part.table}`, part);
      const tables = [...parts.values()].map(({ schema, table }) => ({ tier: 'queue', schema, table }) as const);
      return [{ place: 'jobs', method: 'delete', count: jobs.length, tables }];
    },

    async export(person, sink, bounds) {
      const jobs = await about(person, bounds);
      const histories = async function* () {
        for (const some of chunks(jobs)) for (const { job } of await run(bounds, (tx) => historyOf.all(tx, columnsOf(some)))) yield job;
      };
      await sink.records('jobs', histories());
    },

    async erase(person, bounds) {
      for (const some of chunks(await about(person, bounds))) {
        const columns = columnsOf(some);
        await abort(columns.ids, bounds);
        await run(bounds, (tx) => eraseJobs.one(tx, columns), false);
      }
    },
  };
}
