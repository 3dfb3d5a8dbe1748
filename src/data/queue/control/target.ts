import type { Transaction } from '../../../foundation/connect/index.ts';
import { isUuid } from '../../../kernel/index.ts';
import type { Tenancy } from '../../../trust/tenancy/index.ts';
import type { Definitions } from '../definitions/index.ts';
import { controlErrors } from './errors.ts';
import { listKnown } from './sql/queries/queries.gen.ts';
import type { JobFilter } from './types.ts';

/** A filter in the words of the database. */
export interface Target {
  readonly ids: string[] | null;
  readonly tenant_id: string | null;
  readonly queue_id: number | null;
  readonly type_id: number | null;
  readonly since: Date | null;
  readonly until: Date | null;
}

export interface TargetDeps {
  readonly tenancy: Pick<Tenancy, 'current'>;
  readonly definitions: Pick<Definitions, 'queue' | 'kind'>;
}

/** The tenant that somebody is confined to: who works for one sees no other's jobs, whatever the filter says. */
export function confinedTo({ tenancy }: Pick<TargetDeps, 'tenancy'>, tenantId: string | undefined): string | undefined {
  return tenancy.current()?.tenantId ?? tenantId;
}

/** @throws PLINTH_QUEUE_NO_FILTER, PLINTH_QUEUE_UNKNOWN_JOB, PLINTH_QUEUE_UNKNOWN_QUEUE, PLINTH_QUEUE_UNKNOWN_JOB_TYPE */
export async function targetOf(deps: TargetDeps, filter: JobFilter, action: string): Promise<Target> {
  const { ids, queue, type, since, until } = filter;
  const tenantId = confinedTo(deps, filter.tenantId);
  if ((ids ?? queue ?? type ?? tenantId ?? since ?? until) === undefined || ids?.length === 0) throw controlErrors.NO_FILTER({ action });
  const stranger = ids?.find((id) => !isUuid(id)) ?? (tenantId !== filter.tenantId && filter.tenantId !== undefined ? ids?.[0] : undefined);
  if (stranger !== undefined) throw controlErrors.UNKNOWN_JOB({ id: stranger });
  return {
    ids: ids ? [...new Set(ids.map((id) => id.toLowerCase()))] : null,
    tenant_id: tenantId ?? null,
    queue_id: queue === undefined ? null : (await deps.definitions.queue(queue)).id,
    type_id: type === undefined ? null : (await deps.definitions.kind(type)).typeId,
    since: since ?? null,
    until: until ?? null,
  };
}

/** Each id that was named is a job, of that tenant where one was. @throws PLINTH_QUEUE_UNKNOWN_JOB */
export async function requireKnown(tx: Transaction, { ids, tenant_id }: Target): Promise<void> {
  if (!ids) return;
  const known = new Set((await listKnown.all(tx, { ids, tenant_id })).map(({ id }) => id));
  const stranger = ids.find((id) => !known.has(id));
  if (stranger !== undefined) throw controlErrors.UNKNOWN_JOB({ id: stranger });
}
