import { PlinthError } from './errors.ts';

/** What lower layers tell upwards without importing who listens. */
export interface KernelEvents {
  /** A refused or suspicious access. Written to `tenancy.security_events` by tenancy. */
  security: {
    readonly eventType: string;
    readonly severity: 'low' | 'medium' | 'high' | 'critical';
    readonly action: string;
    readonly success: boolean;
    readonly tenantId?: string | undefined;
    readonly userId?: string | undefined;
    readonly reason?: string | undefined;
  };
  /**
   * An administrative or privileged action that has ended: a migration, a change of roles, an export. Written to the trail by audit.
   * What has to be on record before it may happen does not come this way, but through an interface that is awaited.
   */
  audited: {
    /** `<capability>.<what>`, e.g. `migrate.up`. */
    readonly action: string;
    readonly success: boolean;
    readonly tenantId?: string | undefined;
    readonly userId?: string | undefined;
    /** What was acted on: a kind (`table`, `role`, `tenant`) and its name or id. */
    readonly target?: { readonly type: string; readonly id: string } | undefined;
    readonly durationMs?: number | undefined;
    readonly affectedRows?: number | undefined;
    /** Never a secret, never a person's data. */
    readonly details?: Readonly<Record<string, unknown>> | undefined;
  };
  /** Something an operator should read. */
  notified: {
    readonly title: string;
    readonly message: string;
    readonly severity: 'info' | 'warning' | 'critical';
    readonly category: string;
    readonly data?: Readonly<Record<string, unknown>> | undefined;
  };
}

export interface EventBus {
  emit<K extends keyof KernelEvents>(kind: K, event: KernelEvents[K]): void;
  /** Returns the function that removes the listener. */
  on<K extends keyof KernelEvents>(kind: K, listener: (event: KernelEvents[K]) => void): () => void;
}

// Far more than a start does; what nobody ever listens to must not fill the memory.
const earlyLimit = 1_000;

/**
 * An in-process bus. Listeners run synchronously in order of registration; they must not throw. What is told as `audited` before anybody
 * listens is kept for the first who does: the platform acts before what keeps the trail is open.
 */
export function createEventBus(): EventBus {
  const listeners = new Map<keyof KernelEvents, Set<(event: never) => void>>();
  let early: KernelEvents['audited'][] = [];
  return {
    emit(kind, event) {
      const set = listeners.get(kind);
      if (set?.size) for (const listener of set) (listener as (event: unknown) => void)(event);
      else if (kind === 'audited' && early.length < earlyLimit) early.push(event as KernelEvents['audited']);
    },
    on(kind, listener) {
      const set = listeners.get(kind) ?? new Set();
      listeners.set(kind, set.add(listener));
      if (kind === 'audited') {
        const missed = early;
        early = [];
        for (const event of missed) (listener as (event: unknown) => void)(event);
      }
      return () => void set.delete(listener);
    },
  };
}

type Audited = KernelEvents['audited'];

/**
 * Does a privileged action and tells `audited` how it ended, also when it threw, with the time it took. `ended` adds what is known only
 * then; undefined: nothing happened that is worth telling.
 */
export async function asAudited<T>(
  events: EventBus,
  action: Omit<Audited, 'success' | 'durationMs'>,
  work: () => Promise<T>,
  ended: (result: T) => Partial<Audited> | undefined = () => ({}),
): Promise<T> {
  const started = performance.now();
  const durationMs = () => Math.round(performance.now() - started);
  try {
    const result = await work();
    const more = ended(result);
    if (more) events.emit('audited', { ...action, success: true, durationMs: durationMs(), ...more });
    return result;
  } catch (error) {
    const reason = error instanceof PlinthError ? error.code : 'failed';
    events.emit('audited', { ...action, success: false, durationMs: durationMs(), details: { ...action.details, reason } });
    throw error;
  }
}
