import type { Connect, Transaction } from '../../../foundation/connect/index.ts';
import { checkDetails } from '../details/index.ts';
import { bandNumber } from '../model/bands.ts';
import type { JobDefinition, JobKind, QueueDeclaration } from '../model/types.ts';
import { problemOf, problemOfQueue } from './check-definition.ts';
import { definitionErrors } from './errors.ts';
import { addTypes, changeTypes, declareQueue, listQueues, listTypes } from './sql/queries/queries.gen.ts';

/** A queue as this process knows it. The id stands in the ready table. */
export interface KnownQueue {
  readonly id: number;
  readonly name: string;
  readonly group: string;
  readonly pool: string;
  readonly onOverload: 'reject' | 'demote' | 'accept';
}

/** A kind of job that the database knows: what enqueue needs of it, without asking. */
export interface KnownKind {
  readonly name: string;
  /** Stands in the ready table. */
  readonly typeId: number;
  readonly queue: KnownQueue;
  readonly band: number;
  readonly maxAttempts: number;
  readonly payloadVersion: number;
  readonly isUnique: boolean;
  /** Absent where only other processes have defined it. */
  readonly definition?: JobDefinition<unknown>;
}

/** The kinds of jobs and queues that this process knows, kept in step with the database. */
export interface Definitions {
  /** @throws PLINTH_QUEUE_DEFINED_TWICE, PLINTH_QUEUE_INVALID_DEFINITION */
  define<P>(definition: JobDefinition<P>): JobKind<P>;
  /** What this process has defined, in the order of definition. */
  defined(): readonly JobDefinition<unknown>[];
  /** @throws PLINTH_QUEUE_INVALID_QUEUE */
  declare(declaration: QueueDeclaration): Promise<void>;
  /** Writes what was defined since, and reads what others have. @throws PLINTH_QUEUE_UNKNOWN_QUEUE */
  sync(): Promise<void>;
  /** From memory where it is known, which is what hot paths rely on. @throws PLINTH_QUEUE_UNKNOWN_JOB_TYPE, PLINTH_QUEUE_UNKNOWN_QUEUE */
  kind(name: string): KnownKind | Promise<KnownKind>;
  /** @throws PLINTH_QUEUE_UNKNOWN_QUEUE */
  queue(name: string): KnownQueue | Promise<KnownQueue>;
  /** From memory only: who meets an id that is missing here calls `sync` first. */
  kindById(typeId: number): KnownKind | undefined;
  queueById(queueId: number): KnownQueue | undefined;
  /** All queues, as of the last sync. */
  queues(): readonly KnownQueue[];
}

