import type { Endpoint } from '../../foundation/cluster/index.ts';
import type { Connect } from '../../foundation/connect/index.ts';
import { type Clock, type EventBus, type Log, type Service, uuidv7 } from '../../kernel/index.ts';
import type { Crypto } from '../../trust/crypto/index.ts';
import type { Tenancy } from '../../trust/tenancy/index.ts';
import { type Control, openControl, revokeLoop } from './control/index.ts';
import { type Dead, openDead, patternsLoop, unhandledLoop } from './dead/index.ts';
import { openDefinitions } from './definitions/index.ts';
import { openPayloadCipher } from './encryption/index.ts';
import { openEnqueue } from './enqueue/index.ts';
import { counter, openFlows } from './flows/index.ts';
import type { Outbox, Queue } from './model/types.ts';
import type { QueueOptions } from './options.ts';
import { type Overview, openOverview } from './overview/index.ts';
import { openPromise, type QueuePromise } from './promise/index.ts';
import { lead, openUpkeep, type Upkeep } from './upkeep/index.ts';
import { openWorker, openWorkerProcesses, type Worker, type WorkerCommand, type WorkerProcesses, workTimes } from './work/index.ts';

export interface QueueDeps {
  /** Where the database of the queue is, and as its owner. */
  endpoint(): Promise<Endpoint>;
  readonly connect: Connect;
  readonly tenancy: Tenancy;
  /** Default: kinds of jobs with encrypted fields are refused. */
  readonly crypto?: Pick<Crypto, 'values'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly events: EventBus;
  readonly outbox?: () => Outbox | undefined;
}

/** The queue with what belongs to its process. */
export interface OpenedQueue extends Queue {
  readonly upkeep: Upkeep;
  readonly control: Control;
  readonly dead: Dead;
  readonly promise: QueuePromise;
  readonly overview: Overview;
  /** Workers in processes of their own; begun. */
  workerProcesses(command: WorkerCommand, count: number): Promise<WorkerProcesses>;
  readonly services: readonly Service[];
}

// How long a backlog may take that slots are added for.
const drainTargetMs = 300_000;
// What a worker needs to end, beside what its jobs are given.
const stopMs = 30_000;

/** Opens the job queue of a platform. */
export async function openQueue(deps: QueueDeps, options: QueueOptions): Promise<OpenedQueue> {
  const definitions = openDefinitions(deps);
  const payloads = openPayloadCipher(deps.crypto);
  const workerId = uuidv7();
  let serving: Worker | undefined;
  const worker = (pools?: readonly string[]) => {
    serving = openWorker(
      { ...deps, workerId, definitions, payloads, promise, flows },
      { ...workTimes, ...options, ...(pools && { pools }) },
    );
    return serving;
  };
  const promise = openPromise({
    ...deps,
    scaling: { slots: options.slots, maxSlots: Math.max(options.slots, options.maxSlots), drainTargetMs },
    limitsOf: (tenantId) => deps.tenancy.limitsOf(tenantId),
    worker: () => {
      const facts = serving?.facts();
      return facts && { ...facts, setSlots: (pool, slots) => serving?.setSlots(pool, slots) };
    },
  });
  const { intake, ...enqueue } = openEnqueue({
    ...deps,
    definitions,
    payloads,
    outbox: deps.outbox ?? (() => undefined),
    admit: promise.admit,
    counters: promise.counters,
  });
  const flows = openFlows({ ...deps, intake });
  enqueue.onReady((queueIds) => serving?.ready(queueIds));
  const upkeep = openUpkeep(deps);
  const loops = [...upkeep.loops, counter, revokeLoop, patternsLoop(deps.events), unhandledLoop, ...promise.loops()];
  return {
    ...enqueue,
    flows,
    upkeep,
    control: openControl({ ...deps, definitions }),
    dead: openDead(deps),
    promise: promise.reports,
    overview: openOverview(deps),
    services: [...upkeep.services, ...promise.services(), lead(deps, { name: 'queue', holder: workerId }, loops), worker()],
    definitions,
    worker,
    workerProcesses: (command, count) => openWorkerProcesses({ log: deps.log, stopMs: options.drainMs + stopMs }, command, count),
    define: (definition) => definitions.define(definition),
    declare: (declaration) => definitions.declare(declaration),
    async [Symbol.asyncDispose]() {
      await enqueue[Symbol.asyncDispose]();
      await promise[Symbol.asyncDispose]();
    },
  };
}
