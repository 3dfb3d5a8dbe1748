import type { Transaction } from '../../foundation/connect/index.ts';
import { hasCode } from '../../kernel/index.ts';
import type { IsolationProbe, Tenancy } from '../../trust/tenancy/index.ts';
import type { OpenedQueue } from './queue.ts';

const kind = 'queue.isolation-probe';
const dayMs = 86_400_000;

/** Work for one tenant that is to be work for another as well is a mistake of the program, and told as one: here it is the refusal. */
function refusal(error: unknown): string {
  if (hasCode(error, 'PLINTH_TENANCY_NESTED_CONTEXT')) return 'refused';
  throw error;
}

/** Enqueues a job for one tenant, far from due, and tries to see it, to act on it and to add to it as members of the other. */
export function queueProbe(
  queue: Pick<OpenedQueue, 'define' | 'definitions' | 'enqueue' | 'enqueueIn' | 'control' | 'dead'>,
  { tenancy }: { readonly tenancy: Pick<Tenancy, 'run'> },
): IsolationProbe {
  return {
    path: 'queue',
    async probe({ other, subjects, secret, attempt }) {
      const { control, dead } = queue;
      if (queue.definitions.defined().every(({ name }) => name !== kind)) queue.define({ name: kind, queue: 'default' });
      const tenantId = other.id;
      const due = new Date(Date.now() + dayMs);
      const { id } = await queue.enqueue(kind, { secret }, { tenantId, due });
      const acting = { by: 'certify' };
      const done = async (action: Promise<Readonly<Record<string, unknown>>>) => {
        const counts = await action;
        return Object.values(counts).some((count) => typeof count === 'number' && count > 0) ? secret : counts;
      };
      const calls: Readonly<Record<string, (tx: Transaction) => Promise<unknown>>> = {
        [`show(${id})`]: () => control.show(id),
        [`list(${tenantId})`]: () => control.list({ tenantId }),
        [`count(${id})`]: () => done(control.count({ ids: [id] })),
        [`dead.list(${tenantId})`]: () => dead.list({ tenantId }),
        [`promote(${id})`]: () => done(control.promote({ ids: [id] }, acting)),
        [`retry(${id})`]: () => done(control.retry({ ids: [id] }, acting)),
        [`reschedule(${id})`]: () => done(control.reschedule({ ids: [id] }, due, acting)),
        [`cancel(${id})`]: () => done(control.cancel({ ids: [id], tenantId }, acting)),
        [`delete(${id})`]: () => done(control.delete({ ids: [id] }, acting)),
        [`enqueue(${tenantId})`]: () => queue.enqueue(kind, {}, { tenantId, due }).then(() => secret, refusal),
        [`enqueueIn(${tenantId})`]: (tx) => queue.enqueueIn(tx, kind, {}, { tenantId, due }).then(() => secret, refusal),
      };
      for (const { role, subject } of subjects)
        for (const [statement, call] of Object.entries(calls))
          await attempt({ target: `queue.${statement.split('(')[0]}`, role, statement }, () =>
            tenancy.run(subject, { tier: 'queue', tag: 'queue.probe' }, call),
          );
    },
  };
}
