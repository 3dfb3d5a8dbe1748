import { type TestPlatform, testPlatform } from '../../../../../tests/support/platform.ts';
import type { Connect, Session } from '../../../../foundation/connect/index.ts';
import { type Executor, uuidv7 } from '../../../../kernel/index.ts';
import { bandBases, defaultWeights } from '../../model/bands.ts';
import { type ClaimedJob, Claimer, type ClaimerSettings, type ClaimRequest, prepareForClaims } from '../index.ts';
import type { WaitingJob } from '../model/claim-order.ts';

export interface ClaimFixture extends AsyncDisposable {
  readonly platform: TestPlatform;
  readonly queueId: number;
  readonly typeId: number;
  readonly tenants: readonly string[];
  session(): Promise<Session>;
  /** Nothing is waiting, leased or recorded any more. */
  clear(): Promise<void>;
  /** Puts jobs into the ready table; recorded ones have their row in jobs, too. */
  put(jobs: readonly WaitingJob[], options?: { readonly isRecorded?: boolean; readonly slot?: number }): Promise<void>;
  claimer(settings?: Partial<ClaimerSettings>): Claimer;
}

/** A platform with one queue, one job type and so many tenants. */
export async function claimFixture(tenantCount: number): Promise<ClaimFixture> {
  const platform = await testPlatform();
  const connect = platform.use<Connect>('connect');
  const { client } = platform.databases.queue;
  const { rows: queues } = await client.query(`insert into queue.job_queues (name) values ('claims') returning id`);
  const queueId: number = queues[0].id;
  const { rows: types } = await client.query(`insert into queue.job_types (name, queue_id) values ('claimed', $1) returning id`, [queueId]);
  const typeId: number = types[0].id;
  const { rows: tenants } = await client.query(
    `insert into tenancy.tenants (id, slug, name, state) select gen_random_uuid(), 'claims-' || n, 'Claims', 'active' from generate_series(1, $1) n returning id`,
    [tenantCount],
  );
  return {
    platform,
    queueId,
    typeId,
    tenants: tenants.map(({ id }) => id).sort(),
    async session() {
      const session = await connect.session({ tier: 'queue', tag: 'test.claim' });
      await prepareForClaims(session);
      return session;
    },
    async clear() {
      await client.query('delete from queue.job_ready; delete from queue.job_leases; delete from queue.jobs');
    },
    async put(jobs, { isRecorded = false, slot = 0 } = {}) {
      const columns = [
        jobs.map((job) => job.tenantId),
        jobs.map((job) => job.id),
        jobs.map((job) => job.band),
        jobs.map((job) => new Date(job.due)),
      ];
      const given = 'unnest($1::uuid[], $2::uuid[], $3::smallint[], $4::timestamptz[]) j (tenant_id, id, band, due)';
      await client.query(
        `insert into queue.job_ready (slot, queue_id, band, type_id, due, tenant_id, id)
         select $5, $6, j.band, $7, j.due, j.tenant_id, j.id from ${given}`,
        [...columns, slot, queueId, typeId],
      );
      if (!isRecorded) return;
      await client.query(
        `insert into queue.jobs (tenant_id, id, queue_name, job_type, band, max_attempts, payload, due)
         select j.tenant_id, j.id, 'claims', 'claimed', j.band, 20, jsonb_build_object('id', j.id), j.due from ${given}`,
        columns,
      );
    },
    claimer: (settings) =>
      new Claimer({
        workerId: uuidv7(),
        queueId,
        queueName: 'claims',
        leaseMs: 30_000,
        bases: bandBases,
        weights: defaultWeights,
        meanRunMs: () => 10,
        ...settings,
      }),
    [Symbol.asyncDispose]: () => platform[Symbol.asyncDispose](),
  };
}

/** Claims until nothing is waiting, as the jobs came. */
export async function drain(claimer: Claimer, session: Executor, request: ClaimRequest): Promise<ClaimedJob[]> {
  const jobs: ClaimedJob[] = [];
  for (;;) {
    const claim = await claimer.claim(session, request);
    if (!claim) return jobs;
    jobs.push(...claim.jobs);
  }
}

/** A request for slot 0 that leaves nothing out. */
export const requestOf = (wanted: number, oldest: ClaimRequest['oldest'] = []): ClaimRequest => ({
  slot: 0,
  wanted,
  oldest,
  withoutTypes: [],
});
