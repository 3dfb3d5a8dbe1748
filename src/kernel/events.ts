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

/** An in-process bus. Listeners run synchronously in order of registration; they must not throw. */
export function createEventBus(): EventBus {
  const listeners = new Map<keyof KernelEvents, Set<(event: never) => void>>();
  return {
    emit(kind, event) {
      for (const listener of listeners.get(kind) ?? []) (listener as (event: unknown) => void)(event);
    },
    on(kind, listener) {
      const set = listeners.get(kind) ?? new Set();
      listeners.set(kind, set.add(listener));
      return () => void set.delete(listener);
    },
  };
}
