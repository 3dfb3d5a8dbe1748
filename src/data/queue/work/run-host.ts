import type { Transaction } from '../../../foundation/connect/index.ts';
import { messageOf, nilUuid, type Tier } from '../../../kernel/index.ts';
import { keepDetails } from '../details/index.ts';
import { type EndingDeps, type EndingRun, endInTransaction, keepLateLines, openExternal } from '../effects/index.ts';
import { openPayloadCipher } from '../encryption/index.ts';
import { flowOfJob } from '../flows/index.ts';
import type { Job } from '../model/types.ts';
import type { ProgressBook } from '../progress/index.ts';
import type { Directory } from './directory.ts';
import type { Isolates } from './isolation/index.ts';
import type { Run, RunHost } from './run.ts';
import type { RunCaller } from './run-call.ts';
import type { WorkDeps } from './worker.ts';

export interface RunHostDeps extends WorkDeps {
  readonly progress: ProgressBook;
  readonly isolates: Isolates;
  readonly directory: Pick<Directory, 'queueName' | 'definition'>;
}

/** What runs do in our databases, each as work for the tenant of its job. */
export function runHost(deps: RunHostDeps): RunHost & RunCaller {
  const { connect, tenancy, workerId, log, directory, payloads = openPayloadCipher() } = deps;

  const externalOf = openExternal(connect);

  function transaction<T>({ tenantId, type, signal }: Run, tier: Tier, work: (tx: Transaction) => Promise<T>): Promise<T> {
    const request = { tier, tag: `queue.${type}`, signal };
    return tenantId === nilUuid ? connect.transaction({ ...request, as: 'system' }, work) : tenancy.run({ tenantId }, request, work);
  }

  const endingOf = (run: Run): EndingRun => ({
    tenantId: run.tenantId,
    jobId: run.id,
    attempt: run.attempt,
    async stand() {
      await run.item.parting;
      return { leaseId: run.item.lease.id, place: run.item.place };
    },
    told: (value) => run.told(value),
  });

  return {
    queueName: (id) => directory.queueName(id),
    transaction,
    external: ({ tenantId, id, attempt }) => externalOf({ tenantId, jobId: id, attempt, workerId }),
    end: (run, tier, work) => {
      const within: EndingDeps['run'] = (at, does) => transaction(run, at, does);
      return endInTransaction({ connect, tenancy, run: within }, endingOf(run), tier, work);
    },
    flow: ({ tenantId, id, item }) => flowOfJob(connect, deps.flows, { tenantId, jobId: id, follow: item.job.record?.follow }),
    details: ({ tenantId, id, type, item }, row, tx) =>
      keepDetails({ connect }, { tenantId, jobId: id, jobType: type, table: directory.definition(item.job.typeId)?.details }, row, tx),
    progress: ({ tenantId, id, item }, done, total, note) => {
      if (!item.lease.isLost) deps.progress.say({ tenantId, jobId: id, done, total, note });
    },
    keepLate(run, lines) {
      keepLateLines({ connect }, endingOf(run), lines).catch((error) =>
        log.warn('lines that a job said after its end were not kept', { job: run.id, error: messageOf(error) }),
      );
    },
    decrypt: ({ tenantId, type, payload }) => payloads.decrypt({ tenantId, type }, payload),
    call: (run, definition) => {
      const { tenantId } = run;
      const handler = definition.handler as (job: Job) => unknown;
      return tenantId === nilUuid ? handler(run) : tenancy.within({ tenantId }, () => handler(run));
    },
    callIsolated: (run, definition, begun) => deps.isolates.call(run, definition, begun),
  };
}
