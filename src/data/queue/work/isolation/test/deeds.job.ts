import type { IsolatedJob } from '../../../index.ts';

/** What the payload asks for, for isolation.db.test.ts. */
export default async function handle(job: IsolatedJob<{ readonly deed: string }>): Promise<unknown> {
  const deed = deeds[job.payload.deed];
  if (!deed) throw new Error(`no deed ${job.payload.deed}`);
  return deed(job);
}

class Refused extends Error {
  override readonly name = 'Refused';
  readonly verdict = 'dead';
  readonly status = 451;
}

const deeds: Readonly<Record<string, (job: IsolatedJob) => unknown>> = {
  give: ({ id, tenantId, attempt, isLastAttempt, due, log, progress }) => {
    log.info('said\0', { of: 1 });
    for (let n = 0; n < 1_200; n++) log.debug('more');
    progress(1, 2, 'half');
    console.log('written to stdout');
    return { id, tenantId, attempt, isLastAttempt, isDate: due instanceof Date, pid: process.pid };
  },
  compute: ({ progress }) => {
    progress(process.pid, process.pid);
    for (;;);
  },
  obey: ({ signal, log, progress }) =>
    new Promise((_, reject) => {
      progress(process.pid, process.pid);
      const told = () => {
        log.info(`told: ${(signal.reason as Error).name}`);
        reject(signal.reason);
      };
      if (signal.aborted) told();
      else signal.addEventListener('abort', told);
    }),
  refuse: () => {
    throw new Refused('not for you');
  },
  exit: () => process.exit(7),
  hoard: () => {
    const kept: unknown[] = [];
    for (;;) kept.push(Array.from({ length: 1_000 }, (_, n) => ({ n })));
  },
  forget: () => {
    setTimeout(() => {
      throw new TypeError('nobody catches this');
    });
    return new Promise(() => {});
  },
  snooze: ({ snooze }) => snooze(60_000),
  'bad progress': ({ progress }) => progress(3, 2),
  transact: (job) =>
    job.transaction('oltp', async (tx) => {
      const { rows } = await tx.query({ text: 'select tenancy.current_tenant_id() as tenant, $1::integer as n', values: [7] });
      return rows[0];
    }),
  'transact badly': (job) => job.run('oltp', (tx) => tx.query({ text: 'select 1/0' })),
  external: async ({ external }) => {
    await external('kept', async (key) => key.length);
    await external('unknown', () => Promise.reject(new Error('cut off')), { isUnknown: () => true }).catch(() => {});
    return external('kept again', async () => ({ answer: 42 }));
  },
};
