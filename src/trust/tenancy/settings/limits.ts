import type { Connect, Witness, WorkRequest } from '../../../foundation/connect/index.ts';
import { defineOptions, hasCode, type OptionsOf, Type } from '../../../kernel/index.ts';
import { settingsErrors } from './errors.ts';
import { listLimits } from './sql/queries/queries.gen.ts';

/** What is enforced for each tenant by itself. */
export const tenantLimits = defineOptions(
  'tenancy',
  Type.Object({
    statementTimeoutMs: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 86_400_000, unit: 'ms', description: 'Longest time of one statement of the tenant.' }),
    ),
    concurrentTransactions: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 10_000, description: 'Transactions of the tenant that one process has open at the same time.' }),
    ),
  }),
);
export type TenantLimits = OptionsOf<typeof tenantLimits>;

const keys = ['tenancy.statementTimeoutMs', 'tenancy.concurrentTransactions'];

/** How often other processes' changes are looked for. */
export const limitsWatchIntervalMs = 3_000;

/** The limits of all tenants that have some, in memory: they are asked for before each transaction. */
export class Limits {
  readonly #connect: Connect;
  readonly #open = new Map<string, number>();
  #limits: ReadonlyMap<string, TenantLimits> = new Map();

  constructor(connect: Connect) {
    this.#connect = connect;
  }

  async refresh(signal?: AbortSignal): Promise<void> {
    const request = { tier: 'oltp', as: 'owner', tag: 'tenancy.limits', isReadOnly: true, ...(signal && { signal }) } as const;
    const rows = await this.#connect.transaction(request, (tx) => listLimits.all(tx, { keys }));
    const limits = new Map<string, Record<string, unknown>>();
    for (const { tenant_id, key, value } of rows) {
      if (value !== null) limits.set(tenant_id, { ...limits.get(tenant_id), [key.slice('tenancy.'.length)]: value });
    }
    this.#limits = limits as ReadonlyMap<string, TenantLimits>;
  }

  /** Of a tenant, however its id is written. */
  #of(tenantId: string): TenantLimits | undefined {
    return this.#limits.size === 0 ? undefined : this.#limits.get(tenantId.toLowerCase());
  }

  /** SQL that holds the transaction to the tenant's limits; empty where there is none. */
  prelude(tenantId: string): string {
    const most = this.#of(tenantId)?.statementTimeoutMs;
    return most === undefined ? '' : `;set local statement_timeout to ${most}`;
  }

  /** Counts a transaction in; the function that counts it out. @throws PLINTH_TENANCY_LIMIT_REACHED */
  admit(tenantId: string): (() => void) | undefined {
    const most = this.#of(tenantId)?.concurrentTransactions;
    if (most === undefined) return undefined;
    const key = tenantId.toLowerCase();
    const current = this.#open.get(key) ?? 0;
    if (current >= most) throw settingsErrors.LIMIT_REACHED({ tenantId, limit: 'concurrentTransactions', most, current });
    this.#open.set(key, current + 1);
    return () => {
      const left = (this.#open.get(key) ?? 1) - 1;
      if (left === 0) this.#open.delete(key);
      else this.#open.set(key, left);
    };
  }

  /** Gives the statement that took too long its name; undefined where there is no limit. */
  watch(tenantId: string, { signal }: WorkRequest): Witness | undefined {
    const most = this.#of(tenantId)?.statementTimeoutMs;
    if (most === undefined) return undefined;
    return {
      failed(error, durationMs) {
        const current = Math.round(durationMs);
        if (!hasCode(error, 'PLINTH_SQL_CANCELLED') || signal?.aborted || current < most) return error;
        return settingsErrors.LIMIT_REACHED({ tenantId, limit: 'statementTimeoutMs', most, current }, { cause: error });
      },
    };
  }
}
