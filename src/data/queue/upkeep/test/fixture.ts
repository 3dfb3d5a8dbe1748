import { type TestPlatform, testPlatform } from '../../../../../tests/support/platform.ts';
import type { Connect } from '../../../../foundation/connect/index.ts';
import { nilUuid } from '../../../../kernel/index.ts';
import type { OpenedQueue } from '../../queue.ts';
import type { Lead, LedLoop } from '../index.ts';

export interface UpkeepFixture extends AsyncDisposable {
  readonly platform: TestPlatform;
  readonly connect: Connect;
  readonly queue: OpenedQueue;
  /** Runs a statement as the superuser and gives its rows. */
  sql(text: string, ...values: readonly unknown[]): Promise<readonly Record<string, unknown>[]>;
  /** Ready jobs of a tenant, default the platform's own; gives their ids in order. */
  jobs(count: number, tenantId?: string): Promise<string[]>;
  /** Moves ready jobs into a lease, which ends so many seconds from now. */
  claim(ids: readonly string[], forSeconds: number): Promise<string>;
  /** Runs of claimed jobs end in that way. */
  finish(lease: string, ids: readonly string[], status?: string): Promise<void>;
  /** One round of a loop of the leader. */
  round(name: string): Promise<void>;
  /** Where jobs are: kind of place → how many. */
  places(): Promise<Record<string, number>>;
}

export async function upkeepFixture(): Promise<UpkeepFixture> {
  const platform = await testPlatform();
  const { client } = platform.databases.queue;
  const connect = platform.use<Connect>('connect');
  const queue = platform.use<OpenedQueue>('queue');
  const sql = async (text: string, ...values: readonly unknown[]) => (await client.query(text, [...values])).rows;
  await sql(`with q as (insert into queue.job_queues (name) values ('mail') returning id)
    insert into queue.job_types (name, queue_id) select 'send', q.id from q`);
  const held = heldLead(connect);
  return {
    platform,
    connect,
    queue,
    sql,
    async jobs(count, tenantId = nilUuid) {
      const rows = await sql(
        `with made as (
           insert into queue.jobs (tenant_id, id, queue_name, job_type, band, max_attempts, payload, due)
           select $1, uuidv7(), 'mail', 'send', 2, 20, '{}', now() - interval '1 s' from generate_series(1, $2) returning id, due
         ), ready as (
           insert into queue.job_ready (slot, queue_id, band, type_id, due, tenant_id, id)
           select s.slot, t.queue_id, 2, t.id, m.due, $1, m.id from made m, queue.job_types t, queue.ready_slots s
         )
         select id from made order by id`,
        tenantId,
        count,
      );
      return rows.map(({ id }) => id as string);
    },
    async claim(ids, forSeconds) {
      const [row] = await sql(
        `with gone as (delete from queue.job_ready where id = any($1) returning *)
         insert into queue.job_leases (id, worker_id, queue_id, leased, expires, items)
         select uuidv7(), uuidv7(), min(queue_id), now() - interval '1 min', clock_timestamp() + $2 * interval '1 s',
           array_agg(row(tenant_id, id, due, band, type_id, attempt, crash_count)::queue.leased_job order by id) from gone
         returning id`,
        ids,
        forSeconds,
      );
      return row?.id as string;
    },
    async finish(lease, ids, status = 'completed') {
      await sql(
        `insert into queue.job_results (tenant_id, job_id, attempt, status, duration_ms, started, completed, worker_id)
         select i.tenant_id, i.id, i.attempt + 1, $3, 7, now(), now(), l.worker_id
           from queue.job_leases l, unnest(l.items) i where l.id = $1 and i.id = any($2)`,
        lease,
        ids,
        status,
      );
    },
    async round(name) {
      await loopOf(queue, name).run(held);
    },
    async places() {
      const { counts, problems, examples } = await queue.upkeep.verify();
      if (examples.length > 0) throw new Error(JSON.stringify({ problems, examples }));
      return { ...counts };
    },
    [Symbol.asyncDispose]: () => platform[Symbol.asyncDispose](),
  };
}

export function loopOf({ upkeep }: Pick<OpenedQueue, 'upkeep'>, name: string): LedLoop {
  const loop = upkeep.loops.find((one) => one.name === name);
  if (!loop) throw new Error(`no loop ${name}`);
  return loop;
}

/** A lead that nobody else wants. */
export const heldLead = (connect: Connect): Lead => ({
  name: 'test',
  term: 1,
  signal: new AbortController().signal,
  transaction: (tag, work) => connect.transaction({ tier: 'queue', as: 'owner', tag }, work),
});