export function openDefinitions({ connect }: { readonly connect: Connect }): Definitions {
  const defined = new Map<string, JobDefinition<unknown>>();
  let pending = new Map<string, JobDefinition<unknown>>();
  let queues = new Map<string, KnownQueue>();
  let kinds = new Map<string, KnownKind>();
  let queuesById = new Map<number, KnownQueue>();
  let kindsById = new Map<number, KnownKind>();
  let syncing: Promise<void> | undefined;

  async function read(tx: Transaction): Promise<void> {
    const [queueRows, typeRows] = await Promise.all([listQueues.all(tx, {}), listTypes.all(tx, {})]);
    queuesById = new Map(
      queueRows.map(({ id, name, group_name: group, pool, on_overload }) => [
        id,
        { id, name, group, pool, onOverload: on_overload as KnownQueue['onOverload'] },
      ]),
    );
    queues = new Map([...queuesById.values()].map((queue) => [queue.name, queue]));
    kindsById = new Map(
      typeRows.map((row) => {
        const definition = defined.get(row.name);
        const known: KnownKind = {
          name: row.name,
          typeId: row.id,
          queue: queuesById.get(row.queue_id) as KnownQueue,
          band: definition ? bandNumber(definition.band ?? 'normal') : row.band,
          maxAttempts: definition?.maxAttempts ?? row.max_attempts,
          payloadVersion: definition ? (definition.version ?? 1) : row.payload_version,
          isUnique: definition ? definition.unique !== undefined : row.unique_scope !== null,
          ...(definition && { definition }),
        };
        return [row.id, known];
      }),
    );
    // What was defined meanwhile is yet to be written.
    kinds = new Map([...kindsById.values()].filter(({ name }) => !pending.has(name)).map((kind) => [kind.name, kind]));
  }

  async function write(): Promise<void> {
    const writing = pending;
    pending = new Map();
    try {
      await connect.transaction({ tier: 'queue', as: 'owner', tag: 'queue.define' }, async (tx) => {
        if (writing.size > 0) {
          await checkDetails(tx, writing.values());
          const types = JSON.stringify([...writing.values()].map(rowOf));
          // Several processes start at the same time: who comes second finds what the first has written.
          await addTypes.run(tx, { types });
          await changeTypes.run(tx, { types });
        }
        await read(tx);
      });
      for (const { name, queue } of writing.values()) if (!kinds.has(name)) throw unknownQueue(queue, name);
    } catch (error) {
      for (const [name, definition] of writing) if (!pending.has(name)) pending.set(name, definition);
      throw error;
    }
  }

  async function sync(): Promise<void> {
    // Who asks while one is under way may have defined something after it began.
    await syncing?.catch(() => {});
    syncing ??= write().finally(() => {
      syncing = undefined;
    });
    await syncing;
  }

  const unknownQueue = (name: string, jobType?: string) =>
    definitionErrors.UNKNOWN_QUEUE({ name, ...(jobType !== undefined && { jobType }), known: [...queues.keys()] });

  return {
    define<P>(definition: JobDefinition<P>): JobKind<P> {
      const problem = problemOf(definition);
      if (problem) throw definitionErrors.INVALID_DEFINITION({ name: String(definition.name), problem });
      if (defined.has(definition.name)) throw definitionErrors.DEFINED_TWICE({ name: definition.name });
      defined.set(definition.name, definition as JobDefinition<unknown>);
      pending.set(definition.name, definition as JobDefinition<unknown>);
      // What another process defined is as good as unknown: this one says it anew.
      kinds.delete(definition.name);
      return { name: definition.name, definition };
    },
    defined: () => [...defined.values()],
    async declare({ name, ...options }) {
      const problem = problemOfQueue({ name, ...options });
      if (problem) throw definitionErrors.INVALID_QUEUE({ name: String(name), problem });
      await connect.transaction({ tier: 'queue', as: 'owner', tag: 'queue.declare' }, async (tx) => {
        await declareQueue.one(tx, { name, options: JSON.stringify(options) });
      });
      queues.delete(name);
    },
    sync,
    kind: (name) => kinds.get(name) ?? laterKind(name),
    queue: (name) => queues.get(name) ?? laterQueue(name),
    kindById: (typeId) => kindsById.get(typeId),
    queueById: (queueId) => queuesById.get(queueId),
    queues: () => [...queues.values()],
  };

  async function laterKind(name: string): Promise<KnownKind> {
    await sync();
    const found = kinds.get(name);
    if (!found) throw definitionErrors.UNKNOWN_JOB_TYPE({ name, known: [...kinds.keys()] });
    return found;
  }

  async function laterQueue(name: string): Promise<KnownQueue> {
    await sync();
    const found = queues.get(name);
    if (!found) throw unknownQueue(name);
    return found;
  }
}

function rowOf({
  name,
  queue,
  band = 'normal',
  maxAttempts = 20,
  version = 1,
  unique,
  pauseOn = [],
  subjects,
  details,
}: JobDefinition<unknown>) {
  const until = unique?.until ?? 'completed';
  return {
    name,
    queue,
    band: bandNumber(band),
    max_attempts: maxAttempts,
    payload_version: version,
    pausing_findings: pauseOn,
    ...(subjects && { subject_fields: subjects }),
    ...(details !== undefined && { details }),
    ...(unique && {
      unique_fields: unique.fields ?? [],
      unique_scope: typeof until === 'object' ? 'time' : until === 'started' ? 'waiting' : 'completed',
      unique_ms: typeof until === 'object' ? until.ms : null,
      on_conflict: unique.onConflict ?? 'skip',
    }),
  };
}
