import { AsyncLocalStorage } from 'node:async_hooks';
import { randomFillSync } from 'node:crypto';
import type { Endpoint } from '../../foundation/cluster/index.ts';
import type {
  Connect,
  RequestOrigin,
  SessionContext,
  Share,
  Subject,
  TenantSubject,
  Witness,
  WorkRequest,
} from '../../foundation/connect/index.ts';
import { type Clock, type EventBus, isUuid, nilUuid, PlinthError, quoteLiteral, type Tier } from '../../kernel/index.ts';
import { tenancyErrors } from './errors.ts';
import type { SealKeys, Signer } from './keys.ts';
import type { Tally } from './metering/index.ts';
import { type Rank, ticket } from './model/seal.ts';
import type { MemberRole } from './model/types.ts';
import { type Placements, placementErrors } from './placement/index.ts';
import type { Limits } from './settings/index.ts';
import { currentRole } from './sql/queries/queries.gen.ts';

const nonceBytes = 10;
const nonces = Buffer.alloc(nonceBytes * 256);
let usedNonces = nonces.length;

function nextNonce(): Buffer {
  if (usedNonces === nonces.length) {
    randomFillSync(nonces);
    usedNonces = 0;
  }
  usedNonces += nonceBytes;
  return nonces.subarray(usedNonces - nonceBytes, usedNonces);
}

const roleTag = 'tenancy.role';
const originLength = 200;

/** Whatever the application says of itself, bounded: it lands in every event of the trail. NUL is no character of PostgreSQL. */
function setOrigin(origin: RequestOrigin): string {
  const text = JSON.stringify(origin, (_, value) =>
    typeof value === 'string' ? value.replaceAll('\0', '').slice(0, originLength).toWellFormed() : value,
  );
  return `set local app.origin to ${quoteLiteral(text)}`;
}

/** Leave for somebody who is no member to work for a tenant: as whom and how far, how long still, and seen by whom. */
export interface Pass {
  readonly subject: Required<TenantSubject>;
  readonly role: MemberRole;
  /** How long it is good for from now. @throws when it is not any more */
  remainingMs(signal: AbortSignal): Promise<number>;
  watch(request: WorkRequest): Witness;
}

interface Entered {
  readonly subject: TenantSubject;
  readonly pass?: Pass;
}

/** Gives each transaction its sealed context, and refusals their names. */
export class SealedContext implements SessionContext {
  readonly #connect: Connect;
  readonly #keys: SealKeys;
  readonly #clock: Clock;
  readonly #events: EventBus;
  readonly #limits: Limits;
  readonly #tally: Tally;
  readonly #placements: Placements;
  readonly #sealSeconds: number;
  readonly #entered = new AsyncLocalStorage<Entered | undefined>();

  constructor(
    deps: {
      connect: Connect;
      keys: SealKeys;
      clock: Clock;
      events: EventBus;
      limits: Limits;
      tally: Tally;
      placements: Placements;
    },
    sealSeconds: number,
  ) {
    this.#connect = deps.connect;
    this.#keys = deps.keys;
    this.#clock = deps.clock;
    this.#events = deps.events;
    this.#limits = deps.limits;
    this.#tally = deps.tally;
    this.#placements = deps.placements;
    this.#sealSeconds = sealSeconds;
  }

  /** Marks everything that `work` starts as work for this tenant. @throws PLINTH_TENANCY_NESTED_CONTEXT inside that for another */
  async within<T>(subject: TenantSubject, work: () => Promise<T>): Promise<T> {
    this.#check(subject);
    return this.#entered.run({ ...this.#entered.getStore(), subject }, work);
  }

  /** The same for work that is not waited for here. */
  mark<T>(subject: TenantSubject, work: () => T): T {
    this.#check(subject);
    return this.#entered.run({ ...this.#entered.getStore(), subject }, work);
  }

  /** Everything that `work` does for the tenant of the pass is done under it, whatever subject it names; there is no other tenant. */
  withPass<T>(pass: Pass, work: () => T): T {
    this.#check(pass.subject);
    return this.#entered.run({ subject: pass.subject, pass }, work);
  }

  /** For whom the surrounding work is done. */
  current(): TenantSubject | undefined {
    return this.#entered.getStore()?.subject;
  }

  /** Runs what only happens to be called inside work for a tenant. */
  outside<T>(work: () => T): T {
    return this.#entered.run(undefined, work);
  }

  admit({ as, tag }: WorkRequest): void {
    // The question for the role belongs to a transaction that was counted.
    if (typeof as === 'object' && tag !== roleTag) this.#limits.admit(as.tenantId);
  }

  share({ tenantId }: TenantSubject, max: number): Share | undefined {
    return this.#limits.share(tenantId, max);
  }

  watch(request: WorkRequest): readonly Witness[] {
    const { as } = request;
    const counting = this.#tally.watch(request);
    if (typeof as !== 'object') return counting;
    const pass = this.#entered.getStore()?.pass;
    const witness = pass ? pass.watch(request) : this.#limits.watch(as.tenantId, request);
    return witness ? [...counting, witness] : counting;
  }

  isElsewhere(error: unknown, bounds: { readonly waitedMs: number; readonly signal: AbortSignal }): Promise<boolean> {
    return this.#placements.isElsewhere(error, bounds, (ms, signal) => this.#clock.sleep(ms, signal));
  }

