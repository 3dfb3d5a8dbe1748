import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Executor } from '../../../../kernel/index.ts';
import { bandBases } from '../../model/bands.ts';
import { claim, claimAll } from '../sql/queries/queries.gen.ts';
import { type ClaimFixture, claimFixture, requestOf } from './fixture.ts';

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Loops': number;
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly Plans?: readonly PlanNode[];
}

let fixture: ClaimFixture;
beforeAll(async () => {
  fixture = await claimFixture(1_000);
  // No statistics: what the server guesses of an empty table must not decide how it is read once it is full.
  const { client } = fixture.platform.databases.queue;
  await client.query(
    `with waiting as materialized (
       select (array(select id from tenancy.tenants where slug like 'claims-%'))[1 + n % 1000] as tenant_id, uuidv7() as id, (n / 1000 % 5)::smallint as band
       from generate_series(1, 50000) n),
     recorded as (
       insert into queue.jobs (tenant_id, id, queue_name, job_type, band, max_attempts, payload, due)
       select w.tenant_id, w.id, 'claims', 'claimed', w.band, 20, '{"n": 1}', now() from waiting w)
     insert into queue.job_ready (slot, queue_id, band, type_id, due, tenant_id, id) select 0, $1, w.band, $2, now(), w.tenant_id, w.id from waiting w`,
    [fixture.queueId, fixture.typeId],
  );
});
afterAll(() => fixture[Symbol.asyncDispose]());

const nodesOf = (node: PlanNode): readonly PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];
const relationsOf = (node: PlanNode) => nodesOf(node).flatMap((each) => each['Relation Name'] ?? []);

/** Runs claims of a claimer explained instead, and gives the plan of the last one with this name, as it was run. */
async function explained(name: string, count: number, wanted: number, oldest?: Date[]): Promise<PlanNode> {
  await using session = await fixture.session();
  let plan: PlanNode | undefined;
  const executor: Executor = {
    async query(statement) {
      if (statement.name === name) {
        await session.query({ text: 'begin' });
        const { rows } = await session.query({
          ...statement,
          name: `explain.${name}`,
          text: `explain (analyze, buffers, timing off, format json) ${statement.text}`,
        });
        await session.query({ text: 'rollback' });
        plan = rows[0]['QUERY PLAN'][0].Plan;
      }
      return session.query(statement);
    },
  };
  const claimer = fixture.claimer();
  for (let n = 0; n < count; n++) await claimer.claim(executor, requestOf(wanted, oldest));
  if (!plan) throw new Error(`${name} was not run`);
  return plan;
}
const sequentialScans = (plan: PlanNode) => nodesOf(plan).filter((node) => node['Node Type'] === 'Seq Scan' && node['Actual Loops'] > 0);
/** Sorts that were run over rows of the ready table. */
const sortsOfLanes = (plan: PlanNode) =>
  nodesOf(plan).filter(
    (node) =>
      node['Node Type'].includes('Sort') && node['Actual Loops'] > 0 && relationsOf(node).some((name) => name.startsWith('job_ready')),
  );
const buffers = (plan: PlanNode) => plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];

test('[I38] a claim of fifty thousand waiting jobs of a thousand tenants reads some pages a job, sorts no lane and scans no table', async () => {
  const plan = await explained(claim.name, 3, 250);
  expect(sequentialScans(plan)).toEqual([]);
  expect(sortsOfLanes(plan)).toEqual([]);
  expect(buffers(plan) / 250).toBeLessThan(25);
});

test('[I38] so it does where every job has waited its way up into higher bands, but for the heads of one tenant', async () => {
  const { client } = fixture.platform.databases.queue;
  await client.query(`update queue.job_ready set due = due - interval '125 minutes'`);
  const plan = await explained(claim.name, 2, 250);
  expect(sequentialScans(plan)).toEqual([]);
  for (const sort of sortsOfLanes(plan)) expect(sort['Actual Loops']).toBeLessThanOrEqual(250 * bandBases.length);
  // Each tenant is looked for in five lanes, whose older versions are still in the index.
  expect(buffers(plan) / 250).toBeLessThan(100);
});

test('[I38] a look whether all can be taken at once ends where it cannot', async () => {
  const plan = await explained(claimAll.name, 1, 100);
  expect(sequentialScans(plan)).toEqual([]);
  expect(buffers(plan)).toBeLessThan(100 * 25);
});
