import { makeWorkerUtils, type WorkerUtils } from 'graphile-worker';
import pg from 'pg';
import PgBoss from 'pg-boss';
import { openDefinitions } from '../../src/data/queue/definitions/index.ts';
import { type Enqueue, openEnqueue } from '../../src/data/queue/enqueue/index.ts';
import type { JobDefinition, JobKind } from '../../src/data/queue/index.ts';
import { silentLog, systemClock } from '../../src/kernel/index.ts';
import { openScratch, type Scratch } from '../tenancy/scratch.ts';

export interface QueueScratch extends Scratch {
  readonly enqueue: Enqueue;
  define<P>(definition: JobDefinition<P>): Promise<JobKind<P>>;
  /** Of the peers and of what is written by hand: as many connections as the peers have of their own accord. */
  readonly pool: pg.Pool;
  readonly graphile: WorkerUtils;
  readonly boss: PgBoss;
}

/** The queue without those who empty it, on a cluster of its own, and its peers beside it. */
export async function openQueueScratch(): Promise<QueueScratch> {
  await using cleanup = new AsyncDisposableStack();
  const scratch = cleanup.use(await openScratch(['data/queue']));
  const definitions = openDefinitions(scratch);
  const deps = { connect: scratch.connect, tenancy: scratch.tenancy, clock: systemClock, log: silentLog, definitions };
  const enqueue = cleanup.use(openEnqueue({ ...deps, outbox: () => undefined }));
  const connectionString = await scratch.url('queue');
  const pool = cleanup.adopt(new pg.Pool({ connectionString, max: 10 }), (it) => it.end());
  pool.on('error', () => {});
  const graphile = cleanup.adopt(await makeWorkerUtils({ pgPool: pool }), (it) => it.release());
  await graphile.migrate();
  const boss = cleanup.adopt(new PgBoss({ connectionString, max: 10, supervise: false, schedule: false }), (it) =>
    it.stop({ graceful: false }),
  );
  await boss.start();
  await boss.createQueue('bench');
  const held = cleanup.move();
  return {
    ...scratch,
    enqueue,
    async define(definition) {
      const kind = definitions.define(definition);
      await definitions.sync();
      return kind;
    },
    pool,
    graphile,
    boss,
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

/** What a hand would write for one job: the row and its place. */
export const bareInsert = `with made as (
    insert into queue.jobs (tenant_id, id, queue_name, job_type, band, max_attempts, payload, due)
    values ('00000000-0000-0000-0000-000000000000', uuidv7(), 'default', 'bench', 2, 20, $1, now()) returning tenant_id, id, due)
  insert into queue.job_ready (slot, queue_id, band, type_id, due, tenant_id, id)
  select 0, 1, 2, 1, made.due, made.tenant_id, made.id from made`;
