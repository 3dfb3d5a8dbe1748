import type { Connect } from '../../../foundation/connect/index.ts';
import { flowErrors } from './errors.ts';
import { type Follow, parentsOf } from './looking.ts';
import type { Flows, JobFlow } from './types.ts';

/** What a run can do with the batch or flow that its job is in, as `jobs.follow` says. */
export function flowOfJob(
  connect: Connect,
  flows: Pick<Flows, 'show' | 'append'> | undefined,
  { tenantId, jobId, follow }: { readonly tenantId: string; readonly jobId: string; readonly follow: unknown },
): JobFlow {
  const { batch, callback, ...rest } = (follow ?? {}) as Follow;
  const placed = (id: string | undefined, kind: string) => {
    if (id === undefined || !flows) throw flowErrors.NOT_IN_BATCH({ jobId, kind });
    return { id, flows };
  };
  return {
    parents: async () =>
      batch === undefined || rest.step === undefined
        ? {}
        : connect.transaction({ tier: 'queue', as: 'owner', isReadOnly: true, tag: 'queue.parents' }, (tx) =>
            parentsOf(tx, tenantId, { batch, ...rest }),
          ),
    async batch() {
      const { id, flows: known } = placed(batch ?? callback, 'batch or flow, and enqueued by none');
      return known.show(id, tenantId);
    },
    async append(members) {
      const { id, flows: known } = placed(batch, 'batch or flow');
      return known.append(id, members);
    },
  };
}
