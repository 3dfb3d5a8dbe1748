import type { Connect, Share, Witness, WorkRequest } from '../../../foundation/connect/index.ts';
import { createRateLimiter, defineOptions, hasCode, type OptionsOf, Type } from '../../../kernel/index.ts';
import { settingsErrors } from './errors.ts';
import { policiesOfAll } from './stores.ts';

/** What tenancy enforces for each tenant by itself, or keeps for who does. */
export const tenantPolicies = defineOptions(
  'tenancy',
  Type.Object({
    statementTimeoutMs: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 86_400_000, unit: 'ms', description: 'Longest time of one statement of the tenant.' }),
    ),
    poolSharePercent: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 100,
        unit: '%',
        description: 'Connections of each pool, and places in the line before it, that the tenant has at most; at least one.',
      }),
    ),
    transactionsPerSecond: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 100_000,
        description: 'Transactions of the tenant that one process begins in a second, whatever asks for them; as many may come at once.',
      }),
    ),
    storageBytes: Type.Optional(
      Type.Integer({
        minimum: 0,
        unit: 'bytes',
        description: 'Bytes that the content store keeps for the tenant: each sequence once, before it is compressed.',
      }),
    ),
    waitingJobs: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 1_000_000,
        description: 'Jobs of the tenant that wait in all queues together; more are not taken.',
      }),
    ),
    jobsPerMinute: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 10_000_000,
        description: 'Jobs of the tenant that one process takes in a minute; as many may come at once.',
      }),
    ),
    isCanary: Type.Optional(Type.Boolean({ description: 'Whether the tenant has what is rolled out before others.' })),
  }),
);
export type TenantLimits = OptionsOf<typeof tenantPolicies>;

const keys = Object.keys(tenantPolicies.schema.properties).map((name) => `tenancy.${name}`);
const none: TenantLimits = {};

/** How often other processes' changes are looked for. */
export const limitsWatchIntervalMs = 3_000;

/** The limits of all tenants that have some, in memory: they are asked for before each transaction. */
export class Limits {
  readonly #connect: Connect;
  readonly #rates = createRateLimiter({ burst: 1, intervalMs: 1_000 });
  #limits: ReadonlyMap<string, TenantLimits> = new Map();

  constructor(connect: Connect) {
    this.#connect = connect;
  }

  async refresh(signal?: AbortSignal): Promise<void> {
    const limits = new Map<string, Record<string, unknown>>();
    for (const { tenantId, key, value } of await policiesOfAll(this.#connect, keys, signal)) {
      limits.set(tenantId, { ...limits.get(tenantId), [key.slice('tenancy.'.length)]: value });
    }
    this.#limits = limits as ReadonlyMap<string, TenantLimits>;
  }

  /** Of a tenant, however its id is written. */
  of(tenantId: string): TenantLimits {
    return this.#limits.size === 0 ? none : (this.#limits.get(tenantId.toLowerCase()) ?? none);
  }

  hasCanaries(): boolean {
    return this.#limits.values().some(({ isCanary }) => isCanary === true);
  }

  /** SQL that holds the transaction to the tenant's limits; empty where there is none. */
  prelude(tenantId: string): string {
    const most = this.of(tenantId).statementTimeoutMs;
    return most === undefined ? '' : `;set local statement_timeout to ${most}`;
  }

  /** Counts a transaction that is about to begin. @throws PLINTH_TENANCY_LIMIT_REACHED */
  admit(tenantId: string): void {
    const most = this.of(tenantId).transactionsPerSecond;
    if (most === undefined) return;
    const intervalMs = 1_000 / most;
    const waitMs = this.#rates.take(tenantId.toLowerCase(), performance.now(), { burst: most, intervalMs });
    if (waitMs === 0) return;
    const retryAfterSeconds = Math.ceil(waitMs / 1_000);
    throw settingsErrors.LIMIT_REACHED({ tenantId, limit: 'transactionsPerSecond', value: most, most, current: most, retryAfterSeconds });
  }

  /** What the tenant may have of a pool with `max` connections. */
  share(tenantId: string, max: number): Share | undefined {
    const value = this.of(tenantId).poolSharePercent;
    if (value === undefined) return undefined;
    const most = Math.max(1, Math.floor((max * value) / 100));
    const refused = (current: number, waiting: number) =>
      settingsErrors.LIMIT_REACHED({ tenantId, limit: 'poolSharePercent', value, most, current, waiting });
    return { most, refused };
  }

  /** Gives the statement that took too long its name; undefined where there is no limit. */
  watch(tenantId: string, { signal }: WorkRequest): Witness | undefined {
    const most = this.of(tenantId).statementTimeoutMs;
    if (most === undefined) return undefined;
    return {
      failed(error, durationMs) {
        const current = Math.round(durationMs);
        if (!hasCode(error, 'PLINTH_SQL_CANCELLED') || signal?.aborted || current < most) return error;
        return settingsErrors.LIMIT_REACHED({ tenantId, limit: 'statementTimeoutMs', value: most, most, current }, { cause: error });
      },
    };
  }
}
