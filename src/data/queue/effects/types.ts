/** What a later run finds out about an effect that was begun and never answered. `undefined`: cannot be found out. */
export type EffectVerdict<A> = { readonly happened: true; readonly answer: A } | { readonly happened: false } | undefined;

export interface ExternalOptions<A> {
  /** Asks the outside world whether the effect of an earlier run happened. `key` is what that run gave it. */
  readonly verify?: (key: string) => Promise<EffectVerdict<A>>;
  /**
   * What is done where it cannot be known: `retry` does it again, for effects that the other side recognises by their key; `park` (default)
   * makes the job a dead letter for somebody to decide.
   */
  readonly onUnknown?: 'retry' | 'park';
  /** Whether an error of `work` leaves the outcome open, e.g. a connection lost behind the last byte. Default: an error means it did not happen. */
  readonly isUnknown?: (error: unknown) => boolean;
}

/** Effects outside of our databases, at most one per name and job that is known of. */
export interface External {
  /**
   * Does `work` once: what it gives is kept, and given to later runs of the job in its place. Two commits; `key` is the same in each run.
   *
   * @throws PLINTH_QUEUE_EFFECT_UNKNOWN, PLINTH_QUEUE_EFFECT_TWICE, PLINTH_QUEUE_EFFECT_ELSEWHERE, and what `work` throws
   */
  <A>(name: string, work: (key: string) => Promise<A>, options?: ExternalOptions<A>): Promise<A>;
}
