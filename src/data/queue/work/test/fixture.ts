import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { type TestPlatform, testPlatform } from '../../../../../tests/support/platform.ts';
import { until } from '../../../../../tests/support/until.ts';
import type { Cluster } from '../../../../foundation/cluster/index.ts';
import type { Connect } from '../../../../foundation/connect/index.ts';
import { silentLog, systemClock, uuidv7 } from '../../../../kernel/index.ts';
import type { Access } from '../../../../trust/access/index.ts';
import type { Tenancy } from '../../../../trust/tenancy/index.ts';
import type { Job, JobDefinition } from '../../model/types.ts';
import { openWorker, type Worker, type WorkOptions } from '../index.ts';

export const quick: WorkOptions = {
  slots: 10,
  handlerVersion: 'test',
  leaseMs: 30_000,
  drainMs: 2_000,
  longLagMs: 1_000,
  isolateGraceMs: 200,
};

export interface World extends AsyncDisposable {
  readonly platform: TestPlatform;
  readonly client: pg.Client;
  readonly tenants: readonly string[];
  /** Makes a queue of its own, so that tests do not take each other's jobs, and a type for each definition. */
  queue(definitions: Readonly<Record<string, Omit<JobDefinition<never>, 'name' | 'queue'>>>): Promise<TestQueue>;
}

export interface TestQueue {
  readonly name: string;
  readonly id: number;
  typeOf(name: string): string;
  put(type: string, jobs: readonly Partial<NewJob>[], client?: pg.Client): Promise<readonly string[]>;
  worker(options?: Partial<WorkOptions>, workerId?: string, by?: Connect): Worker;
  /** How its jobs ended so far, oldest result first. */
  results(): Promise<readonly ResultRow[]>;
  /** Waits until so many runs have ended. */
  ended(count: number): Promise<readonly ResultRow[]>;
  waiting(): Promise<number>;
}
interface NewJob {
  readonly tenantId: string;
  readonly payload: unknown;
  readonly maxAttempts: number;
  readonly version: number;
  readonly attempt: number;
  readonly crashCount: number;
  readonly due: Date;
}
export interface ResultRow {
  readonly job_id: string;
  readonly tenant_id: string;
  readonly attempt: number;
  readonly status: string;
  readonly result: unknown;
  readonly error: { readonly name: string; readonly message: string } | null;
}

export type AnyJob = Job<never>;

export async function openWorld(): Promise<World> {
  const platform = await testPlatform();
  const tenancy = platform.use<Tenancy>('tenancy');
  const connect = platform.use<Connect>('connect');
  const { client } = platform.databases.queue;
  const tenants = [(await tenancy.create({ slug: 'ant' })).id, (await tenancy.create({ slug: 'bee' })).id];
  const endpoint = async () => {
    const { password: _, ...address } = platform.use<Cluster>('cluster').endpoint('queue');
    return { ...address, ...(await platform.use<Access>('access').credentials.login('owner', 'queue')) };
  };

  return {
    platform,
    client,
    tenants,
    async queue(definitions) {
      const name = `test-${randomUUID().slice(0, 8)}`;
      const { rows } = await client.query('insert into queue.job_queues (name, pool) values ($1, $1) returning id', [name]);
      const id: number = rows[0].id;
      const typeOf = (type: string) => `${name}.${type}`.replaceAll('-', '');
      const defined = Object.entries(definitions).map(
        ([type, definition]) => ({ ...definition, name: typeOf(type), queue: name }) as unknown as JobDefinition<unknown>,
      );
      for (const { name: type } of defined) await client.query('insert into queue.job_types (name, queue_id) values ($1, $2)', [type, id]);
      const results = async () => {
        const found = await client.query(
          `select r.job_id, r.tenant_id, r.attempt, r.status, r.result, r.error from queue.job_results r
             join queue.jobs j on j.tenant_id = r.tenant_id and j.id = r.job_id where j.queue_name = $1 order by r.completed, r.attempt`,
          [name],
        );
        return found.rows as ResultRow[];
      };
      return {
        name,
        id,
        typeOf,
        async put(type, jobs, by = client) {
          const { rows: types } = await client.query('select id from queue.job_types where name = $1', [typeOf(type)]);
          const ids: string[] = [];
          await by.query('begin');
          for (const job of jobs) {
            const key = uuidv7();
            const tenantId = job.tenantId ?? tenants[0];
            const due = job.due ?? new Date();
            await by.query(
              `with j as (insert into queue.jobs (tenant_id, id, queue_name, job_type, band, max_attempts, payload, payload_version, due)
                 values ($1, $2, $3, $4, 2, $5, $6, $7, $8))
               insert into queue.job_ready (slot, queue_id, band, type_id, due, tenant_id, id, attempt, crash_count)
                 values (0, $9, 2, $10, $8, $1, $2, $11, $12)`,
              [
                tenantId,
                key,
                name,
                typeOf(type),
                job.maxAttempts ?? 20,
                JSON.stringify(job.payload ?? {}),
                job.version ?? 1,
                due,
                id,
                types[0].id,
                job.attempt ?? 0,
                job.crashCount ?? 0,
              ],
            );
            ids.push(key);
          }
          await by.query(`select pg_notify('plinth_queue', $1)`, [String(id)]);
          if (by === client) await by.query('commit');
          return ids;
        },
        worker: (options = {}, workerId = randomUUID(), by = connect) =>
          openWorker(
            {
              connect: by,
              tenancy,
              clock: systemClock,
              log: process.env.LOUD ? (console as never) : silentLog,
              workerId,
              definitions: { defined: () => defined, sync: async () => {} },
              endpoint,
            },
            { ...quick, pools: [name], ...options },
          ),
        results,
        async ended(count) {
          await until(async () => (await results()).length >= count, { what: `${count} results` });
          return results();
        },
        async waiting() {
          const found = await client.query('select count(*)::integer as count from queue.job_ready where queue_id = $1', [id]);
          return found.rows[0].count;
        },
      };
    },
    [Symbol.asyncDispose]: () => platform[Symbol.asyncDispose](),
  };
}
