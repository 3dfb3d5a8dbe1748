/** What analytics know of a message. */
export interface EmailFact {
  readonly id: string;
  readonly direction: string;
  readonly emailAccountId: string | null;
  readonly campaignId: string | null;
  readonly campaignStepId: string | null;
  readonly leadId: string | null;
  /** The time it is counted at. */
  readonly occurred: Date;
  readonly sent: Date | null;
  readonly delivered: Date | null;
  readonly opened: Date | null;
  readonly clicked: Date | null;
  readonly replied: Date | null;
  readonly bounced: Date | null;
  readonly complained: Date | null;
  readonly unsubscribed: Date | null;
}

/**
 * Brings the facts of a tenant's messages in the order they changed. A message comes again whenever it changed; what it
 * brings is the message as it is, so repeating a part makes no difference.
 */
export interface FactFeed {
  /** Under this name the position is kept. */
  readonly name: string;
  /**
   * The next facts behind `position` (undefined: from the beginning), and the position behind them; undefined when there are none, `later`
   * when there are some that cannot be read yet.
   */
  read(
    tenantId: string,
    position: string | undefined,
    signal?: AbortSignal,
  ): Promise<{ facts: readonly EmailFact[]; position: string } | 'later' | undefined>;
}
