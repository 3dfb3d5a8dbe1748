const minutesPerPoint = 10;

/** A waiting job, as far as the order of claims goes. Times in ms. */
export interface WaitingJob {
  readonly tenantId: string;
  readonly id: string;
  readonly band: number;
  readonly due: number;
}

/** Base of the band, and one for each ten minutes of waiting. */
export function effectivePriority(band: number, waitedMs: number, bases: readonly number[]): number {
  return (bases[band] ?? 0) + Math.max(0, Math.floor(waitedMs / (minutesPerPoint * 60_000)));
}

/** The most urgent band whose base the priority has reached; never below the job's own. */
export function effectiveBand(band: number, waitedMs: number, bases: readonly number[]): number {
  const priority = effectivePriority(band, waitedMs, bases);
  const reached = bases.findIndex((base) => priority >= base);
  return reached < 0 ? band : Math.min(band, reached);
}

/** An effective band that takes part in a claim: its quota, and where its ring of tenants begins. */
export interface ClaimPlace {
  readonly effective: number;
  readonly quota: number;
  readonly turnSize: number;
  /** First tenant of the round, or who comes after it. */
  readonly from: string;
}

export interface ClaimSituation {
  readonly jobs: readonly WaitingJob[];
  readonly nowMs: number;
  readonly bases: readonly number[];
  readonly tenantWeights: Readonly<Record<string, number>>;
}

/**
 * The order in which a claim takes jobs, said in full and without an eye to cost: what the statement is tested against. Places come in turn;
 * in each, tenants from `from` on, once around; of a tenant, those of its jobs that compete in this band, highest priority first.
 */
export function claimOrder(situation: ClaimSituation, places: readonly ClaimPlace[], wanted: number): readonly WaitingJob[] {
  const { jobs, nowMs, bases, tenantWeights } = situation;
  const competesIn = (job: WaitingJob) => effectiveBand(job.band, nowMs - job.due, bases);
  const priority = (job: WaitingJob) => effectivePriority(job.band, nowMs - job.due, bases);
  const order: WaitingJob[] = [];
  for (const { effective, quota, turnSize, from } of places) {
    // Tenants are looked for in every lane of which some job competes here.
    const lanes = new Set(jobs.filter((job) => job.band === effective || competesIn(job) <= effective).map(({ band }) => band));
    const tenants = [...new Set(jobs.filter(({ band }) => band >= effective && lanes.has(band)).map(({ tenantId }) => tenantId))].sort();
    const round = [...tenants.filter((tenantId) => tenantId >= from), ...tenants.filter((tenantId) => tenantId < from)];
    let left = quota;
    for (const tenantId of round) {
      const own = jobs
        .filter((job) => job.tenantId === tenantId && competesIn(job) === effective)
        .sort((a, b) => priority(b) - priority(a) || a.due - b.due || (a.id < b.id ? -1 : 1));
      const most = Math.min(left, wanted - order.length);
      if (most <= 0) break;
      const turn = own.slice(0, Math.min(most, turnSize * (tenantWeights[tenantId] ?? 1)));
      order.push(...turn);
      left -= turn.length;
    }
  }
  return order;
}
