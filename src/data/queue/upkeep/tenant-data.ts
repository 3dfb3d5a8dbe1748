import { Buffer } from 'node:buffer';
import type { Connect, Transaction } from '../../../foundation/connect/index.ts';
import { type Clock, nilUuid } from '../../../kernel/index.ts';
import type { TenantData, TenantMeasure } from '../../../trust/tenancy/index.ts';
import { listHistory, listRuns, listTenantTables, parkTenants, revokeTenant, runningOf, unparkTenants } from './sql/queries/queries.gen.ts';

export interface TenantDataDeps {
  readonly connect: Pick<Connect, 'transaction'>;
  readonly clock: Clock;
}

const most = 1_000;
/** Runs that began before it was suspended may come to their end. */
const graceMs = 10_000;
const pollMs = 100;

/**
 * Jobs of a tenant are the platform's to look after: waiting ones are not run again somewhere else because their rows were copied there, so
 * they neither move nor come back with an import. What is exported is their history.
 */
export function queueTenantData({ connect, clock }: TenantDataDeps): TenantData {
  const run = <T>(tag: string, work: (tx: Transaction) => Promise<T>, signal?: AbortSignal): Promise<T> =>
    connect.transaction({ tier: 'queue', as: 'owner', priority: 'maintenance', tag: `queue.${tag}`, ...(signal && { signal }) }, work);

  const park = async () => {
    while ((await run('park', (tx) => parkTenants.one(tx, { most }))).parked > 0);
  };

  async function* history(tenantId: string, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
    for (let after: string = nilUuid; ; ) {
      const page = await run('export', (tx) => listHistory.all(tx, { tenant_id: tenantId, after }), signal);
      const last = page.at(-1);
      if (!last) return;
      after = last.id;
      yield Buffer.from(page.map(({ job }) => `${JSON.stringify(job)}\n`).join(''));
    }
  }

  return {
    schemas: ['queue'],

    async pause(tenantId) {
      const started = clock.monotonicMs();
      // A claim that is under way shows its jobs in a lease when it is done.
      for (let quiet = 0; quiet < 2; ) {
        await park();
        const { running } = await run('pause', (tx) => runningOf.one(tx, { tenant_id: tenantId }));
        quiet = running === 0 ? quiet + 1 : 0;
        if (running > 0 && clock.monotonicMs() - started > graceMs)
          await run('pause', (tx) => revokeTenant.one(tx, { tenant_id: tenantId }));
        else await clock.sleep(pollMs);
      }
    },

    async resume() {
      while ((await run('resume', (tx) => unparkTenants.one(tx, { most }))).unparked > 0);
    },

    async *export(tenantId, signal) {
      yield { name: 'jobs.jsonl', bytes: history(tenantId, signal) };
    },

    async import(_tenantId, { bytes }) {
      for await (const _ of bytes);
    },

    async erase(tenantId, signal) {
      await run('erase', (tx) => revokeTenant.one(tx, { tenant_id: tenantId }), signal);
      const tables = await run('erase', (tx) => listTenantTables.all(tx, {}), signal);
      const removed: Record<string, number> = {};
      for (const { name } of tables) {
        for (;;) {
          const text = `delete from ${name} where tenant_id = $1 and (tableoid, ctid) in (select tableoid, ctid from ${name} where tenant_id = $1 limit ${most})`;
          const { rowCount } = await run('erase', (tx) => tx.query({ text, values: [tenantId] }), signal);
          if (!rowCount) break;
          removed[name] = (removed[name] ?? 0) + rowCount;
        }
      }
      return removed;
    },
  };
}

export const queueMeasures = (connect: Pick<Connect, 'transaction'>): readonly TenantMeasure[] => [
  {
    name: 'queue.runs',
    meaning: 'Runs of jobs that ended in the hour, failed ones too.',
    async read(hour, signal) {
      const at = { tier: 'queue', as: 'owner', priority: 'maintenance', tag: 'queue.measure', isReadOnly: true, signal } as const;
      const rows = await connect.transaction(at, (tx) => listRuns.all(tx, { hour }));
      return new Map(rows.map(({ tenant_id, runs }) => [tenant_id, runs]));
    },
  },
];
