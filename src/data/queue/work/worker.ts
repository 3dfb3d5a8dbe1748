import type { Endpoint } from '../../../foundation/cluster/index.ts';
import type { Connect } from '../../../foundation/connect/index.ts';
import { type Clock, type Log, messageOf, type Service } from '../../../kernel/index.ts';
import type { Tenancy } from '../../../trust/tenancy/index.ts';
import type { Definitions } from '../definitions/index.ts';
import type { PayloadCipher } from '../encryption/index.ts';
import type { Flows } from '../flows/index.ts';
import type { OpenedPromise } from '../promise/index.ts';
import type { OpenWorker } from './open-worker.ts';
import type { WorkerCommand, WorkerProcesses, WorkerProcessesDeps } from './processes.ts';

export interface WorkDeps {
  readonly connect: Connect;
  readonly tenancy: Pick<Tenancy, 'run' | 'within' | 'directory'>;
  readonly clock: Clock;
  readonly log: Log;
  /** uuid of this process's start, shared by all parts. */
  readonly workerId: string;
  readonly definitions: Pick<Definitions, 'defined' | 'sync'>;
  /** Default: jobs with encrypted fields fail. */
  readonly payloads?: Pick<PayloadCipher, 'decrypt'>;
  /** What runs are counted with, and what claims go by. Default: nothing is counted, and weights are those that are set. */
  readonly promise?: Pick<OpenedPromise, 'counters' | 'figures'>;
  /** What jobs add to the batch or flow they are in. Default: they cannot. */
  readonly flows?: Pick<Flows, 'show' | 'append'>;
  /** Where the queue's database is and as whom, for the thread that keeps the leases. */
  endpoint(): Promise<Endpoint>;
}

export interface WorkOptions {
  /** Jobs at the same time, of each pool. */
  readonly slots: number;
  /** Pools this process serves; undefined: all. */
  readonly pools?: readonly string[];
  readonly handlerVersion: string;
  readonly leaseMs: number;
  /** How long running jobs may go on after `stop`. */
  readonly drainMs: number;
  readonly longLagMs: number;
  /** How long a run in a thread or process of its own may go on after it was aborted, before that is ended. */
  readonly isolateGraceMs: number;
}

export interface WorkCounts {
  /** Runs whose end is in the database. */
  readonly recorded: number;
  readonly leaseLosses: number;
  readonly busy: number;
  readonly buffered: number;
}

/** The worker of a process. */
export interface Worker extends Service {
  /** Undefined while it runs no jobs. */
  facts(): { readonly workerId: string; readonly pool: string; readonly slots: number } | undefined;
  /** Jobs of a pool that it runs at the same time from now on. */
  setSlots(pool: string, slots: number): void;
  counts(): WorkCounts;
  /** Jobs of these queues have just become ready, as this process knows before the database tells it. */
  ready(queueIds: readonly number[]): void;
}

export const workTimes = { leaseMs: 30_000, longLagMs: 1_000, isolateGraceMs: 5_000 } as const;

const lookMs = 500;
const none: WorkCounts = { recorded: 0, leaseLosses: 0, busy: 0, buffered: 0 };

/** Workers in processes of this host, begun. */
export async function openWorkerProcesses(deps: WorkerProcessesDeps, command: WorkerCommand, count: number): Promise<WorkerProcesses> {
  const { WorkerProcesses } = await import('./processes.ts');
  return new WorkerProcesses(deps, command, count);
}

/** Runs jobs from when it was started and something with a handler is defined: until then it costs nothing. */
export function openWorker(deps: WorkDeps, options: WorkOptions): Worker {
  let opening: Promise<OpenWorker> | undefined;
  let open: OpenWorker | undefined;
  let waiting: NodeJS.Timeout | undefined;
  const begin = () => {
    if (!deps.definitions.defined().some(({ handler }) => handler)) return;
    clearInterval(waiting);
    opening = import('./open-worker.ts').then(({ OpenWorker }) => new OpenWorker(deps, options));
    opening.then(
      (opened) => {
        open = opened;
      },
      (error) => deps.log.error('the worker could not start', { error: messageOf(error) }),
    );
  };
  return {
    name: 'worker',
    start() {
      if (opening) return;
      waiting = setInterval(begin, lookMs);
      waiting.unref();
      begin();
    },
    async stop() {
      clearInterval(waiting);
      const stopping = await opening?.catch(() => undefined);
      opening = undefined;
      open = undefined;
      await stopping?.stop();
    },
    counts: () => open?.counts() ?? none,
    ready: (queueIds) => open?.ready(queueIds),
    facts: () => open && { workerId: deps.workerId, pool: options.pools?.join(',') ?? '*', slots: open.slots },
    setSlots: (pool, slots) => open?.setSlots(pool, slots),
  };
}
