import { type TestPlatform, type TestPlatformRequest, testPlatform } from '../../../../../tests/support/platform.ts';
import type { Tenancy } from '../../../../trust/tenancy/index.ts';
import type { OpenedQueue } from '../../queue.ts';

export interface QueueFixture extends AsyncDisposable {
  readonly platform: TestPlatform;
  readonly queue: OpenedQueue;
  readonly tenancy: Tenancy;
  /** Runs a statement as the superuser and gives its rows. */
  sql(text: string, values?: readonly unknown[]): Promise<readonly Record<string, never>[]>;
  /** A tenant with that slug; gives its id. */
  tenant(slug: string): Promise<string>;
  /** An open job, in the ready table unless another place is said, with a failed run for each error. */
  job(init: {
    readonly tenantId: string;
    readonly type?: string;
    readonly errors?: readonly Record<string, unknown>[];
    readonly payload?: unknown;
    readonly lastStatus?: 'failed' | 'dead';
    readonly place?: 'ready' | 'delayed' | 'parked' | 'running' | 'nowhere';
  }): Promise<string>;
}

/** A platform with queue `mail`, whose job types are `send` and `bounce`. */
export async function queueFixture(request: TestPlatformRequest = {}): Promise<QueueFixture> {
  const platform = await testPlatform(request);
  const { client } = platform.databases.queue;
  const tenancy = platform.use<Tenancy>('tenancy');
  const sql = async (text: string, values: readonly unknown[] = []) => (await client.query(text, [...values])).rows;
  await sql(`with q as (insert into queue.job_queues (name) values ('mail') returning id)
    insert into queue.job_types (name, queue_id) select t, q.id from q, unnest(array['send', 'bounce']) t`);
  return {
    platform,
    tenancy,
    queue: platform.use<OpenedQueue>('queue'),
    sql,
    tenant: async (slug) => (await tenancy.create({ slug })).id,
    async job({ tenantId, type = 'send', errors = [], payload = {}, lastStatus = 'dead', place = 'ready' }) {
      const [made] = await sql(
        `insert into queue.jobs (tenant_id, id, queue_name, job_type, band, max_attempts, payload, due)
         values ($1, uuidv7(), 'mail', $2, 2, 20, $3, now()) returning id`,
        [tenantId, type, JSON.stringify(payload)],
      );
      const id: string = made?.id ?? '';
      const common = `from queue.jobs j join queue.job_types t on t.name = j.job_type where j.id = $1`;
      if (place === 'ready') {
        await sql(
          `insert into queue.job_ready (slot, queue_id, band, type_id, attempt, due, tenant_id, id)
           select 0, t.queue_id, j.band, t.id, $2::int, j.due, j.tenant_id, j.id ${common}`,
          [id, errors.length],
        );
      }
      if (place === 'delayed') {
        await sql(
          `insert into queue.job_delayed (due, id, tenant_id, queue_id, type_id, band, attempt)
           select now() + interval '1 hour', j.id, j.tenant_id, t.queue_id, t.id, j.band, $2::int ${common}`,
          [id, errors.length],
        );
      }
      if (place === 'parked') {
        await sql(
          `insert into queue.job_parked (tenant_id, key, due, id, queue_id, type_id, band, attempt)
           select j.tenant_id, 'limit:calls:a', j.due, j.id, t.queue_id, t.id, j.band, $2::int ${common}`,
          [id, errors.length],
        );
      }
      if (place === 'running') {
        await sql(
          `insert into queue.job_leases (id, worker_id, queue_id, expires, items)
           select uuidv7(), uuidv7(), t.queue_id, now() + interval '30 s',
             array[row(j.tenant_id, j.id, j.due, j.band, t.id, $2::int, 0)::queue.leased_job] ${common}`,
          [id, errors.length],
        );
      }
      for (const [index, error] of errors.entries()) {
        await sql(
          `insert into queue.job_results (tenant_id, job_id, attempt, status, duration_ms, started, completed, worker_id, error)
           values ($1, $2, $3, $4, 5, now(), now(), uuidv7(), $5)`,
          [tenantId, id, index + 1, index === errors.length - 1 ? lastStatus : 'failed', JSON.stringify(error)],
        );
      }
      return id;
    },
    [Symbol.asyncDispose]: () => platform[Symbol.asyncDispose](),
  };
}