  prelude(
    subject: Subject,
    tier: Tier,
    bounds: { readonly signal: AbortSignal },
    backendPid: number,
    place?: Endpoint,
  ): string | Promise<string> {
    // The owner stands outside row security and has connections of its own: there is no context to overwrite.
    if (subject === 'owner') return '';
    const signer = this.#keys.for(tier, place);
    const sign = (found: Signer) => this.#preludeBy(found, subject, tier, bounds, backendPid);
    return signer instanceof Promise ? signer.then(sign) : sign(signer);
  }

  #preludeBy(
    { key, skewMs }: Signer,
    subject: Exclude<Subject, 'owner'>,
    tier: Tier,
    bounds: { readonly signal: AbortSignal },
    backendPid: number,
  ): string | Promise<string> {
    const enter = (tenantId: string, userId: string, rank: Rank, origin?: RequestOrigin, goodForS = this.#sealSeconds) => {
      const expiresEpochS = Math.ceil((this.#clock.now().getTime() + skewMs) / 1_000) + goodForS;
      const call = `call tenancy.enter('\\x${ticket(key, { tenantId, userId, rank, expiresEpochS, nonce: nextNonce(), backendPid })}')`;
      return `${call}${origin ? `;${setOrigin(origin)}` : ''}${this.#limits.prelude(tenantId)}`;
    };
    if (subject === 'system') return enter(nilUuid, nilUuid, 'service');
    this.#check(subject);
    const pass = this.#entered.getStore()?.pass;
    if (pass) {
      const { tenantId, userId } = pass.subject;
      return pass.remainingMs(bounds.signal).then((ms) => {
        const origin = { ...subject.origin, ...pass.subject.origin };
        const call = enter(tenantId, userId, pass.role, origin, Math.min(this.#sealSeconds, Math.ceil(ms / 1_000)));
        // The server ends what this process does not. A running clock keeps its time until it is stopped, and 0 is no time-out.
        return `${call};set local transaction_timeout to 0;set local transaction_timeout to ${Math.max(1, Math.ceil(ms))}`;
      });
    }
    const { tenantId, userId, origin } = subject;
    if (userId === undefined) return enter(tenantId, nilUuid, 'service', origin);
    // Memberships are in oltp: there the transaction finds the role by itself, other tiers are told.
    if (this.#connect.databaseKey(tier) === this.#connect.databaseKey('oltp')) return enter(tenantId, userId, 'lookup', origin);
    return this.#roleOf(subject, bounds.signal).then((role) => enter(tenantId, userId, role, origin));
  }

  explain(error: unknown, subject: Subject): unknown {
    const state = error instanceof PlinthError ? error.details.sqlstate : undefined;
    if (typeof state !== 'string' || !state.startsWith('PT')) return error;
    const refusal = this.#refusal(state, subject, error);
    // Nobody attacks by writing for a tenant that was suspended or moved a moment ago.
    if (state === 'PT003' || state === 'PT005' || state === 'PT006') return refusal;
    this.#events.emit('security', {
      eventType: 'unauthorized_access',
      severity: 'high',
      action: 'tenant_context_validation',
      success: false,
      reason: refusal.code,
      ...(typeof subject === 'object' && subject),
    });
    return refusal;
  }

  #refusal(state: string, subject: Subject, cause: unknown): PlinthError {
    const { tenantId = nilUuid, userId = '' } = typeof subject === 'object' ? subject : {};
    switch (state) {
      case 'PT002':
        return tenancyErrors.UNKNOWN_TENANT({ tenant: tenantId }, { cause });
      case 'PT003':
        return tenancyErrors.SUSPENDED({ tenantId }, { cause });
      case 'PT004':
        return tenancyErrors.NOT_A_MEMBER({ tenantId, userId }, { cause });
      case 'PT005':
        return placementErrors.MOVED({ tenantId }, { cause });
      case 'PT006':
        return placementErrors.MOVING({ tenantId }, { cause });
      default:
        // Signed with a key that is gone, or by a clock that has moved: the next try finds both corrected.
        void this.#keys.refresh().catch(() => {});
        return tenancyErrors.SEAL_REFUSED({ reason: 'signature, age or connection do not fit' }, { cause });
    }
  }

  #check({ tenantId, userId }: TenantSubject): void {
    if (!isUuid(tenantId)) throw tenancyErrors.MALFORMED_ID({ what: 'tenant', value: tenantId });
    if (userId !== undefined && (!isUuid(userId) || userId === nilUuid)) throw tenancyErrors.MALFORMED_ID({ what: 'user', value: userId });
    if (tenantId === nilUuid) throw tenancyErrors.UNKNOWN_TENANT({ tenant: tenantId });
    const outer = this.#entered.getStore()?.subject;
    if (outer && outer.tenantId.toLowerCase() !== tenantId.toLowerCase()) {
      throw tenancyErrors.NESTED_CONTEXT({ inside: outer.tenantId, asked: tenantId });
    }
  }

  async #roleOf(subject: TenantSubject, signal: AbortSignal): Promise<Rank> {
    // `critical` has connections of its own: work that holds those of oltp and goes on to another tier cannot block itself.
    const request = { tier: 'oltp', as: subject, tag: roleTag, priority: 'critical', isReadOnly: true, signal } as const;
    const { role } = await this.#connect.transaction(request, (tx) => currentRole.one(tx, {}));
    return role as Rank;
  }
}
