import { Claimer, prepareForClaims } from '../src/data/queue/claim/index.ts';
import { bandBases, defaultWeights } from '../src/data/queue/model/bands.ts';
import type { Executor } from '../src/kernel/index.ts';
import { uuidv7 } from '../src/kernel/index.ts';
import type { Bench } from './bench.ts';
import { benchRows } from './partition/scratch.ts';
import { openScratch, type Scratch } from './tenancy/scratch.ts';

const batch = 250;
const most = benchRows(1_000_000);
const sizes = [most / 10, most];
/** The same number of each, so that they are compared over as many claims. */
const claimed = most / 20;
const rounds = 3;

/** The same claim without any fairness: the first jobs of the index, whosever they are. */
const fifo = `with picked as materialized (
  select r.ctid as tid, r.tenant_id, r.id, r.due, r.band, r.type_id, r.attempt, r.crash_count from queue.job_ready_0 r
  where r.slot = 0 and r.queue_id = $1 order by r.band, r.tenant_id, r.due, r.id limit $2 for update skip locked
),
gone as (delete from queue.job_ready_0 r where r.ctid = any (array(select p.tid from picked p))),
lease as (
  insert into queue.job_leases (id, worker_id, queue_id, expires, items)
  select uuidv7(), $3, $1, now() + interval '30 seconds',
    array_agg(row(p.tenant_id, p.id, p.due, p.band, p.type_id, p.attempt, p.crash_count)::queue.leased_job)
  from picked p having count(*) > 0 returning id
)
select l.id as lease_id, p.tenant_id, p.id, p.due::text as due, p.band, p.type_id, p.attempt, p.crash_count, j.max_attempts, j.payload_version, j.payload, j.follow, j.trace
from picked p left join lease l on true
  left join lateral (select j.* from queue.jobs j where j.tenant_id = p.tenant_id and j.id = p.id and j.queue_name = 'bench' limit 1) j on true`;

async function fill(scratch: Scratch, jobs: number, tenants: number): Promise<void> {
  await scratch.prepare(
    'truncate queue.job_ready, queue.job_leases, queue.jobs',
    `with waiting as materialized (
       select (array(select id from tenancy.tenants where slug like 'bench-%' order by id limit ${tenants}))[1 + n % ${tenants}] as tenant_id, uuidv7() as id,
         (n / 1000 % 5)::smallint as band from generate_series(1, ${jobs}) n),
     recorded as (
       insert into queue.jobs (tenant_id, id, queue_name, job_type, band, max_attempts, payload, due)
       select w.tenant_id, w.id, 'bench', 'bench', w.band, 20, '{"n": 1, "to": "somebody@example.org"}', now() from waiting w)
     insert into queue.job_ready (slot, queue_id, band, type_id, due, tenant_id, id)
     select 0, (select id from queue.job_queues where name = 'bench'), w.band, (select id from queue.job_types where name = 'bench'), now(), w.tenant_id, w.id from waiting w`,
    'vacuum analyze queue.job_ready, queue.jobs',
  );
}

/** Claims so many jobs in batches; gives jobs per second. */
async function claimAt(claim: () => Promise<number>): Promise<number> {
  const started = performance.now();
  let taken = 0;
  while (taken < claimed) {
    const count = await claim();
    if (count === 0) throw new Error(`${taken} of ${claimed} jobs`);
    taken += count;
  }
  return (taken * 1_000) / (performance.now() - started);
}

function fairClaims(session: Executor, queueId: number): () => Promise<number> {
  const claimer = new Claimer({
    workerId: uuidv7(),
    queueId,
    queueName: 'bench',
    leaseMs: 30_000,
    bases: bandBases,
    weights: defaultWeights,
    meanRunMs: () => 10,
  });
  return async () => (await claimer.claim(session, { slot: 0, wanted: batch, withoutTypes: [] }))?.jobs.length ?? 0;
}

const bench: Bench = {
  name: 'queue-claim',
  claim:
    'with 1,000,000 waiting jobs a fair claim reaches at least 0.85 of its rate with 100,000; beside it the same claim without fairness',
  async run() {
    await using scratch = await openScratch(['data/queue']);
    await scratch.prepare(
      `insert into tenancy.tenants (id, slug, name, state) select uuidv7(), 'bench-' || n, 'Bench', 'active' from generate_series(1, 1000) n`,
      `insert into queue.job_queues (name) values ('bench')`,
      `insert into queue.job_types (name, queue_id) select 'bench', id from queue.job_queues where name = 'bench'`,
    );
    await using session = await scratch.connect.session({ tier: 'oltp', tag: 'bench.claim' });
    await prepareForClaims(session);
    const { rows: queues } = await session.query({ text: `select id from queue.job_queues where name = 'bench'` });
    const queueId: number = queues[0].id;
    const workerId = uuidv7();
    const contestants = {
      plain: () => async () => (await session.query({ name: 'bench.fifo', text: fifo, values: [queueId, batch, workerId] })).rows.length,
      fair: () => fairClaims(session, queueId),
    };
    const rates = new Map<string, number[]>();
    for (let round = 0; round < rounds; round++) {
      for (const jobs of sizes)
        for (const tenants of [1, 1_000])
          for (const [name, make] of Object.entries(contestants)) {
            await fill(scratch, jobs, tenants);
            const key = `${name} ${jobs} ${tenants}`;
            rates.set(key, [...(rates.get(key) ?? []), await claimAt(make())]);
          }
    }
    const rate = (name: string, jobs: number, tenants: number) =>
      rates.get(`${name} ${jobs} ${tenants}`)?.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0;
    return {
      columns: ['claim', 'waiting', 'tenants', 'jobs per second, median'],
      rows: sizes.flatMap((jobs) =>
        [1, 1_000].flatMap((tenants) =>
          Object.keys(contestants).map((name) => [name, jobs, tenants, Math.round(rate(name, jobs, tenants))]),
        ),
      ),
      ratios: {
        'fair / plain, 1 tenant': rate('fair', most / 10, 1) / rate('plain', most / 10, 1),
        'fair / plain, 1,000 tenants': rate('fair', most / 10, 1_000) / rate('plain', most / 10, 1_000),
        'ten times as many waiting, 1 tenant': rate('fair', most, 1) / rate('fair', most / 10, 1),
        'ten times as many waiting, 1,000 tenants': rate('fair', most, 1_000) / rate('fair', most / 10, 1_000),
      },
    };
  },
};
export default bench;
