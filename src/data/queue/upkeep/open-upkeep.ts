import type { Connect } from '../../../foundation/connect/index.ts';
import type { Clock, Log, Service } from '../../../kernel/index.ts';
import type { SubjectStore } from '../../../trust/privacy/index.ts';
import type { TenantData, TenantMeasure } from '../../../trust/tenancy/index.ts';
import { cleaner } from './cleaner.ts';
import { folder } from './folder.ts';
import type { LedLoop } from './lead/lead.ts';
import { promoter } from './promoter.ts';
import { rescuer } from './rescuer.ts';
import { slotKeeper } from './slots.ts';
import { parkTenants, unparkTenants } from './sql/queries/queries.gen.ts';
import { queueSubjects } from './subjects.ts';
import { queueMeasures, queueTenantData } from './tenant-data.ts';
import { type Verification, verifyJobs } from './verify.ts';

interface UpkeepDeps {
  readonly connect: Connect;
  readonly clock: Clock;
  readonly log: Log;
}

/** What keeps the queue right without anybody looking. */
export interface Upkeep {
  /**
   * Whether each open job is in exactly one place, and nothing is left of jobs that are not there. Reads all tables in one snapshot, which
   * holds the horizon of vacuum for that long.
   */
  verify(options?: { readonly examples?: number; readonly signal?: AbortSignal }): Promise<Verification>;
  /** For the leader of the queue. */
  readonly loops: readonly LedLoop[];
  /** For every process. */
  readonly services: readonly Service[];
  readonly tenantData: TenantData;
  readonly measures: readonly TenantMeasure[];
  readonly subjects: SubjectStore;
}

export function openUpkeep(deps: UpkeepDeps): Upkeep {
  return {
    verify: (options) => verifyJobs(deps.connect, options),
    loops: [rescuer(deps), folder(deps), slotKeeper(deps), tenantKeeper, cleaner(deps)],
    services: [promoter(deps)],
    tenantData: queueTenantData(deps),
    measures: queueMeasures(deps.connect),
    subjects: queueSubjects(deps),
  };
}

const most = 1_000;

/** What became ready for a tenant after it was suspended, and what is still parked though it is active again. */
const tenantKeeper: LedLoop = {
  name: 'queue.tenants',
  intervalMs: 5_000,
  async run(lead) {
    const { parked } = await lead.transaction('queue.park', (tx) => parkTenants.one(tx, { most }));
    const { unparked } = await lead.transaction('queue.unpark', (tx) => unparkTenants.one(tx, { most }));
    return parked === most || unparked === most ? 0 : undefined;
  },
};
