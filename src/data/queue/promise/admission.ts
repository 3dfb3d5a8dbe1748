import type { Connect } from '../../../foundation/connect/index.ts';
import { type Clock, createRateLimiter, type EventBus } from '../../../kernel/index.ts';
import type { TenantLimits } from '../../../trust/tenancy/index.ts';
import { promiseErrors } from './errors.ts';
import type { Figures } from './figures.ts';
import { judgeEnqueue, mostPredictedWaitMs, type OnOverload, retryAfterSeconds } from './model/admission.ts';
import { countWaitingJobs } from './sql/queries/queries.gen.ts';
import type { Admission } from './types.ts';

export interface AdmissionDeps {
  readonly connect: Connect;
  readonly clock: Clock;
  readonly events: EventBus;
  readonly figures: Figures;
  /** What a tenant may bring; what is absent is not limited. */
  readonly limitsOf: (tenantId: string) => Pick<TenantLimits, 'waitingJobs' | 'jobsPerMinute'>;
}

export interface AdmissionRequest {
  readonly queue: { readonly id: number; readonly name: string; readonly onOverload: OnOverload };
  /** Undefined: the platform's own. */
  readonly tenantId: string | undefined;
  readonly count: number;
  /** Many at once, which can be asked to come later; single ones and those of a transaction cannot. */
  readonly isBulk: boolean;
}

const hourMs = 3_600_000;
const retryTenantAfterSeconds = 10;

/** Who is let in. A tenant's own limit comes first, so that the one who floods is refused and not the others. */
export class AdmissionControl {
  readonly #deps: AdmissionDeps;
  readonly #rates = createRateLimiter({ burst: 1, intervalMs: 60_000 });
  readonly #alarmed = new Map<string, number>();

  constructor(deps: AdmissionDeps) {
    this.#deps = deps;
  }

  /**
   * Whether the jobs may come, or come as Background. Nothing to wait for where they are few and their tenant has no limit; those who enqueue
   * at the same time may pass a limit together by what they bring.
   * @throws PLINTH_QUEUE_TENANT_FULL, PLINTH_QUEUE_TENANT_FAST, PLINTH_QUEUE_OVERLOADED
   */
  admit(request: AdmissionRequest): Admission | Promise<Admission> {
    const { tenantId, count } = request;
    if (tenantId === undefined) return this.#admitToQueue(request);
    const { waitingJobs, jobsPerMinute } = this.#deps.limitsOf(tenantId);
    if (jobsPerMinute !== undefined) this.#pace(tenantId, count, jobsPerMinute);
    if (waitingJobs === undefined) return this.#admitToQueue(request);
    return this.#admitTenant(tenantId, count, waitingJobs).then(() => this.#admitToQueue(request));
  }

  #pace(tenantId: string, count: number, most: number): void {
    const intervalMs = 60_000 / most;
    const waitMs = this.#rates.take(tenantId.toLowerCase(), this.#deps.clock.monotonicMs(), { burst: most, intervalMs }, count);
    if (waitMs === 0) return;
    const retryAfter = Number.isFinite(waitMs) ? { retryAfterSeconds: Math.ceil(waitMs / 1_000) } : {};
    throw promiseErrors.TENANT_FAST({ tenantId, count, most, ...retryAfter });
  }

  #admitToQueue({ queue, count, isBulk }: AdmissionRequest): Admission | Promise<Admission> {
    const { figures } = this.#deps;
    const reading = figures.fresh();
    // A single one decides by what is known, and what is being read is for the next.
    if (!isBulk) reading?.catch(() => {});
    return isBulk && reading ? reading.then(() => this.#judge(queue, count, true)) : this.#judge(queue, count, isBulk);
  }

  async #admitTenant(tenantId: string, count: number, most: number): Promise<void> {
    const request = { tier: 'queue', as: 'owner', tag: 'queue.admission', isReadOnly: true } as const;
    const { waiting } = await this.#deps.connect.transaction(request, (tx) => countWaitingJobs.one(tx, { tenant_id: tenantId, most }));
    if (waiting + count <= most) return;
    throw promiseErrors.TENANT_FULL({ tenantId, waiting, count, most, retryAfterSeconds: retryTenantAfterSeconds });
  }

  #judge(
    queue: { readonly id: number; readonly name: string; readonly onOverload: OnOverload },
    count: number,
    isBulk: boolean,
  ): Admission {
    const { predictedWaitMs } = this.#deps.figures.of(queue.id) ?? {};
    const { verdict, isAlarming } = judgeEnqueue(predictedWaitMs, isBulk, queue.onOverload);
    if (isAlarming) this.#alarm(queue.name, predictedWaitMs as number);
    if (verdict !== 'reject') return verdict;
    const waitMs = predictedWaitMs as number;
    throw promiseErrors.OVERLOADED({
      ...{ queue: queue.name, count, predictedWaitMs: waitMs, mostMs: mostPredictedWaitMs },
      retryAfterSeconds: retryAfterSeconds(waitMs),
    });
  }

  /** Once an hour and process: the alert of the queue says the rest. */
  #alarm(queue: string, predictedWaitMs: number): void {
    const { clock, events } = this.#deps;
    const nowMs = clock.monotonicMs();
    if (nowMs - (this.#alarmed.get(queue) ?? Number.NEGATIVE_INFINITY) < hourMs) return;
    this.#alarmed.set(queue, nowMs);
    events.emit('notified', {
      title: `${queue} is overloaded and still takes jobs`,
      message: `A job enqueued now would wait about ${Math.round(predictedWaitMs / 60_000)} min. Give its pool more slots, or find who enqueues so many.`,
      severity: 'critical',
      category: 'queue',
      data: { queue, predictedWaitMs },
    });
  }
}
